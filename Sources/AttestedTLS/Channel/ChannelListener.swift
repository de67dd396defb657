package import Platform
import Synchronization

/// Accepts connections and opens each one on a thread of its own, so that a slow or silent peer delays
/// nobody. At most `limit` peers are served at once; further ones wait in the kernel's queue, until those
/// that do not get their channel open in time are gone.
package final class ChannelListener: Sendable {
    /// Where it listens; the port is the one that the kernel gave when 0 was asked for.
    package let address: SocketAddress
    private let endpoint: ChannelEndpoint
    private let limit: Int
    private let number: Int32
    private let active = Mutex(0)

    /// Binds and listens.
    package init(
        _ address: SocketAddress, _ endpoint: ChannelEndpoint, limit: Int = 512
    ) throws(Errno) {
        let socket = try BorrowedDescriptor.listening(on: address, backlog: 1024)
        self.address = try socket.borrowed.localAddress()
        self.endpoint = endpoint
        self.limit = limit
        number = socket.release()
    }

    deinit { _ = FileDescriptor(owning: number) }

    /// Serves until interrupted, then waits for the threads: `serve` is called with each open
    /// connection, on its thread, and `refused` with each peer that could not be let in.
    package func run(
        _ interruption: Interruption,
        refused: @escaping @Sendable (ChannelFailure, SocketAddress?) -> Void = { _, _ in },
        serve: @escaping @Sendable (AttestedConnection, ChannelPeer) -> Void
    ) throws(Errno) {
        let socket = BorrowedDescriptor(number: number)
        while interruption.reason() == nil {
            guard active.withLock({ $0 < limit }) else {
                sleepFor(milliseconds: 2)
                continue
            }
            var entries = [
                PollEntry(socket, .readable), PollEntry(interruption.descriptor, .readable),
            ]
            try poll(&entries, timeoutNanoseconds: 250_000_000)
            guard entries[0].occurred.contains(.readable) else { continue }
            do throws(Errno) {
                let descriptor = try socket.accept().release()
                try start(descriptor, interruption, refused, serve)
            } catch .EAGAIN {
                continue
            } catch {
                // The peer is gone again, or descriptors or threads ran out: both pass.
                sleepFor(milliseconds: 2)
            }
        }
        while active.withLock({ $0 > 0 }) { sleepFor(milliseconds: 2) }
    }

    private func start(
        _ number: Int32, _ interruption: Interruption,
        _ refused: @escaping @Sendable (ChannelFailure, SocketAddress?) -> Void,
        _ serve: @escaping @Sendable (AttestedConnection, ChannelPeer) -> Void
    ) throws(Errno) {
        active.withLock { $0 += 1 }
        do throws(Errno) {
            try startDetachedThread { [self] in
                self.handle(FileDescriptor(owning: number), interruption, refused, serve)
                active.withLock { $0 -= 1 }
            }
        } catch {
            active.withLock { $0 -= 1 }
            _ = FileDescriptor(owning: number)
            throw error
        }
    }

    private func handle(
        _ descriptor: consuming FileDescriptor, _ interruption: Interruption,
        _ refused: @Sendable (ChannelFailure, SocketAddress?) -> Void,
        _ serve: @Sendable (AttestedConnection, ChannelPeer) -> Void
    ) {
        let remote = try? descriptor.borrowed.remoteAddress()
        do throws(ChannelFailure) {
            let connection = try AttestedConnection(
                descriptor, endpoint, interruption: interruption)
            let peer = try connection.open()
            serve(connection, peer)
            connection.close()
        } catch {
            refused(error, remote)
        }
    }
}
