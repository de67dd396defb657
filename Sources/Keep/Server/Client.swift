internal import AttestedTLS
internal import KeepProtocol
internal import Platform
internal import Synchronization

/// One client's channel: read by its own thread, written by whoever has something to say.
final class Client: Sendable {
    let id: ConnectionID
    let channel: AttestedConnection
    /// Whether nothing more may be written.
    private let isClosed = Mutex(false)

    init(_ id: ConnectionID, _ channel: AttestedConnection) {
        self.id = id
        self.channel = channel
    }

    /// Sends a message; false when the channel is closed or breaks.
    func send(_ message: KeepMessage) -> Bool {
        isClosed.withLock { isClosed in
            guard !isClosed else { return false }
            do throws(ChannelFailure) {
                try channel.write(FrameReader.frame(message.encoded))
                return true
            } catch {
                isClosed = true
                return false
            }
        }
    }

    /// Says goodbye; the reading thread then ends.
    func hangUp() {
        isClosed.withLock { isClosed in
            if !isClosed { try? channel.finishWriting() }
            isClosed = true
        }
        try? channel.descriptor.shutDown(.receiving)
    }

    /// Hangs up without waiting for the client, which learns why only if its channel takes it now.
    func dismiss(_ message: KeepMessage) {
        _ = isClosed.withLockIfAvailable { isClosed in
            guard !isClosed else { return }
            isClosed = true
            let frame = FrameReader.frame(message.encoded)
            _ = unsafe frame.withUnsafeBytes { bytes in
                // SAFETY: the buffer bounds what is written.
                Result { () throws(ChannelFailure) in try unsafe channel.tryWrite(from: bytes) }
            }
        }
        cutOff()
    }

    /// Cuts the connection off, whoever waits on it.
    func cutOff() { try? channel.descriptor.shutDown(.both) }

    var isHungUp: Bool { isClosed.withLock { $0 } }
}
