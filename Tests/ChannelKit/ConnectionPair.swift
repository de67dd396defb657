package import AttestedTLS
import Glibc
import Platform
import Synchronization

/// Two connected stream sockets.
package func makeSocketPair() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the call fills two numbers.
    let status = unsafe socketpair(
        AF_UNIX, Int32(bitPattern: SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    guard status == 0 else { throw Errno.last }
    return (ends[0], ends[1])
}

/// Runs `body` on a thread of its own and keeps its result.
package final class Background<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = Mutex(false)

    package init(_ body: @escaping @Sendable () throws -> Value) throws {
        try startDetachedThread { [self] in
            let value = Result { try body() }
            result.withLock { $0 = value }
            done.withLock { $0 = true }
        }
    }

    /// Waits for the result.
    package func value() throws -> Value {
        while !done.withLock({ $0 }) { sleepFor(milliseconds: 1) }
        guard let value = result.withLock({ $0 }) else { throw Errno.EIO }
        return try value.get()
    }
}

/// Both ends of one channel, opened against each other.
package struct ConnectionPair: Sendable {
    package let client: AttestedConnection
    package let server: AttestedConnection

    /// Connects without opening.
    package init(_ client: ChannelConfiguration, _ server: ChannelConfiguration) throws {
        let (left, right) = try makeSocketPair()
        self.client = try AttestedConnection(
            FileDescriptor(owning: left), ChannelEndpoint(client))
        self.server = try AttestedConnection(
            FileDescriptor(owning: right), ChannelEndpoint(server))
    }

    /// Opens both ends; each result is the end's own.
    package func open() throws -> (
        client: Result<ChannelPeer, any Error>, server: Result<ChannelPeer, any Error>
    ) {
        let server = server
        let other = try Background { try server.open() }
        let own = Result { try client.open() }
        return (own, Result { try other.value() })
    }

    /// Opens both ends without threads, one step after another.
    package func openByTurns() throws(ChannelFailure) {
        for _ in 0..<10_000 {
            let client = try client.step()
            let server = try server.step()
            if client == .open, server == .open { return }
        }
        throw ChannelFailure(.timeout, "no end of steps")
    }
}

extension Result where Failure == any Error {
    /// Why the channel failed; nil when it did not.
    package var reason: ChannelFailure.Reason? {
        switch self {
        case .success: nil
        case .failure(let error): (error as? ChannelFailure)?.reason
        }
    }
}
