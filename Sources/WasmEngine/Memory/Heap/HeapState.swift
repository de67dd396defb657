/// The part of a ``Heap`` that running code addresses. Part of the engine's native interface:
/// `base` at offset 0.
@safe
struct HeapState {
    /// 0: an object is at `base` plus its handle. Meaningless as long as there are no objects.
    var base: UnsafeMutableRawPointer
    /// 8: the first free cell of each size class, as a handle; 0 for none. A free cell holds 0, then
    /// the handle of the next.
    var freeCells: UnsafeMutablePointer<UInt64>
    /// 16: what is known of each type, by number.
    var layouts: UnsafeMutablePointer<HeapLayout>
    /// 24
    var layoutCount: Int
    /// Bytes allocated since the last collection.
    var allocatedByteCount = 0
    /// How many may be before the next.
    var thresholdByteCount: Int

    /// The layout of a type already known.
    @inline(__always)
    func layout(_ number: Int) -> UnsafePointer<HeapLayout>? {
        guard number < layoutCount else { return nil }
        // SAFETY: the guard keeps the index inside the table.
        let layout = unsafe UnsafePointer(layouts + number)
        return unsafe layout.pointee.kind == .unknown ? nil : layout
    }

    /// Takes a free cell for a structure or exception, when there is one and no reason to collect,
    /// and writes header and zeros.
    @inline(__always)
    mutating func allocate(_ layout: HeapLayout, _ header: HeapHeader) -> UInt64? {
        guard layout.cellByteCount > 0, allocatedByteCount <= thresholdByteCount else { return nil }
        // SAFETY: the layout's class exists; free cells are inside the heap and hold at least
        // `byteCount` bytes.
        let handle = unsafe freeCells[layout.sizeClass]
        guard handle != 0 else { return nil }
        let cell = unsafe address(handle)
        unsafe freeCells[layout.sizeClass] = cell.load(fromByteOffset: 8, as: UInt64.self)
        allocatedByteCount &+= layout.cellByteCount
        unsafe cell.storeBytes(of: header.bits, as: UInt64.self)
        var offset = 8
        while offset < layout.cellByteCount {
            unsafe cell.storeBytes(of: 0, toByteOffset: offset, as: UInt64.self)
            offset &+= 8
        }
        return handle
    }

    @inline(__always)
    func address(_ handle: UInt64) -> UnsafeMutableRawPointer {
        // SAFETY: handles are offsets inside the heap.
        unsafe base + Int(truncatingIfNeeded: handle)
    }

    @inline(__always)
    func header(_ handle: UInt64) -> HeapHeader {
        // SAFETY: an object starts with its header.
        HeapHeader(bits: unsafe address(handle).load(as: UInt64.self))
    }
}
