package import Platform

/// A keep that already runs: in a cloud's confidential machine, under Gramine, or started by hand. The
/// host only relays to it; ending it is its operator's business.
package final class ExternalLauncher: Launcher {
    package let name = "external"
    private let address: SocketAddress

    /// - Parameter address: where the keep takes clients.
    package init(_ address: SocketAddress) { self.address = address }

    package func start(_ request: LaunchRequest) throws(LaunchFailure) -> any RunningKeep {
        let keep = ExternalKeep(address)
        _ = try keep.connect()
        request.log("external keep at \(address)")
        return keep
    }
}

/// A keep of somebody else's.
final class ExternalKeep: RunningKeep {
    private let address: SocketAddress

    init(_ address: SocketAddress) { self.address = address }

    func connect() throws(LaunchFailure) -> FileDescriptor {
        do throws(Errno) {
            return try BorrowedDescriptor.connected(to: address)
        } catch {
            throw LaunchFailure("no keep at \(address): \(error)")
        }
    }

    func stop() {}
    func kill() {}
    var end: String? { nil }
    var usage: KeepUsage { KeepUsage() }
}
