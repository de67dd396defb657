internal import Bytes
internal import Cryptography

/// A volume's whole state and logic, for one thread at a time.
///
/// ``Volume`` holds it inside a mutex; nothing else reaches it. The store is read and written from
/// here, and from ``Volume`` for reads and for a commit's barriers.
@safe final class VolumeCore: @unchecked Sendable {
    // SAFETY: @unchecked Sendable because the only reference is inside `Volume`'s mutex.

    let store: any BlockStore
    let keys: VolumeKeys
    let options: VolumeOptions
    let cipher: BlockCipher
    let sessionKeys: SessionKeys
    let cache: BlockCache
    /// Ciphertext of one block on its way in.
    let scratch: UnsafeMutableRawPointer
    /// Ciphertext of a run of blocks on its way out.
    let staging: UnsafeMutableRawPointer
    /// Blocks in ``staging``.
    static let stagingBlockCount = 64

    /// The last durable state.
    var durable: AnchoredState
    /// The epoch that new blocks belong to.
    var buildingEpoch: UInt64
    /// Root tag of the state before the one being built.
    var newestRootTag: [UInt8]
    var map: SpaceMap
    var inodes: [InodeNumber: Inode] = [:]
    /// Inodes that differ from the inode table of the last checkpoint.
    var dirtyInodes: [InodeNumber: Inode] = [:]
    /// Inodes whose attributes no journal entry tells yet.
    var unjournaled: Set<InodeNumber> = []
    let inodeTable: Inode
    let spaceMapFile: Inode
    /// Records of the last checkpoint, which a journaled commit names again.
    var checkpointedTable: InodeRecord
    var checkpointedMap: InodeRecord
    /// Grows with every change.
    var changeCount: UInt64 = 0
    /// ``changeCount`` of the last prepared commit.
    var preparedChangeCount: UInt64 = 0
    /// ``changeCount`` of the last durable commit.
    var durableChangeCount: UInt64 = 0
    var nextInode: InodeNumber
    var orphanCount: UInt32 = 0
    /// The newest snapshot's epoch: blocks as old as that are never freed.
    var newestSnapshotEpoch: UInt64 = 0
    var snapshots: [Snapshot] = []
    /// Epochs of snapshots that are mounted.
    var mountedSnapshots: [UInt64: Int] = [:]

    var journal = Journal()
    var journalBlocks: [BlockPointer] = []
    /// Whether the next commit must be a checkpoint.
    var needsCheckpoint = false
    var heldUntilSync: [BlockAddress] = []
    var heldUntilCheckpoint: [BlockAddress] = []
    /// The epoch whose blocks stay where they are while somebody walks them without the lock.
    var pinnedEpoch: UInt64?
    /// Blocks that left the state and are of the pinned epoch, or older.
    var heldUntilUnpinned: [BlockAddress] = []
    /// Blocks that left the state since then and that a snapshot still has; the epochs in which they
    /// were part of it.
    var releasedToSnapshots: [(address: BlockAddress, epochs: Range<UInt64>)] = []
    /// Where a checkpoint in progress writes chunks of the space map.
    var chunkPlacements: [UInt64: BlockAddress] = [:]

    /// Sessions listed in the superblock, oldest first.
    var inlineSessions: [Session]
    var keyring: KeyringPointer
    /// Generation of the key slots that this volume has seen.
    var slotGeneration: UInt64
    /// Whether this mount has a session of its own.
    var hasSession = false
    /// Writes in this session: the next nonce.
    var writeCounter: UInt64 = 0

    /// Interior blocks in memory.
    var nodeCount = 0
    /// How many interior blocks and inodes start the next sweep; above the budget while everything
    /// is waiting to be written, so that sweeps stay rare.
    var nodeSweepCount = 0
    var inodeSweepCount = 32_768
    /// Interior blocks that differ from the store's.
    var dirtyNodeCount = 0
    /// Whether a failure left it unknown what reached the store.
    var hasFailed = false
    var locks = LockTable()

    init(
        store: any BlockStore, keys: VolumeKeys, options: VolumeOptions, superblock: Superblock,
        olderSessions: [Session], state: AnchoredState
    ) {
        self.store = store
        self.keys = keys
        self.options = options
        sessionKeys = SessionKeys(keys: keys, sessions: olderSessions + superblock.sessions)
        cipher = BlockCipher(sessions: sessionKeys, volumeID: keys.volumeID)
        cache = BlockCache(capacity: options.cacheFrameCount)
        unsafe scratch = UnsafeMutableRawPointer.allocate(
            byteCount: VaultFormat.blockSize, alignment: 4096)
        unsafe staging = UnsafeMutableRawPointer.allocate(
            byteCount: VaultFormat.blockSize * Self.stagingBlockCount, alignment: 4096)
        durable = state
        buildingEpoch = superblock.epoch + 1
        newestRootTag = state.rootTag
        map = SpaceMap(blockCount: superblock.blockCount)
        inodeTable = Inode(number: VaultFormat.inodeTable, record: superblock.inodeTable)
        spaceMapFile = Inode(number: VaultFormat.spaceMap, record: superblock.spaceMap)
        checkpointedTable = superblock.inodeTable
        checkpointedMap = superblock.spaceMap
        nextInode = superblock.nextInode
        inlineSessions = superblock.sessions
        keyring = superblock.keyring
        slotGeneration = superblock.slotGeneration
        journalBlocks = superblock.journal
    }

    deinit {
        unsafe scratch.deallocate()
        unsafe staging.deallocate()
    }
}

// MARK: - Blocks

