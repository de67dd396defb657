internal import Bytes

/// A state that is kept: its blocks are not freed while it is listed.
package struct Snapshot: Equatable, Sendable {
    /// Size of an encoded snapshot.
    static let byteCount = 256
    /// Longest name, in bytes.
    package static let maximumNameLength = 80

    /// The epoch it shows.
    package var epoch: UInt64
    /// When it was taken, nanoseconds since 1970.
    package var created: UInt64
    /// A person's name for it.
    package var name: String
    /// The number the next inode would have got.
    var nextInode: InodeNumber
    /// The inode table at that epoch.
    var inodeTable: InodeRecord

    /// The snapshot as the snapshot table holds it.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: epoch)
        bytes.append(littleEndian: created)
        bytes.append(littleEndian: nextInode)
        bytes += inodeTable.encoded
        let text = Array(name.utf8.prefix(Self.maximumNameLength))
        bytes.append(UInt8(text.count))
        bytes += text
        bytes.pad(to: Self.byteCount)
        return bytes
    }

    init(
        epoch: UInt64, created: UInt64, name: String, nextInode: InodeNumber,
        inodeTable: InodeRecord
    ) {
        self.epoch = epoch
        self.created = created
        self.name = name
        self.nextInode = nextInode
        self.inodeTable = inodeTable
    }

    /// Reads a snapshot.
    init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let start = reader.offset
        epoch = try reader.integer("snapshot epoch")
        created = try reader.integer("snapshot time")
        nextInode = try reader.integer("next inode")
        inodeTable = try InodeRecord(decoding: &reader)
        let length: UInt8 = try reader.integer("name length")
        name = String(decoding: try reader.bytes(Int(length), "snapshot name"), as: UTF8.self)
        _ = try reader.bytes(Self.byteCount - (reader.offset - start), "padding")
    }
}
