/// Changes since the last checkpoint that no journal block holds yet.
struct Journal {
    /// More changes than this are cheaper to write as a checkpoint.
    static let maximumEntries = 1400

    /// Changes in an order that replays to the right state.
    private(set) var entries: [JournalEntry] = []
    /// Encoded size of `entries`.
    private(set) var byteCount = 0
    /// Whether changes were dropped, so that only a checkpoint can save the state.
    private(set) var isOverfull = false
    /// Position of the newest pointer entry of each block, back to the last truncation.
    private var pointers: [BlockCache.Key: Int] = [:]
    /// Position of the newest attributes of each inode.
    private var attributes: [InodeNumber: Int] = [:]

    /// Adds a change. An older entry for the same block or inode is replaced: only final states
    /// matter to a replay.
    mutating func record(_ entry: JournalEntry) {
        guard !isOverfull else { return }
        switch entry {
        case .pointer(let inode, let index, _):
            let key = BlockCache.Key(inode: inode, index: index)
            if let position = pointers[key] {
                entries[position] = entry
                return
            }
            pointers[key] = entries.count
        case .attributes(let inode, _):
            if let position = attributes[inode] {
                entries[position] = entry
                return
            }
            attributes[inode] = entries.count
        case .truncate, .remove:
            // What follows must not move before this.
            pointers.removeAll()
            attributes.removeAll()
        }
        entries.append(entry)
        byteCount += entry.encodedByteCount
        if entries.count > Self.maximumEntries { drop() }
    }

    /// Gives up journaling until the next checkpoint.
    mutating func drop() {
        self = Journal()
        isOverfull = true
    }

    /// The entries as bytes.
    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        for entry in entries { entry.encode(into: &bytes) }
        return bytes
    }

    /// The entries as blocks: a 32-bit size, whole entries, zeros.
    func blocks() -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        var current: [UInt8] = []
        for entry in entries {
            var bytes: [UInt8] = []
            entry.encode(into: &bytes)
            if current.count + bytes.count > VaultFormat.blockSize - 4 {
                blocks.append(Self.block(current))
                current = []
            }
            current += bytes
        }
        if !current.isEmpty { blocks.append(Self.block(current)) }
        return blocks
    }

    private static func block(_ content: [UInt8]) -> [UInt8] {
        var block: [UInt8] = []
        block.append(littleEndian: UInt32(content.count))
        block += content
        block.pad(to: VaultFormat.blockSize)
        return block
    }
}

extension JournalEntry {
    /// Size of the encoded entry.
    var encodedByteCount: Int {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return bytes.count
    }
}
