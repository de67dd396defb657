internal import Synchronization

// Snapshots, growing and shrinking.

extension Volume {
    /// The snapshots, oldest first.
    package var snapshots: [Snapshot] { core.withLock { $0.snapshots } }

    /// Keeps the present state under a name.
    ///
    /// - Returns: the epoch of the state that is kept.
    package func takeSnapshot(named name: String) throws(VaultFailure) -> UInt64 {
        guard !name.isEmpty, name.utf8.count <= Snapshot.maximumNameLength else {
            throw .nameTooLong
        }
        return try commitTwice { core throws(VaultFailure) in
            guard !core.snapshots.contains(where: { $0.name == name }) else { throw .exists }
            guard core.orphanCount == 0 else { throw .busy }
        } then: { core throws(VaultFailure) in
            let epoch = core.buildingEpoch - 1
            core.snapshots.append(
                Snapshot(
                    epoch: epoch, created: core.options.now(), name: name,
                    nextInode: core.nextInode, inodeTable: core.checkpointedTable))
            core.newestSnapshotEpoch = epoch
            try core.writeSnapshotTable()
            return epoch
        }
    }

    /// Gives up a snapshot; blocks that only it had become free. Others read and write while those
    /// are looked for.
    ///
    /// - Throws: ``VaultFailure/busy`` when it is mounted, or while a check is under way.
    package func removeSnapshot(named name: String) throws(VaultFailure) {
        try withPinnedState { state, source throws(VaultFailure) in
            guard let removed = state.snapshots.first(where: { $0.name == name }) else {
                throw .noEntry
            }
            let unreached = try Self.unreachedBlocks(of: state, source, without: removed)
            // The snapshots may be others now, but none that shares what nobody else reached.
            try core.withLock { core throws(VaultFailure) in
                try core.requireWritable()
                guard core.mountedSnapshots[removed.epoch] == nil else { throw .busy }
                try core.wholly { core throws(VaultFailure) in
                    try core.remove(removed, freeing: unreached)
                }
            }
        }
        try commit(checkpoint: true)
    }

    /// Blocks in use that neither the state's newest files nor a snapshot but `removed` refer to.
    private static func unreachedBlocks(
        of state: PinnedState, _ source: BlockSource, without removed: Snapshot
    ) throws(VaultFailure) -> [BlockAddress] {
        var reached = SpaceMap(blockCount: state.map.blockCount)
        var failure: VaultFailure?
        let kept = state.snapshots.filter { $0.epoch != removed.epoch }
        for table in [state.table] + kept.map(\.inodeTable) {
            TreeWalk(source: source).walk(
                table,
                visit: {
                    guard $0.pointer.address < state.map.blockCount else { return false }
                    reached.mark($0.pointer.address)
                    return true
                },
                damaged: {
                    failure = failure ?? $1; _ = $0
                }, inode: { _, _ in })
        }
        // A block that cannot be read may lead to others: nothing is freed then.
        if let failure { throw failure }
        for address in state.systemBlocks { reached.mark(address) }
        return (0..<state.map.blockCount).filter {
            state.map.isUsed($0) && !reached.isUsed($0)
        }
    }

    /// Opens a snapshot as a volume of its own that cannot be changed. It must be closed with
    /// ``unmount(_:)`` before it can be removed.
    package func mount(snapshotNamed name: String) throws(VaultFailure) -> Volume {
        let mounted = try core.withLock { core throws(VaultFailure) in
            guard let snapshot = core.snapshots.first(where: { $0.name == name }) else {
                throw .noEntry
            }
            let mounted = try core.mounted(snapshot)
            core.mountedSnapshots[snapshot.epoch, default: 0] += 1
            return mounted
        }
        return Volume(
            core: mounted, store: mounted.store, anchor: nil, anchored: nil,
            report: OpenReport(
                epoch: mounted.durable.epoch, unreadableSuperblock: nil, damagedKeySlotCopies: 0))
    }

    /// Ends the use of a mounted snapshot.
    package func unmount(_ snapshot: Volume) {
        let epoch = snapshot.durableState.epoch
        core.withLock { core in
            guard let count = core.mountedSnapshots[epoch] else { return }
            core.mountedSnapshots[epoch] = count > 1 ? count - 1 : nil
        }
    }

    /// Makes the volume at least `blockCount` blocks long.
    package func grow(toBlockCount blockCount: UInt64) throws(VaultFailure) {
        try core.withLock { core throws(VaultFailure) in
            try core.requireWritable()
            guard blockCount <= VaultFormat.maximumBlockCount else { throw .fileTooLarge }
            guard blockCount > core.map.blockCount else { return }
            try core.resizeStore(to: blockCount)
            core.map.resize(to: blockCount)
            core.needsCheckpoint = true
        }
        try commit(checkpoint: true)
    }

