internal import Bytes
internal import Cryptography

// From nothing, or from a store, to a volume in memory.

extension VolumeCore {
    /// Makes an empty volume on a store, which loses what it held.
    ///
    /// - Returns: the volume, and its key slots, which are written when all else is durable.
    static func create(
        on store: any BlockStore, unlock: UnlockKey, label: String, blockCount: UInt64,
        options: VolumeOptions
    ) throws(VaultRejection) -> (core: VolumeCore, keySlots: [UInt8]) {
        guard
            (VaultFormat.minimumBlockCount...VaultFormat.maximumBlockCount).contains(blockCount)
        else {
            throw .invalidOption(
                "a vault has \(VaultFormat.minimumBlockCount) blocks of 4 KiB or more")
        }
        do {
            try store.resize(toBlockCount: blockCount)
            let volumeKey = try SecretBytes(count: 32, from: options.entropy)
            let keys = try VolumeKeys(volumeKey)
            var slots = try KeySlots(
                volumeKey: volumeKey, unlock: unlock, label: label, scrypt: options.scrypt,
                entropy: options.entropy)
            let area = try slots.nextBlock(keys: keys, entropy: options.entropy)
            // The other superblock must not be one of an older volume with the same key.
            for address in VaultFormat.superblockAddresses {
                try store.write(options.entropy.bytes(VaultFormat.blockSize), at: address)
            }
            let core = VolumeCore(
                store: store, keys: keys, options: options,
                superblock: Superblock(
                    epoch: 0, previousRootTag: [UInt8](repeating: 0, count: 32),
                    blockCount: blockCount, nextInode: VaultFormat.firstFreeInode, orphanCount: 0,
                    slotGeneration: slots.generation, sessions: [], keyring: .none,
                    inodeTable: InodeRecord(kind: .file),
                    spaceMap: InodeRecord(kind: .file), journal: [], inlineJournal: []),
                olderSessions: [],
                state: AnchoredState(epoch: 0, rootTag: [UInt8](repeating: 0, count: 32)))
            core.makeSystemFiles()
            return (core, area)
        } catch let error as StoreFailure {
            throw .store(error)
        } catch {
            throw .cryptography("\(error)")
        }
    }

    private func makeSystemFiles() {
        let now = options.now()
        for (number, kind) in [
            (VaultFormat.snapshotTable, FileKind.file), (VaultFormat.rootDirectory, .directory),
        ] {
            var record = InodeRecord(kind: kind)
            record.linkCount = kind == .directory ? 2 : 1
            record.accessed = now
            record.modified = now
            record.changed = now
            record.parent = kind == .directory ? VaultFormat.rootDirectory : 0
            let inode = Inode(number: number, record: record)
            inodes[number] = inode
            markDirty(inode)
        }
        needsCheckpoint = true
    }

    /// Reads a volume's newest state. The anchor is the caller's to ask.
    static func open(
        _ store: any BlockStore, unlock: UnlockKey, options: VolumeOptions
    ) throws(VaultRejection) -> (core: VolumeCore, report: OpenReport, superblock: Superblock) {
        let (keys, generation, damagedSlots) = try readKeys(
            store, unlock: unlock, options: options)
        let (superblock, state, unreadable) = try readSuperblock(store, keys: keys)
        guard generation >= superblock.slotGeneration else {
            throw .damaged(
                what: "the key slots, older than the volume or changed",
                address: VaultFormat.keySlotAddresses[0])
        }
        let found = try guardingStore { () throws(StoreFailure) in try store.blockCount() }
        guard found >= superblock.blockCount else {
            throw .truncated(expectedBlocks: superblock.blockCount, foundBlocks: found)
        }
        let (older, chain) = try readKeyring(store, keys: keys, from: superblock.keyring)
        let core = VolumeCore(
            store: store, keys: keys, options: options, superblock: superblock,
            olderSessions: older, state: state)
        core.slotGeneration = generation
        do throws(VaultFailure) {
            try core.load(superblock, keyringChain: chain)
        } catch {
            throw VaultRejection(error)
        }
        let report = OpenReport(
            epoch: state.epoch, unreadableSuperblock: unreadable,
            damagedKeySlotCopies: damagedSlots)
        return (core, report, superblock)
    }

