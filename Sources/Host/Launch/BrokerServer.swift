internal import Diagnostics
internal import Platform

/// Answers what a keep asks for: one request a packet, one descriptor an answer.
///
/// The keep may be hostile: requests are short texts of three forms, everything else is refused.
struct BrokerServer: ~Copyable {
    private let socket: FileDescriptor
    private let resources: any KeepResources
    private let log: @Sendable (String) -> Void

    init(
        _ socket: consuming FileDescriptor, _ resources: any KeepResources,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.socket = socket
        self.resources = resources
        self.log = log
    }

    /// Serves until the keep is gone.
    borrowing func run() {
        while let received = try? socket.borrowed.receiveMessage(limitBytes: 512),
            !received.message.isEmpty
        {
            let text = String(decoding: received.message, as: UTF8.self)
            do throws(ResourceRefusal) {
                let descriptor = try answer(text)
                try? socket.borrowed.send(
                    message: Array("ok".utf8), with: descriptor.borrowed)
            } catch {
                log("refused \(text.escapedForDisplay(limit: 80)): \(error.reason)")
                try? socket.borrowed.send(message: Array(error.reason.utf8.prefix(500)))
            }
        }
    }

    private borrowing func answer(_ request: String) throws(ResourceRefusal) -> FileDescriptor {
        let words = request.split(separator: " ", omittingEmptySubsequences: false)
        switch (words.first, words.count) {
        case ("listen", 3):
            guard let port = UInt16(words[2]) else { throw ResourceRefusal("no port") }
            return try resources.listener(port: port)
        case ("connect", 3):
            guard let port = UInt16(words[2]) else { throw ResourceRefusal("no port") }
            return try resources.connection(host: String(words[1]), port: port)
        case ("vault", 2): return try resources.vault(name: String(words[1]))
        default: throw ResourceRefusal("no such request")
        }
    }
}
