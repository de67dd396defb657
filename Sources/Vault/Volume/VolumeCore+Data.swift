// Blocks of files in the cache, and their way to the store.

extension VolumeCore {
    /// The frame with a block's plaintext, read when needed; `nil` for a hole.
    func cachedFrame(_ inode: Inode, _ index: UInt64) throws(VaultFailure) -> Int? {
        let key = BlockCache.Key(inode: inode.number, index: index)
        if let frame = cache.frame(for: key) { return frame }
        let pointer = try pointer(inode, index)
        guard !pointer.isNull else { return nil }
        let frame = try newFrame(key)
        do throws(VaultFailure) {
            unsafe try fetch(pointer, into: cache.bytes(of: frame))
        } catch {
            cache.remove(key)
            throw error
        }
        return frame
    }

    /// A frame to be changed, marked as dirty.
    ///
    /// - Parameter keepsContent: whether the block's old content (or zeros) must be in it; else the
    ///   bytes are anything and the caller overwrites them all.
    func writableFrame(
        _ inode: Inode, _ index: UInt64, keepsContent: Bool
    ) throws(VaultFailure) -> Int {
        let key = BlockCache.Key(inode: inode.number, index: index)
        let frame: Int
        if let present = cache.frame(for: key) {
            frame = present
        } else if keepsContent, let present = try cachedFrame(inode, index) {
            frame = present
        } else {
            frame = try newFrame(key)
            if keepsContent {
                // SAFETY: a frame is 4 KiB.
                unsafe cache.bytes(of: frame).initializeMemory(
                    as: UInt8.self, repeating: 0, count: VaultFormat.blockSize)
            }
        }
        cache.markDirty(frame)
        return frame
    }

    /// An unused frame; dirty ones are written to make room.
    private func newFrame(_ key: BlockCache.Key) throws(VaultFailure) -> Int {
        if let frame = cache.insert(key) { return frame }
        try flushData()
        guard let frame = cache.insert(key) else { throw .failed }
        return frame
    }

    /// Writes dirty frames when they fill half of the cache, and dirty nodes when they fill half of
    /// theirs. Nothing of it becomes visible before the next commit.
    func relievePressure() throws(VaultFailure) {
        if cache.dirtyCount > cache.capacity / 2 { try flushData() }
        if dirtyNodeCount > options.residentNodeCount / 2 {
            try flushData()
            needsCheckpoint = true
            journal.drop()
            for inode in dirtyInodes.values { try writeTree(inode) }
        }
        trimNodes()
        trimInodes()
    }

    /// Seals and writes every dirty frame to new blocks.
    func flushData() throws(VaultFailure) {
        let dirty = cache.dirtyFrames()
        var next = dirty.startIndex
        while next < dirty.endIndex {
            let end = min(next + Self.stagingBlockCount, dirty.endIndex)
            try flush(dirty[next..<end])
            next = end
        }
    }

    /// Writes up to a staging buffer of frames, contiguous addresses in one call.
    private func flush(_ frames: ArraySlice<Int>) throws(VaultFailure) {
        var run: [(frame: Int, pointer: BlockPointer)] = []
        do throws(VaultFailure) {
            for frame in frames {
                let address = try allocate()
                if let last = run.last, last.pointer.address + 1 != address {
                    do throws(VaultFailure) {
                        try write(run)
                    } catch {
                        map.unmark(address)
                        throw error
                    }
                    run = []
                }
                // SAFETY: the run is shorter than `frames`, which is at most the staging buffer.
                let target = unsafe staging + run.count * VaultFormat.blockSize
                let pointer = unsafe try seal(
                    cache.bytes(of: frame), for: address, into: target)
                run.append((frame, pointer))
            }
            try write(run)
        } catch {
            for (frame, pointer) in run where cache.isDirty(frame) {
                map.unmark(pointer.address)
            }
            throw error
        }
    }

    private func write(_ run: [(frame: Int, pointer: BlockPointer)]) throws(VaultFailure) {
        guard let first = run.first else { return }
        try writeStaging(run.count, at: first.pointer.address)
        for (frame, pointer) in run {
            let key = cache.key(of: frame)
            let inode = try owner(of: key.inode)
            let old = try self.pointer(inode, key.index)
            try setPointer(inode, key.index, to: pointer)
            cache.markClean(frame)
            if inode === inodeTable {
                release(old, .untilCheckpoint)
            } else {
                release(old, .untilSync)
                journal.record(.pointer(inode: key.inode, index: key.index, pointer))
            }
        }
    }

    private func owner(of number: InodeNumber) throws(VaultFailure) -> Inode {
        number == VaultFormat.inodeTable ? inodeTable : try inode(number)
    }

    // MARK: Content

    /// Writes `bytes` into a file at `offset`; on an error possibly only a first part.
    func write(
        _ inode: Inode, at offset: UInt64, _ bytes: UnsafeRawBufferPointer
    ) throws(VaultFailure) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        let (end, overflow) = offset.addingReportingOverflow(UInt64(bytes.count))
        guard !overflow, end <= VaultFormat.maximumFileSize else { throw .fileTooLarge }
        try reserve(bytes.count / VaultFormat.blockSize + 2)
        let blockSize = UInt64(VaultFormat.blockSize)
        var position = offset
        defer {
            if position > offset {
                inode.record.size = max(inode.record.size, position)
                touch(inode)
            }
        }
        while position < end {
            let within = Int(position % blockSize)
            let count = min(VaultFormat.blockSize - within, Int(end - position))
            if cache.dirtyCount > cache.capacity / 2 { try flushData() }
            let frame = try writableFrame(
                inode, position / blockSize, keepsContent: count < VaultFormat.blockSize)
            // SAFETY: `within + count` is at most a frame, `position - offset + count` at most the
            // caller's buffer.
            unsafe (cache.bytes(of: frame) + within).copyMemory(
                from: source + Int(position - offset), byteCount: count)
            position += UInt64(count)
        }
        try relievePressure()
    }

    /// Notes a change of content.
    func touch(_ inode: Inode) {
        let now = options.now()
        inode.record.modified = now
        inode.record.changed = now
        markDirty(inode)
    }

    /// Cuts or extends a file; new bytes read as zeros.
    func resize(_ inode: Inode, to size: UInt64) throws(VaultFailure) {
        guard size <= VaultFormat.maximumFileSize else { throw .fileTooLarge }
        let blockSize = UInt64(VaultFormat.blockSize)
        if size < inode.record.size {
            let keep = (size + blockSize - 1) / blockSize
            let within = Int(size % blockSize)
            if within > 0, try cachedFrame(inode, keep - 1) != nil {
                // Bytes past the end are zero, so that extending again reveals nothing.
                try reserve(1)
                let frame = try writableFrame(inode, keep - 1, keepsContent: true)
                // SAFETY: `within` is below a frame's size.
                unsafe (cache.bytes(of: frame) + within).initializeMemory(
                    as: UInt8.self, repeating: 0, count: VaultFormat.blockSize - within)
            }
            cache.removeAll(of: inode.number, from: keep, size: inode.record.size)
            try trimTree(inode, to: keep)
            journal.record(.truncate(inode: inode.number, blockCount: keep))
        }
        inode.record.size = size
        touch(inode)
    }
}
