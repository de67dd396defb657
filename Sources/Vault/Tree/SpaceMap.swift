/// Which blocks are in use, in memory: two bits a block.
///
/// *Used* belongs to the state being built. *Held* does not any more, but a state that a crash
/// could bring back still reads it, so it is not handed out before a commit makes that impossible.
struct SpaceMap {
    /// Blocks of the volume.
    private(set) var blockCount: UInt64
    private var used: [UInt64]
    private var held: [UInt64]
    private var cursor: UInt64
    /// Blocks in use.
    private(set) var usedCount: UInt64 = 0
    /// Blocks not in use that may not be handed out yet.
    private(set) var heldCount: UInt64 = 0
    /// Chunks that differ from the map of the last checkpoint.
    private(set) var dirtyChunks: Set<UInt64> = []
    /// No block at or above this address is handed out; for shrinking.
    var ceiling: UInt64

    /// A map with only the fixed blocks in use.
    init(blockCount: UInt64) {
        self.blockCount = blockCount
        ceiling = blockCount
        let words = Int((blockCount + 63) / 64)
        used = [UInt64](repeating: 0, count: words)
        held = used
        cursor = VaultFormat.firstAllocatableBlock
        for address in 0..<VaultFormat.firstAllocatableBlock { mark(address) }
    }

    /// Blocks that could be handed out now.
    var freeCount: UInt64 { blockCount - usedCount - heldCount }

    /// Chunks that cover the volume.
    var chunkCount: UInt64 {
        (blockCount + VaultFormat.blocksPerMapChunk - 1) / VaultFormat.blocksPerMapChunk
    }

    func isUsed(_ address: BlockAddress) -> Bool {
        used[Int(address / 64)] >> (address % 64) & 1 == 1
    }

    /// Marks a block as used; no effect when it is.
    mutating func mark(_ address: BlockAddress) {
        guard !isUsed(address) else { return }
        used[Int(address / 64)] |= 1 << (address % 64)
        usedCount += 1
        dirtyChunks.insert(address / VaultFormat.blocksPerMapChunk)
    }

    /// Marks a block as not used; no effect when it is not.
    mutating func unmark(_ address: BlockAddress) {
        guard isUsed(address) else { return }
        used[Int(address / 64)] &= ~(1 << (address % 64))
        usedCount -= 1
        dirtyChunks.insert(address / VaultFormat.blocksPerMapChunk)
    }

    /// Takes a block out of use but keeps it from being handed out.
    mutating func hold(_ address: BlockAddress) {
        guard isUsed(address) else { return }
        unmark(address)
        held[Int(address / 64)] |= 1 << (address % 64)
        heldCount += 1
    }

    /// Lets held blocks be handed out.
    mutating func release(_ addresses: [BlockAddress]) {
        for address in addresses
        where address < blockCount && held[Int(address / 64)] >> (address % 64) & 1 == 1 {
            held[Int(address / 64)] &= ~(1 << (address % 64))
            heldCount -= 1
        }
    }

    /// Hands out a block near the last one, `nil` when none is free.
    mutating func allocate() -> BlockAddress? {
        guard freeCount > 0 else { return nil }
        let words = UInt64((ceiling + 63) / 64)
        var index = cursor / 64
        var taken = (used[Int(index)] | held[Int(index)]) | ((1 << (cursor % 64)) &- 1)
        for _ in 0...words {
            if taken != .max {
                let address = index * 64 + UInt64((~taken).trailingZeroBitCount)
                if address < ceiling {
                    mark(address)
                    cursor = address + 1 < ceiling ? address + 1 : 0
                    return address
                }
            }
            index = index + 1 < words ? index + 1 : 0
            taken = used[Int(index)] | held[Int(index)]
        }
        return nil
    }

    /// Extends or cuts the map. Blocks that are cut off must not be in use.
    mutating func resize(to count: UInt64) {
        let words = Int((count + 63) / 64)
        let oldChunks = chunkCount
        if words < used.count {
            for word in words..<held.count { heldCount -= UInt64(held[word].nonzeroBitCount) }
            used.removeLast(used.count - words)
            held.removeLast(held.count - words)
        }
        used.append(contentsOf: repeatElement(0, count: words - used.count))
        held.append(contentsOf: repeatElement(0, count: words - held.count))
        blockCount = count
        ceiling = count
        cursor = min(cursor, count - 1)
        for chunk in min(oldChunks, chunkCount)..<max(oldChunks, chunkCount) {
            dirtyChunks.insert(chunk)
        }
        dirtyChunks = dirtyChunks.filter { $0 < chunkCount }
    }

    /// First used block at or above `address`, if any.
    func firstUsed(from address: BlockAddress) -> BlockAddress? {
        var next = address
        while next < blockCount {
            let word = used[Int(next / 64)] >> (next % 64)
            if word != 0 { return next + UInt64(word.trailingZeroBitCount) }
            next = (next / 64 + 1) * 64
        }
        return nil
    }

    /// Makes the next checkpoint write a chunk again, elsewhere.
    mutating func touch(chunk: UInt64) { if chunk < chunkCount { dirtyChunks.insert(chunk) } }

    /// Forgets that chunks are dirty: a checkpoint has written them.
    mutating func markClean() { dirtyChunks.removeAll() }

    /// The 4 KiB that a checkpoint writes for a chunk: bit `n` of it is block `n` of the chunk.
    func chunk(_ index: UInt64, into target: UnsafeMutableRawPointer) {
        let wordsPerChunk = Int(VaultFormat.blocksPerMapChunk / 64)
        for word in 0..<wordsPerChunk {
            let position = Int(index) * wordsPerChunk + word
            let value = position < used.count ? used[position] : 0
            // SAFETY: the caller passes 4 KiB; 512 words of 8 bytes fill exactly that.
            unsafe target.storeBytes(
                of: value.littleEndian, toByteOffset: word * 8, as: UInt64.self)
        }
    }

    /// Takes a chunk that a checkpoint wrote.
    mutating func loadChunk(_ index: UInt64, from source: UnsafeRawPointer) {
        let wordsPerChunk = Int(VaultFormat.blocksPerMapChunk / 64)
        for word in 0..<wordsPerChunk {
            let position = Int(index) * wordsPerChunk + word
            guard position < used.count else { return }
            // SAFETY: the caller passes 4 KiB.
            let value = unsafe UInt64(
                littleEndian: source.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
            usedCount -= UInt64(used[position].nonzeroBitCount)
            used[position] = value
            usedCount += UInt64(value.nonzeroBitCount)
        }
    }

    /// Whether both maps have the same blocks in use; else the first difference.
    func firstDifference(from other: SpaceMap) -> BlockAddress? {
        for word in 0..<min(used.count, other.used.count) where used[word] != other.used[word] {
            return UInt64(word * 64 + (used[word] ^ other.used[word]).trailingZeroBitCount)
        }
        return nil
    }
}