    /// Moves everything below `blockCount` and cuts the store there.
    ///
    /// - Throws: ``VaultFailure/busy`` while there are snapshots, whose blocks cannot move;
    ///   ``VaultFailure/noSpace`` when it does not fit.
    package func shrink(toBlockCount blockCount: UInt64) throws(VaultFailure) {
        guard blockCount >= VaultFormat.minimumBlockCount else { throw .invalid }
        // First everything that was freed becomes free to move into.
        try commit(checkpoint: true)
        try commitTwice { core throws(VaultFailure) in
            guard core.snapshots.isEmpty, core.pinnedEpoch == nil else { throw .busy }
            guard blockCount <= core.map.blockCount else { throw .invalid }
        } then: { core throws(VaultFailure) in
            core.map.ceiling = blockCount
            do throws(VaultFailure) {
                guard core.map.usedCount < blockCount else { throw .noSpace }
                try core.moveBlocks(below: blockCount)
            } catch {
                core.map.ceiling = core.map.blockCount
                throw error
            }
        }
        try commitTwice { _ in
        } then: { core throws(VaultFailure) in
            guard core.map.firstUsed(from: blockCount) == nil else {
                core.map.ceiling = core.map.blockCount
                throw .noSpace
            }
            core.map.resize(to: blockCount)
            core.needsCheckpoint = true
        }
        try core.withLock { core throws(VaultFailure) in
            try core.resizeStore(to: core.map.blockCount)
        }
    }

    /// Makes a checkpoint, changes something while it is the newest state, and commits again.
    ///
    /// Nobody else sees the volume between the checkpoint and `change`.
    private func commitTwice<Result: Sendable>(
        check: (VolumeCore) throws(VaultFailure) -> Void,
        then change: (VolumeCore) throws(VaultFailure) -> Result
    ) throws(VaultFailure) -> Result {
        let result = try commitThen(check: check, change)
        try commit(checkpoint: true)
        return result
    }
}

extension VolumeCore {
    /// Rewrites the list of snapshots.
    fileprivate func writeSnapshotTable() throws(VaultFailure) {
        let table = try inode(VaultFormat.snapshotTable)
        try resize(table, to: 0)
        let bytes = snapshots.flatMap(\.encoded)
        let result = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(VaultFailure) in try unsafe write(table, at: 0, bytes) }
        }
        try result.get()
        needsCheckpoint = true
    }

    /// Takes a snapshot off the list and frees what only it had: what a walk found, and what the
    /// volume has given up since the walk began.
    fileprivate func remove(
        _ snapshot: Snapshot, freeing unreached: [BlockAddress]
    ) throws(VaultFailure) {
        guard snapshots.contains(where: { $0.epoch == snapshot.epoch }) else { throw .noEntry }
        snapshots.removeAll { $0.epoch == snapshot.epoch }
        newestSnapshotEpoch = snapshots.map(\.epoch).max() ?? 0
        // A block is in all states from its epoch on until it is released, so in the snapshots of
        // those and in no other.
        let released = releasedToSnapshots.filter { block in
            !snapshots.contains { block.epochs.contains($0.epoch) }
        }
        for address in unreached + released.map(\.address) {
            map.hold(address)
            heldUntilCheckpoint.append(address)
        }
        releasedToSnapshots = []
        try writeSnapshotTable()
    }

    /// Marks everything at or above `limit` as changed, so that the next checkpoint moves it.
    fileprivate func moveBlocks(below limit: BlockAddress) throws(VaultFailure) {
        var moving: [TreeWalk.Visit] = []
        var failure: VaultFailure?
        let note = { (visit: TreeWalk.Visit) -> Bool in
            if visit.pointer.address >= limit { moving.append(visit) }
            return true
        }
        let walk = TreeWalk(source: source)
        walk.walk(
            checkpointedTable, visit: note,
            damaged: {
                failure = failure ?? $1; _ = $0
            },
            inode: { _, _ in })
        walk.walkTree(
            VaultFormat.spaceMap, checkpointedMap, visit: note,
            damaged: {
                failure = failure ?? $1; _ = $0
            })
        if let failure { throw failure }
        for visit in moving { try move(visit) }
        if keyring.address >= limit { try moveKeyring() }
        needsCheckpoint = true
        journal.drop()
    }

    private func move(_ visit: TreeWalk.Visit) throws(VaultFailure) {
        if visit.inode == VaultFormat.spaceMap {
            map.touch(chunk: visit.index)
            return
        }
        let inode =
            visit.inode == VaultFormat.inodeTable ? inodeTable : try inode(visit.inode)
        if visit.level == 0 {
            _ = try writableFrame(inode, visit.index, keepsContent: true)
            markDirty(inode)
            if cache.dirtyCount > cache.capacity / 2 { try flushData() }
            return
        }
        guard var node = try top(of: inode, create: false) else { return }
        while node.level > visit.level {
            let slot = Int(visit.index >> UInt64(7 * (node.level - 1)) & 127)
            guard let child = try child(of: node, at: slot, create: false) else { return }
            node = child
        }
        markDirty(node)
        markDirty(inode)
    }
}
