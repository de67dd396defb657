/// Operations on names below a directory.
extension WASIHost {
    /// `path_open`.
    ///
    /// The new descriptor gets the rights asked for that make sense on what was opened; asking for
    /// more than the directory hands on is `notcapable`.
    package func pathOpen(
        _ memory: GuestMemory, fd: UInt32, lookup: UInt32, path: UInt32, pathSize: UInt32,
        oflags: UInt32, base: UInt64, inheriting: UInt64, fdflags: UInt32, result: UInt32
    ) throws(WASIErrno) {
        let parent = try descriptors[fd]
        guard let bits = UInt16(exactly: oflags), OFlags(rawValue: bits).isSubset(of: .all) else {
            throw .inval
        }
        let oflags = OFlags(rawValue: bits)
        let fdflags = try Self.fdFlags(fdflags)
        let followsLink = try Self.followsLink(lookup)
        let directory = try parent.directory(Self.rightsToOpen(oflags, fdflags))
        // Rights that apply to no file or directory are left out, as the documentation allows;
        // asking for others that the directory does not pass on is an error.
        let applicable = Rights.directory.union(.regularFile)
        let rights = Rights(rawValue: base).intersection(applicable)
        let inherited = Rights(rawValue: inheriting).intersection(applicable)
        guard rights.union(inherited).isSubset(of: parent.inheriting) else { throw .notcapable }
        // Size and allocation do not apply to what must be a directory; writing is an error there.
        let changes: Rights = oflags.contains(.directory) ? .fdWrite : .changesContents
        let path = try memory.path(at: path, byteCount: pathSize)
        try memory.check(at: result, byteCount: 4)
        try descriptors.checkRoom()
        let opened = try directory.open(
            path,
            OpenRequest(
                flags: oflags, followsLink: followsLink,
                wantsRead: rights.contains(.fdRead),
                wantsWrite: !rights.isDisjoint(with: changes),
                appends: fdflags.contains(.append)))
        let descriptor =
            switch opened {
            case .directory(let directory):
                Descriptor(
                    .directory(directory), rights: rights.intersection(.directory),
                    inheriting: inherited, flags: fdflags)
            case .file(let file):
                Descriptor(
                    .file(file), rights: rights.intersection(file.possibleRights), flags: fdflags)
            }
        try memory.store(try descriptors.insert(descriptor), at: result)
    }

    private static func rightsToOpen(_ oflags: OFlags, _ fdflags: FdFlags) -> Rights {
        var needed: Rights = .pathOpen
        if oflags.contains(.creat) { needed.insert(.pathCreateFile) }
        if oflags.contains(.trunc) { needed.insert(.pathFilestatSetSize) }
        if fdflags.contains(.dsync) { needed.insert(.fdDatasync) }
        if !fdflags.isDisjoint(with: [.rsync, .sync]) { needed.insert(.fdSync) }
        return needed
    }

    /// `lookupflags` have one bit.
    private static func followsLink(_ flags: UInt32) throws(WASIErrno) -> Bool {
        guard flags <= 1 else { throw .inval }
        return flags == 1
    }

    /// `path_filestat_get`.
    package func pathFilestatGet(
        _ memory: GuestMemory, _ snapshot: Snapshot, fd: UInt32, lookup: UInt32, path: UInt32,
        pathSize: UInt32, result: UInt32
    ) throws(WASIErrno) {
        let directory = try descriptors[fd].directory(.pathFilestatGet)
        let followsLink = try Self.followsLink(lookup)
        let path = try memory.path(at: path, byteCount: pathSize)
        try memory.check(at: result, byteCount: FileStat.byteCount(snapshot))
        try directory.status(of: path, followsLink: followsLink)
            .store(snapshot, to: memory, at: result)
    }

    /// `path_filestat_set_times`.
    package func pathFilestatSetTimes(
        _ memory: GuestMemory, fd: UInt32, lookup: UInt32, path: UInt32, pathSize: UInt32,
        access: UInt64, modification: UInt64, flags: UInt32
    ) throws(WASIErrno) {
        let directory = try descriptors[fd].directory(.pathFilestatSetTimes)
        let followsLink = try Self.followsLink(lookup)
        let path = try memory.path(at: path, byteCount: pathSize)
        let (access, modification) = try timeUpdates(access, modification, flags)
        try directory.setTimes(
            of: path, followsLink: followsLink, access: access, modification: modification)
    }

