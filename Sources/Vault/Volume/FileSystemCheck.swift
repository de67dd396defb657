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
    /// Checks the volume's structure while it is open, as of now; others read and write meanwhile.
    ///
    /// - Parameter readsData: whether to authenticate every data block, not only what leads to it.
    /// - Throws: ``VaultFailure/busy`` while a check or the removal of a snapshot is under way.
    package func check(readsData: Bool) throws(VaultFailure) -> CheckReport {
        try withPinnedState { state, source throws(VaultFailure) in
            FileSystemCheck(state, source, readsData: readsData).run()
        }
    }
}

/// The check itself: a walk over a checkpoint that stays.
private final class FileSystemCheck {
    private let state: PinnedState
    private let source: BlockSource
    private let walk: TreeWalk
    private let readsData: Bool
    private var report = CheckReport()
    private var reached: SpaceMap
    private var names: [InodeNumber: UInt32] = [:]
    private var records: [InodeNumber: InodeRecord] = [:]
    private var blockCounts: [InodeNumber: UInt64] = [:]
    private var directoryBlocks: [InodeNumber: [BlockPointer]] = [:]
    private var scratch = [UInt8](repeating: 0, count: VaultFormat.blockSize)

    init(_ state: PinnedState, _ source: BlockSource, readsData: Bool) {
        self.state = state
        self.source = source
        self.readsData = readsData
        walk = TreeWalk(source: source)
        reached = SpaceMap(blockCount: state.map.blockCount)
    }

    func run() -> CheckReport {
        walk.walk(
            state.table, visit: { note($0) }, damaged: { visit, _ in report.add(.damaged(visit)) },
            inode: { records[$0] = $1 })
        report.inodeCount = records.count - 1
        checkDirectories()
        checkCounts()
        for snapshot in state.snapshots {
            walk.walk(
                snapshot.inodeTable, visit: { noteShared($0) },
                damaged: { visit, _ in report.add(.damaged(visit)) }, inode: { _, _ in })
        }
        for address in state.systemBlocks { reached.mark(address) }
        checkSpaceMap()
        return report
    }

    /// A block of the present state: it has one place in it.
    ///
    /// - Returns: whether to go on below it.
    private func note(_ visit: TreeWalk.Visit) -> Bool {
        let address = visit.pointer.address
        guard isInside(address), !reached.isUsed(address) else {
            report.add(.strayPointer(inode: visit.inode, address: address))
            return false
        }
        reached.mark(address)
        guard visit.level == 0 else {
            report.blockCount += 1
            return true
        }
        blockCounts[visit.inode, default: 0] += 1
        if records[visit.inode]?.kind == .directory {
            directoryBlocks[visit.inode, default: []].append(visit.pointer)
        }
        if readsData {
            report.blockCount += 1
            if !isAuthentic(visit.pointer) { report.add(.damaged(visit)) }
        }
        return true
    }

    /// A block of a snapshot: others may have it too, and then it has been looked at.
    private func noteShared(_ visit: TreeWalk.Visit) -> Bool {
        let address = visit.pointer.address
        guard isInside(address) else {
            report.add(.strayPointer(inode: visit.inode, address: address))
            return false
        }
        let isNew = !reached.isUsed(address)
        reached.mark(address)
        if visit.level == 0, isNew, readsData {
            report.blockCount += 1
            if !isAuthentic(visit.pointer) { report.add(.damaged(visit)) }
        }
        return true
    }

    private func isInside(_ address: BlockAddress) -> Bool {
        (VaultFormat.firstAllocatableBlock..<state.map.blockCount).contains(address)
    }

    private func isAuthentic(_ pointer: BlockPointer) -> Bool {
        unsafe scratch.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            // SAFETY: the scratch is one block.
            return (try? unsafe source.fetch(pointer, into: base)) != nil
        }
    }

    private func checkDirectories() {
        for (inode, record) in records.sorted(by: { $0.key < $1.key })
        where record.kind == .directory {
            names[inode, default: 0] += 1
            var count: UInt64 = 0
            for pointer in directoryBlocks[inode] ?? [] {
                guard let block = try? walk.read(pointer) else {
                    if !readsData { report.add(.brokenDirectory(inode: inode)) }
                    continue
                }
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

    private func check(_ entry: DirectoryBlock.Entry, in directory: InodeNumber) {
        guard let target = records[entry.inode], target.kind == entry.kind,
            target.kind != .directory || target.parent == directory
        else {
            report.add(.danglingName(directory: directory, inode: entry.inode))
            return
        }
        names[entry.inode, default: 0] += 1
        if entry.kind == .directory { names[directory, default: 0] += 1 }
    }

    private func checkCounts() {
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

    private func checkSpaceMap() {
        for address in 0..<state.map.blockCount {
            switch (state.map.isUsed(address), reached.isUsed(address)) {
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
