package import Platform

/// What a receive call brought.
package struct ReceivedMessage: Sendable {
    package var byteCount: Int
    /// Whether a datagram was longer than the room for it.
    package var isTruncated: Bool
    /// Who sent it, when that was asked for and is known.
    package var sender: SocketAddress?

    package init(byteCount: Int, isTruncated: Bool = false, sender: SocketAddress? = nil) {
        self.byteCount = byteCount
        self.isTruncated = isTruncated
        self.sender = sender
    }
}

/// A socket as the guest sees it: a listener, a connection, or a datagram socket. The bytes are
/// plain; a keep may end TLS behind it.
///
/// Nothing waits (see ``OpenFile``). Policy is checked by the caller.
package protocol GuestSocket: OpenFile {
    /// The next connection of a listener.
    func accept() throws(WASIErrno) -> any GuestSocket

    /// Receives; 0 bytes is the end of a stream.
    func receive(
        _ vectors: IOVectors, peeks: Bool, wantsSender: Bool
    ) throws(WASIErrno) -> ReceivedMessage

    /// Sends to the connected peer, or a datagram to `address`.
    func send(_ vectors: IOVectors, to address: SocketAddress?) throws(WASIErrno) -> Int

    func shutDown(_ direction: ShutdownDirection) throws(WASIErrno)

    func bind(to address: SocketAddress) throws(WASIErrno)
    func listen(backlog: UInt32) throws(WASIErrno)

    /// Starts to connect; `inprogress` when it is not done at once: wait until writable, then
    /// ``finishConnecting()``.
    func connect(to address: SocketAddress) throws(WASIErrno)

    /// Throws why connecting failed.
    func finishConnecting() throws(WASIErrno)

    func localAddress() throws(WASIErrno) -> SocketAddress
    func remoteAddress() throws(WASIErrno) -> SocketAddress

    func option(_ option: SocketOption) throws(WASIErrno) -> Int32
    func setOption(_ option: SocketOption, to value: Int32) throws(WASIErrno)
    func lingerSeconds() throws(WASIErrno) -> Int32?
    func setLinger(seconds: Int32?) throws(WASIErrno)
    func setMembership(
        of group: IPAddress, interface: UInt32, joined: Bool
    ) throws(WASIErrno)

    /// Longest wait of a receive or send in nanoseconds; 0 for no limit.
    var receiveTimeoutNanoseconds: UInt64 { get set }
    var sendTimeoutNanoseconds: UInt64 { get set }
}

extension GuestSocket {
    package var asSocket: (any GuestSocket)? { self }
}
