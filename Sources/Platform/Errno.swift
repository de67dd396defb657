import Glibc

/// A Linux error number (`errno-base.h`, `errno.h`), as the value that a system call failed with.
package struct Errno: Error, Equatable, Hashable, Sendable, CustomStringConvertible {
    /// The number; positive for every real error.
    package let rawValue: Int32

    @inlinable
    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// What the calling thread's last failed libc call left behind.
    package static var last: Errno { Errno(rawValue: errno) }

    /// Libc's words for the number, such as `No such file or directory`.
    package var description: String {
        var text = [CChar](repeating: 0, count: 128)
        // SAFETY: strerror_r (the POSIX one, which Swift imports) writes at most `count` bytes.
        let failed = unsafe text.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return true }
            return unsafe strerror_r(rawValue, base, buffer.count) != 0
        }
        let words = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return failed || words.isEmpty
            ? "error \(rawValue)" : String(decoding: words, as: UTF8.self)
    }

    package static let EPERM = Errno(rawValue: Glibc.EPERM)
    package static let ENOENT = Errno(rawValue: Glibc.ENOENT)
    package static let EINTR = Errno(rawValue: Glibc.EINTR)
    package static let EIO = Errno(rawValue: Glibc.EIO)
    package static let EBADF = Errno(rawValue: Glibc.EBADF)
    package static let EAGAIN = Errno(rawValue: Glibc.EAGAIN)
    package static let EBUSY = Errno(rawValue: Glibc.EBUSY)
    package static let ENOMEM = Errno(rawValue: Glibc.ENOMEM)
    package static let EACCES = Errno(rawValue: Glibc.EACCES)
    package static let EFAULT = Errno(rawValue: Glibc.EFAULT)
    package static let EEXIST = Errno(rawValue: Glibc.EEXIST)
    package static let EXDEV = Errno(rawValue: Glibc.EXDEV)
    package static let ENOTDIR = Errno(rawValue: Glibc.ENOTDIR)
    package static let EISDIR = Errno(rawValue: Glibc.EISDIR)
    package static let EINVAL = Errno(rawValue: Glibc.EINVAL)
    package static let EMFILE = Errno(rawValue: Glibc.EMFILE)
    package static let ENFILE = Errno(rawValue: Glibc.ENFILE)
    package static let EFBIG = Errno(rawValue: Glibc.EFBIG)
    package static let ENOSPC = Errno(rawValue: Glibc.ENOSPC)
    package static let ESPIPE = Errno(rawValue: Glibc.ESPIPE)
    package static let EROFS = Errno(rawValue: Glibc.EROFS)
    package static let EMLINK = Errno(rawValue: Glibc.EMLINK)
    package static let EPIPE = Errno(rawValue: Glibc.EPIPE)
    package static let ERANGE = Errno(rawValue: Glibc.ERANGE)
    package static let ENAMETOOLONG = Errno(rawValue: Glibc.ENAMETOOLONG)
    package static let ENOSYS = Errno(rawValue: Glibc.ENOSYS)
    package static let ENOTEMPTY = Errno(rawValue: Glibc.ENOTEMPTY)
    package static let ELOOP = Errno(rawValue: Glibc.ELOOP)
    package static let EOVERFLOW = Errno(rawValue: Glibc.EOVERFLOW)
    package static let EILSEQ = Errno(rawValue: Glibc.EILSEQ)
    package static let ENOTSOCK = Errno(rawValue: Glibc.ENOTSOCK)
    package static let EDESTADDRREQ = Errno(rawValue: Glibc.EDESTADDRREQ)
    package static let EMSGSIZE = Errno(rawValue: Glibc.EMSGSIZE)
    package static let ENOTSUP = Errno(rawValue: Glibc.EOPNOTSUPP)
    package static let EAFNOSUPPORT = Errno(rawValue: Glibc.EAFNOSUPPORT)
    package static let EADDRINUSE = Errno(rawValue: Glibc.EADDRINUSE)
    package static let EADDRNOTAVAIL = Errno(rawValue: Glibc.EADDRNOTAVAIL)
    package static let ECONNABORTED = Errno(rawValue: Glibc.ECONNABORTED)
    package static let ECONNREFUSED = Errno(rawValue: Glibc.ECONNREFUSED)
    package static let ECONNRESET = Errno(rawValue: Glibc.ECONNRESET)
    package static let EISCONN = Errno(rawValue: Glibc.EISCONN)
    package static let ENOTCONN = Errno(rawValue: Glibc.ENOTCONN)
    package static let ETIMEDOUT = Errno(rawValue: Glibc.ETIMEDOUT)
    package static let EALREADY = Errno(rawValue: Glibc.EALREADY)
    package static let EINPROGRESS = Errno(rawValue: Glibc.EINPROGRESS)
}

/// Turns the `-errno` convention of `CPlatform` into a typed error.
@inline(__always)
func checked(_ value: Int) throws(Errno) -> Int {
    guard value >= 0 else { throw Errno(rawValue: Int32(truncatingIfNeeded: 0 &- value)) }
    return value
}

/// Turns libc's `-1` and `errno` convention into a typed error.
@inline(__always) @discardableResult
func checkedLibc<T: SignedInteger>(_ value: T) throws(Errno) -> T {
    guard value >= 0 else { throw Errno.last }
    return value
}
