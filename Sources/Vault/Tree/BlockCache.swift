/// Plaintext blocks in memory, found by file and index; a fixed number of 4 KiB frames.
///
/// Clean frames are reused by the clock rule; dirty ones only after they were written.
@safe final class BlockCache {
    /// What a frame holds.
    struct Key: Hashable, Comparable {
        /// The file.
        var inode: InodeNumber
        /// The block of the file.
        var index: UInt64

        static func < (left: Key, right: Key) -> Bool {
            (left.inode, left.index) < (right.inode, right.index)
        }
    }

    private enum State: UInt8 {
        case empty, clean, recent, dirty
    }

    /// Frames in all.
    let capacity: Int
    /// Frames that must be written before reuse.
    private(set) var dirtyCount = 0
    private let slab: UnsafeMutableRawPointer
    private var frames: [Key: Int] = [:]
    private var keys: [Key]
    private var states: [State]
    private var hand = 0
    private var unusedFrames: [Int]

    init(capacity: Int) {
        precondition(capacity >= 8, "directory operations hold up to four blocks at once")
        self.capacity = capacity
        unsafe slab = UnsafeMutableRawPointer.allocate(
            byteCount: capacity * VaultFormat.blockSize, alignment: 4096)
        keys = Array(repeating: Key(inode: 0, index: 0), count: capacity)
        states = Array(repeating: .empty, count: capacity)
        unusedFrames = Array((0..<capacity).reversed())
    }

    deinit {
        // Only frames that were ever used hold anything; the others were never touched.
        for frame in 0..<capacity where keys[frame].inode != 0 {
            // SAFETY: frame numbers stay below the capacity.
            unsafe wipeMemory(bytes(of: frame), VaultFormat.blockSize)
        }
        unsafe slab.deallocate()
    }

    /// A frame's 4 KiB; valid until the next call that may reuse a frame.
    func bytes(of frame: Int) -> UnsafeMutableRawPointer {
        precondition(frame >= 0 && frame < capacity)
        // SAFETY: the slab has `capacity` frames.
        return unsafe slab + frame * VaultFormat.blockSize
    }

    /// The frame that holds `key`.
    func frame(for key: Key) -> Int? {
        guard let frame = frames[key] else { return nil }
        if states[frame] == .clean { states[frame] = .recent }
        return frame
    }

    /// A frame for `key`, which has none yet; its bytes are anything. `nil` when all are dirty.
    func insert(_ key: Key) -> Int? {
        guard let frame = unusedFrames.popLast() ?? reclaim() else { return nil }
        frames[key] = frame
        keys[frame] = key
        states[frame] = .recent
        return frame
    }

    private func reclaim() -> Int? {
        for _ in 0..<2 * capacity {
            let frame = hand
            hand = hand + 1 < capacity ? hand + 1 : 0
            switch states[frame] {
            case .recent: states[frame] = .clean
            case .clean:
                frames[keys[frame]] = nil
                return frame
            case .dirty, .empty: continue
            }
        }
        return nil
    }

    /// Says that a frame must be written.
    func markDirty(_ frame: Int) {
        guard states[frame] != .dirty else { return }
        states[frame] = .dirty
        dirtyCount += 1
    }

    /// Says that a frame has been written.
    func markClean(_ frame: Int) {
        guard states[frame] == .dirty else { return }
        states[frame] = .recent
        dirtyCount -= 1
    }

    /// Whether a frame must be written.
    func isDirty(_ frame: Int) -> Bool { states[frame] == .dirty }

    /// Forgets a block, dirty or not.
    func remove(_ key: Key) {
        guard let frame = frames.removeValue(forKey: key) else { return }
        if states[frame] == .dirty { dirtyCount -= 1 }
        states[frame] = .empty
        unusedFrames.append(frame)
    }

    /// Forgets every block from `index` on of a file of `size` bytes.
    func removeAll(of inode: InodeNumber, from index: UInt64 = 0, size: UInt64) {
        let end = size / UInt64(VaultFormat.blockSize) + 1
        if end - min(index, end) < UInt64(capacity) {
            for block in min(index, end)..<end { remove(Key(inode: inode, index: block)) }
            return
        }
        for frame in 0..<capacity
        where states[frame] != .empty && keys[frame].inode == inode && keys[frame].index >= index {
            remove(keys[frame])
        }
    }

    /// The frames that must be written, by file and index.
    func dirtyFrames(where include: (Key) -> Bool = { _ in true }) -> [Int] {
        guard dirtyCount > 0 else { return [] }
        return (0..<capacity).filter { states[$0] == .dirty && include(keys[$0]) }
            .sorted { keys[$0] < keys[$1] }
    }

    /// What a frame holds.
    func key(of frame: Int) -> Key { keys[frame] }
}
