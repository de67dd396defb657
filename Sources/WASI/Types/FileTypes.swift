internal import Platform

/// `filetype` of typenames.witx.
package enum FileKind: UInt8, Sendable {
    case unknown, blockDevice, characterDevice, directory, regularFile, socketDatagram, socketStream
    case symbolicLink

    init(_ kind: NodeKind) {
        self =
            switch kind {
            case .regularFile: .regularFile
            case .directory: .directory
            case .symbolicLink: .symbolicLink
            case .characterDevice: .characterDevice
            case .blockDevice: .blockDevice
            case .socket: .socketStream
            case .pipe, .unknown: .unknown
            }
    }
}

/// `fdflags` of typenames.witx.
package struct FdFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let append = FdFlags(rawValue: 1)
    package static let dsync = FdFlags(rawValue: 2)
    package static let nonblock = FdFlags(rawValue: 4)
    package static let rsync = FdFlags(rawValue: 8)
    package static let sync = FdFlags(rawValue: 16)

    static let all = FdFlags(rawValue: 31)
}

/// `oflags` of typenames.witx.
package struct OFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let creat = OFlags(rawValue: 1)
    package static let directory = OFlags(rawValue: 2)
    package static let excl = OFlags(rawValue: 4)
    package static let trunc = OFlags(rawValue: 8)

    static let all = OFlags(rawValue: 15)
}

/// `fstflags` of typenames.witx.
struct FstFlags: OptionSet, Sendable {
    let rawValue: UInt16

    static let atim = FstFlags(rawValue: 1)
    static let atimNow = FstFlags(rawValue: 2)
    static let mtim = FstFlags(rawValue: 4)
    static let mtimNow = FstFlags(rawValue: 8)

    static let all = FstFlags(rawValue: 15)
}

/// From where `fd_seek` counts, with the numbers of snapshot 1.
package enum Whence: UInt8, Sendable {
    case set, current, end

    /// The numbers of `wasi_unstable` differ: 0 is here, 1 the end, 2 the start.
    init?(unstable value: UInt8) {
        switch value {
        case 0: self = .current
        case 1: self = .end
        case 2: self = .set
        default: return nil
        }
    }
}

/// Which of the two historical forms of the interface a guest was built for.
package enum Snapshot: Sendable {
    /// `wasi_unstable`, also called preview 0.
    case unstable
    /// `wasi_snapshot_preview1`.
    case preview1
}

/// `filestat` of typenames.witx. Times are nanoseconds since 1970.
package struct FileStat: Equatable, Sendable {
    package var device: UInt64 = 0
    package var inode: UInt64 = 0
    package var kind: FileKind = .unknown
    package var linkCount: UInt64 = 1
    package var sizeBytes: UInt64 = 0
    package var accessTime: UInt64 = 0
    package var modificationTime: UInt64 = 0
    package var changeTime: UInt64 = 0

    package init() {}

    /// The kernel's word, with what WASI can not express (negative sizes and times) clamped to 0.
    init(_ status: FileStatus) {
        device = status.device
        inode = status.inode
        kind = FileKind(status.kind)
        linkCount = status.linkCount
        sizeBytes = UInt64(clamping: status.sizeBytes)
        accessTime = UInt64(clamping: status.accessTime)
        modificationTime = UInt64(clamping: status.modificationTime)
        changeTime = UInt64(clamping: status.changeTime)
    }

    /// Size of the structure in guest memory.
    static func byteCount(_ snapshot: Snapshot) -> UInt32 { snapshot == .preview1 ? 64 : 56 }

    /// Writes the structure; the older snapshot has a 32-bit link count and so other offsets.
    func store(_ snapshot: Snapshot, to memory: GuestMemory, at address: UInt32) throws(WASIErrno) {
        try memory.check(at: address, byteCount: Self.byteCount(snapshot))
        try memory.zero(at: address, byteCount: Self.byteCount(snapshot))
        try memory.store(device, at: address)
        try memory.store(inode, at: address, offset: 8)
        try memory.store(kind.rawValue, at: address, offset: 16)
        let tail: UInt32
        switch snapshot {
        case .unstable:
            try memory.store(UInt32(clamping: linkCount), at: address, offset: 20)
            tail = 24
        case .preview1:
            try memory.store(linkCount, at: address, offset: 24)
            tail = 32
        }
        try memory.store(sizeBytes, at: address, offset: tail)
        try memory.store(accessTime, at: address, offset: tail + 8)
        try memory.store(modificationTime, at: address, offset: tail + 16)
        try memory.store(changeTime, at: address, offset: tail + 24)
    }
}

/// What to do with one of a file's times.
package enum TimeUpdate: Equatable, Sendable {
    case keep
    /// Nanoseconds since 1970.
    case set(UInt64)

    var change: TimeChange {
        switch self {
        case .keep: .keep
        case .set(let nanoseconds): .set(nanoseconds: nanoseconds)
        }
    }
}

/// `advice` of typenames.witx.
package enum Advice: UInt8, Sendable {
    case normal, sequential, random, willNeed, doNotNeed, noReuse

    var access: AccessAdvice {
        switch self {
        case .normal: .normal
        case .sequential: .sequential
        case .random: .random
        case .willNeed: .willNeed
        case .doNotNeed: .doNotNeed
        case .noReuse: .noReuse
        }
    }
}
