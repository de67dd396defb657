internal import Bytes

/// One change since the last checkpoint, as the journal keeps it.
///
/// A journal names final states, not operations on states, so that replaying any number of times
/// gives the same volume.
enum JournalEntry: Equatable, Sendable {
    /// Block `index` of the file is now there (or a hole).
    case pointer(inode: InodeNumber, index: UInt64, BlockPointer)
    /// The file's blocks from `blockCount` on are gone.
    case truncate(inode: InodeNumber, blockCount: UInt64)
    /// The inode's attributes; the tree in the record is not used.
    case attributes(inode: InodeNumber, InodeRecord)
    /// The inode and all its blocks are gone.
    case remove(inode: InodeNumber)

    /// Appends the entry to a journal.
    func encode(into bytes: inout [UInt8]) {
        switch self {
        case .pointer(let inode, let index, let pointer):
            bytes.append(1)
            bytes.append(leb128: inode)
            bytes.append(leb128: index)
            bytes += pointer.encoded
        case .truncate(let inode, let blockCount):
            bytes.append(2)
            bytes.append(leb128: inode)
            bytes.append(leb128: blockCount)
        case .attributes(let inode, let record):
            bytes.append(3)
            bytes.append(leb128: inode)
            bytes += record.encodedAttributes
        case .remove(let inode):
            bytes.append(4)
            bytes.append(leb128: inode)
        }
    }

    /// Reads one entry.
    init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let start = reader.offset
        let kind: UInt8 = try reader.integer("journal entry kind")
        let inode = try reader.leb128("inode number")
        guard inode >= VaultFormat.snapshotTable else {
            throw MalformedBytes(field: "inode number", offset: start, problem: "\(inode)")
        }
        switch kind {
        case 1:
            let index = try reader.leb128("block index")
            try Self.checkIndex(index, at: start)
            self = .pointer(inode: inode, index: index, try BlockPointer(decoding: &reader))
        case 2:
            let count = try reader.leb128("block count")
            try Self.checkIndex(count, at: start)
            self = .truncate(inode: inode, blockCount: count)
        case 3: self = .attributes(inode: inode, try InodeRecord(attributes: &reader))
        case 4: self = .remove(inode: inode)
        default:
            throw MalformedBytes(field: "journal entry kind", offset: start, problem: "\(kind)")
        }
    }

    /// Reads entries until the end.
    static func decodeAll(_ bytes: ArraySlice<UInt8>) throws(MalformedBytes) -> [JournalEntry] {
        var reader = ByteReader(bytes)
        var entries: [JournalEntry] = []
        while !reader.isAtEnd { entries.append(try JournalEntry(decoding: &reader)) }
        return entries
    }

    private static func checkIndex(_ index: UInt64, at offset: Int) throws(MalformedBytes) {
        guard index <= VaultFormat.maximumFileSize / UInt64(VaultFormat.blockSize) else {
            throw MalformedBytes(field: "block index", offset: offset, problem: "\(index)")
        }
    }
}
