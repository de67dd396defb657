internal import GuestRuntime

/// Bytes in and out. Each pointer below comes from a buffer that outlives the call.
extension FileDescriptor {
    /// `fd_read`: fills the start of `buffer`; the number of bytes, 0 at the end.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        var vector = unsafe wasi_iovec_t(
            buf: buffer.baseAddress, len: wasi_size_t(truncatingIfNeeded: buffer.count))
        var count: wasi_size_t = 0
        try unsafe check(wasi_fd_read(rawValue, &vector, 1, &count))
        return Int(count)
    }

    /// `fd_pread`: like `read`, from `offset` and without moving the position.
    public func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(Errno) -> Int {
        var vector = unsafe wasi_iovec_t(
            buf: buffer.baseAddress, len: wasi_size_t(truncatingIfNeeded: buffer.count))
        var count: wasi_size_t = 0
        try unsafe check(wasi_fd_pread(rawValue, &vector, 1, offset, &count))
        return Int(count)
    }

    /// `fd_write`: the number of bytes taken, which may be fewer than given.
    public func write(_ buffer: UnsafeRawBufferPointer) throws(Errno) -> Int {
        var vector = unsafe wasi_ciovec_t(
            buf: buffer.baseAddress, len: wasi_size_t(truncatingIfNeeded: buffer.count))
        var count: wasi_size_t = 0
        try unsafe check(wasi_fd_write(rawValue, &vector, 1, &count))
        return Int(count)
    }

    /// `fd_pwrite`: like `write`, to `offset` and without moving the position.
    public func write(_ buffer: UnsafeRawBufferPointer, at offset: UInt64) throws(Errno) -> Int {
        var vector = unsafe wasi_ciovec_t(
            buf: buffer.baseAddress, len: wasi_size_t(truncatingIfNeeded: buffer.count))
        var count: wasi_size_t = 0
        try unsafe check(wasi_fd_pwrite(rawValue, &vector, 1, offset, &count))
        return Int(count)
    }

    /// `fd_seek`: the new position, in bytes from the start.
    @discardableResult
    public func seek(_ offset: Int64, from whence: Whence = .start) throws(Errno) -> UInt64 {
        var position: wasi_filesize_t = 0
        try unsafe check(wasi_fd_seek(rawValue, offset, whence.rawValue, &position))
        return position
    }

    /// `fd_tell`: the position, in bytes from the start.
    public func tell() throws(Errno) -> UInt64 {
        var position: wasi_filesize_t = 0
        try unsafe check(wasi_fd_tell(rawValue, &position))
        return position
    }

    /// `fd_allocate`: makes sure that [offset, offset + count) has room on the disk.
    public func allocate(_ count: UInt64, at offset: UInt64) throws(Errno) {
        try check(wasi_fd_allocate(rawValue, offset, count))
    }

    /// `fd_advise`: says how [offset, offset + count) will be used.
    public func advise(_ advice: Advice, at offset: UInt64, count: UInt64) throws(Errno) {
        try check(wasi_fd_advise(rawValue, offset, count, advice.rawValue))
    }

    /// `fd_sync`: data and metadata reach the disk.
    public func sync() throws(Errno) { try check(wasi_fd_sync(rawValue)) }

    /// `fd_datasync`: data reaches the disk.
    public func syncData() throws(Errno) { try check(wasi_fd_datasync(rawValue)) }

    /// Fills the start of `buffer`; the number of bytes, 0 at the end.
    public func read(into buffer: inout [UInt8]) throws(Errno) -> Int {
        var result: Result<Int, Errno> = .success(0)
        unsafe buffer.withUnsafeMutableBytes { bytes in
            do throws(Errno) {
                result = .success(try unsafe read(into: bytes))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    /// Writes everything, in as many calls as the host wants.
    public func writeAll(_ bytes: borrowing [UInt8]) throws(Errno) {
        var failure: Errno?
        unsafe bytes.withUnsafeBytes { bytes in
            do throws(Errno) {
                try unsafe writeAll(bytes)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Writes everything, in as many calls as the host wants.
    public func writeAll(_ text: String) throws(Errno) {
        var text = text
        var failure: Errno?
        text.withUTF8 { bytes in
            do throws(Errno) {
                try unsafe writeAll(UnsafeRawBufferPointer(bytes))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Writes everything, in as many calls as the host wants.
    public func writeAll(_ buffer: UnsafeRawBufferPointer) throws(Errno) {
        var rest = unsafe buffer[...]
        while unsafe !rest.isEmpty {
            let count = try unsafe write(UnsafeRawBufferPointer(rebasing: rest))
            // A host that takes nothing, or more than it was given, would keep us here for ever.
            guard count > 0, unsafe count <= rest.count else { throw .io }
            unsafe rest = rest.dropFirst(count)
        }
    }
}
