internal import AttestedTLS
internal import Platform
internal import WASI

/// An open channel as the program's socket: plain bytes on this side.
final class ChannelSocket: GuestSocket {
    private let channel: AttestedConnection
    let peer: ChannelPeer
    private var isShut = false
    var receiveTimeoutNanoseconds: UInt64 = 0
    var sendTimeoutNanoseconds: UInt64 = 0

    init(_ channel: AttestedConnection, peer: ChannelPeer) {
        self.channel = channel
        self.peer = peer
    }

    deinit { channel.close() }

    var kind: FileKind { .socketStream }
    var possibleRights: Rights { .socket }

    func read(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        // SAFETY: vectors are checked guest memory (see OpenFile).
        guard let piece = unsafe vectors.first(where: { unsafe $0.byteCount > 0 }) else { return 0 }
        return try transfer { () throws(ChannelFailure) in
            try unsafe channel.tryRead(
                into: UnsafeMutableRawBufferPointer(start: piece.base, count: piece.byteCount))
        }
    }

    func write(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        guard !isShut else { throw .pipe }
        // SAFETY: as above. A record is sealed from one copy, so later changes of the memory by
        // another thread of the guest do no harm.
        guard let piece = unsafe vectors.first(where: { unsafe $0.byteCount > 0 }) else { return 0 }
        let bytes = unsafe Array(
            UnsafeRawBufferPointer(start: piece.base, count: min(piece.byteCount, 1 << 16)))
        return try transfer { () throws(ChannelFailure) in
            let result = unsafe bytes.withUnsafeBytes { buffer in
                Result { () throws(ChannelFailure) in try unsafe channel.tryWrite(from: buffer) }
            }
            return try result.get()
        }
    }

    private func transfer(
        _ body: () throws(ChannelFailure) -> ChannelTransfer
    ) throws(WASIErrno) -> Int {
        let transfer: ChannelTransfer
        do throws(ChannelFailure) {
            transfer = try body()
        } catch {
            throw error.reason == .closed ? .connreset : .io
        }
        switch transfer {
        case .bytes(let count): return count
        case .end: return 0
        case .wants: throw .again
        }
    }

    func status() throws(WASIErrno) -> FileStat {
        var status = FileStat()
        status.kind = .socketStream
        return status
    }

    func readiness(for interest: Interest) -> Readiness {
        let wanted: PollEvents = interest == .read ? [.readable, .readHangUp] : .writable
        if interest == .read, channel.hasBufferedBytes {
            return .ready(byteCount: 1, hangUp: false)
        }
        let now = channel.descriptor.readiness(wanted)
        if now.isEmpty { return .waiting(channel.descriptor, wanted) }
        let hangUp = !now.isDisjoint(with: [.hangUp, .error])
        return .ready(byteCount: interest == .read ? 1 : 1 << 16, hangUp: hangUp)
    }

    func accept() throws(WASIErrno) -> any GuestSocket { throw .inval }

    func receive(
        _ vectors: IOVectors, peeks: Bool, wantsSender: Bool
    ) throws(WASIErrno) -> ReceivedMessage {
        guard !peeks else { throw .notsup }
        return ReceivedMessage(byteCount: try unsafe read(vectors))
    }

    func send(_ vectors: IOVectors, to address: SocketAddress?) throws(WASIErrno) -> Int {
        try unsafe write(vectors)
    }

    func shutDown(_ direction: ShutdownDirection) throws(WASIErrno) {
        guard direction != .receiving, !isShut else { return }
        isShut = true
        do throws(ChannelFailure) { try channel.finishWriting() } catch { throw .io }
    }

    func bind(to address: SocketAddress) throws(WASIErrno) { throw .inval }
    func listen(backlog: UInt32) throws(WASIErrno) { throw .inval }
    func connect(to address: SocketAddress) throws(WASIErrno) { throw .isconn }
    func finishConnecting() throws(WASIErrno) {}

    func localAddress() throws(WASIErrno) -> SocketAddress {
        guard let address = try? channel.descriptor.localAddress() else { throw .inval }
        return address
    }

    func remoteAddress() throws(WASIErrno) -> SocketAddress {
        guard let address = try? channel.descriptor.remoteAddress() else { throw .notconn }
        return address
    }

    func option(_ option: SocketOption) throws(WASIErrno) -> Int32 { throw .noprotoopt }
    func setOption(_ option: SocketOption, to value: Int32) throws(WASIErrno) {}
    func lingerSeconds() throws(WASIErrno) -> Int32? { nil }
    func setLinger(seconds: Int32?) throws(WASIErrno) {}
    func setMembership(
        of group: IPAddress, interface: UInt32, joined: Bool
    ) throws(WASIErrno) { throw .notsup }
}
