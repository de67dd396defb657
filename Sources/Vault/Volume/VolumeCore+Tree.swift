// A file's blocks: a radix tree with 128 children a node.

extension VolumeCore {
    /// Blocks that a tree of `height` levels reaches.
    static func span(_ height: Int) -> UInt64 { 1 << UInt64(7 * height) }

    /// The pointer to a block of a file, null for a hole.
    func pointer(_ inode: Inode, _ index: UInt64) throws(VaultFailure) -> BlockPointer {
        guard index < Self.span(inode.record.height) else { return .null }
        guard inode.record.height > 0 else { return inode.record.root }
        guard var node = try top(of: inode, create: false) else { return .null }
        while node.level > 1 {
            let slot = Int(index >> UInt64(7 * (node.level - 1)) & 127)
            guard let child = try child(of: node, at: slot, create: false) else { return .null }
            node = child
        }
        return node.pointer(at: Int(index & 127))
    }

    /// Points a block of a file elsewhere. The old block is the caller's to release.
    func setPointer(
        _ inode: Inode, _ index: UInt64, to pointer: BlockPointer
    ) throws(VaultFailure) {
        while index >= Self.span(inode.record.height) { try raise(inode) }
        let old: BlockPointer
        if inode.record.height == 0 {
            old = inode.record.root
            inode.record.root = pointer
        } else {
            let leaf = try leaf(of: inode, index)
            old = leaf.pointer(at: Int(index & 127))
            leaf.setPointer(pointer, at: Int(index & 127))
        }
        switch (old.isNull, pointer.isNull) {
        case (true, false): inode.record.blockCount &+= 1
        case (false, true): inode.record.blockCount &-= 1
        default: break
        }
        markDirty(inode)
    }

    /// The lowest node over a block, made when missing, and marked as changed with all above it.
    func leaf(of inode: Inode, _ index: UInt64) throws(VaultFailure) -> MapNode {
        guard var node = try top(of: inode, create: true) else { throw .failed }
        while node.level > 1 {
            let slot = Int(index >> UInt64(7 * (node.level - 1)) & 127)
            guard let child = try child(of: node, at: slot, create: true) else { throw .failed }
            node = child
        }
        markDirty(node)
        return node
    }

    /// Marks a node and all above it as changed.
    func markDirty(_ node: MapNode) {
        var next: MapNode? = node
        while let current = next, !current.isDirty {
            current.isDirty = true
            dirtyNodeCount += 1
            next = current.parent
        }
    }

    /// The top node, read when it is not in memory; `nil` when the tree is empty.
    func top(of inode: Inode, create: Bool) throws(VaultFailure) -> MapNode? {
        if let top = inode.top {
            top.isRecent = true
            return top
        }
        guard !inode.record.root.isNull || create else { return nil }
        let node = MapNode(level: inode.record.height, parent: nil, slot: 0)
        if !inode.record.root.isNull {
            unsafe try fetch(inode.record.root, into: node.bytes)
        }
        inode.top = node
        nodeCount += 1
        return node
    }

    /// A child node, read when it is not in memory; `nil` when there is none.
    func child(
        of node: MapNode, at slot: Int, create: Bool
    ) throws(VaultFailure) -> MapNode? {
        if let child = node.children[slot] {
            child.isRecent = true
            return child
        }
        let pointer = node.pointer(at: slot)
        guard !pointer.isNull || create else { return nil }
        let child = MapNode(level: node.level - 1, parent: node, slot: slot)
        if !pointer.isNull { unsafe try fetch(pointer, into: child.bytes) }
        node.setChild(child, at: slot)
        nodeCount += 1
        return child
    }

    /// Puts one more level on top of a tree.
    private func raise(_ inode: Inode) throws(VaultFailure) {
        guard inode.record.height < VaultFormat.maximumHeight else { throw .fileTooLarge }
        if inode.record.root.isNull, inode.top == nil {
            inode.record.height += 1
            return
        }
        let old = inode.record.height > 0 ? try top(of: inode, create: false) : nil
        inode.record.height += 1
        let node = MapNode(level: inode.record.height, parent: nil, slot: 0)
        nodeCount += 1
        node.setPointer(inode.record.root, at: 0)
        if let old {
            node.setChild(old, at: 0)
            old.reparented(to: node)
        }
        inode.record.root = .null
        inode.top = node
        markDirty(node)
        markDirty(inode)
    }

    /// Frees a file's blocks from `blockCount` on.
    func trimTree(_ inode: Inode, to blockCount: UInt64) throws(VaultFailure) {
        markDirty(inode)
        if inode.record.height == 0 {
            guard blockCount == 0, !inode.record.root.isNull else { return }
            release(inode.record.root, .untilSync)
            inode.record.root = .null
            inode.record.blockCount &-= 1
            return
        }
        guard let top = try top(of: inode, create: false) else {
            if blockCount == 0 { inode.record.height = 0 }
            return
        }
        try trim(top, base: 0, to: blockCount, inode)
        guard blockCount == 0 else { return }
        forget(top)
        release(inode.record.root, .untilCheckpoint)
        inode.record.root = .null
        inode.record.height = 0
        inode.top = nil
    }

