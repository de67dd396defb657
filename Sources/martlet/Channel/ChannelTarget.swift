import AttestedTLS
import Diagnostics
import Platform

/// `HOST:PORT` of a keep, where HOST is a name or an address.
struct ChannelTarget: Sendable {
    let host: String
    let port: UInt16

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), !text.contains("/"),
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { return nil }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        self.host = String(isBracketed ? host.dropFirst().dropLast() : host)
        self.port = port
        guard !self.host.isEmpty, isBracketed || !self.host.contains(":") else { return nil }
    }

    /// Connects to the first address that answers within the time.
    func connect(timeoutNanoseconds: UInt64 = 10_000_000_000) throws(Diagnostic) -> FileDescriptor {
        let found = IPAddress(host).map { [$0] } ?? SystemNameResolution.addresses(of: host)
        var problem = "no such host"
        for address in found {
            do throws(Errno) {
                return try BorrowedDescriptor.connected(
                    to: SocketAddress(address, port: port), timeoutNanoseconds: timeoutNanoseconds)
            } catch {
                problem = error.description
            }
        }
        throw Diagnostic(
            what: problem, where: "\(host.escapedForDisplay()):\(port)",
            remedy: "see that the keep runs and that this machine can reach it")
    }
}
