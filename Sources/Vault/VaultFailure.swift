package import Diagnostics

/// Why an operation on an open volume failed. Each case but the last two is one POSIX error.
package enum VaultFailure: Error, Equatable, Sendable {
    /// ENOENT: no such name, or the inode is gone.
    case noEntry
    /// EEXIST: the name is taken.
    case exists
    /// ENOTDIR: a directory was needed.
    case notDirectory
    /// EISDIR: anything but a directory was needed.
    case isDirectory
    /// ENOTEMPTY: the directory has entries.
    case notEmpty
    /// ENOSPC: no free block is left for it.
    case noSpace
    /// EFBIG: past the largest size of a file.
    case fileTooLarge
    /// EINVAL: an argument that can never be right.
    case invalid
    /// ELOOP: too many symbolic links on the way.
    case loop
    /// EMLINK: the file has as many names as it can.
    case tooManyLinks
    /// ENAMETOOLONG: the name or target is too long.
    case nameTooLong
    /// EPERM: not allowed on this kind of file.
    case notPermitted
    /// EROFS: the volume is a snapshot or was opened read-only.
    case readOnly
    /// EAGAIN: another owner holds a lock in the way.
    case wouldBlock
    /// EBUSY: in use, such as a snapshot that is mounted.
    case busy
    /// EIO: the store failed, and said so.
    case store(StoreFailure)
    /// EIO: bytes of the store are not what this volume wrote: damaged, swapped or replayed.
    case damaged(what: String, address: UInt64)
    /// EIO: an earlier failure left it unknown what reached the store; open the volume again.
    case failed
    /// EIO: the anchor refused the new state or could not be asked.
    case anchor(AnchorFailure)
}

extension VaultFailure: Diagnosable {
    package var diagnostic: Diagnostic {
        switch self {
        case .noEntry: Diagnostic(what: "no such file or directory")
        case .exists: Diagnostic(what: "the name is taken")
        case .notDirectory: Diagnostic(what: "not a directory")
        case .isDirectory: Diagnostic(what: "is a directory")
        case .notEmpty: Diagnostic(what: "the directory is not empty")
        case .noSpace:
            Diagnostic(
                what: "no space is left in the vault",
                remedy: "remove files, or make room with `martlet vault grow`")
        case .fileTooLarge: Diagnostic(what: "past the largest file of a vault, 16 TiB")
        case .invalid: Diagnostic(what: "an argument that can never be right")
        case .loop: Diagnostic(what: "too many symbolic links")
        case .tooManyLinks: Diagnostic(what: "the file has as many names as it can")
        case .nameTooLong: Diagnostic(what: "the name is longer than 255 bytes")
        case .notPermitted: Diagnostic(what: "not allowed on this kind of file")
        case .readOnly: Diagnostic(what: "the vault is open for reading only")
        case .wouldBlock: Diagnostic(what: "another owner holds a lock in the way")
        case .busy: Diagnostic(what: "in use")
        case .store(let failure): failure.diagnostic
        case .damaged(let what, let address):
            Diagnostic(
                what: "\(what) is not what this vault wrote: damaged, swapped or replayed",
                where: "block \(address)",
                remedy: "restore the image from a copy; `martlet vault fsck` lists all damage")
        case .failed:
            Diagnostic(
                what: "an earlier failure left it unknown what reached the disk",
                remedy: "open the vault again: it holds the last successful sync")
        case .anchor(let failure): failure.diagnostic
        }
    }
}
