internal import Platform
internal import Synchronization

/// An encrypted, authenticated, crash-safe volume of files on an untrusted store.
///
/// Safe to use from many threads. Reading holds the lock only to find where blocks are; fetching
/// and decrypting run side by side. Nothing that was written is durable before ``sync()`` returns;
/// after a crash exactly the state of the last sync is there, or of one that was under way.
package final class Volume: Sendable {
    let core: Mutex<VolumeCore>
    private let reader: BlockReader
    let store: any BlockStore
    let cipher: BlockCipher
    private let anchor: (any Anchor)?
    /// The state that the anchor remembers; locked for the time of a commit, so commits queue here
    /// and one commit serves all who waited.
    private let anchored: Mutex<AnchoredState?>

    /// Identifies the volume among all volumes; 16 bytes.
    package let volumeID: [UInt8]
    /// What opening found.
    package let openReport: OpenReport

    init(
        core: VolumeCore, store: any BlockStore, anchor: (any Anchor)?, anchored: AnchoredState?,
        report: OpenReport
    ) {
        volumeID = core.keys.volumeID
        cipher = core.cipher
        reader = BlockReader(store: store, cipher: core.cipher)
        self.store = store
        self.anchor = anchor
        self.anchored = Mutex(anchored)
        openReport = report
        self.core = Mutex(core)
    }

    /// Makes an empty volume on a store, which loses what it held.
    ///
    /// - Parameters:
    ///   - unlock: opens the first key slot from now on.
    ///   - label: a note on the first key slot.
    ///   - blockCount: blocks of 4 KiB to begin with.
    ///   - anchor: who will remember the newest state; it must not know this volume.
    package static func create(
        on store: any BlockStore, unlock: UnlockKey, label: String = "first key",
        blockCount: UInt64 = 256, anchor: (any Anchor)? = nil, options: VolumeOptions
    ) throws(VaultRejection) -> Volume {
        let (core, keySlots) = try VolumeCore.create(
            on: store, unlock: unlock, label: label, blockCount: blockCount, options: options)
        let volume = Volume(
            core: core, store: store, anchor: anchor, anchored: nil,
            report: OpenReport(epoch: 0, unreadableSuperblock: nil, damagedKeySlotCopies: 0))
        do throws(VaultFailure) {
            // Twice, so that both superblocks are there and a damaged one is noticed.
            try volume.commit(checkpoint: true)
            try volume.commit(checkpoint: true)
        } catch {
            throw VaultRejection(error)
        }
        do throws(StoreFailure) {
            // Until now the store is blank: what is cut off here can be made again.
            for address in VaultFormat.keySlotAddresses {
                try store.write(keySlots, at: address)
                try store.barrier()
            }
        } catch {
            throw .store(error)
        }
        return volume
    }

    /// Opens the newest state of a volume.
    ///
    /// - Throws: ``VaultRejection/rollback(volumeEpoch:anchorEpoch:)`` and
    ///   ``VaultRejection/fork(volumeEpoch:anchorEpoch:)`` when the anchor knows better.
    package static func open(
        _ store: any BlockStore, unlock: UnlockKey, anchor: (any Anchor)? = nil,
        options: VolumeOptions
    ) throws(VaultRejection) -> Volume {
        let (core, report, superblock) = try VolumeCore.open(
            store, unlock: unlock, options: options)
        if !options.isReadOnly || anchor != nil {
            // What was read may have been in a cache only: nothing may overtake it, and the anchor
            // must not move to a state that a power cut takes back.
            do throws(StoreFailure) { try store.barrier() } catch { throw .store(error) }
        }
        let anchored = try check(
            superblock, core.durable, against: anchor, core.keys.volumeID)
        return Volume(
            core: core, store: store, anchor: anchor, anchored: anchored, report: report)
    }

    /// Compares a state with what the anchor remembers.
    ///
    /// A crash between writing a superblock and telling the anchor leaves the volume one epoch
    /// ahead. That one is accepted if it says that it descends from the anchored state; the anchor
    /// then moves on.
    private static func check(
        _ superblock: Superblock, _ state: AnchoredState, against anchor: (any Anchor)?,
        _ volumeID: [UInt8]
    ) throws(VaultRejection) -> AnchoredState? {
        guard let anchor else { return nil }
        do throws(AnchorFailure) {
            let known = try anchor.state(ofVolume: volumeID)
            guard let known else {
                try anchor.advance(volume: volumeID, from: nil, to: state)
                return state
            }
            if known == state { return state }
            if state.epoch < known.epoch {
                throw .conflict(expectedEpoch: state.epoch, foundEpoch: known.epoch)
            }
            guard state.epoch == known.epoch + 1, superblock.previousRootTag == known.rootTag else {
                throw .conflict(expectedEpoch: state.epoch, foundEpoch: known.epoch)
            }
            try anchor.advance(volume: volumeID, from: known, to: state)
            return state
        } catch {
            switch error {
            case .conflict(let volume?, let anchor?) where volume < anchor:
                throw .rollback(volumeEpoch: volume, anchorEpoch: anchor)
            case .conflict(let volume?, let anchor?):
                throw .fork(volumeEpoch: volume, anchorEpoch: anchor)
            default: throw .anchor(error)
            }
        }
    }

    // MARK: Durability

    /// Makes everything written so far durable, in one state.
    ///
    /// - Returns: the epoch of the state that holds it.
    @discardableResult
    package func sync() throws(VaultFailure) -> UInt64 {
        let wanted = core.withLock { $0.changeCount }
        return try commit(checkpoint: false, unlessDurable: wanted)
    }

    /// Makes everything durable and leaves no journal, so that opening is quick.
    package func close() throws(VaultFailure) {
        guard core.withLock({ !$0.options.isReadOnly && !$0.hasFailed }) else { return }
        let needed = core.withLock { $0.hasChanges || !$0.dirtyInodes.isEmpty }
        if needed { try commit(checkpoint: true) }
    }

    @discardableResult
    func commit(
        checkpoint: Bool, unlessDurable wanted: UInt64? = nil
    ) throws(VaultFailure) -> UInt64 {
        try anchored.withLock { anchored throws(VaultFailure) in
            let (durable, isDone) = try core.withLock { core throws(VaultFailure) in
                try core.requireUnfailed()
                return (core.durable, wanted.map { core.durableChangeCount >= $0 } ?? false)
            }
            // Another thread's commit took these changes along.
            if isDone { return durable.epoch }
            let prepared = try core.withLock { core throws(VaultFailure) in
                try core.prepareCommit(checkpoint: checkpoint)
            }
            guard let prepared else { return durable.epoch }
            try finish(prepared, &anchored)
            return prepared.state.epoch
        }
    }

    /// Makes a checkpoint, changes the volume before anybody else sees it, and publishes the
    /// checkpoint; the change is left for the next commit.
    func commitThen<Result: Sendable>(
        check: (VolumeCore) throws(VaultFailure) -> Void,
        _ change: (VolumeCore) throws(VaultFailure) -> Result
    ) throws(VaultFailure) -> Result {
        try anchored.withLock { anchored throws(VaultFailure) in
            let (prepared, result) = try core.withLock { core throws(VaultFailure) in
                try core.requireWritable()
                try check(core)
                let prepared = try core.prepareCommit(checkpoint: true)
                let result = Swift.Result { () throws(VaultFailure) in try change(core) }
                return (prepared, result)
            }
            if let prepared { try finish(prepared, &anchored) }
            return try result.get()
        }
    }

    /// Publishes a commit and tells the anchor.
    private func finish(
        _ prepared: PreparedCommit, _ anchored: inout AnchoredState?
    ) throws(VaultFailure) {
        do throws(VaultFailure) {
            try publish(prepared)
            if let anchor {
                try Self.advance(anchor, volumeID, from: anchored, to: prepared.state)
                anchored = prepared.state
            }
        } catch {
            // What reached the store is unknown now: only reading it again can tell.
            core.withLock { $0.hasFailed = true }
            throw error
        }
        core.withLock { $0.finishCommit(prepared) }
    }

    /// Barrier, superblock, barrier.
    private func publish(_ prepared: PreparedCommit) throws(VaultFailure) {
        do throws(StoreFailure) {
            try store.barrier()
            try store.write(prepared.block, at: prepared.address)
            try store.barrier()
        } catch {
            throw .store(error)
        }
    }

    private static func advance(
        _ anchor: any Anchor, _ volumeID: [UInt8], from old: AnchoredState?, to new: AnchoredState
    ) throws(VaultFailure) {
        do throws(AnchorFailure) {
            try anchor.advance(volume: volumeID, from: old, to: new)
        } catch {
            throw .anchor(error)
        }
    }

    /// What is known about the freshness of the last durable state.
    package var freshness: Freshness {
        anchored.withLock { $0.map { .anchored(epoch: $0.epoch) } ?? .unanchored }
    }

    /// The last durable state.
    package var durableState: AnchoredState { core.withLock { $0.durable } }

    /// One operation that changes names or sizes.
    func change<Result: Sendable>(
        _ body: (VolumeCore) throws(VaultFailure) -> Result
    ) throws(VaultFailure) -> Result {
        try core.withLock { core throws(VaultFailure) in
            try core.requireWritable()
            // Room is made first, so that nothing has to be written in the middle of a change.
            try core.relievePressure()
            return try core.wholly(body)
        }
    }

    // MARK: Content

    /// A short look under the lock by one of many readers.
    ///
    /// A mutex that is waited for is handed to a thread that sleeps, and while that wakes, the next
    /// ones queue up behind it. Readers hold the lock for less time than waking takes, so they try
    /// again instead; behind a writer they queue like everybody.
    private func glance<Result: Sendable>(
        _ body: (VolumeCore) throws(VaultFailure) -> Result
    ) throws(VaultFailure) -> Result {
        for attempt in 0..<32 {
            let result = try core.withLockIfAvailable { core throws(VaultFailure) in
                try body(core)
            }
            if let result { return result }
            if attempt > 3 { yieldThread() }
        }
        return try core.withLock { core throws(VaultFailure) in try body(core) }
    }

    /// After so many plans that writers made stale, a reader makes writers wait.
    private static let readAttempts = 4

    /// Reads into `buffer` from `offset`; all bytes are of one instant.
    ///
    /// - Returns: how many bytes were there, fewer than asked for only at the end.
    package func read(
        _ inode: InodeNumber, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(VaultFailure) -> Int {
        var attempts = 0
        while true {
            let plan = try glance { core throws(VaultFailure) in
                try unsafe core.planRead(inode, at: offset, into: buffer)
            }
            guard !plan.blocks.isEmpty else { return plan.count }
            do throws(VaultFailure) {
                try unsafe reader.read(plan, into: buffer) { block, bytes in
                    core.withLock { unsafe $0.keep(block, of: inode, bytes) }
                }
                return plan.count
            } catch {
                // A block that was freed and reused meanwhile fails to authenticate; then the plan
                // is stale. A plan that still holds means damage.
                guard core.withLock({ $0.isStale(plan) }) else { throw error }
            }
            attempts += 1
            if attempts == Self.readAttempts {
                return try core.withLock { core throws(VaultFailure) in
                    try unsafe core.readAlone(inode, at: offset, into: buffer)
                }
            }
        }
    }

    /// Writes `bytes` at `offset`; a reader sees all or nothing of it.
    package func write(
        _ inode: InodeNumber, at offset: UInt64, _ bytes: UnsafeRawBufferPointer
    ) throws(VaultFailure) {
        try core.withLock { core throws(VaultFailure) in
            try unsafe core.write(try core.writableFile(inode), at: offset, bytes)
        }
    }

    /// Writes `bytes` at the end, whoever else does so too.
    ///
    /// - Returns: the offset of the first byte.
    package func append(
        _ inode: InodeNumber, _ bytes: UnsafeRawBufferPointer
    ) throws(VaultFailure) -> UInt64 {
        try core.withLock { core throws(VaultFailure) in
            let file = try core.writableFile(inode)
            let offset = file.record.size
            try unsafe core.write(file, at: offset, bytes)
            return offset
        }
    }

    /// Makes sure that there is room for a range now, and extends the file to hold it.
    package func allocate(
        _ inode: InodeNumber, offset: UInt64, byteCount: UInt64
    ) throws(VaultFailure) {
        let (end, overflow) = offset.addingReportingOverflow(byteCount)
        guard !overflow, end <= VaultFormat.maximumFileSize else { throw .fileTooLarge }
        try change { core throws(VaultFailure) in
            let file = try core.writableFile(inode)
            try core.reserve(Int(byteCount / UInt64(VaultFormat.blockSize)) + 2)
            if end > file.record.size { try core.resize(file, to: end) }
        }
    }

    /// Cuts or extends a file.
    package func resize(_ inode: InodeNumber, to size: UInt64) throws(VaultFailure) {
        try change { core throws(VaultFailure) in
            try core.resize(try core.writableFile(inode), to: size)
        }
    }
}

extension VolumeCore {
    /// A regular file that may be changed.
    func writableFile(_ number: InodeNumber) throws(VaultFailure) -> Inode {
        try requireWritable()
        let inode = try inode(number)
        guard inode.record.kind != .directory else { throw .isDirectory }
        guard inode.record.kind == .file else { throw .invalid }
        return inode
    }
}
