/// What may be done through a descriptor (typename `rights`).
public struct Rights: OptionSet, Sendable {
    /// The bits as preview 1 numbers them.
    public let rawValue: UInt64
    /// A set by its bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// `fd_datasync`.
    public static var fdDatasync: Rights { Rights(rawValue: 1 << 0) }
    /// `fd_read`, `sock_recv`; with seek also `fd_pread`.
    public static var fdRead: Rights { Rights(rawValue: 1 << 1) }
    /// `fd_seek`; implies tell.
    public static var fdSeek: Rights { Rights(rawValue: 1 << 2) }
    /// `fd_fdstat_set_flags`.
    public static var fdSetFlags: Rights { Rights(rawValue: 1 << 3) }
    /// `fd_sync`.
    public static var fdSync: Rights { Rights(rawValue: 1 << 4) }
    /// `fd_tell`.
    public static var fdTell: Rights { Rights(rawValue: 1 << 5) }
    /// `fd_write`, `sock_send`; with seek also `fd_pwrite`.
    public static var fdWrite: Rights { Rights(rawValue: 1 << 6) }
    /// `fd_advise`.
    public static var fdAdvise: Rights { Rights(rawValue: 1 << 7) }
    /// `fd_allocate`.
    public static var fdAllocate: Rights { Rights(rawValue: 1 << 8) }
    /// `path_create_directory`.
    public static var createDirectory: Rights { Rights(rawValue: 1 << 9) }
    /// `path_open` with create.
    public static var createFile: Rights { Rights(rawValue: 1 << 10) }
    /// `path_link` from here.
    public static var linkSource: Rights { Rights(rawValue: 1 << 11) }
    /// `path_link` to here.
    public static var linkTarget: Rights { Rights(rawValue: 1 << 12) }
    /// `path_open`.
    public static var openPath: Rights { Rights(rawValue: 1 << 13) }
    /// `fd_readdir`.
    public static var readDirectory: Rights { Rights(rawValue: 1 << 14) }
    /// `path_readlink`.
    public static var readLink: Rights { Rights(rawValue: 1 << 15) }
    /// `path_rename` from here.
    public static var renameSource: Rights { Rights(rawValue: 1 << 16) }
    /// `path_rename` to here.
    public static var renameTarget: Rights { Rights(rawValue: 1 << 17) }
    /// `path_filestat_get`.
    public static var pathStatus: Rights { Rights(rawValue: 1 << 18) }
    /// `path_open` with truncate.
    public static var pathSetSize: Rights { Rights(rawValue: 1 << 19) }
    /// `path_filestat_set_times`.
    public static var pathSetTimes: Rights { Rights(rawValue: 1 << 20) }
    /// `fd_filestat_get`.
    public static var fdStatus: Rights { Rights(rawValue: 1 << 21) }
    /// `fd_filestat_set_size`.
    public static var fdSetSize: Rights { Rights(rawValue: 1 << 22) }
    /// `fd_filestat_set_times`.
    public static var fdSetTimes: Rights { Rights(rawValue: 1 << 23) }
    /// `path_symlink`.
    public static var symlink: Rights { Rights(rawValue: 1 << 24) }
    /// `path_remove_directory`.
    public static var removeDirectory: Rights { Rights(rawValue: 1 << 25) }
    /// `path_unlink_file`.
    public static var unlinkFile: Rights { Rights(rawValue: 1 << 26) }
    /// `poll_oneoff` on this descriptor.
    public static var poll: Rights { Rights(rawValue: 1 << 27) }
    /// `sock_shutdown`.
    public static var shutdown: Rights { Rights(rawValue: 1 << 28) }
    /// `sock_accept`.
    public static var accept: Rights { Rights(rawValue: 1 << 29) }
    /// Every right that preview 1 names.
    public static var all: Rights { Rights(rawValue: (1 << 30) - 1) }
}

/// How reads and writes behave (typename `fdflags`).
public struct DescriptorFlags: OptionSet, Sendable {
    /// The bits as preview 1 numbers them.
    public let rawValue: UInt16
    /// A set by its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// Every write goes to the end.
    public static var append: DescriptorFlags { DescriptorFlags(rawValue: 1) }
    /// Data is on the disk when a write returns.
    public static var dataSync: DescriptorFlags { DescriptorFlags(rawValue: 2) }
    /// `EAGAIN` instead of waiting.
    public static var nonBlocking: DescriptorFlags { DescriptorFlags(rawValue: 4) }
    /// Reads wait for pending writes.
    public static var readSync: DescriptorFlags { DescriptorFlags(rawValue: 8) }
    /// Data and metadata are on the disk when a write returns.
    public static var sync: DescriptorFlags { DescriptorFlags(rawValue: 16) }
}

/// What `path_open` does beside opening (typename `oflags`).
public struct OpenFlags: OptionSet, Sendable {
    /// The bits as preview 1 numbers them.
    public let rawValue: UInt16
    /// A set by its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// Create the file when it does not exist.
    public static var create: OpenFlags { OpenFlags(rawValue: 1) }
    /// Fail when it is not a directory.
    public static var directory: OpenFlags { OpenFlags(rawValue: 2) }
    /// Fail when it exists.
    public static var exclusive: OpenFlags { OpenFlags(rawValue: 4) }
    /// Cut the file to 0 bytes.
    public static var truncate: OpenFlags { OpenFlags(rawValue: 8) }
}

/// Which times `setTimes` sets (typename `fstflags`).
public struct TimeFlags: OptionSet, Sendable {
    /// The bits as preview 1 numbers them.
    public let rawValue: UInt16
    /// A set by its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// Access time to the value given.
    public static var access: TimeFlags { TimeFlags(rawValue: 1) }
    /// Access time to now.
    public static var accessNow: TimeFlags { TimeFlags(rawValue: 2) }
    /// Modification time to the value given.
    public static var modification: TimeFlags { TimeFlags(rawValue: 4) }
    /// Modification time to now.
    public static var modificationNow: TimeFlags { TimeFlags(rawValue: 8) }
}

/// What a descriptor or an entry is (typename `filetype`).
public enum FileType: UInt8, Sendable {
    /// Something else.
    case unknown
    /// A block device.
    case blockDevice
    /// A character device, such as a terminal.
    case characterDevice
    /// A directory.
    case directory
    /// A regular file.
    case regularFile
    /// A datagram socket.
    case datagramSocket
    /// A stream socket.
    case streamSocket
    /// A symbolic link.
    case symbolicLink
}

/// What a seek counts from (typename `whence`).
public enum Whence: UInt8, Sendable {
    /// The start of the file.
    case start
    /// The current position.
    case current
    /// The end of the file.
    case end
}

/// How a file will be used (typename `advice`).
public enum Advice: UInt8, Sendable {
    /// No particular way.
    case normal
    /// From low to high offsets.
    case sequential
    /// In no order.
    case random
    /// Soon.
    case willNeed
    /// Not soon.
    case dontNeed
    /// Once.
    case noReuse
}

/// A clock of the host (typename `clockid`).
public enum Clock: UInt32, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    case realtime
    /// Never goes back.
    case monotonic
    /// CPU time of the process.
    case processCPU
    /// CPU time of the thread.
    case threadCPU
}
