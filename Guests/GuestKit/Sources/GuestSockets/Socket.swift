public import GuestKit
internal import GuestRuntime

/// Sockets that the program opens itself, by the `sock_*` imports of WAMR's socket library.
///
/// Preview 1 alone does not have them: a program that uses this module needs a host that does.
public enum Socket {
    /// `sock_open`: an IPv4 or IPv6 stream.
    public static func openStream(ipv6: Bool = false) throws(Errno) -> FileDescriptor {
        var opened: wasi_fd_t = 0
        // The first argument names an address pool; all hosts that have one ignore the number.
        try unsafe check(wasi_sock_open(wasi_fd_t.max, ipv6 ? 1 : 0, 1, &opened))
        return FileDescriptor(rawValue: opened)
    }

    /// `sock_open`, `sock_set_reuse_addr`, `sock_bind`, `sock_listen`.
    public static func listen(
        at address: SocketAddress, backlog: UInt32 = 128
    ) throws(Errno) -> FileDescriptor {
        let socket = try openStream(ipv6: address.address.count == 16)
        var raw = address.raw
        try check(wasi_sock_set_reuse_addr(socket.rawValue, 1))
        try unsafe check(wasi_sock_bind(socket.rawValue, &raw))
        try check(wasi_sock_listen(socket.rawValue, backlog))
        return socket
    }

    /// `sock_open`, `sock_connect`.
    public static func connect(to address: SocketAddress) throws(Errno) -> FileDescriptor {
        let socket = try openStream(ipv6: address.address.count == 16)
        var raw = address.raw
        try unsafe check(wasi_sock_connect(socket.rawValue, &raw))
        return socket
    }

    /// `sock_addr_local`.
    public static func localAddress(of socket: FileDescriptor) throws(Errno) -> SocketAddress {
        var raw = wasi_address_t()
        try unsafe check(wasi_sock_addr_local(socket.rawValue, &raw))
        guard let address = SocketAddress(raw) else { throw .io }
        return address
    }

    /// `sock_addr_remote`.
    public static func remoteAddress(of socket: FileDescriptor) throws(Errno) -> SocketAddress {
        var raw = wasi_address_t()
        try unsafe check(wasi_sock_addr_remote(socket.rawValue, &raw))
        guard let address = SocketAddress(raw) else { throw .io }
        return address
    }

    /// `sock_set_tcp_no_delay`.
    public static func setNoDelay(_ on: Bool, of socket: FileDescriptor) throws(Errno) {
        try check(wasi_sock_set_tcp_no_delay(socket.rawValue, on ? 1 : 0))
    }
}

private func check(_ errno: wasi_errno_t) throws(Errno) {
    if errno != 0 { throw Errno(rawValue: errno) }
}
