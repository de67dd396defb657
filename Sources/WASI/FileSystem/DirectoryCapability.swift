/// How `path_open` wants a file.
package struct OpenRequest: Sendable {
    package var flags: OFlags
    /// Whether a symbolic link in the last place is followed.
    package var followsLink: Bool
    package var wantsRead: Bool
    package var wantsWrite: Bool
    package var appends: Bool

    package init(
        flags: OFlags = [], followsLink: Bool = true, wantsRead: Bool = true,
        wantsWrite: Bool = false, appends: Bool = false
    ) {
        self.flags = flags
        self.followsLink = followsLink
        self.wantsRead = wantsRead
        self.wantsWrite = wantsWrite
        self.appends = appends
    }
}

/// What `path_open` found or made.
package enum OpenedObject {
    case file(any OpenFile)
    case directory(any DirectoryCapability)
}

/// One entry of a directory.
package struct DirectoryEntry {
    /// Where reading goes on after this entry; never 0.
    package var nextCookie: UInt64
    package var inode: UInt64
    package var kind: FileKind
    package var name: ArraySlice<UInt8>

    package init(nextCookie: UInt64, inode: UInt64, kind: FileKind, name: ArraySlice<UInt8>) {
        self.nextCookie = nextCookie
        self.inode = inode
        self.kind = kind
        self.name = name
    }
}

/// A directory and everything below it: the capability that a preopen gives.
///
/// No path, and no symbolic link on the way, leads above the directory: that fails with `perm`.
/// Operations on names do not follow a symbolic link in the last place unless they say so.
package protocol DirectoryCapability: AnyObject {
    /// Opens, and with `creat` makes, a file; or opens a directory.
    func open(_ path: GuestPath, _ request: OpenRequest) throws(WASIErrno) -> OpenedObject

    /// The directory's own status.
    func status() throws(WASIErrno) -> FileStat
    func status(of path: GuestPath, followsLink: Bool) throws(WASIErrno) -> FileStat

    /// The directory's own times.
    func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno)
    func setTimes(
        of path: GuestPath, followsLink: Bool, access: TimeUpdate, modification: TimeUpdate
    ) throws(WASIErrno)

    func makeDirectory(_ path: GuestPath) throws(WASIErrno)

    /// Makes a symbolic link that holds `target` (text that is not absolute and not empty).
    func makeSymbolicLink(_ path: GuestPath, target: [UInt8]) throws(WASIErrno)
    func readLink(_ path: GuestPath) throws(WASIErrno) -> [UInt8]

    /// Gives the file at `path` another name; `xdev` when `directory` is of another file system.
    func link(
        _ path: GuestPath, to directory: any DirectoryCapability, as newPath: GuestPath
    ) throws(WASIErrno)

    /// Renames, replacing a file or an empty directory; `xdev` as for `link`.
    func rename(
        _ path: GuestPath, to directory: any DirectoryCapability, as newPath: GuestPath
    ) throws(WASIErrno)

    func removeDirectory(_ path: GuestPath) throws(WASIErrno)
    func unlink(_ path: GuestPath) throws(WASIErrno)

    /// Calls `visit` with the entries from `cookie` (0: the start) on, `.` and `..` among them,
    /// until it returns false. A cookie stays good while entries come and go.
    func readEntries(
        from cookie: UInt64, _ visit: (DirectoryEntry) -> Bool
    ) throws(WASIErrno)

    /// Returns when the directory's entries are kept.
    func synchronize(dataOnly: Bool) throws(WASIErrno)
}
