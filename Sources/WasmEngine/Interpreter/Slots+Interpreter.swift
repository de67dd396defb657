extension Slots {
    @inline(__always)
    func u32(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: self[index]) }
    @inline(__always)
    func u64(_ index: Int) -> UInt64 { self[index] }
    @inline(__always)
    func f32(_ index: Int) -> Float { Float(bitPattern: u32(index)) }
    @inline(__always)
    func f64(_ index: Int) -> Double { Double(bitPattern: self[index]) }

    // A slot is always written whole: a later read of all of it then finds one store to forward.

    @inline(__always)
    func set(_ index: Int, _ value: UInt32) { self[index] = UInt64(value) }
    @inline(__always)
    func set(_ index: Int, _ value: UInt64) { self[index] = value }
    @inline(__always)
    func set(_ index: Int, _ value: Float) { self[index] = UInt64(value.bitPattern) }
    @inline(__always)
    func set(_ index: Int, _ value: Double) { self[index] = value.bitPattern }
    @inline(__always)
    func set(_ index: Int, _ value: Bool) { self[index] = value ? 1 : 0 }

    /// Moves slots, which may overlap these, to the front.
    @inline(never)
    func move(_ source: Slots, count: Int) {
        // SAFETY: both ranges lie in the running function's frame.
        unsafe base.update(from: source.base, count: count)
    }
}

/// A frame's header: who called it, and where to go on.
extension Slots {
    /// Fills the header at a slot in: where to return to, and the caller's frame and context.
    @inline(__always)
    func link(
        _ header: Int, after code: Code, words: Int, caller: Slots,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) {
        let returnAddress = UInt(bitPattern: unsafe code.address) &+ UInt(bitPattern: words &* 8)
        self[header] = UInt64(returnAddress)
        self[header &+ 1] = UInt64(UInt(bitPattern: unsafe caller.base))
        self[header &+ 2] = UInt64(UInt(bitPattern: context))
    }

    /// An address in a header's slot.
    @inline(__always)
    func address(_ index: Int) -> UnsafeRawPointer {
        // SAFETY: headers are filled by `link` before a frame runs; no guest instruction names
        // their slots, so the address is not null.
        unsafe UnsafeRawPointer(bitPattern: UInt(self[index])).unsafelyUnwrapped
    }

    /// The caller's frame, from the header here.
    @inline(__always)
    var savedFrame: Slots {
        // SAFETY: as above.
        unsafe Slots(
            UnsafeMutableRawPointer(mutating: address(1)).assumingMemoryBound(to: UInt64.self))
    }
}
