package import Platform

/// Accepts connections and opens each one on a thread of its own, so that a slow or silent peer delays
/// nobody. At most `limit` peers are served at once; further ones wait in the kernel's queue.
package final class ChannelListener: Sendable {
    /// Where it listens; the port is the one that the kernel gave when 0 was asked for.
    package let address: SocketAddress

    /// Binds and listens.
    package init(
        _ address: SocketAddress, _ endpoint: ChannelEndpoint, limit: Int = 256
    ) throws(Errno) {
        self.address = address
    }

    /// Serves until interrupted: `serve` is called with each open connection, on its thread, and
    /// `refused` with each peer that could not be let in.
    package func run(
        _ interruption: Interruption,
        refused: @escaping @Sendable (ChannelFailure, SocketAddress?) -> Void = { _, _ in },
        serve: @escaping @Sendable (AttestedConnection, ChannelPeer) -> Void
    ) throws(Errno) {}
}