    /// A state of the same volume, read-only, as a snapshot shows it.
    func mounted(_ snapshot: Snapshot) throws(VaultFailure) -> VolumeCore {
        var options = options
        options.isReadOnly = true
        var fields = superblock()
        fields.epoch = snapshot.epoch
        fields.nextInode = snapshot.nextInode
        fields.inodeTable = snapshot.inodeTable
        fields.journal = []
        do {
            let (older, _) = try Self.readKeyring(store, keys: keys, from: keyring)
            return VolumeCore(
                store: store, keys: keys, options: options, superblock: fields,
                olderSessions: older,
                state: AnchoredState(epoch: snapshot.epoch, rootTag: durable.rootTag))
        } catch {
            throw .damaged(what: "keyring", address: keyring.address)
        }
    }

    private static func guardingStore<Result>(
        _ body: () throws(StoreFailure) -> Result
    ) throws(VaultRejection) -> Result {
        do throws(StoreFailure) { return try body() } catch { throw .store(error) }
    }

    /// Finds the volume key: any copy, any slot.
    static func readKeys(
        _ store: any BlockStore, unlock: UnlockKey, options: VolumeOptions
    ) throws(VaultRejection) -> (keys: VolumeKeys, generation: UInt64, damagedCopies: Int) {
        let found = try guardingStore { () throws(StoreFailure) in try store.blockCount() }
        guard found >= VaultFormat.firstAllocatableBlock else {
            throw found == 0
                ? .notAVault
                : .truncated(
                    expectedBlocks: VaultFormat.minimumBlockCount, foundBlocks: found)
        }
        var claims: [UInt32] = []
        var result: VolumeKeys?
        var damaged = 0
        var generation: UInt64 = 0
        for address in VaultFormat.keySlotAddresses {
            let block = try guardingStore { () throws(StoreFailure) in
                try store.block(at: address)
            }
            if let claim = SealedBlock.claimedVersion(block) { claims.append(claim) }
            do {
                let keys: VolumeKeys
                if let result {
                    keys = result
                } else if let key = try KeySlots.volumeKey(
                    in: block, unlock: unlock, scrypt: options.scrypt)
                {
                    keys = try VolumeKeys(key)
                } else {
                    damaged += 1
                    continue
                }
                result = keys
                generation = max(generation, try KeySlots(block: block, keys: keys).generation)
            } catch is VaultRejection {
                damaged += 1
            } catch {
                throw .cryptography("\(error)")
            }
        }
        if let result { return (result, generation, damaged) }
        guard !claims.isEmpty else { throw .notAVault }
        if let other = claims.first(where: { $0 != VaultFormat.version }) {
            throw .unsupportedVersion(other)
        }
        throw .wrongKey
    }

    /// The newest superblock that authenticates, and the address of one that does not.
    private static func readSuperblock(
        _ store: any BlockStore, keys: VolumeKeys
    ) throws(VaultRejection) -> (Superblock, AnchoredState, unreadable: BlockAddress?) {
        var best: (Superblock, AnchoredState)?
        var unreadable: BlockAddress?
        for address in VaultFormat.superblockAddresses {
            let block = try guardingStore { () throws(StoreFailure) in
                try store.block(at: address)
            }
            do {
                let superblock = try Superblock(
                    decoding: SealedBlock.open(
                        block, key: keys.superblock, label: superblockLabel, address: address))
                let state = AnchoredState(
                    epoch: superblock.epoch, rootTag: try keys.rootTag(ofSuperblock: block))
                if superblock.epoch > best?.0.epoch ?? 0 { best = (superblock, state) }
            } catch {
                unreadable = address
            }
        }
        guard let (superblock, state) = best else {
            throw .damaged(what: "both superblocks", address: 0)
        }
        return (superblock, state, unreadable)
    }

