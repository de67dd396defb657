internal import Platform

/// The heap of one store: structures, arrays and exceptions (core specification 3.0, §4.2.17).
///
/// Memory is split into blocks of 16 KiB. A block holds cells of one size; an object larger than
/// half a block has consecutive blocks of its own. Objects never move, so a handle (the offset from
/// the heap's base) stays good, and roots may be guessed: the collector marks from everything that
/// might be a handle, then sweeps. Cycles need no care.
@safe
final class Heap {
    struct Block {
        enum Kind: UInt8 { case free, cells, large, continuation }

        var kind = Kind.free
        var sizeClass: UInt8 = 0
        /// Blocks of a large object, or bytes of each cell.
        var length: UInt32 = 0
    }

    /// Collections start when this much was allocated, or as much as is alive, whichever is more.
    static let minimumThreshold = 4 << 20
    /// Handles are kept in 32 bits of 16-byte steps while marking.
    private static let largestByteCount: UInt64 = 32 << 30

    let state: UnsafeMutablePointer<HeapState>
    let limitByteCount: UInt64
    /// By number; block 0 is never used, so that no handle is 0.
    var blocks: [Block] = [Block(kind: .continuation)]
    private let limitBlocks: Int
    private var reservation: MemoryReservation?
    /// No block before it is free.
    private var firstFree = 1
    /// Where the last search for several free blocks ended.
    private var cursor = 1
    /// References that the host holds, with the number of times.
    var hostRoots: [UInt64: Int] = [:]
    /// References that the host is working on (constant expressions).
    var workingRoots: [UInt64] = []
    /// Objects still to be looked into, while marking: handles by 16 bytes.
    var pending: [UInt32] = []
    /// Bytes of blocks that held living objects at the last collection.
    private(set) var livingByteCount = 0
    /// How often the collector ran.
    private(set) var collectionCount = 0
    /// Collects before every object that is made: for tests, which then find roots that are missed.
    var collectsAlways = false {
        didSet { unsafe state.pointee.thresholdByteCount = nextThreshold }
    }

    init(limitByteCount: UInt64) {
        self.limitByteCount = limitByteCount
        let bounded = min(limitByteCount, Self.largestByteCount)
        limitBlocks = Int(bounded >> UInt64(SizeClass.blockShift))
        let classes = SizeClass.byteCounts.count
        let freeCells = UnsafeMutablePointer<UInt64>.allocate(capacity: classes)
        unsafe freeCells.initialize(repeating: 0, count: classes)
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(
            to: HeapState(
                base: UnsafeMutableRawPointer(freeCells), freeCells: freeCells,
                layouts: .allocate(capacity: 1), layoutCount: 0,
                thresholdByteCount: Self.minimumThreshold))
    }

    deinit {
        for number in 0..<(unsafe state.pointee.layoutCount) {
            unsafe state.pointee.layouts[number].deallocate()
        }
        unsafe state.pointee.layouts.deallocate()
        unsafe state.pointee.freeCells.deallocate()
        unsafe state.deallocate()
    }

    /// Bytes of blocks in use.
    var usedByteCount: Int {
        blocks.dropFirst().count { $0.kind != .free } << SizeClass.blockShift
    }
}

/// Layouts.
extension Heap {
    /// The layout of a type, looked up on first use.
    func layout(_ number: UInt32) -> HeapLayout {
        if let known = unsafe state.pointee.layout(Int(number)) { return unsafe known.pointee }
        if unsafe Int(number) >= state.pointee.layoutCount { growLayouts(to: Int(number) + 1) }
        let layout = HeapLayout(number: number)
        // SAFETY: the table was grown to hold the number.
        unsafe state.pointee.layouts[Int(number)] = layout
        return layout
    }

