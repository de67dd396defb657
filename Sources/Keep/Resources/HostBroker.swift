internal import Bytes
internal import Diagnostics
package import Platform
internal import Synchronization

/// The host's resources as descriptors that it hands over a Unix socket of packets, so that the keep
/// itself needs no right to any file or address (`Documentation/Formats/HostProtocol.md`).
package final class HostBroker: HostResources {
    private let socket: FileDescriptor
    private let turn = Mutex<Void>(())

    package init(owning socket: consuming FileDescriptor) { self.socket = socket }

    package func listener(name: String, port: UInt16) throws(HostRefusal) -> FileDescriptor {
        try ask("listen \(name) \(port)")
    }

    package func connection(host: String, port: UInt16) throws(HostRefusal) -> FileDescriptor {
        try ask("connect \(host) \(port)")
    }

    package func vault(name: String) throws(HostRefusal) -> FileDescriptor {
        try ask("vault \(name)")
    }

    /// Asks for one descriptor and waits for it.
    private func ask(_ request: String) throws(HostRefusal) -> FileDescriptor {
        let number = turn.withLock { _ -> Result<Int32, HostRefusal> in
            do throws(Errno) {
                try socket.borrowed.send(message: Array(request.utf8))
                var answer = try socket.borrowed.receiveMessage(limitBytes: 1024)
                let text = String(decoding: answer.message, as: UTF8.self)
                guard text == "ok", let descriptor = answer.takeDescriptor() else {
                    return .failure(HostRefusal(request, text.escapedForDisplay()))
                }
                return .success(descriptor.release())
            } catch {
                return .failure(HostRefusal(request, "\(error)"))
            }
        }
        return FileDescriptor(owning: try number.get())
    }
}
