// Names: a B+ tree of hashes in the directory's own blocks.

extension VolumeCore {
    /// A step on the way from a directory's root to a leaf.
    private struct Step {
        var block: UInt64
        /// Which child was taken.
        var index: Int
        /// How many children there are.
        var count: Int
    }

    /// The hash of a name at its `probe`-th try. 0, 1 and 2 are kept for the cookies of the start,
    /// of "." and of "..".
    private func hash(_ name: [UInt8], probe: UInt8) -> UInt64 {
        let hash = keys.directoryHash.hash(probe == 0 ? name : name + [0, probe])
        return max((hash & options.directoryHashMask) >> 1, 3)
    }

    /// A directory block in the cache, checked when it comes from the store.
    private func directoryFrame(_ inode: Inode, _ block: UInt64) throws(VaultFailure) -> Int {
        let isCached = cache.frame(for: BlockCache.Key(inode: inode.number, index: block)) != nil
        guard let frame = try cachedFrame(inode, block),
            unsafe isCached || DirectoryBlock.isSound(cache.bytes(of: frame))
        else {
            cache.remove(BlockCache.Key(inode: inode.number, index: block))
            throw .damaged(what: "directory \(inode.number), block \(block)", address: 0)
        }
        return frame
    }

    /// The leaf for a hash, and the way to it; `nil` for a directory without blocks.
    private func descend(
        _ inode: Inode, _ hash: UInt64
    ) throws(VaultFailure) -> (leaf: UInt64, way: [Step])? {
        guard inode.record.size > 0 else { return nil }
        var way: [Step] = []
        var block: UInt64 = 0
        while way.count < 16 {
            let frame = try directoryFrame(inode, block)
            let bytes = unsafe UnsafeRawPointer(cache.bytes(of: frame))
            if unsafe DirectoryBlock.isLeaf(bytes) { return (block, way) }
            let index = unsafe DirectoryBlock.childIndex(bytes, hash)
            way.append(
                unsafe Step(block: block, index: index, count: DirectoryBlock.count(bytes)))
            block = unsafe UInt64(DirectoryBlock.pair(bytes, index).block)
        }
        throw .damaged(what: "directory \(inode.number)", address: 0)
    }

    /// Where a name stands.
    struct Place {
        var leaf: UInt64
        var offset: Int
        var entry: DirectoryBlock.Entry
    }

    /// Where a name stands, `nil` when it is not there.
    func find(_ name: [UInt8], in inode: Inode) throws(VaultFailure) -> Place? {
        for probe in 0...inode.record.probes {
            let hash = hash(name, probe: probe)
            guard let (leaf, _) = try descend(inode, hash) else { return nil }
            let frame = try directoryFrame(inode, leaf)
            let bytes = unsafe UnsafeRawPointer(cache.bytes(of: frame))
            let offset = unsafe DirectoryBlock.offset(bytes, notBelow: hash)
            if unsafe DirectoryBlock.matches(bytes, at: offset, hash: hash, name: name),
                let entry = unsafe DirectoryBlock.entry(bytes, at: offset)
            {
                return Place(leaf: leaf, offset: offset, entry: entry)
            }
        }
        return nil
    }

    /// Adds a name that is not there yet.
    func insert(
        _ name: [UInt8], _ target: InodeNumber, _ kind: FileKind, into inode: Inode
    ) throws(VaultFailure) {
        try reserve(8)
        if inode.record.size == 0 {
            let frame = try writableFrame(inode, 0, keepsContent: false)
            unsafe DirectoryBlock.makeLeaf(cache.bytes(of: frame))
            inode.record.size = UInt64(VaultFormat.blockSize)
        }
        var probe: UInt8 = 0
        while try isTaken(hash(name, probe: probe), in: inode) {
            guard probe < 255 else { throw .noSpace }
            probe += 1
        }
        let entry = DirectoryBlock.Entry(
            hash: hash(name, probe: probe), inode: target, kind: kind, name: name)
        guard let (leaf, way) = try descend(inode, entry.hash) else { throw .failed }
        _ = try directoryFrame(inode, leaf)
        let frame = try writableFrame(inode, leaf, keepsContent: true)
        if unsafe !DirectoryBlock.insert(cache.bytes(of: frame), entry) {
            try split(inode, leaf, way, adding: entry)
        }
        inode.record.probes = max(inode.record.probes, probe)
        inode.record.entryCount += 1
        touch(inode)
    }