    /// `path_create_directory`.
    package func pathCreateDirectory(
        _ memory: GuestMemory, fd: UInt32, path: UInt32, pathSize: UInt32
    ) throws(WASIErrno) {
        let directory = try descriptors[fd].directory(.pathCreateDirectory)
        try directory.makeDirectory(try memory.path(at: path, byteCount: pathSize))
    }

    /// `path_remove_directory`.
    package func pathRemoveDirectory(
        _ memory: GuestMemory, fd: UInt32, path: UInt32, pathSize: UInt32
    ) throws(WASIErrno) {
        let directory = try descriptors[fd].directory(.pathRemoveDirectory)
        try directory.removeDirectory(try memory.path(at: path, byteCount: pathSize))
    }

    /// `path_unlink_file`.
    package func pathUnlinkFile(
        _ memory: GuestMemory, fd: UInt32, path: UInt32, pathSize: UInt32
    ) throws(WASIErrno) {
        let directory = try descriptors[fd].directory(.pathUnlinkFile)
        try directory.unlink(try memory.path(at: path, byteCount: pathSize))
    }

    /// `path_link`. Following a link in the last place of the old path is refused with `inval`, as
    /// WebAssembly/wasi-testsuite (path_link) demands.
    package func pathLink(
        _ memory: GuestMemory, oldFd: UInt32, lookup: UInt32, oldPath: UInt32,
        oldPathSize: UInt32, newFd: UInt32, newPath: UInt32, newPathSize: UInt32
    ) throws(WASIErrno) {
        let from = try descriptors[oldFd].directory(.pathLinkSource)
        let to = try descriptors[newFd].directory(.pathLinkTarget)
        guard try !Self.followsLink(lookup) else { throw .inval }
        try from.link(
            try memory.path(at: oldPath, byteCount: oldPathSize), to: to,
            as: try memory.path(at: newPath, byteCount: newPathSize))
    }

    /// `path_rename`.
    package func pathRename(
        _ memory: GuestMemory, fd: UInt32, oldPath: UInt32, oldPathSize: UInt32, newFd: UInt32,
        newPath: UInt32, newPathSize: UInt32
    ) throws(WASIErrno) {
        let from = try descriptors[fd].directory(.pathRenameSource)
        let to = try descriptors[newFd].directory(.pathRenameTarget)
        try from.rename(
            try memory.path(at: oldPath, byteCount: oldPathSize), to: to,
            as: try memory.path(at: newPath, byteCount: newPathSize))
    }

    /// `path_symlink`. A link to an absolute path, which could not be followed, is refused.
    package func pathSymlink(
        _ memory: GuestMemory, target: UInt32, targetSize: UInt32, fd: UInt32, path: UInt32,
        pathSize: UInt32
    ) throws(WASIErrno) {
        let directory = try descriptors[fd].directory(.pathSymlink)
        let target = try memory.path(at: target, byteCount: targetSize)
        let path = try memory.path(at: path, byteCount: pathSize)
        try directory.makeSymbolicLink(path, target: target.bytes)
    }

    /// `path_readlink`: as much of the link's text as fits.
    package func pathReadlink(
        _ memory: GuestMemory, fd: UInt32, path: UInt32, pathSize: UInt32, buffer: UInt32,
        byteCount: UInt32, result: UInt32
    ) throws(WASIErrno) {
        let directory = try descriptors[fd].directory(.pathReadlink)
        let path = try memory.path(at: path, byteCount: pathSize)
        try memory.check(at: buffer, byteCount: byteCount)
        try memory.check(at: result, byteCount: 4)
        let target = try directory.readLink(path).prefix(Int(byteCount))
        try memory.store(bytes: target, at: buffer)
        try memory.store(UInt32(target.count), at: result)
    }
}
