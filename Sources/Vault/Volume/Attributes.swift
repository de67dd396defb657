/// What is known about a file, directory or link.
package struct Attributes: Equatable, Sendable {
    /// Its number; never reused.
    package var inode: InodeNumber
    /// What it is.
    package var kind: FileKind
    /// Names that lead to it.
    package var linkCount: UInt32
    /// Size in bytes.
    package var size: UInt64
    /// Bytes that its data takes; less than ``size`` when there are holes.
    package var allocatedSize: UInt64
    /// Last access, nanoseconds since 1970. Reading does not change it.
    package var accessed: UInt64
    /// Last change of content, nanoseconds since 1970.
    package var modified: UInt64
    /// Last change of content, names or attributes, nanoseconds since 1970.
    package var changed: UInt64
}

/// How full a volume is.
package struct VolumeUsage: Equatable, Sendable {
    /// Size of a block.
    package var blockSize: Int
    /// Blocks of the volume.
    package var blockCount: UInt64
    /// Blocks that may be used, now or after the next sync.
    package var freeBlockCount: UInt64
    /// Interior blocks in memory.
    package var residentNodeCount: Int
}

extension VolumeCore {
    func attributes(of number: InodeNumber) throws(VaultFailure) -> Attributes {
        let inode = try inode(number)
        let record = inode.record
        return Attributes(
            inode: number, kind: record.kind ?? .file, linkCount: record.linkCount,
            size: record.size,
            allocatedSize: record.blockCount &* UInt64(VaultFormat.blockSize),
            accessed: record.accessed, modified: record.modified, changed: record.changed)
    }
}
