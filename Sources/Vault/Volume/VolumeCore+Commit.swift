internal import Bytes
internal import Cryptography

/// A commit whose blocks are written and whose superblock is not.
struct PreparedCommit: Sendable {
    /// The sealed superblock.
    var block: [UInt8]
    /// Where it goes.
    var address: BlockAddress
    /// The state it makes.
    var state: AnchoredState
    /// Blocks that become free when it is durable.
    var freed: [BlockAddress]
    /// Changes up to this count are in it.
    var changeCount: UInt64
}

extension VolumeCore {
    /// Whether anything differs from the last prepared commit.
    var hasChanges: Bool {
        changeCount != preparedChangeCount || needsCheckpoint || cache.dirtyCount > 0
    }

    /// Writes everything that changed to new blocks and makes the superblock that names it.
    ///
    /// On a failure nothing is lost: what was not written is still in memory, and the store still
    /// holds the last commit.
    ///
    /// - Returns: `nil` when nothing changed.
    func prepareCommit(checkpoint: Bool = false) throws(VaultFailure) -> PreparedCommit? {
        try requireWritable()
        guard hasChanges || checkpoint else { return nil }
        try flushData()
        if inlineSessions.count > VaultFormat.maximumInlineSessions { needsCheckpoint = true }
        if checkpoint || journal.isOverfull { needsCheckpoint = true }
        if !needsCheckpoint { try extendJournal() }
        let isCheckpoint = needsCheckpoint
        if isCheckpoint { try writeCheckpoint() }
        let prepared = try makeSuperblock(isCheckpoint: isCheckpoint)
        if isCheckpoint { finishCheckpoint() }
        preparedChangeCount = changeCount
        buildingEpoch += 1
        newestRootTag = prepared.state.rootTag
        if writeCounter > 1 << 32 { hasSession = false }
        return prepared
    }

    /// Brings the journal up to date; asks for a checkpoint when it would grow too long.
    private func extendJournal() throws(VaultFailure) {
        for number in unjournaled.sorted() {
            guard let inode = dirtyInodes[number] ?? inodes[number], !inode.isGone else { continue }
            journal.record(.attributes(inode: number, inode.record))
        }
        unjournaled.removeAll()
        guard !journal.isOverfull else {
            needsCheckpoint = true
            return
        }
        guard journal.byteCount > superblock().inlineCapacity else { return }
        let blocks = journal.blocks()
        guard journalBlocks.count + blocks.count <= VaultFormat.maximumJournalBlocks else {
            needsCheckpoint = true
            return
        }
        try writeJournal(blocks)
        journal = Journal()
    }

    private func writeJournal(_ blocks: [[UInt8]]) throws(VaultFailure) {
        var pointers: [BlockPointer] = []
        for block in blocks {
            let address = try allocate()
            let pointer = unsafe try block.withUnsafeBytes { bytes in
                Result { () throws(VaultFailure) in
                    guard let base = bytes.baseAddress else { throw .failed }
                    return unsafe try seal(base, for: address, into: staging)
                }
            }.get()
            try writeStaging(1, at: address)
            pointers.append(pointer)
        }
        journalBlocks += pointers
    }

    /// Writes the inode table, all trees and the space map: afterwards no journal is needed.
    private func writeCheckpoint() throws(VaultFailure) {
        for inode in dirtyInodes.values.sorted(by: { $0.number < $1.number }) {
            try writeTree(inode)
        }
        try writeRecords()
        try flushData()
        try writeTree(inodeTable)
        if inlineSessions.count > VaultFormat.maximumInlineSessions { try moveSessions() }
        for pointer in journalBlocks { release(pointer, .unshared) }
        journalBlocks = []
        try writeSpaceMap()
    }

    private func finishCheckpoint() {
        map.markClean()
        chunkPlacements = [:]
        journal = Journal()
        dirtyInodes = dirtyInodes.filter { _ in false }
        unjournaled = []
        for (number, inode) in inodes where inode.isGone { inodes[number] = nil }
        needsCheckpoint = false
    }

    /// Writes the changed chunks of the space map.
    ///
    /// Placing a chunk changes the map, which may change another chunk; every chunk and node is
    /// placed at most once, so that comes to an end, and only then is anything sealed.
    private func writeSpaceMap() throws(VaultFailure) {
        while let chunk = map.dirtyChunks.first(where: { chunkPlacements[$0] == nil }) {
            let old = try pointer(spaceMapFile, chunk)
            chunkPlacements[chunk] = try allocate()
            release(old, .unshared)
            try setPointer(spaceMapFile, chunk, to: .null)
            if let top = spaceMapFile.top, top.isDirty {
                _ = try place(top, spaceMapFile, prunes: false)
            }
        }
        for (chunk, address) in chunkPlacements.sorted(by: { $0.key < $1.key })
        where chunk < map.chunkCount {
            unsafe map.chunk(chunk, into: scratch)
            let pointer = unsafe try seal(scratch, for: address, into: staging)
            try writeStaging(1, at: address)
            try setPointer(spaceMapFile, chunk, to: pointer)
        }
        try sealTree(spaceMapFile)
    }

