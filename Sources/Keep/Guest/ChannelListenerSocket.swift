internal import AttestedTLS
internal import Platform
internal import Synchronization
internal import WASI

/// A listener whose connections are channels: the program accepts only those that were opened, and
/// where the manifest demands it, attested.
///
/// Each peer is opened on a thread of its own, so that a slow one delays nobody.
final class ChannelListenerSocket: GuestSocket {
    /// Peers that are being opened or wait to be accepted.
    private static let limit = 64

    /// What the opening threads and the guest share.
    private final class Queue: Sendable {
        struct State {
            var open: [(AttestedConnection, ChannelPeer)] = []
            var underWay = 0
            var isClosed = false
        }

        let state = Mutex(State())
        let wakeUp: WakeUp

        init() throws(Errno) { wakeUp = try WakeUp() }
    }

    private let listener: Int32
    private let queue: Queue
    var receiveTimeoutNanoseconds: UInt64 = 0
    var sendTimeoutNanoseconds: UInt64 = 0

    init(
        _ descriptor: consuming FileDescriptor, _ endpoint: ChannelEndpoint,
        _ interruption: Interruption
    ) throws(Errno) {
        queue = try Queue()
        let queue = queue
        let shared = try descriptor.duplicate().release()
        listener = descriptor.release()
        try startDetachedThread {
            let own = FileDescriptor(owning: shared)
            Self.acceptPeers(own.borrowed, endpoint, interruption, queue)
        }
    }

    deinit {
        queue.state.withLock { state in
            state.isClosed = true
            for (channel, _) in state.open { channel.close() }
            state.open = []
        }
        let own = FileDescriptor(owning: listener)
        try? own.borrowed.shutDown(.both)
    }

    private static func acceptPeers(
        _ listener: BorrowedDescriptor, _ endpoint: ChannelEndpoint,
        _ interruption: Interruption, _ queue: Queue
    ) {
        while interruption.reason() == nil, !queue.state.withLock({ $0.isClosed }) {
            var entries = [
                PollEntry(listener, .readable), PollEntry(interruption.descriptor, .readable),
            ]
            _ = try? poll(&entries, timeoutNanoseconds: 1_000_000_000)
            guard entries[0].occurred.contains(.readable) else { continue }
            let isFull = queue.state.withLock { state in
                state.underWay + state.open.count >= limit
            }
            guard !isFull else {
                sleepFor(milliseconds: 5)
                continue
            }
            guard let number = try? listener.accept().release() else { continue }
            queue.state.withLock { $0.underWay += 1 }
            let started: Void? = try? startDetachedThread {
                openPeer(FileDescriptor(owning: number), endpoint, interruption, queue)
            }
            if started == nil {
                _ = FileDescriptor(owning: number)
                queue.state.withLock { $0.underWay -= 1 }
            }
        }
    }

    private static func openPeer(
        _ descriptor: consuming FileDescriptor, _ endpoint: ChannelEndpoint,
        _ interruption: Interruption, _ queue: Queue
    ) {
        let channel = try? AttestedConnection(descriptor, endpoint, interruption: interruption)
        let peer = try? channel?.open()
        queue.state.withLock { state in
            state.underWay -= 1
            guard let channel, let peer else { return }
            guard !state.isClosed else { return channel.close() }
            state.open.append((channel, peer))
            queue.wakeUp.signal()
        }
    }

    func accept() throws(WASIErrno) -> any GuestSocket {
        let next = queue.state.withLock { state -> (AttestedConnection, ChannelPeer)? in
            guard !state.open.isEmpty else { return nil }
            queue.wakeUp.take()
            return state.open.removeFirst()
        }
        guard let next else { throw .again }
        return ChannelSocket(next.0, peer: next.1)
    }

    func readiness(for interest: Interest) -> Readiness {
        let isReady = queue.state.withLock { !$0.open.isEmpty }
        return isReady
            ? .ready(byteCount: 1, hangUp: false) : .waiting(queue.wakeUp.descriptor, .readable)
    }

    var kind: FileKind { .socketStream }
    var possibleRights: Rights { .socket }
    func read(_ vectors: IOVectors) throws(WASIErrno) -> Int { throw .notconn }
    func write(_ vectors: IOVectors) throws(WASIErrno) -> Int { throw .notconn }

    func status() throws(WASIErrno) -> FileStat {
        var status = FileStat()
        status.kind = .socketStream
        return status
    }

    func receive(
        _ vectors: IOVectors, peeks: Bool, wantsSender: Bool
    ) throws(WASIErrno) -> ReceivedMessage { throw .notconn }
    func send(_ vectors: IOVectors, to address: SocketAddress?) throws(WASIErrno) -> Int {
        throw .notconn
    }
    func shutDown(_ direction: ShutdownDirection) throws(WASIErrno) { throw .notconn }
    func bind(to address: SocketAddress) throws(WASIErrno) { throw .inval }
    func listen(backlog: UInt32) throws(WASIErrno) {}
    func connect(to address: SocketAddress) throws(WASIErrno) { throw .inval }
    func finishConnecting() throws(WASIErrno) {}

    func localAddress() throws(WASIErrno) -> SocketAddress {
        guard let address = try? BorrowedDescriptor(number: listener).localAddress() else {
            throw .inval
        }
        return address
    }

    func remoteAddress() throws(WASIErrno) -> SocketAddress { throw .notconn }
    func option(_ option: SocketOption) throws(WASIErrno) -> Int32 { throw .noprotoopt }
    func setOption(_ option: SocketOption, to value: Int32) throws(WASIErrno) {}
    func lingerSeconds() throws(WASIErrno) -> Int32? { nil }
    func setLinger(seconds: Int32?) throws(WASIErrno) {}
    func setMembership(
        of group: IPAddress, interface: UInt32, joined: Bool
    ) throws(WASIErrno) { throw .notsup }
}
