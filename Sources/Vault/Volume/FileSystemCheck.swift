internal import Synchronization

/// What a check of a whole volume found.
package struct CheckReport: Equatable, Sendable {
    /// One thing that is wrong.
    package enum Finding: Equatable, Sendable {
        /// A block that is not what the volume wrote.
        case damaged(inode: InodeNumber, blockIndex: UInt64, level: Int, address: UInt64)
        /// A block that two places refer to, or that lies outside the volume.
        case strayPointer(inode: InodeNumber, address: UInt64)
        /// The number of names differs from the inode's link count.
        case linkCount(inode: InodeNumber, recorded: UInt32, found: UInt32)
        /// A name that leads to nothing, or to another kind of thing.
        case danglingName(directory: InodeNumber, inode: InodeNumber)
        /// A directory whose tree of names is broken, or whose entry count is wrong.
        case brokenDirectory(inode: InodeNumber)
        /// The number of blocks differs from the inode's count.
        case blockCount(inode: InodeNumber, recorded: UInt64, found: UInt64)
        /// The space map says free of a block in use.
        case usedBlockMarkedFree(address: UInt64)
        /// The space map says used of a block that nothing refers to.
        case leakedBlock(address: UInt64)
    }

    /// Files, directories and links.
    package var inodeCount = 0
    /// Blocks that were read and authenticated.
    package var blockCount = 0
    /// Everything wrong, at most 1,000 things.
    package var findings: [Finding] = []

    /// Whether nothing is wrong.
    package var isClean: Bool { findings.isEmpty }

    fileprivate mutating func add(_ finding: Finding) {
        if findings.count < 1000 { findings.append(finding) }
    }
}

extension Volume {
    /// Checks the volume's structure while it is open; others wait meanwhile.
    ///
    /// - Parameter readsData: whether to authenticate every data block, not only what leads to it.
    package func check(readsData: Bool) throws(VaultFailure) -> CheckReport {
        if !core.withLock({ $0.options.isReadOnly }) { try commit(checkpoint: true) }
        return try core.withLock { core throws(VaultFailure) in
            var check = FileSystemCheck(core, readsData: readsData)
            return try check.run()
        }
    }
}

/// The check itself: a walk over the last checkpoint.
private struct FileSystemCheck {
    let core: VolumeCore
    let readsData: Bool
    var report = CheckReport()
    var reached: SpaceMap
    var names: [InodeNumber: UInt32] = [:]
    var records: [InodeNumber: InodeRecord] = [:]
    var blockCounts: [InodeNumber: UInt64] = [:]
    var directoryBlocks: [InodeNumber: [TreeWalk.Visit]] = [:]

    init(_ core: VolumeCore, readsData: Bool) {
        self.core = core
        self.readsData = readsData
        reached = SpaceMap(blockCount: core.map.blockCount)
    }

    mutating func run() throws(VaultFailure) -> CheckReport {
        visitTree(core.checkpointedTable)
        checkDirectories()
        checkCounts()
        for snapshot in core.snapshots { visitSnapshot(snapshot) }
        try visitSystemBlocks()
        checkSpaceMap()
        return report
    }

    private mutating func visitTree(_ table: InodeRecord) {
        let walk = TreeWalk(core: core)
        var found: [TreeWalk.Visit] = []
        var damaged: [TreeWalk.Visit] = []
        walk.walk(
            table,
            visit: { visit in
                found.append(visit)
                return visit.pointer.address < core.map.blockCount
            }, damaged: { visit, _ in damaged.append(visit) },
            inode: { records[$0] = $1 })
        for visit in found { note(visit, isShared: false) }
        for visit in damaged { report.add(.damaged(visit)) }
        report.inodeCount = records.count - 1
    }

