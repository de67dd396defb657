// Operations on names, by POSIX's rules.

extension VolumeCore {
    /// Checks a name that is about to be made, changed or looked up.
    func check(_ name: [UInt8]) throws(VaultFailure) {
        guard !name.isEmpty else { throw .noEntry }
        guard name.count <= VaultFormat.maximumNameLength else { throw .nameTooLong }
        guard !name.contains(0), !name.contains(UInt8(ascii: "/")) else { throw .invalid }
    }

    private func isDot(_ name: [UInt8]) -> Bool { name == [0x2e] || name == [0x2e, 0x2e] }

    /// The inode that a name leads to; "." and ".." work.
    func lookup(_ name: [UInt8], in parent: InodeNumber) throws(VaultFailure) -> InodeNumber {
        let directory = try directory(parent)
        try check(name)
        if name == [0x2e] { return parent }
        if name == [0x2e, 0x2e] { return directory.record.parent }
        guard let place = try find(name, in: directory) else { throw .noEntry }
        return place.entry.inode
    }

    /// Makes a file or directory.
    func make(
        _ kind: FileKind, _ name: [UInt8], in parent: InodeNumber
    ) throws(VaultFailure) -> Inode {
        try requireWritable()
        let directory = try directory(parent)
        try check(name)
        guard !isDot(name), try find(name, in: directory) == nil else { throw .exists }
        guard directory.record.linkCount > 0 else { throw .noEntry }
        if kind == .directory, directory.record.linkCount >= VaultFormat.maximumLinkCount {
            throw .tooManyLinks
        }
        try reserve(8)
        try insert(name, nextInode, kind, into: directory)
        let inode = makeInode(kind, parent: parent)
        if kind == .directory { directory.record.linkCount += 1 }
        return inode
    }

    /// Makes a symbolic link.
    func symlink(
        _ target: [UInt8], _ name: [UInt8], in parent: InodeNumber
    ) throws(VaultFailure) -> InodeNumber {
        guard !target.isEmpty else { throw .noEntry }
        guard target.count <= VaultFormat.maximumSymlinkLength else { throw .nameTooLong }
        guard !target.contains(0) else { throw .invalid }
        try reserve(10)
        let inode = try make(.symlink, name, in: parent)
        let result = unsafe target.withUnsafeBytes { bytes in
            Result { () throws(VaultFailure) in try unsafe write(inode, at: 0, bytes) }
        }
        try result.get()
        return inode.number
    }

    /// The target of a symbolic link.
    func readLink(_ number: InodeNumber) throws(VaultFailure) -> [UInt8] {
        let inode = try inode(number)
        guard inode.record.kind == .symlink else { throw .invalid }
        guard inode.record.size <= VaultFormat.maximumSymlinkLength,
            let frame = try cachedFrame(inode, 0)
        else { throw .damaged(what: "symbolic link \(number)", address: 0) }
        // SAFETY: the size is below a frame's.
        return unsafe [UInt8](
            UnsafeRawBufferPointer(start: cache.bytes(of: frame), count: Int(inode.record.size)))
    }

    /// Gives a file one more name.
    func link(
        _ number: InodeNumber, as name: [UInt8], in parent: InodeNumber
    ) throws(VaultFailure) {
        try requireWritable()
        let inode = try inode(number)
        guard inode.record.kind != .directory else { throw .notPermitted }
        guard inode.record.linkCount > 0 else { throw .noEntry }
        guard inode.record.linkCount < VaultFormat.maximumLinkCount else { throw .tooManyLinks }
        let directory = try directory(parent)
        try check(name)
        guard !isDot(name), try find(name, in: directory) == nil else { throw .exists }
        guard directory.record.linkCount > 0 else { throw .noEntry }
        try insert(name, number, inode.record.kind ?? .file, into: directory)
        inode.record.linkCount += 1
        inode.record.changed = options.now()
        markDirty(inode)
    }

    /// Takes a name away.
    ///
    /// - Parameter directory: whether the name must be an empty directory's; else it must not.
    func unlink(
        _ name: [UInt8], in parent: InodeNumber, directory wantsDirectory: Bool
    ) throws(VaultFailure) {
        try requireWritable()
        let directory = try directory(parent)
        try check(name)
        if isDot(name) { throw .invalid }
        guard let place = try find(name, in: directory) else { throw .noEntry }
        let inode = try inode(place.entry.inode)
        try checkRemovable(inode, asDirectory: wantsDirectory)
        try remove(place, from: directory)
        if wantsDirectory { directory.record.linkCount -= 1 }
        try dropLink(inode)
    }

    private func checkRemovable(
        _ inode: Inode, asDirectory: Bool
    ) throws(VaultFailure) {
        if inode.record.kind == .directory {
            guard asDirectory else { throw .isDirectory }
            guard inode.record.entryCount == 0 else { throw .notEmpty }
        } else if asDirectory {
            throw .notDirectory
        }
    }

    /// Moves a name, over another when it is there.
    func rename(
        _ name: [UInt8], in parent: InodeNumber, to newName: [UInt8], in newParent: InodeNumber
    ) throws(VaultFailure) {
        try requireWritable()
        let source = try directory(parent)
        let target = try directory(newParent)
        try check(name)
        try check(newName)
        if isDot(name) || isDot(newName) { throw .invalid }
        guard let place = try find(name, in: source) else { throw .noEntry }
        guard target.record.linkCount > 0 else { throw .noEntry }
        let inode = try inode(place.entry.inode)
        let isDirectory = inode.record.kind == .directory
        if isDirectory { try checkNotWithin(inode.number, newParent) }
        if let old = try find(newName, in: target) {
            if old.entry.inode == inode.number { return }
            let victim = try self.inode(old.entry.inode)
            try checkRemovable(victim, asDirectory: isDirectory)
            try replace(old, in: target, with: inode)
            if isDirectory { target.record.linkCount -= 1 }
            try dropLink(victim)
        } else {
            if isDirectory, source !== target,
                target.record.linkCount >= VaultFormat.maximumLinkCount
            {
                throw .tooManyLinks
            }
            try insert(newName, inode.number, inode.record.kind ?? .file, into: target)
        }
        // The tree may have moved entries, so the old name is looked up again.
        guard let again = try find(name, in: source) else { throw .failed }
        try remove(again, from: source)
        if isDirectory {
            source.record.linkCount -= 1
            target.record.linkCount += 1
            inode.record.parent = newParent
        }
        inode.record.changed = options.now()
        markDirty(inode)
    }

    private func replace(
        _ place: Place, in directory: Inode, with inode: Inode
    ) throws(VaultFailure) {
        let frame = try writableFrame(directory, place.leaf, keepsContent: true)
        unsafe DirectoryBlock.replace(
            cache.bytes(of: frame), at: place.offset, inode: inode.number,
            kind: inode.record.kind ?? .file)
        touch(directory)
    }

    /// Refuses to move a directory below itself.
    private func checkNotWithin(
        _ moved: InodeNumber, _ destination: InodeNumber
    ) throws(VaultFailure) {
        var next = destination
        while next != VaultFormat.rootDirectory {
            if next == moved { throw .invalid }
            next = try directory(next).record.parent
        }
        if moved == VaultFormat.rootDirectory { throw .invalid }
    }
}
