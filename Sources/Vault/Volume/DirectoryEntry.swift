/// One name in a directory, as a reader of directories gets it.
package struct DirectoryEntry: Equatable, Sendable {
    /// The name's bytes.
    package var name: [UInt8]
    /// The inode it leads to.
    package var inode: InodeNumber
    /// What it is.
    package var kind: FileKind
    /// Give this to go on behind the entry. It keeps its meaning whatever else is added or removed.
    package var cookie: UInt64
}