    /// All sessions of the keyring's blocks, oldest first, and the blocks' addresses.
    static func readKeyring(
        _ store: any BlockStore, keys: VolumeKeys, from newest: KeyringPointer
    ) throws(VaultRejection) -> (sessions: [Session], chain: [BlockAddress]) {
        var parts: [[Session]] = []
        var chain: [BlockAddress] = []
        var next = newest
        while next.address != 0 {
            let pointer = next
            let block = try guardingStore { () throws(StoreFailure) in
                try store.block(at: pointer.address)
            }
            do {
                guard chain.count < KeyringBlock.maximumChainLength,
                    constantTimeEquals(block.suffix(16), pointer.tag)
                else { throw CryptographyFailure.authenticationFailed }
                let keyring = try KeyringBlock(
                    decoding: SealedBlock.open(
                        block, key: keys.keyring, label: KeyringBlock.label,
                        address: pointer.address))
                parts.append(keyring.sessions)
                next = keyring.previous
                chain.append(pointer.address)
            } catch {
                throw .damaged(what: "the keyring", address: pointer.address)
            }
        }
        return (parts.reversed().flatMap { $0 }, chain)
    }

    // MARK: Loading

    /// Reads the space map and the snapshots, and replays the journal.
    private func load(
        _ superblock: Superblock, keyringChain: [BlockAddress]
    ) throws(VaultFailure) {
        for chunk in 0..<map.chunkCount {
            let pointer = try pointer(spaceMapFile, chunk)
            guard !pointer.isNull else { continue }
            unsafe try fetch(pointer, into: staging)
            unsafe map.loadChunk(chunk, from: staging)
        }
        map.markClean()
        try loadSnapshots()
        try replay(superblock)
        for address in keyringChain + superblock.journal.map(\.address)
        where address < map.blockCount {
            map.mark(address)
        }
        durableChangeCount = changeCount
        orphanCount = 0
        if superblock.orphanCount > 0, !options.isReadOnly { try removeOrphans() }
        preparedChangeCount = orphanCount == superblock.orphanCount ? changeCount : 0
    }

    private func loadSnapshots() throws(VaultFailure) {
        let table = try inode(VaultFormat.snapshotTable)
        snapshots = []
        let perBlock = UInt64(VaultFormat.blockSize / Snapshot.byteCount)
        for index in 0..<table.record.size / UInt64(Snapshot.byteCount) {
            guard let frame = try cachedFrame(table, index / perBlock) else { continue }
            // SAFETY: a frame holds 16 snapshots of 256 bytes.
            let bytes = unsafe [UInt8](
                UnsafeRawBufferPointer(
                    start: cache.bytes(of: frame) + Int(index % perBlock) * Snapshot.byteCount,
                    count: Snapshot.byteCount))
            var reader = ByteReader(bytes)
            do throws(MalformedBytes) {
                snapshots.append(try Snapshot(decoding: &reader))
            } catch {
                throw .damaged(what: "snapshot table: \(error.field)", address: 0)
            }
        }
        newestSnapshotEpoch = snapshots.map(\.epoch).max() ?? 0
    }

    /// Applies the journal to the last checkpoint's state.
    ///
    /// The space map follows in two steps: everything that an entry replaced is unmarked while
    /// entries are applied, then everything that the final state refers to is marked. In that
    /// order the result does not depend on how entries were merged.
    private func replay(_ superblock: Superblock) throws(VaultFailure) {
        var touched: Set<BlockCache.Key> = []
        var blockCounts: [InodeNumber: UInt64] = [:]
        for block in try readJournal(superblock) {
            for entry in block {
                try apply(entry, &touched)
                // An inode's newest attributes count the blocks of all entries, of later ones too.
                if case .attributes(let number, let record) = entry {
                    blockCounts[number] = record.blockCount
                }
            }
        }
        for (number, count) in blockCounts { inodes[number]?.record.blockCount = count }
        for key in touched {
            guard let inode = inodes[key.inode], !inode.isGone else { continue }
            let pointer = try pointer(inode, key.index)
            guard pointer.address < map.blockCount else {
                throw .damaged(what: "journal", address: pointer.address)
            }
            if !pointer.isNull { map.mark(pointer.address) }
        }
        unjournaled = []
        // Entries that stand in the superblock only must be written again with the next commit.
        if !superblock.inlineJournal.isEmpty {
            for entry in try decodeJournal(superblock.inlineJournal[...], 0) {
                journal.record(entry)
            }
        }
    }

