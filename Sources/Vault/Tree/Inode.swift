/// An inode in memory: its record, the top of its tree, and who uses it.
final class Inode {
    let number: InodeNumber
    /// The record; `root` is stale while ``top`` has changes.
    var record: InodeRecord
    /// The top of the tree when it is in memory and the tree has levels.
    var top: MapNode?
    /// How often it is open.
    var openCount = 0
    /// Where a reader that reads in order would go on.
    var expectedReadOffset: UInt64 = 0

    init(number: InodeNumber, record: InodeRecord) {
        self.number = number
        self.record = record
    }

    /// Whether the inode has been removed; the number is never used again.
    var isGone: Bool { record.kind == nil }
}
