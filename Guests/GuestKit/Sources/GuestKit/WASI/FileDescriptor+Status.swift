internal import GuestRuntime

extension FileDescriptor {
    /// `fd_close`.
    public func close() throws(Errno) { try check(wasi_fd_close(rawValue)) }

    /// `fd_renumber`: `target` becomes this descriptor, and this number is free again.
    public func renumber(to target: FileDescriptor) throws(Errno) {
        try check(wasi_fd_renumber(rawValue, target.rawValue))
    }

    /// `fd_fdstat_get`.
    public func descriptorStatus() throws(Errno) -> DescriptorStatus {
        var raw = wasi_fdstat_t()
        try unsafe check(wasi_fd_fdstat_get(rawValue, &raw))
        return DescriptorStatus(raw)
    }

    /// `fd_fdstat_set_flags`.
    public func setFlags(_ flags: DescriptorFlags) throws(Errno) {
        try check(wasi_fd_fdstat_set_flags(rawValue, flags.rawValue))
    }

    /// `fd_fdstat_set_rights`: gives rights up; they never come back.
    public func setRights(_ rights: Rights, inheriting: Rights) throws(Errno) {
        try check(wasi_fd_fdstat_set_rights(rawValue, rights.rawValue, inheriting.rawValue))
    }

    /// `fd_filestat_get`.
    public func status() throws(Errno) -> FileStatus {
        var raw = wasi_filestat_t()
        try unsafe check(wasi_fd_filestat_get(rawValue, &raw))
        return FileStatus(raw)
    }

    /// `fd_filestat_set_size`: cuts the file, or fills it up with zeros.
    public func setSize(_ size: UInt64) throws(Errno) {
        try check(wasi_fd_filestat_set_size(rawValue, size))
    }

    /// `fd_filestat_set_times`, in nanoseconds since 1970.
    public func setTimes(
        access: UInt64 = 0, modification: UInt64 = 0, _ flags: TimeFlags
    ) throws(Errno) {
        try check(wasi_fd_filestat_set_times(rawValue, access, modification, flags.rawValue))
    }

    /// `fd_prestat_get` and `fd_prestat_dir_name`: the guest's name of a preopened directory.
    ///
    /// - Throws: `EBADF` after the last preopen; `EIO` when the host's name is not UTF-8.
    public func preopenName() throws(Errno) -> String {
        let count = try preopenNameCount()
        var bytes = [UInt8](repeating: 0, count: count)
        let errno = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe wasi_fd_prestat_dir_name(rawValue, $0.baseAddress, wasi_size_t($0.count))
        }
        try check(errno)
        // Some hosts count a terminator.
        if bytes.last == 0 { bytes.removeLast() }
        guard let name = String(validating: bytes, as: UTF8.self) else { throw .io }
        return name
    }

    /// `fd_prestat_get`: the bytes of the name, for descriptors that are preopened directories.
    public func preopenNameCount() throws(Errno) -> Int {
        var raw = wasi_prestat_t()
        try unsafe check(wasi_fd_prestat_get(rawValue, &raw))
        guard raw.tag == 0 else { throw .notsup }
        return Int(raw.name_len)
    }

    /// `fd_readdir`: entries after `cookie`, as many as fit; 0 bytes at the end of the directory.
    public func readDirectory(
        into buffer: UnsafeMutableBufferPointer<UInt8>, after cookie: UInt64
    ) throws(Errno) -> Int {
        var used: wasi_size_t = 0
        try unsafe check(
            wasi_fd_readdir(
                rawValue, buffer.baseAddress, wasi_size_t(buffer.count), cookie, &used))
        return Int(used)
    }
}