    private func growLayouts(to count: Int) {
        let old = unsafe state.pointee.layoutCount
        let larger = max(count, old * 2, 64)
        let layouts = UnsafeMutablePointer<HeapLayout>.allocate(capacity: larger)
        // SAFETY: the first `old` are moved, the rest made; then the old table is unused.
        unsafe layouts.moveInitialize(from: state.pointee.layouts, count: old)
        for index in old..<larger { unsafe (layouts + index).initialize(to: HeapLayout()) }
        unsafe state.pointee.layouts.deallocate()
        unsafe state.pointee.layouts = layouts
        unsafe state.pointee.layoutCount = larger
    }
}

/// Allocation.
extension Heap {
    /// Makes an object: its header, then zeros.
    ///
    /// - Returns: its handle; nil when there is no room, or when it is time to collect.
    func allocate(_ header: HeapHeader, byteCount: UInt64, isForced: Bool) -> UInt64? {
        if !isForced, unsafe state.pointee.allocatedByteCount > state.pointee.thresholdByteCount {
            return nil
        }
        guard byteCount <= limitByteCount else { return nil }
        let size = Int(byteCount)
        let isSmall = size <= SizeClass.largestByteCount
        let place = isSmall ? takeCell(SizeClass.index(size)) : takeBlocks(size)
        guard let place else { return nil }
        let taken = isSmall ? SizeClass.byteCounts[SizeClass.index(size)] : size
        unsafe state.pointee.allocatedByteCount += taken
        // SAFETY: the cell or blocks hold `size` bytes and belong to nobody else.
        let address = unsafe state.pointee.address(place)
        unsafe address.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        unsafe address.storeBytes(of: header.bits, as: UInt64.self)
        return place
    }

    private func takeCell(_ sizeClass: Int) -> UInt64? {
        if unsafe state.pointee.freeCells[sizeClass] == 0 {
            guard let block = takeBlocks(count: 1) else { return nil }
            blocks[block] = Block(
                kind: .cells, sizeClass: UInt8(sizeClass),
                length: UInt32(SizeClass.byteCounts[sizeClass]))
            linkCells(of: block, sizeClass)
        }
        let cell = unsafe state.pointee.freeCells[sizeClass]
        // SAFETY: free cells hold the handle of the next.
        unsafe state.pointee.freeCells[sizeClass] =
            state.pointee.address(cell).load(fromByteOffset: 8, as: UInt64.self)
        return cell
    }

    /// Makes every cell of a new block free.
    private func linkCells(of block: Int, _ sizeClass: Int) {
        let size = SizeClass.byteCounts[sizeClass]
        var next = unsafe state.pointee.freeCells[sizeClass]
        var cell = SizeClass.blockByteCount / size
        while cell > 0 {
            cell -= 1
            let handle = UInt64(block << SizeClass.blockShift + cell * size)
            release(handle, next: next)
            next = handle
        }
        unsafe state.pointee.freeCells[sizeClass] = next
    }

    /// Writes what a free cell holds.
    func release(_ handle: UInt64, next: UInt64) {
        // SAFETY: the cell is inside the heap and holds at least 16 bytes.
        let address = unsafe state.pointee.address(handle)
        unsafe address.storeBytes(of: 0, as: UInt64.self)
        unsafe address.storeBytes(of: next, toByteOffset: 8, as: UInt64.self)
    }

    private func takeBlocks(_ byteCount: Int) -> UInt64? {
        let count = (byteCount + SizeClass.blockByteCount - 1) >> SizeClass.blockShift
        guard let first = takeBlocks(count: count) else { return nil }
        blocks[first] = Block(kind: .large, length: UInt32(count))
        for block in first + 1..<first + count { blocks[block].kind = .continuation }
        return UInt64(first << SizeClass.blockShift)
    }

    /// The first of `count` consecutive free blocks, which stay marked as free.
    private func takeBlocks(count: Int) -> Int? {
        while firstFree < blocks.count, blocks[firstFree].kind != .free { firstFree += 1 }
        if count == 1, firstFree < blocks.count { return firstFree }
        // From where the last search ended, so that many searches do not look at the same blocks.
        cursor = max(cursor, firstFree)
        let found = freeRun(count, from: cursor) ?? freeRun(count, from: firstFree)
        if let found {
            cursor = found + count
            return found
        }
        var end = blocks.count
        while end > firstFree, blocks[end - 1].kind == .free { end -= 1 }
        guard commit(count - (blocks.count - end)) else { return nil }
        cursor = end + count
        return end
    }