    private func isTaken(_ hash: UInt64, in inode: Inode) throws(VaultFailure) -> Bool {
        guard let (leaf, _) = try descend(inode, hash) else { return false }
        let bytes = unsafe UnsafeRawPointer(cache.bytes(of: try directoryFrame(inode, leaf)))
        return unsafe DirectoryBlock.entry(
            bytes, at: DirectoryBlock.offset(bytes, notBelow: hash))?.hash == hash
    }

    /// A new block at the end of a directory.
    private func newBlock(_ inode: Inode) throws(VaultFailure) -> UInt64 {
        let block = inode.record.size / UInt64(VaultFormat.blockSize)
        guard block < UInt64(UInt32.max) else { throw .noSpace }
        _ = try writableFrame(inode, block, keepsContent: true)
        inode.record.size += UInt64(VaultFormat.blockSize)
        return block
    }

    /// Splits a full leaf in two halves of about equal size and adds the entry.
    private func split(
        _ inode: Inode, _ leaf: UInt64, _ way: [Step], adding entry: DirectoryBlock.Entry
    ) throws(VaultFailure) {
        var entries = unsafe DirectoryBlock.entries(
            cache.bytes(of: try directoryFrame(inode, leaf)))
        entries.insert(entry, at: entries.firstIndex { $0.hash > entry.hash } ?? entries.endIndex)
        let half = entries.reduce(0) { $0 + $1.byteCount } / 2
        var middle = 1
        var size = entries[0].byteCount
        while middle < entries.count - 1, size + entries[middle].byteCount <= half {
            size += entries[middle].byteCount
            middle += 1
        }
        let right = try newBlock(inode)
        try fillLeaf(inode, right, entries[middle...])
        try fillLeaf(inode, leaf, entries[..<middle])
        try addChild(
            inode, way, left: leaf,
            right: DirectoryBlock.Pair(
                hash: entries[middle].hash, block: UInt32(right)))
    }

    private func fillLeaf(
        _ inode: Inode, _ block: UInt64, _ entries: ArraySlice<DirectoryBlock.Entry>
    ) throws(VaultFailure) {
        let frame = try writableFrame(inode, block, keepsContent: false)
        unsafe DirectoryBlock.fillLeaf(cache.bytes(of: frame), entries)
    }

    private func fillBranch(
        _ inode: Inode, _ block: UInt64, _ pairs: ArraySlice<DirectoryBlock.Pair>
    ) throws(VaultFailure) {
        let frame = try writableFrame(inode, block, keepsContent: false)
        unsafe DirectoryBlock.fillBranch(cache.bytes(of: frame), pairs)
    }

    /// Tells the parent of a block that was split about its new right half.
    private func addChild(
        _ inode: Inode, _ way: [Step], left: UInt64, right: DirectoryBlock.Pair
    ) throws(VaultFailure) {
        guard let step = way.last else {
            // The root was split: its left half moves to a new block, and it becomes a branch.
            let moved = try newBlock(inode)
            let source = try directoryFrame(inode, 0)
            let copy = unsafe [UInt8](
                UnsafeRawBufferPointer(
                    start: cache.bytes(of: source), count: VaultFormat.blockSize))
            let target = try writableFrame(inode, moved, keepsContent: false)
            unsafe cache.bytes(of: target).copyMemory(from: copy, byteCount: copy.count)
            try fillBranch(
                inode, 0, [DirectoryBlock.Pair(hash: 0, block: UInt32(moved)), right])
            return
        }
        var pairs = unsafe DirectoryBlock.pairs(
            cache.bytes(of: try directoryFrame(inode, step.block)))
        pairs.insert(right, at: step.index + 1)
        if pairs.count <= DirectoryBlock.pairCapacity {
            try fillBranch(inode, step.block, pairs[...])
            return
        }
        let middle = pairs.count / 2
        let sibling = try newBlock(inode)
        try fillBranch(inode, sibling, pairs[middle...])
        try fillBranch(inode, step.block, pairs[..<middle])
        try addChild(
            inode, way.dropLast(), left: step.block,
            right: DirectoryBlock.Pair(hash: pairs[middle].hash, block: UInt32(sibling)))
    }

