/// Streams that are ready for use: connected within a time limit, or listening.
extension BorrowedDescriptor {
    /// A stream socket that listens on an address (port 0: one that is free), also one that a socket
    /// closed a moment ago.
    ///
    /// - Parameter onlyV6: whether an IPv6 address leaves IPv4 clients out; else the system decides.
    package static func listening(
        on address: SocketAddress, backlog: Int32 = 128, onlyV6: Bool = false
    ) throws(Errno) -> FileDescriptor {
        let socket = try makeSocket(AddressFamily(of: address.ip), .stream)
        try socket.borrowed.setSocketOption(.reuseAddress, to: 1)
        if onlyV6, case .v6 = address.ip { try socket.borrowed.setSocketOption(.ipv6Only, to: 1) }
        try socket.borrowed.bind(to: address)
        try socket.borrowed.listen(backlog: backlog)
        return socket
    }

    /// A stream socket connected to an address, within ten seconds unless told otherwise. It does not
    /// block afterwards either.
    ///
    /// - Throws: `ETIMEDOUT` when the time is up, or the error that connecting came to.
    package static func connected(
        to address: SocketAddress, timeoutNanoseconds: UInt64 = 10_000_000_000
    ) throws(Errno) -> FileDescriptor {
        let socket = try makeSocket(AddressFamily(of: address.ip), .stream)
        try socket.borrowed.connect(to: address, timeoutNanoseconds: timeoutNanoseconds)
        return socket
    }

    /// connect(2) on a socket that does not block, waiting until it is connected.
    ///
    /// - Throws: `ETIMEDOUT` when the time is up, or the error that connecting came to.
    package func connect(
        to address: SocketAddress, timeoutNanoseconds: UInt64
    ) throws(Errno) {
        do throws(Errno) {
            try connect(to: address)
        } catch {
            guard error == .EINPROGRESS else { throw error }
            var entries = [PollEntry(self, .writable)]
            guard try poll(&entries, timeoutNanoseconds: timeoutNanoseconds) > 0 else {
                throw .ETIMEDOUT
            }
            if let error = try takeSocketError() { throw error }
        }
    }
}
