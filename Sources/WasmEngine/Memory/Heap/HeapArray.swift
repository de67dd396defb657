/// An array in the heap, or null.
@safe
struct HeapArray {
    let handle: UInt64
    let width: HeapWidth
    /// Elements; 0 for null.
    let count: UInt32
    private let base: UnsafeMutableRawPointer

    @inline(__always)
    init(_ heap: UnsafeMutablePointer<HeapState>, _ handle: UInt64, _ width: HeapWidth) {
        self.handle = handle
        self.width = width
        count = handle == 0 ? 0 : unsafe heap.pointee.header(handle).count
        unsafe base = heap.pointee.address(handle) + FieldPlacement.headerByteCount
    }

    /// Where an element is. The index must not pass the count.
    @inline(__always)
    func element(_ index: UInt32) -> UnsafeMutableRawPointer {
        // SAFETY: callers check the index, or the range from it, against the count.
        unsafe base + Int(UInt64(index) << width.shift)
    }

    /// Whether `count` elements from `start` on exist; else why not.
    func check(_ start: UInt32, _ count: UInt32) -> TrapCode {
        if handle == 0 { return .nullReference }
        let end = UInt64(start) + UInt64(count)
        return end <= UInt64(self.count) ? .none : .arrayOutOfBounds
    }

    @inline(__always)
    func load(_ index: UInt32, to slots: Slots) -> TrapCode {
        guard index < count else { return handle == 0 ? .nullReference : .arrayOutOfBounds }
        unsafe width.load(element(index), to: slots)
        return .none
    }

    @inline(__always)
    func store(_ slots: Slots, at index: UInt32) -> TrapCode {
        guard index < count else { return handle == 0 ? .nullReference : .arrayOutOfBounds }
        unsafe width.store(slots, to: element(index))
        return .none
    }

    func fill(_ slots: Slots, at start: UInt32, count: UInt32) -> TrapCode {
        let reason = check(start, count)
        if reason == .none { unsafe width.fill(slots, count: Int(count), at: element(start)) }
        return reason
    }
}
