internal import CPlatform
import Glibc

/// What kind of thing a descriptor or name stands for (`inode(7)`, file type).
package enum NodeKind: Sendable {
    case regularFile, directory, symbolicLink, characterDevice, blockDevice, pipe, socket, unknown

    init(mode: mode_t) {
        self =
            switch mode & S_IFMT {
            case S_IFREG: .regularFile
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFCHR: .characterDevice
            case S_IFBLK: .blockDevice
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            default: .unknown
            }
    }
}

/// What stat(2) says about a file. Times are nanoseconds since 1970 and may be negative.
package struct FileStatus: Sendable {
    package var device: UInt64
    package var inode: UInt64
    package var kind: NodeKind
    /// Permission bits, without the kind.
    package var permissions: UInt32
    package var linkCount: UInt64
    package var sizeBytes: Int64
    package var accessTime: Int64
    package var modificationTime: Int64
    package var changeTime: Int64

    init(_ raw: stat) {
        device = UInt64(raw.st_dev)
        inode = UInt64(raw.st_ino)
        kind = NodeKind(mode: raw.st_mode)
        permissions = UInt32(raw.st_mode & 0o7777)
        linkCount = UInt64(raw.st_nlink)
        sizeBytes = Int64(raw.st_size)
        accessTime = Self.nanoseconds(raw.st_atim)
        modificationTime = Self.nanoseconds(raw.st_mtim)
        changeTime = Self.nanoseconds(raw.st_ctim)
    }

    /// Saturates: a file system may hold any 64-bit second.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        let (product, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return time.tv_sec < 0 ? .min : .max }
        let (sum, carry) = product.addingReportingOverflow(Int64(time.tv_nsec))
        return carry ? .max : sum
    }
}

/// What to do with one timestamp (utimensat(2)).
package enum TimeChange: Equatable, Sendable {
    /// Leave it.
    case keep
    /// The kernel's present time.
    case now
    /// Nanoseconds since 1970.
    case set(nanoseconds: UInt64)

    var specification: timespec {
        switch self {
        case .keep: timespec(tv_sec: 0, tv_nsec: 0x3fff_fffe)  // UTIME_OMIT
        case .now: timespec(tv_sec: 0, tv_nsec: 0x3fff_ffff)  // UTIME_NOW
        case .set(let nanoseconds):
            timespec(
                tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        }
    }
}

/// How a file will be used (posix_fadvise(2)).
package enum AccessAdvice: Sendable {
    case normal, sequential, random, willNeed, doNotNeed, noReuse

    fileprivate var bits: Int32 {
        switch self {
        case .normal: POSIX_FADV_NORMAL
        case .random: POSIX_FADV_RANDOM
        case .sequential: POSIX_FADV_SEQUENTIAL
        case .willNeed: POSIX_FADV_WILLNEED
        case .doNotNeed: POSIX_FADV_DONTNEED
        case .noReuse: POSIX_FADV_NOREUSE
        }
    }
}

extension BorrowedDescriptor {
    /// fstat(2).
    package func status() throws(Errno) -> FileStatus {
        var raw = stat()
        // SAFETY: fstat fills the structure it is given.
        try checkedLibc(unsafe fstat(number, &raw))
        return FileStatus(raw)
    }

    /// lseek(2); returns the new offset from the start.
    ///
    /// - Parameter whence: 0 from the start, 1 from here, 2 from the end.
    package func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 {
        Int64(try checkedLibc(lseek(number, off_t(offset), whence)))
    }

    /// Whether a file has anything but holes (lseek(2), SEEK_DATA); true where the file system can not
    /// tell.
    package var holdsData: Bool {
        do throws(Errno) {
            _ = try seek(0, whence: 3)
            return true
        } catch {
            return error.rawValue != ENXIO
        }
    }

    /// ftruncate(2).
    package func setSize(_ byteCount: Int64) throws(Errno) {
        _ = try retrying { Int(ftruncate(number, off_t(byteCount))) }
    }

    /// fallocate(2) mode 0: makes room, growing the file when needed.
    package func allocate(offset: Int64, byteCount: Int64) throws(Errno) {
        _ = try checked(martlet_allocate(number, offset, byteCount))
    }

    /// posix_fadvise(2).
    package func advise(
        offset: Int64, byteCount: Int64, _ advice: AccessAdvice
    ) throws(Errno) {
        // This one returns the error instead of setting errno.
        let error = posix_fadvise(number, off_t(offset), off_t(byteCount), advice.bits)
        guard error == 0 else { throw Errno(rawValue: error) }
    }

    /// fsync(2), or fdatasync(2) when only the data and what is needed to find it must be kept.
    package func synchronize(dataOnly: Bool) throws(Errno) {
        _ = try retrying { Int(dataOnly ? fdatasync(number) : fsync(number)) }
    }

    /// futimens(2).
    package func setTimes(access: TimeChange, modification: TimeChange) throws(Errno) {
        let times = [access.specification, modification.specification]
        // SAFETY: the array holds the two elements that the call reads.
        try checkedLibc(unsafe futimens(number, times))
    }

    /// The O_* bits of the open file (fcntl(2), F_GETFL).
    package func statusFlags() throws(Errno) -> OpenFlags {
        OpenFlags(
            rawValue: Int32(truncatingIfNeeded: try checked(martlet_fcntl(number, F_GETFL, 0))))
    }

    /// Sets O_APPEND, O_NONBLOCK and the like on the open file (fcntl(2), F_SETFL).
    package func setStatusFlags(_ flags: OpenFlags) throws(Errno) {
        _ = try checked(martlet_fcntl(number, F_SETFL, Int(flags.rawValue)))
    }

    /// Bytes that can be read without waiting (ioctl FIONREAD).
    package func readableByteCount() throws(Errno) -> Int {
        try checked(martlet_readable_bytes(number))
    }

    /// Whether it is a terminal (isatty(3)).
    package var isTerminal: Bool { isatty(number) == 1 }
}