    /// Moves all sessions but the newest to keyring blocks.
    private func moveSessions() throws(VaultFailure) {
        do {
            var moving = inlineSessions.dropLast()
            var target = KeyringBlock(previous: keyring, sessions: [])
            if keyring.address != 0 {
                let block = try store.block(at: keyring.address)
                let newest = try KeyringBlock(
                    decoding: SealedBlock.open(
                        block, key: keys.keyring, label: KeyringBlock.label,
                        address: keyring.address))
                if newest.sessions.count < KeyringBlock.capacity {
                    target = newest
                    map.hold(keyring.address)
                    heldUntilCheckpoint.append(keyring.address)
                }
            }
            while !moving.isEmpty {
                let room = KeyringBlock.capacity - target.sessions.count
                target.sessions += moving.prefix(room)
                moving = moving.dropFirst(room)
                try write(target)
                target = KeyringBlock(previous: keyring, sessions: [])
            }
            inlineSessions = inlineSessions.suffix(1)
        } catch let error as VaultFailure {
            throw error
        } catch {
            throw .failed
        }
    }

    /// Writes the newest keyring block again, elsewhere; older ones cannot move without it.
    func moveKeyring() throws(VaultFailure) {
        do {
            let old = keyring
            let block = try store.block(at: old.address)
            try write(
                KeyringBlock(
                    decoding: SealedBlock.open(
                        block, key: keys.keyring, label: KeyringBlock.label, address: old.address)))
            map.hold(old.address)
            heldUntilCheckpoint.append(old.address)
        } catch let error as VaultFailure {
            throw error
        } catch {
            throw .failed
        }
    }

    private func write(_ block: KeyringBlock) throws(VaultFailure) {
        let address = try allocate()
        do {
            let sealed = try SealedBlock.seal(
                block.payload, key: keys.keyring, label: KeyringBlock.label, address: address,
                entropy: options.entropy)
            try store.write(sealed, at: address)
            keyring = KeyringPointer(address: address, tag: [UInt8](sealed.suffix(16)))
        } catch {
            map.unmark(address)
            throw .failed
        }
    }

    /// The fields of the superblock for the state as it is.
    func superblock() -> Superblock {
        Superblock(
            epoch: buildingEpoch, previousRootTag: newestRootTag, blockCount: map.blockCount,
            nextInode: nextInode, orphanCount: orphanCount, slotGeneration: slotGeneration,
            sessions: inlineSessions,
            keyring: keyring, inodeTable: inodeTable.record, spaceMap: spaceMapFile.record,
            journal: journalBlocks, inlineJournal: [])
    }

    private func makeSuperblock(isCheckpoint: Bool) throws(VaultFailure) -> PreparedCommit {
        var fields = superblock()
        if !isCheckpoint {
            fields.inodeTable = checkpointedTable
            fields.spaceMap = checkpointedMap
            fields.inlineJournal = journal.encoded()
        }
        let address = VaultFormat.superblockAddresses[Int(buildingEpoch % 2)]
        do {
            let block = try SealedBlock.seal(
                fields.payload, key: keys.superblock, label: Self.superblockLabel,
                address: address, entropy: options.entropy)
            let state = AnchoredState(
                epoch: buildingEpoch, rootTag: try keys.rootTag(ofSuperblock: block))
            if isCheckpoint {
                checkpointedTable = fields.inodeTable
                checkpointedMap = fields.spaceMap
            }
            let freed = heldUntilSync + (isCheckpoint ? heldUntilCheckpoint : [])
            heldUntilSync = []
            if isCheckpoint { heldUntilCheckpoint = [] }
            return PreparedCommit(
                block: block, address: address, state: state, freed: freed,
                changeCount: changeCount)
        } catch {
            throw .failed
        }
    }

    /// Label of a superblock's associated data.
    static let superblockLabel = "martlet vault superblock"

    /// Takes note that a commit is durable.
    func finishCommit(_ prepared: PreparedCommit) {
        durable = prepared.state
        durableChangeCount = prepared.changeCount
        map.release(prepared.freed)
    }
}