    private mutating func note(_ visit: TreeWalk.Visit, isShared: Bool) {
        let address = visit.pointer.address
        guard address >= VaultFormat.firstAllocatableBlock, address < core.map.blockCount,
            isShared || !reached.isUsed(address)
        else {
            report.add(.strayPointer(inode: visit.inode, address: address))
            return
        }
        reached.mark(address)
        guard !isShared else { return }
        if visit.level == 0 {
            blockCounts[visit.inode, default: 0] += 1
            if records[visit.inode]?.kind == .directory {
                directoryBlocks[visit.inode, default: []].append(visit)
            }
        }
        guard visit.level > 0 || readsData else { return }
        report.blockCount += 1
        if visit.level == 0, (try? TreeWalk(core: core).read(visit.pointer)) == nil {
            report.add(.damaged(visit))
        }
    }

    private mutating func checkDirectories() {
        for (inode, record) in records.sorted(by: { $0.key < $1.key })
        where record.kind == .directory {
            names[inode, default: 0] += 1
            var count: UInt64 = 0
            for visit in directoryBlocks[inode] ?? [] {
                guard let block = try? TreeWalk(core: core).read(visit.pointer) else { continue }
                let entries = unsafe block.withUnsafeBytes { bytes -> [DirectoryBlock.Entry]? in
                    guard let base = bytes.baseAddress, unsafe DirectoryBlock.isSound(base) else {
                        return nil
                    }
                    return unsafe DirectoryBlock.isLeaf(base) ? DirectoryBlock.entries(base) : []
                }
                guard let entries else {
                    report.add(.brokenDirectory(inode: inode))
                    continue
                }
                count += UInt64(entries.count)
                for entry in entries { check(entry, in: inode) }
            }
            if count != record.entryCount { report.add(.brokenDirectory(inode: inode)) }
        }
    }

    private mutating func check(_ entry: DirectoryBlock.Entry, in directory: InodeNumber) {
        guard let target = records[entry.inode], target.kind == entry.kind,
            target.kind != .directory || target.parent == directory
        else {
            report.add(.danglingName(directory: directory, inode: entry.inode))
            return
        }
        names[entry.inode, default: 0] += 1
        if entry.kind == .directory { names[directory, default: 0] += 1 }
    }

    private mutating func checkCounts() {
        names[VaultFormat.snapshotTable] = 1
        names[VaultFormat.rootDirectory, default: 0] += 1
        for (inode, record) in records.sorted(by: { $0.key < $1.key }) {
            let found = names[inode] ?? 0
            if found != record.linkCount {
                report.add(
                    .linkCount(inode: inode, recorded: record.linkCount, found: found))
            }
            let blocks = blockCounts[inode] ?? 0
            if blocks != record.blockCount {
                report.add(
                    .blockCount(inode: inode, recorded: record.blockCount, found: blocks))
            }
        }
    }

    private mutating func visitSnapshot(_ snapshot: Snapshot) {
        let walk = TreeWalk(core: core)
        var found: [TreeWalk.Visit] = []
        var damaged: [TreeWalk.Visit] = []
        walk.walk(
            snapshot.inodeTable,
            visit: { visit in
                found.append(visit)
                return visit.pointer.address < core.map.blockCount
            }, damaged: { visit, _ in damaged.append(visit) }, inode: { _, _ in })
        for visit in found { note(visit, isShared: true) }
        for visit in damaged { report.add(.damaged(visit)) }
    }

    /// The space map's own tree, the journal and the keyring.
    private mutating func visitSystemBlocks() throws(VaultFailure) {
        for address in try core.systemBlocks() { reached.mark(address) }
    }

    private mutating func checkSpaceMap() {
        for address in 0..<core.map.blockCount {
            switch (core.map.isUsed(address), reached.isUsed(address)) {
            case (false, true): report.add(.usedBlockMarkedFree(address: address))
            case (true, false): report.add(.leakedBlock(address: address))
            default: break
            }
        }
    }
}

extension CheckReport.Finding {
    fileprivate static func damaged(_ visit: TreeWalk.Visit) -> Self {
        .damaged(
            inode: visit.inode, blockIndex: visit.index, level: visit.level,
            address: visit.pointer.address)
    }
}

extension VolumeCore {
    /// Blocks outside all files: the space map's tree, the journal, the keyring.
    func systemBlocks() throws(VaultFailure) -> [BlockAddress] {
        var addresses = journalBlocks.map(\.address)
        var failure: VaultFailure?
        TreeWalk(core: self).walkTree(
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
