package import Platform

/// A socket of the host's kernel; never blocks.
package final class HostSocket: GuestSocket {
    private let descriptor: FileDescriptor
    private let socketKind: SocketKind
    private var lingerWish: Int32?
    package var receiveTimeoutNanoseconds: UInt64 = 0
    package var sendTimeoutNanoseconds: UInt64 = 0

    private init(_ descriptor: consuming FileDescriptor, _ kind: SocketKind) {
        self.descriptor = descriptor
        socketKind = kind
    }

    /// A new socket that is neither bound nor connected.
    package convenience init(_ family: AddressFamily, _ kind: SocketKind) throws(Errno) {
        self.init(try BorrowedDescriptor.makeSocket(family, kind), kind)
    }

    /// Takes over an open socket and makes it not block.
    ///
    /// - Throws: `ENOTSOCK` when it is no socket.
    package convenience init(owning descriptor: consuming FileDescriptor) throws(Errno) {
        let kind = try descriptor.borrowed.socketKind()
        let flags = try descriptor.borrowed.statusFlags()
        try descriptor.borrowed.setStatusFlags(flags.union(.nonBlocking))
        self.init(descriptor, kind)
    }

    /// A TCP listener on `address` (port 0: one that is free).
    package static func listener(
        on address: SocketAddress, backlog: Int32 = 128
    ) throws(Errno) -> HostSocket {
        let descriptor = try BorrowedDescriptor.listening(
            on: address, backlog: backlog, onlyV6: true)
        return HostSocket(descriptor, .stream)
    }

    /// A TCP connection to `address`; waits until it stands, at most `timeoutNanoseconds`.
    package static func connection(
        to address: SocketAddress, timeoutNanoseconds: UInt64
    ) throws(Errno) -> HostSocket {
        let descriptor = try BorrowedDescriptor.connected(
            to: address, timeoutNanoseconds: timeoutNanoseconds)
        return HostSocket(descriptor, .stream)
    }

    package var kind: FileKind { socketKind == .stream ? .socketStream : .socketDatagram }
    package var possibleRights: Rights { .socket }

    // MARK: Data

    package func read(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        // SAFETY: vectors are checked guest memory (see OpenFile).
        try unsafe receive(vectors, peeks: false, wantsSender: false).byteCount
    }

    package func write(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        // SAFETY: vectors are checked guest memory (see OpenFile).
        try unsafe send(vectors, to: nil)
    }

    package func receive(
        _ vectors: IOVectors, peeks: Bool, wantsSender: Bool
    ) throws(WASIErrno) -> ReceivedMessage {
        // SAFETY: vectors are checked guest memory (see OpenFile).
        try translating { () throws(Errno) in
            let (count, isTruncated, sender) = try unsafe descriptor.borrowed.receive(
                vectors, peeks ? .peek : [], wantsSender: wantsSender)
            return ReceivedMessage(byteCount: count, isTruncated: isTruncated, sender: sender)
        }
    }

    package func send(
        _ vectors: IOVectors, to address: SocketAddress?
    ) throws(WASIErrno) -> Int {
        // SAFETY: vectors are checked guest memory (see OpenFile).
        try translating { () throws(Errno) in
            try unsafe descriptor.borrowed.send(vectors, to: address)
        }
    }

    package func readiness(for interest: Interest) -> Readiness {
        let wanted: PollEvents = interest == .read ? [.readable, .readHangUp] : .writable
        let now = descriptor.borrowed.readiness(wanted)
        if now.isEmpty { return .waiting(descriptor.borrowed, wanted) }
        let hangUp = !now.isDisjoint(with: [.hangUp, .readHangUp, .error])
        switch interest {
        case .read:
            // A listener has no bytes, but a connection to take.
            let count = (try? descriptor.borrowed.readableByteCount()) ?? 1
            return .ready(byteCount: UInt64(clamping: count), hangUp: hangUp)
        case .write: return .ready(byteCount: streamWriteByteCount, hangUp: hangUp)
        }
    }

    package func status() throws(WASIErrno) -> FileStat {
        var status = FileStat(
            try translating { () throws(Errno) in try descriptor.borrowed.status() })
        status.kind = kind
        return status
    }

    // MARK: Connections

    package func accept() throws(WASIErrno) -> any GuestSocket {
        try translating { () throws(Errno) in
            HostSocket(try descriptor.borrowed.accept(), .stream)
        }
    }

    package func shutDown(_ direction: ShutdownDirection) throws(WASIErrno) {
        try translating { () throws(Errno) in try descriptor.borrowed.shutDown(direction) }
    }

    package func bind(to address: SocketAddress) throws(WASIErrno) {
        try translating { () throws(Errno) in try descriptor.borrowed.bind(to: address) }
    }

    package func listen(backlog: UInt32) throws(WASIErrno) {
        try translating { () throws(Errno) in
            try descriptor.borrowed.listen(backlog: Int32(clamping: backlog))
        }
    }

    package func connect(to address: SocketAddress) throws(WASIErrno) {
        try translating { () throws(Errno) in try descriptor.borrowed.connect(to: address) }
    }

    package func finishConnecting() throws(WASIErrno) {
        let failure = try translating { () throws(Errno) in
            try descriptor.borrowed.takeSocketError()
        }
        if let failure { throw WASIErrno(failure) }
    }

    package func localAddress() throws(WASIErrno) -> SocketAddress {
        try translating { () throws(Errno) in try descriptor.borrowed.localAddress() }
    }

    package func remoteAddress() throws(WASIErrno) -> SocketAddress {
        try translating { () throws(Errno) in try descriptor.borrowed.remoteAddress() }
    }

    // MARK: Options

    package func option(_ option: SocketOption) throws(WASIErrno) -> Int32 {
        try translating { () throws(Errno) in try descriptor.borrowed.socketOption(option) }
    }

    package func setOption(_ option: SocketOption, to value: Int32) throws(WASIErrno) {
        try translating { () throws(Errno) in
            try descriptor.borrowed.setSocketOption(option, to: value)
        }
    }

    package func lingerSeconds() throws(WASIErrno) -> Int32? {
        if let lingerWish { return lingerWish }
        return try translating { () throws(Errno) in try descriptor.borrowed.lingerSeconds() }
    }

    /// Zero seconds (closing drops unsent data) is the kernel's business. More would make closing
    /// wait, which nothing could interrupt; so it is only remembered, and unsent data goes out in the
    /// background as it does without the option.
    package func setLinger(seconds: Int32?) throws(WASIErrno) {
        let passedOn = seconds == 0 ? seconds : nil
        try translating { () throws(Errno) in
            try descriptor.borrowed.setLinger(seconds: passedOn)
        }
        lingerWish = seconds.flatMap { $0 > 0 ? $0 : nil }
    }

    package func setMembership(
        of group: IPAddress, interface: UInt32, joined: Bool
    ) throws(WASIErrno) {
        try translating { () throws(Errno) in
            try descriptor.borrowed.setMembership(
                of: group, interface: interface, joined: joined)
        }
    }
}
