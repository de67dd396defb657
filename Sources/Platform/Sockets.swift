internal import CPlatform
import Glibc

/// Kind of socket.
package enum SocketKind: Sendable { case stream, datagram }

/// Version of the Internet Protocol.
package enum AddressFamily: Sendable {
    case v4, v6

    package init(of ip: IPAddress) {
        switch ip {
        case .v4: self = .v4
        case .v6: self = .v6
        }
    }
}

/// Which direction of a connection to close (shutdown(2)).
package enum ShutdownDirection: Sendable {
    case receiving, sending, both

    fileprivate var bits: Int32 {
        switch self {
        case .receiving: Int32(SHUT_RD)
        case .sending: Int32(SHUT_WR)
        case .both: Int32(SHUT_RDWR)
        }
    }
}

/// Options of recv(2).
package struct ReceiveFlags: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    /// Leaves the data in the queue.
    package static let peek = ReceiveFlags(rawValue: 2)
}

/// An IP socket: opening, connecting and moving data. Sockets made here never block: each call that
/// would wait fails with `EAGAIN` (`EINPROGRESS` for `connect`).
extension BorrowedDescriptor {
    /// socket(2), closed on exec and not blocking.
    package static func makeSocket(
        _ family: AddressFamily, _ kind: SocketKind
    ) throws(Errno) -> FileDescriptor {
        let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
        let flags = Int32(bitPattern: SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = socket(
            family == .v4 ? AF_INET : AF_INET6, Int32(bitPattern: type.rawValue) | flags, 0)
        return FileDescriptor(owning: try checkedLibc(number))
    }

    /// bind(2).
    package func bind(to address: SocketAddress) throws(Errno) {
        var raw = RawAddress(address)
        try checkedLibc(unsafe raw.withPointer { unsafe Glibc.bind(number, $0, $1) })
    }

    /// listen(2).
    package func listen(backlog: Int32) throws(Errno) {
        try checkedLibc(Glibc.listen(number, backlog))
    }

    /// connect(2); `EINPROGRESS` means: wait until writable, then ask ``takeSocketError()``.
    package func connect(to address: SocketAddress) throws(Errno) {
        var raw = RawAddress(address)
        try checkedLibc(unsafe raw.withPointer { unsafe Glibc.connect(number, $0, $1) })
    }

    /// accept4(2): the next connection, not blocking, closed on exec.
    package func accept() throws(Errno) -> FileDescriptor {
        let flags = Int32(bitPattern: SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        while true {
            let value = martlet_accept(number, flags)
            if value != -Int(EINTR) { return FileDescriptor(owning: Int32(try checked(value))) }
        }
    }

    /// The pending error of the socket, cleared by asking (getsockopt(2), SO_ERROR); nil for none.
    package func takeSocketError() throws(Errno) -> Errno? {
        let value = try option(SOL_SOCKET, SO_ERROR)
        return value == 0 ? nil : Errno(rawValue: value)
    }

    /// getsockname(2).
    package func localAddress() throws(Errno) -> SocketAddress {
        var raw = RawAddress()
        try checkedLibc(unsafe raw.withMutablePointer { unsafe getsockname(number, $0, $1) })
        return try raw.decoded()
    }

    /// getpeername(2).
    package func remoteAddress() throws(Errno) -> SocketAddress {
        var raw = RawAddress()
        try checkedLibc(unsafe raw.withMutablePointer { unsafe getpeername(number, $0, $1) })
        return try raw.decoded()
    }

    /// shutdown(2).
    package func shutDown(_ direction: ShutdownDirection) throws(Errno) {
        try checkedLibc(Glibc.shutdown(number, direction.bits))
    }

    /// recvmsg(2): the bytes received, whether a datagram was cut, and (when asked for) its sender.
    package func receive(
        _ vectors: IOVectors, _ flags: ReceiveFlags = [], wantsSender: Bool = false
    ) throws(Errno) -> (byteCount: Int, isTruncated: Bool, sender: SocketAddress?) {
        var raw = RawAddress()
        var message = unsafe msghdr()
        // SAFETY: vectors are the caller's, the name is ours; both live through the call.
        let count = try unsafe raw.withMutablePointer { (name, length) throws(Errno) -> Int in
            unsafe message.msg_iov = UnsafeMutablePointer(mutating: vectors.asIovecs)
            unsafe message.msg_iovlen = vectors.count
            if wantsSender {
                unsafe message.msg_name = UnsafeMutableRawPointer(name)
                unsafe message.msg_namelen = length.pointee
            }
            let count = try retrying { unsafe recvmsg(number, &message, flags.rawValue) }
            unsafe length.pointee = message.msg_namelen
            return count
        }
        let truncated = unsafe message.msg_flags & Int32(MSG_TRUNC) != 0
        let sender = wantsSender && raw.hasAddress ? try raw.decoded() : nil
        return (count, truncated, sender)
    }

    /// sendmsg(2) without SIGPIPE; returns the bytes taken.
    package func send(
        _ vectors: IOVectors, to address: SocketAddress? = nil
    ) throws(Errno) -> Int {
        var raw = address.map { RawAddress($0) } ?? RawAddress()
        var message = unsafe msghdr()
        // SAFETY: vectors are the caller's, the name is ours; both live through the call.
        return try unsafe raw.withMutablePointer { (name, length) throws(Errno) -> Int in
            unsafe message.msg_iov = UnsafeMutablePointer(mutating: vectors.asIovecs)
            unsafe message.msg_iovlen = vectors.count
            if address != nil {
                unsafe message.msg_name = UnsafeMutableRawPointer(name)
                unsafe message.msg_namelen = length.pointee
            }
            return try retrying {
                unsafe sendmsg(number, &message, Int32(MSG_NOSIGNAL))
            }
        }
    }

    /// The kind of an open socket.
    ///
    /// - Throws: `ENOTSOCK` for other descriptors, `EAFNOSUPPORT` for other kinds of socket.
    package func socketKind() throws(Errno) -> SocketKind {
        switch UInt32(bitPattern: try option(SOL_SOCKET, SO_TYPE)) {
        case SOCK_STREAM.rawValue: return .stream
        case SOCK_DGRAM.rawValue: return .datagram
        default: throw .EAFNOSUPPORT
        }
    }

    /// Whether the socket listens for connections.
    package func isListening() throws(Errno) -> Bool {
        try option(SOL_SOCKET, SO_ACCEPTCONN) != 0
    }

    func option(_ level: Int32, _ name: Int32) throws(Errno) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // SAFETY: the call fills at most `length` bytes.
        try checkedLibc(unsafe getsockopt(number, level, name, &value, &length))
        return value
    }

    func setOption(_ level: Int32, _ name: Int32, _ value: Int32) throws(Errno) {
        var value = value
        // SAFETY: the call reads `length` bytes of a local.
        try checkedLibc(
            unsafe setsockopt(number, level, name, &value, socklen_t(MemoryLayout<Int32>.size)))
    }
}

/// `struct sockaddr_in` or `sockaddr_in6`, in storage large enough for both.
private struct RawAddress {
    private var storage = sockaddr_storage()
    private var length: socklen_t

