internal import Cryptography

// Reading happens in two steps: under the lock, find out where the blocks are; without it, fetch
// and decrypt them. A block pointer names content, not a place, so what was planned at one instant
// is what is read, or the read fails and is planned again.

/// A block that a read still needs.
struct PlannedBlock: Sendable {
    var pointer: BlockPointer
    /// The key it was sealed under, so that nobody has to look it up without the lock.
    var key: AESGCMKey?
    /// The block of the file.
    var index: UInt64
    /// Where its bytes go in the reader's buffer; `nil` for a block read ahead.
    var target: Int?
    /// First byte of the block that is wanted.
    var within: Int
    /// How many bytes are wanted.
    var count: Int

    /// Whether the whole block goes to the reader.
    var isWhole: Bool { target != nil && count == VaultFormat.blockSize }
}

/// What a read will do without the lock.
struct ReadPlan: Sendable {
    var inode: InodeNumber
    /// Bytes that the read gives in all.
    var count = 0
    /// Blocks to fetch, in the file's order.
    var blocks: [PlannedBlock] = []
}

extension VolumeCore {
    /// Copies what the cache has and plans the rest.
    func planRead(
        _ number: InodeNumber, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(VaultFailure) -> ReadPlan {
        let inode = try inode(number)
        guard inode.record.kind != .directory else { throw .isDirectory }
        var plan = ReadPlan(inode: number)
        guard offset < inode.record.size, let base = buffer.baseAddress else { return plan }
        plan.count = Int(min(UInt64(buffer.count), inode.record.size - offset))
        let blockSize = UInt64(VaultFormat.blockSize)
        var done = 0
        while done < plan.count {
            let position = offset + UInt64(done)
            let within = Int(position % blockSize)
            let count = min(VaultFormat.blockSize - within, plan.count - done)
            let index = position / blockSize
            if let frame = cache.frame(for: BlockCache.Key(inode: number, index: index)) {
                // SAFETY: `done + count` is at most the buffer's size, `within + count` a frame's.
                unsafe (base + done).copyMemory(
                    from: cache.bytes(of: frame) + within, byteCount: count)
            } else {
                let pointer = try pointer(inode, index)
                if pointer.isNull {
                    // SAFETY: as above.
                    unsafe (base + done).initializeMemory(
                        as: UInt8.self, repeating: 0, count: count)
                } else {
                    plan.blocks.append(
                        PlannedBlock(
                            pointer: pointer, key: cipher.key(of: pointer), index: index,
                            target: done, within: within,
                            count: count))
                }
            }
            done += count
        }
        try planReadAhead(inode, offset: offset, &plan)
        trimNodes()
        return plan
    }

    /// Reads while nobody can write: through the cache, block by block.
    func readAlone(
        _ number: InodeNumber, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(VaultFailure) -> Int {
        let plan = try unsafe planRead(number, at: offset, into: buffer)
        guard let base = buffer.baseAddress else { return 0 }
        let inode = try inode(number)
        for block in plan.blocks {
            guard let target = block.target, let frame = try cachedFrame(inode, block.index) else {
                continue
            }
            // SAFETY: the plan made `target + count` fit the buffer, `within + count` a frame.
            unsafe (base + target).copyMemory(
                from: cache.bytes(of: frame) + block.within, byteCount: block.count)
        }
        return plan.count
    }

    /// Adds the blocks that a reader in order will want next, when it had to wait anyway.
    private func planReadAhead(
        _ inode: Inode, offset: UInt64, _ plan: inout ReadPlan
    ) throws(VaultFailure) {
        let isSequential = offset == inode.expectedReadOffset && offset > 0
        inode.expectedReadOffset = offset + UInt64(plan.count)
        guard isSequential, let last = plan.blocks.last,
            plan.blocks.count < options.readAheadBlockCount
        else { return }
        let blockSize = UInt64(VaultFormat.blockSize)
        let end = min(
            last.index + UInt64(options.readAheadBlockCount),
            (inode.record.size + blockSize - 1) / blockSize)
        var index = last.index + 1
        while index < end {
            if cache.frame(for: BlockCache.Key(inode: inode.number, index: index)) != nil { break }
            let pointer = try pointer(inode, index)
            if pointer.isNull { break }
            plan.blocks.append(
                PlannedBlock(
                    pointer: pointer, key: cipher.key(of: pointer), index: index, target: nil,
                    within: 0,
                    count: VaultFormat.blockSize))
            index += 1
        }
    }

    /// Keeps a block that was fetched without the lock, if it is still the file's.
    func keep(_ block: PlannedBlock, of number: InodeNumber, _ bytes: UnsafeRawPointer) {
        guard let inode = inodes[number], !inode.isGone,
            let current = try? pointer(inode, block.index), current == block.pointer
        else { return }
        let key = BlockCache.Key(inode: number, index: block.index)
        guard cache.frame(for: key) == nil, let frame = cache.insert(key) else { return }
        // SAFETY: the caller passes 4 KiB.
        unsafe cache.bytes(of: frame).copyMemory(from: bytes, byteCount: VaultFormat.blockSize)
    }

    /// Whether any planned block is no longer where the plan says.
    func isStale(_ plan: ReadPlan) -> Bool {
        guard let inode = inodes[plan.inode], !inode.isGone else { return true }
        return plan.blocks.contains { (try? pointer(inode, $0.index)) != $0.pointer }
    }
}
