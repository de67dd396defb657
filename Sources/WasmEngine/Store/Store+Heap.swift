package import Wasm

extension Store {
    /// Makes an object of zeros, after a collection when one is due.
    ///
    /// - Parameters:
    ///   - byteCount: its size with header.
    ///   - place: where the guest runs; nil when only the host does.
    /// - Returns: its handle; nil when the heap's budget is used up.
    func makeObject(
        _ header: HeapHeader, byteCount: UInt64, at place: RunningPlace?
    ) -> UInt64? {
        if let handle = heap.allocate(header, byteCount: byteCount, isForced: false) {
            return handle
        }
        collect(at: place)
        return heap.allocate(header, byteCount: byteCount, isForced: true)
    }

    /// The trap of a heap that is full.
    var heapExhausted: Trap {
        Trap(.budgetExceeded("more than \(configuration.heapBytes) bytes of objects"))
    }

    /// Collects the heap's garbage. Call it only while no guest runs, or from a host function.
    package func collectGarbage() { collect(at: nil) }

    /// What the heap holds, and what the collector did.
    package var heapUse: HeapUse {
        HeapUse(
            blockByteCount: heap.usedByteCount, livingByteCount: heap.livingByteCount,
            collectionCount: heap.collectionCount)
    }

    /// Collects before every object that is made: for tests, which then find missed roots.
    package var collectsAlways: Bool {
        get { heap.collectsAlways }
        set { heap.collectsAlways = newValue }
    }

    private func collect(at place: RunningPlace?) {
        unsafe markRoots(upTo: place?.frameEnd ?? state.pointee.stackTop)
        heap.trace()
        heap.sweep()
    }

    /// Marks from the guest's stack, whatever lies there, and from everything else exactly.
    private func markRoots(upTo end: UnsafeMutablePointer<UInt64>) {
        unsafe heap.mark(from: UnsafePointer(fallbackStack), to: UnsafePointer(end))
        if let native { heap.markStack(of: native) }
        heap.mark(unsafe state.pointee.exception)
        for reference in heap.hostRoots.keys { heap.mark(reference) }
        for reference in heap.workingRoots { heap.mark(reference) }
        for instance in instances { markRoots(of: instance) }
    }

    private func markRoots(of instance: Instance) {
        for global in instance.globals where global.holdsObject { heap.mark(global.slots[0]) }
        for table in instance.tables where table.holdsObjects {
            let cell = unsafe table.cell.pointee
            unsafe heap.mark(
                from: UnsafePointer(cell.elements),
                to: UnsafePointer(cell.elements + Int(cell.count)))
        }
        for segment in instance.objectSegments where segment < instance.elements.count {
            for reference in instance.elements[segment] { heap.mark(reference) }
        }
    }
}

/// References that the host holds.
extension Store {
    /// Keeps what a reference points at until ``release(_:)`` was called as often. References that a
    /// call returned or passed to the host need it to outlive the next call.
    package func retain(_ reference: Reference) {
        guard heap.holds(reference.bits) else { return }
        heap.hostRoots[reference.bits, default: 0] += 1
    }

    /// Takes back one ``retain(_:)``.
    package func release(_ reference: Reference) {
        guard let count = heap.hostRoots[reference.bits] else { return }
        heap.hostRoots[reference.bits] = count > 1 ? count - 1 : nil
    }

    /// What a reference of the `any` or `extern` hierarchy points at: `.i31`, `.struct`, `.array`;
    /// `.extern` for a host value; nil for null and for handles of no object.
    package func kind(of reference: Reference) -> HeapType? {
        if reference.isNull { return nil }
        if reference.isI31 { return .i31 }
        if reference.isHostValue { return .extern }
        guard heap.holds(reference.bits) else { return nil }
        let header = unsafe heap.state.pointee.header(reference.bits)
        return header.isException ? .exn : header.isArray ? .array : .struct
    }

    /// Whether a reference from the host may be passed as a type, which holds registry numbers.
    /// Functions are not looked into: a `func` reference comes from ``Function/reference``.
    func accepts(_ reference: Reference, as type: ValueType) -> Bool {
        if reference.isNull { return type.isNullable }
        guard TypeRegistry.shared.refersToObjects(type) else { return true }
        switch type.heapType {
        case .extern, .any:
            if let index = reference.hostValueIndex { return hostValue(at: index) }
            return reference.isI31 || isObject(reference, orException: false)
        case .exn: return isObject(reference, orException: true)
        case .none, .noExtern, .noExn: return false
        default: return matches(reference, type.heapType)
        }
    }

    private func isObject(_ reference: Reference, orException: Bool) -> Bool {
        guard let kind = kind(of: reference) else { return false }
        return orException ? kind == .exn : kind == .struct || kind == .array
    }

    private func matches(_ reference: Reference, _ type: HeapType) -> Bool {
        guard let kind = kind(of: reference), kind != .extern, kind != .exn else { return false }
        if type == .eq || type == kind { return true }
        guard let number = type.typeIndex, kind != .i31 else { return false }
        let own = unsafe heap.state.pointee.header(reference.bits).number
        return TypeRegistry.shared.isSubtype(UInt32(own), of: number)
    }
}