extension VolumeCore {
    /// Reads and authenticates one block into `target`, 4 KiB.
    func fetch(
        _ pointer: BlockPointer, into target: UnsafeMutableRawPointer
    ) throws(VaultFailure) {
        guard pointer.address < map.blockCount else {
            throw .damaged(what: "a block pointer", address: pointer.address)
        }
        do throws(StoreFailure) {
            // SAFETY: the scratch is one block, ours alone.
            try unsafe store.read(
                at: pointer.address,
                into: UnsafeMutableRawBufferPointer(start: scratch, count: VaultFormat.blockSize))
        } catch {
            throw .store(error)
        }
        try unsafe cipher.open(pointer, from: scratch, into: target)
    }

    /// Seals one block for `address` in the epoch being built.
    func seal(
        _ plaintext: UnsafeRawPointer, for address: BlockAddress,
        into ciphertext: UnsafeMutableRawPointer
    ) throws(VaultFailure) -> BlockPointer {
        try beginSession()
        var pointer = BlockPointer(
            address: address, epoch: buildingEpoch, counter: writeCounter)
        writeCounter += 1
        try unsafe cipher.seal(&pointer, from: plaintext, into: ciphertext)
        return pointer
    }

    /// Writes `count` blocks of the staging buffer from `address` on.
    func writeStaging(_ count: Int, at address: BlockAddress) throws(VaultFailure) {
        guard count > 0 else { return }
        do throws(StoreFailure) {
            // SAFETY: `count` is at most the staging buffer's size: every caller flushes there.
            try unsafe store.write(
                at: address,
                from: UnsafeRawBufferPointer(
                    start: staging, count: count * VaultFormat.blockSize))
        } catch {
            throw error.isOutOfSpace ? .noSpace : .store(error)
        }
    }

    /// Makes this mount's key before its first write.
    private func beginSession() throws(VaultFailure) {
        guard !hasSession else { return }
        do {
            let session = Session(
                firstEpoch: buildingEpoch, salt: try options.entropy.bytes(32))
            inlineSessions.append(session)
            sessionKeys.append(session)
        } catch {
            throw .failed
        }
        hasSession = true
        writeCounter = 0
    }

    /// Hands out a block, growing the volume when that is allowed.
    func allocate() throws(VaultFailure) -> BlockAddress {
        if let address = map.allocate() { return address }
        try extend(by: 1)
        guard let address = map.allocate() else { throw .noSpace }
        return address
    }

    /// Makes sure that `count` more data blocks and all pending metadata will find room.
    func reserve(_ count: Int) throws(VaultFailure) {
        let pending =
            2 * cache.dirtyCount + dirtyNodeCount + dirtyInodes.count + Int(map.chunkCount) + 96
        let needed = UInt64(pending + count + count / 32 + 8)
        if map.freeCount < needed { try extend(by: needed - map.freeCount) }
    }

    /// Extends the store by at least `count` blocks.
    func extend(by count: UInt64) throws(VaultFailure) {
        guard case .upTo(let limit) = options.growth, map.ceiling == map.blockCount else {
            throw .noSpace
        }
        let step = max(count, max(256, map.blockCount / 8))
        let target = min(map.blockCount + step, min(limit, VaultFormat.maximumBlockCount))
        guard target >= map.blockCount + count else { throw .noSpace }
        try resizeStore(to: target)
        map.resize(to: target)
        needsCheckpoint = true
    }

    /// Makes the store `count` blocks long.
    func resizeStore(to count: UInt64) throws(VaultFailure) {
        do throws(StoreFailure) {
            try store.resize(toBlockCount: count)
        } catch {
            throw error.isOutOfSpace ? .noSpace : .store(error)
        }
    }

    /// How long a block that left the state may still be read after a crash.
    enum Lifetime {
        /// Data: a replay never reads it, so until the commit that drops it is durable.
        case untilSync
        /// Tree nodes and inodes: a replay reads them, so until the next checkpoint is durable.
        case untilCheckpoint
        /// As ``untilCheckpoint``, and no snapshot ever refers to it.
        case unshared
    }

    /// Takes a block out of the state, unless a snapshot still has it.
    func release(_ pointer: BlockPointer, _ lifetime: Lifetime) {
        guard !pointer.isNull else { return }
        if lifetime != .unshared, pointer.epoch <= newestSnapshotEpoch {
            if pinnedEpoch != nil {
                releasedToSnapshots.append((pointer.address, pointer.epoch..<buildingEpoch))
            }
            return
        }
        if pointer.epoch == buildingEpoch {
            // No durable state ever named it.
            map.unmark(pointer.address)
            return
        }
        map.hold(pointer.address)
        if let pinnedEpoch, pointer.epoch <= pinnedEpoch {
            heldUntilUnpinned.append(pointer.address)
            return
        }
        switch lifetime {
        case .untilSync: heldUntilSync.append(pointer.address)
        case .untilCheckpoint, .unshared: heldUntilCheckpoint.append(pointer.address)
        }
    }

    /// Refuses changes where none are allowed.
    func requireWritable() throws(VaultFailure) {
        try requireUnfailed()
        if options.isReadOnly { throw .readOnly }
    }

    /// Refuses to vouch for anything after a failure that left the store unknown.
    func requireUnfailed() throws(VaultFailure) {
        if hasFailed { throw .failed }
    }

    /// Runs an operation of several steps. When the store fails between two of them the volume is
    /// given up, so that no half-done change can ever be committed.
    func wholly<Result>(
        _ body: (VolumeCore) throws(VaultFailure) -> Result
    ) throws(VaultFailure) -> Result {
        let before = changeCount
        do throws(VaultFailure) {
            return try body(self)
        } catch {
            switch error {
            case .store, .damaged, .failed, .noSpace:
                if changeCount != before { hasFailed = true }
            default: break
            }
            throw error
        }
    }
}
