/// Marking.
extension Heap {
    /// Whether bits that might be a reference are the handle of an object.
    func holds(_ bits: UInt64) -> Bool {
        let number = bits >> UInt64(SizeClass.blockShift)
        guard bits & 7 == 0, number < UInt64(blocks.count) else { return false }
        let block = blocks[Int(number)]
        let offset = Int(bits) & (SizeClass.blockByteCount - 1)
        switch block.kind {
        case .free, .continuation: return false
        case .large: return offset == 0
        case .cells:
            let size = Int(block.length)
            guard offset % size == 0, offset + size <= SizeClass.blockByteCount else {
                return false
            }
            return unsafe state.pointee.header(bits).isObject
        }
    }

    /// Marks the object behind bits that might be a reference.
    func mark(_ bits: UInt64) {
        guard holds(bits) else { return }
        var header = unsafe state.pointee.header(bits)
        if header.isMarked { return }
        header.isMarked = true
        // SAFETY: the header of an object inside the heap.
        unsafe state.pointee.address(bits).storeBytes(of: header.bits, as: UInt64.self)
        guard let layout = unsafe state.pointee.layout(header.number) else { return }
        let hasReferences =
            unsafe header.isArray
            ? layout.pointee.hasTracedElements : layout.pointee.tracedCount > 0
        if hasReferences { pending.append(UInt32(truncatingIfNeeded: bits >> 4)) }
    }

    /// Marks from every slot of a range, whatever is in it.
    func mark(from start: UnsafePointer<UInt64>, to end: UnsafePointer<UInt64>) {
        var slot = unsafe start
        // SAFETY: the caller gives one range of the guest's stack or of a table.
        while unsafe slot < end {
            unsafe mark(slot.pointee)
            unsafe slot += 1
        }
    }

    /// Marks everything that can be reached from what is marked.
    func trace() {
        while let next = pending.popLast() { traceObject(UInt64(next) << 4) }
        if pending.capacity > 1 << 16 { pending = [] }
    }

    private func traceObject(_ handle: UInt64) {
        let header = unsafe state.pointee.header(handle)
        guard let layout = unsafe state.pointee.layout(header.number) else { return }
        // SAFETY: the offsets of the layout, and as many elements as the header says, lie in the
        // object.
        let address = unsafe state.pointee.address(handle)
        if header.isArray {
            let elements = unsafe (address + FieldPlacement.headerByteCount)
                .assumingMemoryBound(to: UInt64.self)
            unsafe mark(
                from: UnsafePointer(elements), to: UnsafePointer(elements + Int(header.count)))
            return
        }
        guard let traced = unsafe layout.pointee.traced else { return }
        for index in 0..<(unsafe layout.pointee.tracedCount) {
            unsafe mark(
                address.load(fromByteOffset: Int(traced[index]), as: UInt64.self))
        }
    }
}