    /// Removes a name that ``find(_:in:)`` found.
    func remove(_ place: Place, from inode: Inode) throws(VaultFailure) {
        guard let (leaf, way) = try descend(inode, place.entry.hash), leaf == place.leaf else {
            throw .failed
        }
        let frame = try writableFrame(inode, leaf, keepsContent: true)
        unsafe DirectoryBlock.remove(cache.bytes(of: frame), at: place.offset)
        inode.record.entryCount -= 1
        touch(inode)
        if unsafe DirectoryBlock.count(cache.bytes(of: frame)) == 0 {
            try dropBlock(inode, leaf, way)
        }
    }

    /// Frees an empty block; the root becomes an empty leaf.
    private func dropBlock(
        _ inode: Inode, _ block: UInt64, _ way: [Step]
    ) throws(VaultFailure) {
        guard let step = way.last else {
            if inode.record.size > UInt64(VaultFormat.blockSize) {
                try resize(inode, to: UInt64(VaultFormat.blockSize))
            }
            inode.record.probes = 0
            let frame = try writableFrame(inode, 0, keepsContent: false)
            unsafe DirectoryBlock.makeLeaf(cache.bytes(of: frame))
            return
        }
        cache.remove(BlockCache.Key(inode: inode.number, index: block))
        let old = try pointer(inode, block)
        if !old.isNull {
            try setPointer(inode, block, to: .null)
            release(old, .untilSync)
            journal.record(.pointer(inode: inode.number, index: block, .null))
        }
        var pairs = unsafe DirectoryBlock.pairs(
            cache.bytes(of: try directoryFrame(inode, step.block)))
        pairs.remove(at: step.index)
        if pairs.isEmpty {
            try dropBlock(inode, step.block, way.dropLast())
        } else {
            try fillBranch(inode, step.block, pairs[...])
        }
    }

    /// Up to `limit` entries behind `cookie`, in the order of their hashes.
    func entries(
        of inode: Inode, after cookie: UInt64, limit: Int
    ) throws(VaultFailure) -> [DirectoryEntry] {
        var result: [DirectoryEntry] = []
        // Hashes have 63 bits; a guest may hand in any cookie.
        guard cookie < 1 << 63 else { return [] }
        var next = max(cookie, 2) + 1
        while result.count < limit, let (leaf, way) = try descend(inode, next) {
            let bytes = unsafe UnsafeRawPointer(cache.bytes(of: try directoryFrame(inode, leaf)))
            var offset = unsafe DirectoryBlock.offset(bytes, notBelow: next)
            while result.count < limit, let entry = unsafe DirectoryBlock.entry(bytes, at: offset) {
                result.append(
                    DirectoryEntry(
                        name: entry.name, inode: entry.inode, kind: entry.kind, cookie: entry.hash))
                offset += entry.byteCount
            }
            guard result.count < limit, let bound = try nextBound(inode, way) else { break }
            next = max(bound, next + 1)
        }
        return result
    }

    /// The lowest hash behind the leaf that `way` leads to; `nil` at the end.
    private func nextBound(_ inode: Inode, _ way: [Step]) throws(VaultFailure) -> UInt64? {
        for step in way.reversed() where step.index + 1 < step.count {
            let bytes = unsafe UnsafeRawPointer(
                cache.bytes(of: try directoryFrame(inode, step.block)))
            return unsafe DirectoryBlock.pair(bytes, step.index + 1).hash
        }
        return nil
    }
}
