internal import GuestRuntime

/// A file's metadata (typename `filestat`). Times are nanoseconds since 1970.
public struct FileStatus: Sendable {
    /// The device that holds the file.
    public let device: UInt64
    /// The file's number on that device.
    public let inode: UInt64
    /// What it is.
    public let type: FileType
    /// How many names it has.
    public let links: UInt64
    /// Bytes.
    public let size: UInt64
    /// Last access.
    public let accessTime: UInt64
    /// Last change of the content.
    public let modificationTime: UInt64
    /// Last change of the metadata.
    public let changeTime: UInt64

    init(_ raw: wasi_filestat_t) {
        device = raw.dev
        inode = raw.ino
        type = FileType(rawValue: raw.filetype) ?? .unknown
        links = raw.nlink
        size = raw.size
        accessTime = raw.atim
        modificationTime = raw.mtim
        changeTime = raw.ctim
    }
}

/// What a descriptor is and may do (typename `fdstat`).
public struct DescriptorStatus: Sendable {
    /// What it is.
    public let type: FileType
    /// How reads and writes behave.
    public let flags: DescriptorFlags
    /// What may be done with it.
    public let rights: Rights
    /// What may be done with descriptors opened through it.
    public let inheritingRights: Rights

    init(_ raw: wasi_fdstat_t) {
        type = FileType(rawValue: raw.filetype) ?? .unknown
        flags = DescriptorFlags(rawValue: raw.flags)
        rights = Rights(rawValue: raw.rights_base)
        inheritingRights = Rights(rawValue: raw.rights_inheriting)
    }
}

/// One entry of a directory (typename `dirent`).
public struct DirectoryEntry: Sendable {
    /// The name, without a path.
    public let name: String
    /// What it is.
    public let type: FileType
    /// The file's number.
    public let inode: UInt64
    /// Where reading goes on after this entry.
    public let next: UInt64
}