    private func trim(
        _ node: MapNode, base: UInt64, to blockCount: UInt64, _ inode: Inode
    ) throws(VaultFailure) {
        let span = Self.span(node.level - 1)
        for slot in 0..<VaultFormat.fanOut {
            let start = base + UInt64(slot) * span
            let pointer = node.pointer(at: slot)
            guard start + span > blockCount else { continue }
            if node.level == 1 {
                guard !pointer.isNull else { continue }
                release(pointer, .untilSync)
                node.setPointer(.null, at: slot)
                inode.record.blockCount &-= 1
                markDirty(node)
                continue
            }
            guard let child = try child(of: node, at: slot, create: false) else { continue }
            try trim(child, base: start, to: blockCount, inode)
            guard start >= blockCount else { continue }
            forget(child)
            release(pointer, .untilCheckpoint)
            node.setPointer(.null, at: slot)
            node.setChild(nil, at: slot)
            markDirty(node)
        }
    }

    /// Accounts for a node that leaves memory with its block.
    private func forget(_ node: MapNode) {
        nodeCount -= 1
        if node.isDirty { dirtyNodeCount -= 1 }
        if node.placement != 0 { map.unmark(node.placement) }
    }

    // MARK: Writing

    /// Writes every changed node of a file's tree and updates its root.
    func writeTree(_ inode: Inode) throws(VaultFailure) {
        guard let top = inode.top, top.isDirty else { return }
        if try place(top, inode, prunes: true) {
            forget(top)
            release(inode.record.root, .untilCheckpoint)
            inode.record.root = .null
            inode.record.height = 0
            inode.top = nil
            return
        }
        try sealTree(inode)
    }

    /// Gives every changed node under `node` a place; children come before their parent.
    ///
    /// - Returns: whether nothing is left under the node.
    func place(_ node: MapNode, _ inode: Inode, prunes: Bool) throws(VaultFailure) -> Bool {
        let lifetime = inode.number == VaultFormat.spaceMap ? Lifetime.unshared : .untilCheckpoint
        for slot in node.children.indices {
            guard let child = node.children[slot], child.isDirty else { continue }
            guard try place(child, inode, prunes: prunes) else { continue }
            forget(child)
            release(node.pointer(at: slot), lifetime)
            node.setPointer(.null, at: slot)
            node.setChild(nil, at: slot)
        }
        if prunes, node.isEmpty { return true }
        if node.placement == 0 {
            node.placement = try allocate()
            // The old pointer is forgotten at once, so that a second try does not release it again.
            if let parent = node.parent {
                release(parent.pointer(at: node.slot), lifetime)
                parent.setPointer(.null, at: node.slot)
            } else {
                release(inode.record.root, lifetime)
                inode.record.root = .null
            }
        }
        return false
    }

    /// Seals and writes every placed node, lowest first.
    func sealTree(_ inode: Inode) throws(VaultFailure) {
        guard let top = inode.top, top.isDirty else { return }
        var batch = NodeBatch()
        let root = try seal(top, &batch)
        try flush(&batch)
        inode.record.root = root
        if inode !== inodeTable, inode !== spaceMapFile { markDirty(inode) }
    }

    /// Nodes sealed into the staging buffer and not yet written.
    private struct NodeBatch {
        var start: BlockAddress = 0
        var nodes: [MapNode] = []
        /// Nodes whose write succeeded, in a tree whose root is not yet replaced.
        var written: [MapNode] = []
    }

    private func seal(_ node: MapNode, _ batch: inout NodeBatch) throws(VaultFailure)
        -> BlockPointer
    {
        for slot in node.children.indices {
            guard let child = node.children[slot], child.isDirty else { continue }
            node.setPointer(try seal(child, &batch), at: slot)
        }
        if batch.nodes.count == Self.stagingBlockCount
            || node.placement != batch.start + UInt64(batch.nodes.count)
        {
            try write(&batch)
            batch.start = node.placement
        }
        // SAFETY: the batch holds fewer nodes than the staging buffer has blocks.
        let target = unsafe staging + batch.nodes.count * VaultFormat.blockSize
        let pointer = unsafe try seal(node.bytes, for: node.placement, into: target)
        batch.nodes.append(node)
        return pointer
    }

    private func write(_ batch: inout NodeBatch) throws(VaultFailure) {
        try writeStaging(batch.nodes.count, at: batch.start)
        batch.written += batch.nodes
        batch.nodes = []
    }

    /// Writes the rest and marks the nodes as clean: after this the tree may be read again.
    private func flush(_ batch: inout NodeBatch) throws(VaultFailure) {
        try write(&batch)
        for node in batch.written {
            node.isDirty = false
            node.placement = 0
        }
        dirtyNodeCount -= batch.written.count
    }

    // MARK: Memory

    /// Forgets clean nodes that were not used lately, until a quarter of the budget is free.
    func trimNodes() {
        guard nodeCount > max(options.residentNodeCount, nodeSweepCount) else { return }
        defer { nodeSweepCount = nodeCount + options.residentNodeCount / 4 }
        for _ in 0..<2 {
            for inode in inodes.values {
                guard let top = inode.top else { continue }
                trimNodes(under: top)
                if top.isDirty || top.isRecent || !top.children.allSatisfy({ $0 == nil }) {
                    top.isRecent = false
                } else {
                    inode.top = nil
                    nodeCount -= 1
                }
            }
            if nodeCount <= options.residentNodeCount * 3 / 4 { return }
        }
    }

    private func trimNodes(under node: MapNode) {
        for slot in node.children.indices {
            guard let child = node.children[slot] else { continue }
            trimNodes(under: child)
            if child.isDirty || child.isRecent || !child.children.allSatisfy({ $0 == nil }) {
                child.isRecent = false
            } else {
                node.setChild(nil, at: slot)
                nodeCount -= 1
            }
        }
    }
}
