import Bytes
import Diagnostics
import Host
import Platform

/// A connection to a `martlet host`: a Unix socket's path, or HOST:PORT.
struct HostAddress: Sendable {
    let text: String

    func connect() throws(Diagnostic) -> FileDescriptor {
        if let target = ChannelTarget(text) { return try target.connect() }
        guard let path = PathName(text) else {
            throw Diagnostic(what: "is no host's address", where: text)
        }
        do throws(Errno) {
            return try LocalSocket.connect(to: path)
        } catch {
            throw Diagnostic(
                what: "no host answers: \(error.description)", where: text.escapedForDisplay(),
                remedy: "start one with `martlet host --socket \(text.escapedForDisplay())`")
        }
    }

    /// Sends one request and reads the answer; what follows on the descriptor is the keep's.
    func ask(_ request: HostRequest) throws(Diagnostic) -> HostAnswer {
        let descriptor = try connect()
        do throws(Errno) {
            try descriptor.borrowed.writeWaiting(Array(request.line.utf8)[...])
        } catch {
            throw Diagnostic(what: "the host hung up: \(error.description)", where: text)
        }
        let line = try readLine(descriptor.borrowed)
        return HostAnswer(descriptor, try decode(line))
    }

    private func decode(_ line: [UInt8]) throws(Diagnostic) -> JSONNode {
        let place = "host \(text.escapedForDisplay())"
        let refusal: (what: String, remedy: String)
        do throws(MalformedBytes) {
            let answer = try JSONReader.decode(line[...])
            if try answer.member("ok").boolean("ok") { return answer }
            refusal = (
                try answer.member("what").string("what"),
                try answer.member("remedy").string("remedy")
            )
        } catch {
            throw Diagnostic(what: "no answer of a host: \(error)", where: place)
        }
        throw Diagnostic(
            what: refusal.what.escapedForDisplay(), where: place,
            remedy: refusal.remedy.escapedForDisplay())
    }

    private func readLine(_ descriptor: BorrowedDescriptor) throws(Diagnostic) -> [UInt8] {
        var line: [UInt8] = []
        while line.count < 1 << 22 {
            var entries = [PollEntry(descriptor, .readable)]
            let isReady = (try? poll(&entries, timeoutNanoseconds: 120_000_000_000)) == 1
            var byte: UInt8 = 0
            let count = unsafe withUnsafeMutableBytes(of: &byte) { one in
                // SAFETY: one byte of a local.
                isReady ? try? unsafe descriptor.read(into: one) : nil
            }
            guard count == 1 else { break }
            if byte == 0x0A { return line }
            line.append(byte)
        }
        throw Diagnostic(
            what: "the host did not answer", where: text.escapedForDisplay(),
            remedy: "`martlet doctor` on the host tells what it lacks")
    }
}

/// What a host answered, and the connection that then leads to a keep.
struct HostAnswer: ~Copyable {
    let descriptor: FileDescriptor
    let members: JSONNode

    init(_ descriptor: consuming FileDescriptor, _ members: JSONNode) {
        self.descriptor = descriptor
        self.members = members
    }
}