    private func freeRun(_ count: Int, from first: Int) -> Int? {
        var start = first
        var block = first
        while block < blocks.count {
            if blocks[block].kind != .free { start = block + 1 }
            block += 1
            if block - start == count { return start }
        }
        return nil
    }

    /// Adds free blocks at the end.
    private func commit(_ count: Int) -> Bool {
        guard count <= limitBlocks - (blocks.count - 1) else { return false }
        let end = (blocks.count + count) << SizeClass.blockShift
        do throws(Errno) {
            if reservation == nil {
                let size = (limitBlocks + 1) << SizeClass.blockShift
                reservation = try MemoryReservation(reserving: size)
                if let base = unsafe reservation?.base { unsafe state.pointee.base = base }
            }
            // In steps, so that few calls to the kernel are made.
            let step = 1 << 20
            let limit = (limitBlocks + 1) << SizeClass.blockShift
            try reservation?.commit(upTo: min((end + step - 1) & -step, limit))
        } catch {
            return false
        }
        blocks.append(contentsOf: repeatElement(Block(), count: count))
        return true
    }
}

/// Sweeping.
extension Heap {
    /// Frees what is not marked and removes the marks.
    func sweep() {
        let classes = SizeClass.byteCounts.count
        unsafe state.pointee.freeCells.update(repeating: 0, count: classes)
        var living = 0
        var block = 1
        while block < blocks.count {
            switch blocks[block].kind {
            case .free, .continuation: block += 1
            case .cells:
                living += sweepCells(block)
                block += 1
            case .large:
                let length = Int(blocks[block].length)
                living += sweepLarge(block, length)
                block += length
            }
        }
        firstFree = 1
        cursor = 1
        livingByteCount = living
        collectionCount += 1
        unsafe state.pointee.allocatedByteCount = 0
        unsafe state.pointee.thresholdByteCount = nextThreshold
    }

    private var nextThreshold: Int {
        collectsAlways ? -1 : max(Self.minimumThreshold, livingByteCount)
    }

    /// Sweeps a block of cells; returns the bytes of those alive.
    private func sweepCells(_ block: Int) -> Int {
        let sizeClass = Int(blocks[block].sizeClass)
        let size = Int(blocks[block].length)
        let before = unsafe state.pointee.freeCells[sizeClass]
        var next = before
        var living = 0
        var cell = SizeClass.blockByteCount / size
        while cell > 0 {
            cell -= 1
            let handle = UInt64(block << SizeClass.blockShift + cell * size)
            if unmark(handle) {
                living += size
            } else {
                release(handle, next: next)
                next = handle
            }
        }
        if living == 0 {
            blocks[block] = Block()
            next = before
        }
        unsafe state.pointee.freeCells[sizeClass] = next
        return living
    }

    private func sweepLarge(_ block: Int, _ length: Int) -> Int {
        if unmark(UInt64(block << SizeClass.blockShift)) { return length << SizeClass.blockShift }
        for index in block..<block + length { blocks[index] = Block() }
        // A kernel that does not take the pages back changes nothing.
        if length >= 64 {
            try? reservation?.discard(
                offsetBytes: block << SizeClass.blockShift,
                byteCount: length << SizeClass.blockShift)
        }
        return 0
    }

    /// Whether an object was marked; it no longer is.
    private func unmark(_ handle: UInt64) -> Bool {
        var header = unsafe state.pointee.header(handle)
        guard header.isMarked else { return false }
        header.isMarked = false
        // SAFETY: the header of an object inside the heap.
        unsafe state.pointee.address(handle).storeBytes(of: header.bits, as: UInt64.self)
        return true
    }
}
