package import Bytes
package import Diagnostics
package import Platform

/// Asks a host, which is not trusted with anything: requests name a keep and nothing of a workload.
package struct HostConnection {
    private let address: HostAddress

    package init(_ address: HostAddress) { self.address = address }

    /// Sends one request, a line of JSON, and hands out the answer and the connection, which for a
    /// request that leads to a keep goes on as the keep's.
    package func ask(
        _ request: JSONText
    ) throws(HostFailure) -> (answer: JSONNode, connection: HostStream) {
        do {
            let stream = HostStream(try address.connect())
            try stream.descriptor.writeAll(Array((request.compact + "\n").utf8))
            let line = try Self.line(stream.descriptor)
            let answer = try JSONReader.decode(line[...])
            guard try answer.member("ok").boolean("ok") else {
                throw HostFailure(
                    diagnostic: Diagnostic(
                        what: "the host refused: "
                            + (try answer.member("what").string("what")).escapedForDisplay(),
                        where: "\(address)",
                        remedy: (try answer.member("remedy").string("remedy"))
                            .escapedForDisplay()))
            }
            return (answer, stream)
        } catch let error as HostFailure {
            throw error
        } catch {
            throw HostFailure(
                diagnostic: Diagnostic(
                    what: "can not talk to the host: \(error)", where: "\(address)",
                    remedy: "is `martlet host` running there?"))
        }
    }

    /// Reads to the end of the line, byte by byte, so that nothing of what follows is taken.
    private static func line(_ source: BorrowedDescriptor) throws -> [UInt8] {
        var line: [UInt8] = []
        while line.count < 1 << 20 {
            var entries = [PollEntry(source, .readable)]
            guard try poll(&entries, timeoutNanoseconds: 30_000_000_000) > 0 else {
                throw Errno.ETIMEDOUT
            }
            var byte: UInt8 = 0
            let outcome = unsafe withUnsafeMutableBytes(of: &byte) { one in
                // SAFETY: one byte of a local.
                Result { () throws(Errno) in try unsafe source.read(into: one) }
            }
            guard try outcome.get() == 1 else { throw Errno.EPIPE }
            if byte == 0x0a { return line }
            line.append(byte)
        }
        throw Errno.EMSGSIZE
    }
}

/// A host that can not be reached, or that did not do what it was asked for.
package struct HostFailure: Error, Equatable, Sendable, Diagnosable {
    package let diagnostic: Diagnostic
}

/// A connection to a host, that may be handed on once.
package final class HostStream {
    private var owned: FileDescriptor?
    package let descriptor: BorrowedDescriptor

    init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor.borrowed
        owned = consume descriptor
    }

    /// Hands the descriptor on; nil the second time.
    package func take() -> FileDescriptor? { owned.take() }
}
