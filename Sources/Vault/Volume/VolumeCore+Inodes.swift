internal import Bytes

// Inodes: finding them, changing them, and their places in the inode table.

extension VolumeCore {
    /// The inode, read when it is not in memory.
    ///
    /// - Throws: ``VaultFailure/noEntry`` when it does not exist (any more).
    func inode(_ number: InodeNumber) throws(VaultFailure) -> Inode {
        if let inode = inodes[number] {
            guard !inode.isGone else { throw .noEntry }
            return inode
        }
        guard number >= VaultFormat.snapshotTable, number < nextInode,
            let record = try record(of: number), record.kind != nil
        else { throw .noEntry }
        let inode = Inode(number: number, record: record)
        inodes[number] = inode
        return inode
    }

    /// The inode, which must be a directory.
    func directory(_ number: InodeNumber) throws(VaultFailure) -> Inode {
        let inode = try inode(number)
        guard inode.record.kind == .directory else { throw .notDirectory }
        return inode
    }

    /// The record in the inode table; `nil` past its end.
    private func record(of number: InodeNumber) throws(VaultFailure) -> InodeRecord? {
        let (block, slot) = number.quotientAndRemainder(dividingBy: UInt64(InodeRecord.perBlock))
        guard let frame = try cachedFrame(inodeTable, block) else { return nil }
        // SAFETY: a frame is 4 KiB and holds 32 records of 128 bytes.
        let bytes = unsafe [UInt8](
            UnsafeRawBufferPointer(
                start: cache.bytes(of: frame) + Int(slot) * InodeRecord.byteCount,
                count: InodeRecord.byteCount))
        var reader = ByteReader(bytes)
        do throws(MalformedBytes) {
            return try InodeRecord(decoding: &reader)
        } catch {
            throw .damaged(what: "inode \(number): \(error.field)", address: 0)
        }
    }

    /// A new inode with one name to come.
    func makeInode(_ kind: FileKind, parent: InodeNumber) -> Inode {
        var record = InodeRecord(kind: kind)
        let now = options.now()
        record.linkCount = kind == .directory ? 2 : 1
        record.accessed = now
        record.modified = now
        record.changed = now
        record.parent = kind == .directory ? parent : 0
        let inode = Inode(number: nextInode, record: record)
        nextInode += 1
        inodes[inode.number] = inode
        markDirty(inode)
        return inode
    }

    /// Says that an inode's record differs from the last checkpoint's and from the journal's.
    func markDirty(_ inode: Inode) {
        guard inode !== inodeTable, inode !== spaceMapFile else { return }
        changeCount += 1
        dirtyInodes[inode.number] = inode
        unjournaled.insert(inode.number)
    }

    /// Removes an inode that has no name and is not open.
    func removeInode(_ inode: Inode) throws(VaultFailure) {
        cache.removeAll(of: inode.number, size: inode.record.size)
        try trimTree(inode, to: 0)
        inode.record = InodeRecord(kind: nil)
        markDirty(inode)
        unjournaled.remove(inode.number)
        journal.record(.remove(inode: inode.number))
    }

    /// Takes one name from an inode and removes it when that was the last use.
    func dropLink(_ inode: Inode) throws(VaultFailure) {
        inode.record.linkCount -= inode.record.kind == .directory ? 2 : 1
        inode.record.changed = options.now()
        markDirty(inode)
        guard inode.record.linkCount == 0 else { return }
        if inode.openCount > 0 {
            orphanCount += 1
        } else {
            try removeInode(inode)
        }
    }

    /// Keeps an inode alive though its last name may go.
    func retain(_ number: InodeNumber) throws(VaultFailure) {
        try inode(number).openCount += 1
    }

    /// Ends a ``retain(_:)``.
    func releaseInode(_ number: InodeNumber) throws(VaultFailure) {
        guard let inode = inodes[number], inode.openCount > 0 else { throw .invalid }
        inode.openCount -= 1
        guard inode.openCount == 0, inode.record.linkCount == 0, !inode.isGone else { return }
        guard !options.isReadOnly, !hasFailed else { return }
        try removeInode(inode)
        orphanCount -= 1
    }

    /// Writes every changed record into the inode table's blocks.
    func writeRecords() throws(VaultFailure) {
        for (number, inode) in dirtyInodes.sorted(by: { $0.key < $1.key }) {
            let (block, slot) = number.quotientAndRemainder(
                dividingBy: UInt64(InodeRecord.perBlock))
            let frame = try writableFrame(inodeTable, block, keepsContent: true)
            let record = inode.record.encoded
            // SAFETY: a frame holds 32 records of 128 bytes.
            unsafe (cache.bytes(of: frame) + Int(slot) * InodeRecord.byteCount)
                .copyMemory(from: record, byteCount: record.count)
            if inode.isGone, unsafe isZero(cache.bytes(of: frame)) {
                cache.remove(BlockCache.Key(inode: inodeTable.number, index: block))
                let old = try pointer(inodeTable, block)
                guard !old.isNull else { continue }
                release(old, .untilCheckpoint)
                try setPointer(inodeTable, block, to: .null)
            }
        }
    }

    private func isZero(_ block: UnsafeMutableRawPointer) -> Bool {
        for offset in stride(from: 0, to: VaultFormat.blockSize, by: 8) {
            // SAFETY: the caller passes 4 KiB.
            if unsafe block.load(fromByteOffset: offset, as: UInt64.self) != 0 { return false }
        }
        return true
    }

    /// Forgets inodes that nobody uses, when there are many.
    func trimInodes() {
        guard inodes.count > inodeSweepCount else { return }
        defer { inodeSweepCount = max(32_768, 2 * inodes.count) }
        for (number, inode) in inodes
        where inode.openCount == 0 && dirtyInodes[number] == nil && inode.top?.isDirty != true {
            if let top = inode.top { nodeCount -= Self.count(top) }
            inodes[number] = nil
        }
    }

    private static func count(_ node: MapNode) -> Int {
        node.children.reduce(1) { $0 + ($1.map(count) ?? 0) }
    }
}
