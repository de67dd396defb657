internal import Synchronization

// Names, attributes, locks: each call is atomic.

extension Volume {
    /// The root directory.
    package var root: InodeNumber { VaultFormat.rootDirectory }

    /// The inode that a name in a directory leads to; "." and ".." work.
    package func lookup(
        _ name: [UInt8], in directory: InodeNumber
    ) throws(VaultFailure) -> InodeNumber {
        try core.withLock { core throws(VaultFailure) in try core.lookup(name, in: directory) }
    }

    /// What is known about an inode.
    package func attributes(of inode: InodeNumber) throws(VaultFailure) -> Attributes {
        try core.withLock { core throws(VaultFailure) in try core.attributes(of: inode) }
    }

    /// Makes an empty file.
    package func createFile(
        _ name: [UInt8], in directory: InodeNumber
    ) throws(VaultFailure) -> InodeNumber {
        try change { core throws(VaultFailure) in
            try core.make(.file, name, in: directory).number
        }
    }

    /// Makes an empty directory.
    package func createDirectory(
        _ name: [UInt8], in directory: InodeNumber
    ) throws(VaultFailure) -> InodeNumber {
        try change { core throws(VaultFailure) in
            try core.make(.directory, name, in: directory).number
        }
    }

    /// Makes a symbolic link; the target is any bytes but zero.
    package func createSymlink(
        to target: [UInt8], _ name: [UInt8], in directory: InodeNumber
    ) throws(VaultFailure) -> InodeNumber {
        try change { core throws(VaultFailure) in
            try core.symlink(target, name, in: directory)
        }
    }

    /// The target of a symbolic link.
    package func readSymlink(_ inode: InodeNumber) throws(VaultFailure) -> [UInt8] {
        try core.withLock { core throws(VaultFailure) in try core.readLink(inode) }
    }

    /// Gives a file one more name.
    package func link(
        _ inode: InodeNumber, as name: [UInt8], in directory: InodeNumber
    ) throws(VaultFailure) {
        try change { core throws(VaultFailure) in
            try core.link(inode, as: name, in: directory)
        }
    }

    /// Takes a name of a file or link away. What is open lives on until it is released.
    package func unlink(_ name: [UInt8], in directory: InodeNumber) throws(VaultFailure) {
        try change { core throws(VaultFailure) in
            try core.unlink(name, in: directory, directory: false)
        }
    }

    /// Removes an empty directory.
    package func removeDirectory(_ name: [UInt8], in directory: InodeNumber) throws(VaultFailure) {
        try change { core throws(VaultFailure) in
            try core.unlink(name, in: directory, directory: true)
        }
    }

    /// Moves a name, over another one when it is there, in one step.
    package func rename(
        _ name: [UInt8], in directory: InodeNumber, to newName: [UInt8],
        in newDirectory: InodeNumber
    ) throws(VaultFailure) {
        try change { core throws(VaultFailure) in
            try core.rename(name, in: directory, to: newName, in: newDirectory)
        }
    }

    /// Up to `limit` entries behind `cookie` (0 for the beginning), "." and ".." first.
    ///
    /// An entry that is there during the whole walk is given exactly once.
    package func entries(
        of directory: InodeNumber, after cookie: UInt64 = 0, limit: Int = 256
    ) throws(VaultFailure) -> [DirectoryEntry] {
        try core.withLock { core throws(VaultFailure) in
            let inode = try core.directory(directory)
            var entries: [DirectoryEntry] = []
            if cookie < 1, limit > 0 {
                entries.append(
                    DirectoryEntry(name: [0x2e], inode: directory, kind: .directory, cookie: 1))
            }
            if cookie < 2, limit > entries.count {
                entries.append(
                    DirectoryEntry(
                        name: [0x2e, 0x2e], inode: inode.record.parent, kind: .directory,
                        cookie: 2))
            }
            guard entries.count < limit else { return entries }
            return try entries
                + core.entries(of: inode, after: cookie, limit: limit - entries.count)
        }
    }

    /// Sets time stamps, nanoseconds since 1970; `nil` keeps one.
    package func setTimes(
        of inode: InodeNumber, accessed: UInt64?, modified: UInt64?
    ) throws(VaultFailure) {
        try core.withLock { core throws(VaultFailure) in
            try core.requireWritable()
            let inode = try core.inode(inode)
            if let accessed { inode.record.accessed = accessed }
            if let modified { inode.record.modified = modified }
            inode.record.changed = core.options.now()
            core.markDirty(inode)
        }
    }

    /// Says that an inode is in use: it lives on without a name until ``release(_:)``.
    package func retain(_ inode: InodeNumber) throws(VaultFailure) {
        try core.withLock { core throws(VaultFailure) in try core.retain(inode) }
    }

    /// Ends a ``retain(_:)``.
    package func release(_ inode: InodeNumber) throws(VaultFailure) {
        try change { core throws(VaultFailure) in try core.releaseInode(inode) }
    }

    /// How full the volume is.
    package var usage: VolumeUsage {
        core.withLock { core in
            VolumeUsage(
                blockSize: VaultFormat.blockSize, blockCount: core.map.blockCount,
                freeBlockCount: core.map.freeCount + core.map.heldCount,
                residentNodeCount: core.nodeCount)
        }
    }

    // MARK: Advisory locks

    /// Takes a lock, or fails at once with ``VaultFailure/wouldBlock``.
    package func lock(_ inode: InodeNumber, _ lock: FileLock) throws(VaultFailure) {
        try core.withLock { core throws(VaultFailure) in
            _ = try core.inode(inode)
            try core.locks.acquire(lock, on: inode)
        }
    }

    /// The lock that would stand in the way, if any.
    package func conflict(with lock: FileLock, on inode: InodeNumber) -> FileLock? {
        core.withLock { $0.locks.conflict(with: lock, on: inode) }
    }

    /// Gives up an owner's locks in a range.
    package func unlock(
        _ inode: InodeNumber, owner: UInt64, start: UInt64 = 0, end: UInt64 = .max
    ) {
        core.withLock { $0.locks.release(owner: owner, start: start, end: end, on: inode) }
    }
}
