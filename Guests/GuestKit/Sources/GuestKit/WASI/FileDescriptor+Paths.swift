internal import GuestRuntime

/// Paths are relative to this directory and never leave it: the host sees to that.
extension FileDescriptor {
    /// `path_open`. Rights that this directory does not pass on make hosts refuse: ask for what is used.
    public func open(
        _ path: String, followLinks: Bool = true, _ flags: OpenFlags = [],
        rights: Rights, inheriting: Rights = [], descriptorFlags: DescriptorFlags = []
    ) throws(Errno) -> FileDescriptor {
        var opened: wasi_fd_t = 0
        try unsafe withPath(path) { start, count in
            unsafe wasi_path_open(
                rawValue, followLinks ? 1 : 0, start, count, flags.rawValue, rights.rawValue,
                inheriting.rawValue, descriptorFlags.rawValue, &opened)
        }
        return FileDescriptor(rawValue: opened)
    }

    /// `path_create_directory`.
    public func createDirectory(_ path: String) throws(Errno) {
        try unsafe withPath(path) { unsafe wasi_path_create_directory(rawValue, $0, $1) }
    }

    /// `path_remove_directory`: only an empty one.
    public func removeDirectory(_ path: String) throws(Errno) {
        try unsafe withPath(path) { unsafe wasi_path_remove_directory(rawValue, $0, $1) }
    }

    /// `path_unlink_file`: not a directory.
    public func unlinkFile(_ path: String) throws(Errno) {
        try unsafe withPath(path) { unsafe wasi_path_unlink_file(rawValue, $0, $1) }
    }

    /// `path_filestat_get`.
    public func status(of path: String, followLinks: Bool = true) throws(Errno) -> FileStatus {
        var raw = wasi_filestat_t()
        try unsafe withPath(path) {
            unsafe wasi_path_filestat_get(rawValue, followLinks ? 1 : 0, $0, $1, &raw)
        }
        return FileStatus(raw)
    }

    /// `path_filestat_set_times`, in nanoseconds since 1970.
    public func setTimes(
        of path: String, access: UInt64 = 0, modification: UInt64 = 0, _ flags: TimeFlags,
        followLinks: Bool = true
    ) throws(Errno) {
        try unsafe withPath(path) {
            unsafe wasi_path_filestat_set_times(
                rawValue, followLinks ? 1 : 0, $0, $1, access, modification, flags.rawValue)
        }
    }

    /// `path_rename`, replacing what has the new name.
    public func rename(
        _ path: String, to newPath: String, in directory: FileDescriptor
    ) throws(Errno) {
        try unsafe withTwoPaths(path, newPath) { (from, fromCount, to, toCount) in
            unsafe wasi_path_rename(rawValue, from, fromCount, directory.rawValue, to, toCount)
        }
    }

    /// `path_link`: a second name of the same file.
    public func link(
        _ path: String, to newPath: String, in directory: FileDescriptor, followLinks: Bool = false
    ) throws(Errno) {
        try unsafe withTwoPaths(path, newPath) { (from, fromCount, to, toCount) in
            unsafe wasi_path_link(
                rawValue, followLinks ? 1 : 0, from, fromCount, directory.rawValue, to, toCount)
        }
    }

    /// `path_symlink`: `path` becomes a link whose text is `target`.
    public func symlink(_ target: String, at path: String) throws(Errno) {
        try unsafe withTwoPaths(target, path) { (text, textCount, at, atCount) in
            unsafe wasi_path_symlink(text, textCount, rawValue, at, atCount)
        }
    }

    /// `path_readlink`: the text of a link.
    ///
    /// - Throws: `ENAMETOOLONG` when it is longer than `limit` bytes, `EILSEQ` when not UTF-8.
    public func readLink(_ path: String, limit: Int = 4096) throws(Errno) -> String {
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var used: wasi_size_t = 0
        var errno: wasi_errno_t = 0
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var path = path
            errno = path.withUTF8 { text in
                unsafe text.withMemoryRebound(to: CChar.self) {
                    unsafe wasi_path_readlink(
                        rawValue, $0.baseAddress, $0.count, buffer.baseAddress,
                        wasi_size_t(buffer.count), &used)
                }
            }
        }
        try check(errno)
        guard used <= limit else { throw .nametoolong }
        guard let text = String(validating: bytes[..<Int(used)], as: UTF8.self) else {
            throw .ilseq
        }
        return text
    }
}

/// Calls an import that takes two paths.
///
/// SAFETY: both addresses are valid during `body` only; imports do not keep them.
private func withTwoPaths(
    _ first: String, _ second: String,
    _ body: (UnsafePointer<CChar>?, Int, UnsafePointer<CChar>?, Int) -> wasi_errno_t
) throws(Errno) {
    var first = first
    var second = second
    let errno = first.withUTF8 { one in
        unsafe one.withMemoryRebound(to: CChar.self) { one in
            second.withUTF8 { two in
                unsafe two.withMemoryRebound(to: CChar.self) { two in
                    unsafe body(one.baseAddress, one.count, two.baseAddress, two.count)
                }
            }
        }
    }
    try check(errno)
}