    init() { length = socklen_t(MemoryLayout<sockaddr_storage>.size) }

    init(_ address: SocketAddress) {
        let bytes = address.ip.bytes
        var image: [UInt8] = [0, 0, UInt8(address.port >> 8), UInt8(address.port & 255)]
        let family: Int32
        switch address.ip {
        case .v4:
            family = AF_INET
            image += bytes + [UInt8](repeating: 0, count: 8)
        case .v6:
            family = AF_INET6
            image += [0, 0, 0, 0] + bytes + [0, 0, 0, 0]
        }
        length = socklen_t(image.count)
        // SAFETY: an image is 16 or 28 bytes; the storage holds 128.
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            unsafe target.copyBytes(from: image)
            unsafe target.storeBytes(of: sa_family_t(family), as: sa_family_t.self)
        }
    }

    /// Whether the kernel filled in an address.
    var hasAddress: Bool { length >= 16 }

    mutating func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        let length = length
        // SAFETY: the storage outlives the call; sockaddr is its common prefix.
        return unsafe withUnsafeBytes(of: &storage) { bytes in
            guard let base = bytes.baseAddress else { preconditionFailure("storage is not empty") }
            return unsafe body(base.assumingMemoryBound(to: sockaddr.self), length)
        }
    }

    mutating func withMutablePointer<R, E: Error>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) throws(E) -> R
    ) throws(E) -> R {
        var size = length
        defer { length = size }
        // SAFETY: the storage outlives the call; sockaddr is its common prefix.
        return try unsafe withUnsafeMutablePointer(to: &storage) { (pointer) throws(E) -> R in
            let name = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(
                to: sockaddr.self)
            return try unsafe body(name, &size)
        }
    }

    func decoded() throws(Errno) -> SocketAddress {
        let image = unsafe withUnsafeBytes(of: storage) { unsafe [UInt8]($0.prefix(28)) }
        let port = UInt16(image[2]) << 8 | UInt16(image[3])
        let ip: IPAddress?
        switch Int32(storage.ss_family) {
        case AF_INET where length >= 16: ip = IPAddress(bytes: image[4..<8])
        case AF_INET6 where length >= 28: ip = IPAddress(bytes: image[8..<24])
        default: ip = nil
        }
        guard let ip else { throw .EAFNOSUPPORT }
        return SocketAddress(ip, port: port)
    }
}
