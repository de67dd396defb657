internal import Bytes

/// What an inode is.
package enum FileKind: UInt8, Sendable, CaseIterable {
    /// A regular file.
    case file = 1
    /// A directory.
    case directory = 2
    /// A symbolic link; its content is the target.
    case symlink = 3
}

/// An inode's 128 bytes in the inode table.
struct InodeRecord: Equatable, Sendable {
    /// Size of an encoded record.
    static let byteCount = 128
    /// Records in a block of the table.
    static let perBlock = VaultFormat.blockSize / byteCount

    /// `nil` for a record that is not in use.
    var kind: FileKind?
    /// Levels of interior blocks between `root` and the data; 0 when `root` is block 0 itself.
    var height = 0
    /// Names that lead here. 0 while a file lives only because it is open.
    var linkCount: UInt32 = 0
    /// Size in bytes.
    var size: UInt64 = 0
    /// Data blocks in use.
    var blockCount: UInt64 = 0
    /// Last access, nanoseconds since 1970.
    var accessed: UInt64 = 0
    /// Last change of content, nanoseconds since 1970.
    var modified: UInt64 = 0
    /// Last change of this record, nanoseconds since 1970.
    var changed: UInt64 = 0
    /// The directory that holds this directory; 0 for others.
    var parent: InodeNumber = 0
    /// Entries in this directory; 0 for others.
    var entryCount: UInt64 = 0
    /// Most probes that any name in this directory took to find a free hash.
    var probes: UInt8 = 0
    /// Top of the tree of blocks.
    var root = BlockPointer.null

    /// Size of the part that a journal entry carries: everything but the tree.
    static let attributeByteCount = 66

    /// The attributes, without the tree.
    var encodedAttributes: [UInt8] {
        var bytes: [UInt8] = [kind?.rawValue ?? 0, probes]
        bytes.append(littleEndian: linkCount)
        bytes.append(littleEndian: UInt32(0))
        for field in [size, blockCount, accessed, modified, changed, parent, entryCount] {
            bytes.append(littleEndian: field)
        }
        return bytes
    }

    /// The whole record.
    var encoded: [UInt8] {
        guard kind != nil else { return [UInt8](repeating: 0, count: Self.byteCount) }
        var bytes = encodedAttributes
        bytes.append(UInt8(height))
        bytes.pad(to: Self.byteCount - BlockPointer.byteCount)
        return bytes + root.encoded
    }

    init(kind: FileKind?) { self.kind = kind }

    /// Reads the attributes; the tree stays empty.
    init(attributes reader: inout ByteReader) throws(MalformedBytes) {
        let start = reader.offset
        let kindByte: UInt8 = try reader.integer("inode kind")
        probes = try reader.integer("probe count")
        linkCount = try reader.integer("link count")
        let reserved: UInt32 = try reader.integer("reserved")
        size = try reader.integer("size")
        blockCount = try reader.integer("block count")
        accessed = try reader.integer("access time")
        modified = try reader.integer("modification time")
        changed = try reader.integer("change time")
        parent = try reader.integer("parent")
        entryCount = try reader.integer("entry count")
        kind = FileKind(rawValue: kindByte)
        guard kind != nil || kindByte == 0, reserved == 0, size <= VaultFormat.maximumFileSize
        else {
            throw MalformedBytes(
                field: "inode record", offset: start, problem: "kind \(kindByte), size \(size)")
        }
    }

    /// Reads a whole record.
    init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let start = reader.offset
        try self.init(attributes: &reader)
        let heightByte: UInt8 = try reader.integer("height")
        height = Int(heightByte)
        let used = reader.offset - start
        _ = try reader.bytes(Self.byteCount - BlockPointer.byteCount - used, "padding")
        root = try BlockPointer(decoding: &reader)
        guard height <= VaultFormat.maximumHeight else {
            throw MalformedBytes(field: "height", offset: start, problem: "\(height) levels")
        }
    }
}
