/// A name in a directory: bytes without a slash or zero, not empty, neither `.` nor `..`.
///
/// Names are compared byte by byte, unlike `String`, for which `é` has two spellings.
package struct FileName: Hashable, Sendable {
    /// Longest name in bytes, as on most file systems (`NAME_MAX`).
    package static let limitBytes = 255

    package let bytes: [UInt8]

    init(_ bytes: ArraySlice<UInt8>) throws(WASIErrno) {
        guard bytes.count <= Self.limitBytes else { throw .nametoolong }
        self.bytes = Array(bytes)
    }
}

/// A file, directory or symbolic link of a file system that keeps its own tree, such as memory or
/// an encrypted vault.
///
/// A node stays usable while somebody holds it, even after its last name is gone. ``TreeDirectory``
/// does all that is common to such file systems: it walks paths, follows links, keeps lookups inside
/// and checks what POSIX demands of an operation; so a node may rely on what each method's
/// description promises. Methods for another kind of node are not called.
package protocol TreeNode: AnyObject {
    /// `regularFile`, `directory` or `symbolicLink`.
    var kind: FileKind { get }
    func status() throws(WASIErrno) -> FileStat
    func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno)

    /// Returns when the node (and when `dataOnly` is false, all about it) can not be lost.
    func synchronize(dataOnly: Bool) throws(WASIErrno)

    // MARK: Regular files

    func sizeBytes() throws(WASIErrno) -> UInt64

    /// Reads at most `buffer.count` bytes at `offset`; fewer only at the end, where it returns 0.
    func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(WASIErrno) -> Int

    /// Writes at `offset`, growing the file; the gap before it reads as zeros. Returns how many
    /// bytes were written: fewer than given only when space ran out, none is an error.
    func write(at offset: UInt64, from buffer: UnsafeRawBufferPointer) throws(WASIErrno) -> Int

    /// Cuts or grows the file; what is new reads as zeros.
    func setSize(_ byteCount: UInt64) throws(WASIErrno)

    /// Makes sure that later writes to the range find space; grows the file to hold it.
    func allocate(offset: UInt64, byteCount: UInt64) throws(WASIErrno)

    // MARK: Symbolic links

    func linkTarget() throws(WASIErrno) -> [UInt8]

    // MARK: Directories

    /// The directory that holds this one; nil for the root and for a removed directory.
    func parent() throws(WASIErrno) -> (any TreeNode)?

    /// Whether the directory was removed: nothing can be made in it any more.
    var isRemoved: Bool { get }

    func isEmpty() throws(WASIErrno) -> Bool
    func child(_ name: FileName) throws(WASIErrno) -> (any TreeNode)?

    /// Makes a node under a name that is free.
    func makeFile(_ name: FileName) throws(WASIErrno) -> any TreeNode
    func makeDirectory(_ name: FileName) throws(WASIErrno)
    func makeSymbolicLink(_ name: FileName, target: [UInt8]) throws(WASIErrno)

    /// Gives `node`, a file or symbolic link of the same tree, one more name, which is free.
    func link(_ node: any TreeNode, as name: FileName) throws(WASIErrno)

    /// Removes a name that is there; a directory under it is empty.
    func removeChild(_ name: FileName) throws(WASIErrno)

    /// Moves what is under `name` to `newName` in `directory` of the same tree, in one step. What is
    /// there already goes: a file for a file, an empty directory for a directory.
    func moveChild(
        _ name: FileName, to directory: any TreeNode, as newName: FileName
    ) throws(WASIErrno)

    /// Calls `visit` with the entries whose cookie is above `cookie`, in order, until it returns
    /// false. An entry's `nextCookie` is its own cookie: above ``TreeDirectory/reservedCookies`` and
    /// never used again for another entry of the directory.
    func readEntries(
        after cookie: UInt64, _ visit: (DirectoryEntry) -> Bool
    ) throws(WASIErrno)
}
