internal import Synchronization

/// A checkpoint that stays readable while the volume goes on changing.
///
/// Its blocks are not handed out again before it is given up, so whoever walks it needs no lock.
struct PinnedState: Sendable {
    /// The inode table.
    var table: InodeRecord
    /// Exactly the blocks in use.
    var map: SpaceMap
    /// All snapshots.
    var snapshots: [Snapshot]
    /// Blocks outside all files: the space map's tree and the keyring. They were read when the state
    /// was pinned, and may change.
    var systemBlocks: [BlockAddress]
}

extension Volume {
    /// Makes a checkpoint and holds it still while `body` walks it; others read and write meanwhile.
    ///
    /// - Throws: ``VaultFailure/busy`` while somebody else does so, or the volume is shrinking.
    func withPinnedState<Result>(
        _ body: (PinnedState, BlockSource) throws(VaultFailure) -> Result
    ) throws(VaultFailure) -> Result {
        let state = try commitThen { core throws(VaultFailure) in
            guard core.pinnedEpoch == nil, core.map.ceiling == core.map.blockCount else {
                throw .busy
            }
        } _: { core throws(VaultFailure) in
            try core.pin()
        }
        defer { core.withLock { $0.unpin() } }
        let source = BlockSource(
            store: store, cipher: cipher, blockCount: state.map.blockCount)
        return try body(state, source)
    }
}

extension VolumeCore {
    /// Holds the checkpoint that was just written; nothing has changed since.
    fileprivate func pin() throws(VaultFailure) -> PinnedState {
        let state = PinnedState(
            table: checkpointedTable, map: map, snapshots: snapshots,
            systemBlocks: try systemBlocks())
        pinnedEpoch = buildingEpoch - 1
        return state
    }

    /// Lets blocks that left the state meanwhile go with the next checkpoint.
    fileprivate func unpin() {
        pinnedEpoch = nil
        heldUntilCheckpoint += heldUntilUnpinned
        heldUntilUnpinned = []
        releasedToSnapshots = []
    }

    /// Blocks outside all files: the space map's tree, the journal, the keyring.
    private func systemBlocks() throws(VaultFailure) -> [BlockAddress] {
        var addresses = journalBlocks.map(\.address)
        var failure: VaultFailure?
        TreeWalk(source: source).walkTree(
            VaultFormat.spaceMap, checkpointedMap,
            visit: {
                addresses.append($0.pointer.address)
                return $0.pointer.address < map.blockCount
            },
            damaged: {
                failure = failure ?? $1; _ = $0
            })
        if let failure { throw failure }
        do throws(VaultRejection) {
            addresses += try Self.readKeyring(store, keys: keys, from: keyring).chain
        } catch {
            throw .damaged(what: "keyring", address: keyring.address)
        }
        return addresses.filter { $0 < map.blockCount }
    }
}
