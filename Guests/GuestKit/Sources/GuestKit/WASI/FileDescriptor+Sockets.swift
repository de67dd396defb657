internal import GuestRuntime

/// The four socket calls of preview 1, for listeners and connections that the host opened.
extension FileDescriptor {
    /// `sock_accept`.
    public func accept(_ flags: DescriptorFlags = []) throws(Errno) -> FileDescriptor {
        var connection: wasi_fd_t = 0
        try unsafe check(wasi_sock_accept(rawValue, flags.rawValue, &connection))
        return FileDescriptor(rawValue: connection)
    }

    /// `sock_recv`: fills the start of `buffer`; the number of bytes, 0 when the peer has finished.
    public func receive(
        into buffer: UnsafeMutableRawBufferPointer, peek: Bool = false, waitForAll: Bool = false
    ) throws(Errno) -> Int {
        var vector = unsafe wasi_iovec_t(buf: buffer.baseAddress, len: wasi_size_t(buffer.count))
        var count: wasi_size_t = 0
        var flags: wasi_roflags_t = 0
        let how = wasi_riflags_t((peek ? 1 : 0) | (waitForAll ? 2 : 0))
        try unsafe check(wasi_sock_recv(rawValue, &vector, 1, how, &count, &flags))
        return Int(count)
    }

    /// `sock_send`: the number of bytes taken.
    public func send(_ buffer: UnsafeRawBufferPointer) throws(Errno) -> Int {
        var vector = unsafe wasi_ciovec_t(buf: buffer.baseAddress, len: wasi_size_t(buffer.count))
        var count: wasi_size_t = 0
        try unsafe check(wasi_sock_send(rawValue, &vector, 1, 0, &count))
        return Int(count)
    }

    /// `sock_shutdown`: no more reading, no more writing, or both.
    public func shutdown(reading: Bool = false, writing: Bool = true) throws(Errno) {
        let how = wasi_sdflags_t((reading ? 1 : 0) | (writing ? 2 : 0))
        try check(wasi_sock_shutdown(rawValue, how))
    }
}