    private func readJournal(_ superblock: Superblock) throws(VaultFailure) -> [[JournalEntry]] {
        var blocks: [[JournalEntry]] = []
        for pointer in superblock.journal {
            unsafe try fetch(pointer, into: staging)
            // SAFETY: the staging buffer holds many blocks.
            let bytes = unsafe [UInt8](
                UnsafeRawBufferPointer(start: staging, count: VaultFormat.blockSize))
            var reader = ByteReader(bytes)
            let count: UInt32? = try? reader.integer("journal size")
            guard let count, count <= VaultFormat.blockSize - 4 else {
                throw .damaged(what: "journal", address: pointer.address)
            }
            blocks.append(try decodeJournal(bytes[4..<4 + Int(count)], pointer.address))
        }
        blocks.append(try decodeJournal(superblock.inlineJournal[...], 0))
        return blocks
    }

    private func decodeJournal(
        _ bytes: ArraySlice<UInt8>, _ address: BlockAddress
    ) throws(VaultFailure) -> [JournalEntry] {
        do throws(MalformedBytes) {
            return try JournalEntry.decodeAll(bytes)
        } catch {
            throw .damaged(what: "journal: \(error.field)", address: address)
        }
    }

    private func apply(
        _ entry: JournalEntry, _ touched: inout Set<BlockCache.Key>
    ) throws(VaultFailure) {
        switch entry {
        case .pointer(let number, let index, let pointer):
            let inode = try replayedInode(number)
            unmark(try self.pointer(inode, index))
            try setPointer(inode, index, to: pointer)
            touched.insert(BlockCache.Key(inode: number, index: index))
        case .truncate(let number, let blockCount):
            try trimTree(try replayedInode(number), to: blockCount)
        case .attributes(let number, let record):
            let inode = try replayedInode(number)
            let tree = (inode.record.height, inode.record.root)
            inode.record = record
            (inode.record.height, inode.record.root) = tree
            markDirty(inode)
            nextInode = max(nextInode, number + 1)
        case .remove(let number):
            let inode = try replayedInode(number)
            try trimTree(inode, to: 0)
            inode.record = InodeRecord(kind: nil)
            markDirty(inode)
        }
    }

    private func unmark(_ pointer: BlockPointer) {
        guard !pointer.isNull, pointer.epoch > newestSnapshotEpoch,
            pointer.address < map.blockCount
        else { return }
        map.unmark(pointer.address)
    }

    /// An inode that a journal entry names; it may be one that no checkpoint has seen.
    private func replayedInode(_ number: InodeNumber) throws(VaultFailure) -> Inode {
        if let inode = inodes[number] { return inode }
        if number < nextInode {
            do throws(VaultFailure) { return try inode(number) } catch {
                guard error == .noEntry else { throw error }
            }
        }
        let inode = Inode(number: number, record: InodeRecord(kind: nil))
        inodes[number] = inode
        return inode
    }

    /// Removes inodes that lived only because they were open when the process ended.
    private func removeOrphans() throws(VaultFailure) {
        let perBlock = UInt64(InodeRecord.perBlock)
        for block in 0..<(nextInode + perBlock - 1) / perBlock {
            let first = max(block * perBlock, VaultFormat.firstFreeInode)
            let end = min((block + 1) * perBlock, nextInode)
            guard first < end else { continue }
            for number in first..<end {
                guard let inode = try? inode(number) else { continue }
                if inode.record.linkCount == 0 {
                    try removeInode(inode)
                } else if dirtyInodes[number] == nil {
                    inodes[number] = nil
                }
            }
        }
    }
}

extension VaultRejection {
    /// What a failure while loading means to the opener.
    init(_ failure: VaultFailure) {
        switch failure {
        case .store(let failure): self = .store(failure)
        case .damaged(let what, let address): self = .damaged(what: what, address: address)
        case .anchor(let failure): self = .anchor(failure)
        default: self = .damaged(what: "\(failure)", address: 0)
        }
    }
}
