internal import CPlatform
import Glibc

/// A file descriptor that is ours: closed when its owner goes.
package struct FileDescriptor: ~Copyable {
    /// The operations. Must not be kept longer than the owner.
    package let borrowed: BorrowedDescriptor

    /// Takes ownership of an open descriptor.
    package init(owning number: Int32) { borrowed = BorrowedDescriptor(number: number) }

    deinit {
        // A failing close still releases the descriptor on Linux; errors of earlier writes are
        // reported by `synchronize`.
        close(borrowed.number)
    }

    /// The kernel's number for it.
    package var number: Int32 { borrowed.number }

    /// Gives up ownership: the caller closes it.
    package consuming func release() -> Int32 {
        let number = borrowed.number
        discard self
        return number
    }

    /// A second descriptor for the same open file (same offset and flags), closed on exec.
    package borrowing func duplicate() throws(Errno) -> FileDescriptor {
        try borrowed.duplicate()
    }
}

extension BorrowedDescriptor {
    /// A second descriptor for the same open file (same offset and flags), closed on exec.
    package func duplicate() throws(Errno) -> FileDescriptor {
        let copy = try checked(martlet_fcntl(number, F_DUPFD_CLOEXEC, 3))
        return FileDescriptor(owning: Int32(copy))
    }
}

/// How to open a file (`open(2)`); bits of the kernel.
package struct OpenFlags: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let readOnly = OpenFlags([])
    package static let writeOnly = OpenFlags(rawValue: O_WRONLY)
    package static let readWrite = OpenFlags(rawValue: O_RDWR)
    package static let create = OpenFlags(rawValue: O_CREAT)
    package static let exclusive = OpenFlags(rawValue: O_EXCL)
    package static let truncate = OpenFlags(rawValue: O_TRUNC)
    package static let append = OpenFlags(rawValue: O_APPEND)
    package static let directory = OpenFlags(rawValue: O_DIRECTORY)
    package static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
    package static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
    package static let dataSync = OpenFlags(rawValue: O_DSYNC)
    package static let sync = OpenFlags(rawValue: O_SYNC)
    /// Names a place only: no reading or writing, but a base for the `…at` calls and `stat`.
    package static let pathOnly = OpenFlags(rawValue: martlet_O_PATH)
    package static let noControllingTerminal = OpenFlags(rawValue: O_NOCTTY)
}

extension BorrowedDescriptor {
    /// How often a lookup is tried again when something is renamed in the middle of it.
    private static let lookupAttempts = 128

    /// openat2(2) that never leaves the tree below this directory: neither by `..`, nor by absolute
    /// or magic links, nor when names change during the lookup.
    ///
    /// - Throws: `EXDEV` when the path leads out of the tree; `ENOSYS` on Linux before 5.6;
    ///   `EAGAIN` when others kept renaming while it was tried again and again.
    package func openBeneath(
        _ path: PathName, _ flags: OpenFlags, mode: UInt32 = 0
    ) throws(Errno) -> FileDescriptor {
        let wanted = UInt64(UInt32(bitPattern: flags.rawValue | O_CLOEXEC))
        let resolve = martlet_RESOLVE_BENEATH | martlet_RESOLVE_NO_MAGICLINKS
        var attempt = 1
        while true {
            // SAFETY: the path is terminated; the kernel only reads it.
            let value = unsafe path.withPointer {
                unsafe martlet_openat2(number, $0, wanted, UInt64(mode), resolve)
            }
            if value >= 0 { return FileDescriptor(owning: Int32(value)) }
            let error = Errno(rawValue: Int32(-value))
            if error == .EINTR { continue }
            guard error == .EAGAIN, attempt < Self.lookupAttempts else { throw error }
            attempt += 1
        }
    }

    /// openat(2) without containment, for paths that we chose ourselves.
    package func open(
        _ path: PathName, _ flags: OpenFlags, mode: UInt32 = 0o666
    ) throws(Errno) -> FileDescriptor {
        // openat2 without RESOLVE bits is openat; it refuses a mode when nothing is created.
        let wanted = UInt64(UInt32(bitPattern: flags.rawValue | O_CLOEXEC))
        let bits = flags.contains(.create) ? UInt64(mode) : 0
        // SAFETY: the path is terminated; the kernel only reads it.
        let value = unsafe path.withPointer { unsafe martlet_openat2(number, $0, wanted, bits, 0) }
        return FileDescriptor(owning: Int32(try checked(value)))
    }
}
