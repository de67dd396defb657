internal import CPlatform

/// A vector instruction with its operands' slots.
struct VectorInstruction {
    let code: Code
    let frame: Slots

    // MARK: Operands

    @inline(__always)
    func first<V: SIMD>(_: V.Type) -> V { frame.vector(code.b) }
    @inline(__always)
    func second<V: SIMD>(_: V.Type) -> V { frame.vector(code.c) }
    /// Of instructions whose second word begins with a slot.
    @inline(__always)
    func third<V: SIMD>(_: V.Type) -> V { frame.vector(code.u16(8)) }

    // MARK: Results

    @inline(__always)
    func result<V: SIMD>(_ value: V) { frame.setVector(code.a, value) }

    @inline(__always)
    func unary<V: SIMD, R: SIMD>(_: V.Type, _ body: (V) -> R) { result(body(first(V.self))) }

    @inline(__always)
    func binary<V: SIMD, R: SIMD>(_: V.Type, _ body: (V, V) -> R) {
        result(body(first(V.self), second(V.self)))
    }

    @inline(__always)
    func ternary<V: SIMD, R: SIMD>(_: V.Type, _ body: (V, V, V) -> R) {
        result(body(first(V.self), second(V.self), third(V.self)))
    }

    /// All ones in the lanes where the comparison holds.
    @inline(__always)
    func compare<V: SIMD>(_: V.Type, _ body: (V, V) -> SIMDMask<V.MaskStorage>) {
        result(VectorRules.lanes(body(first(V.self), second(V.self))))
    }

    /// Applies `body` to each pair of lanes.
    @inline(__always)
    func lanewise<V: SIMD>(_: V.Type, _ body: (V.Scalar, V.Scalar) -> V.Scalar) {
        let (one, other) = (first(V.self), second(V.self))
        var value = one
        for lane in 0..<V.scalarCount { value[lane] = body(one[lane], other[lane]) }
        result(value)
    }

    /// Applies `body` to each lane.
    @inline(__always)
    func lanewise<V: SIMD>(_: V.Type, _ body: (V.Scalar) -> V.Scalar) {
        var value = first(V.self)
        for lane in 0..<V.scalarCount { value[lane] = body(value[lane]) }
        result(value)
    }

    // MARK: Lanes

    @inline(__always)
    func shuffle() {
        // SAFETY: each operand has two slots, the order two words; validation keeps it below 32.
        unsafe martlet_shuffle(
            frame.pointer(code.a), frame.pointer(code.b), frame.pointer(code.c), code.address + 8)
    }

    @inline(__always)
    func swizzle() {
        // SAFETY: as above.
        unsafe martlet_swizzle(
            frame.pointer(code.a), frame.pointer(code.b), frame.pointer(code.c))
    }

    // MARK: Other widths

    /// Joins two vectors into one of half as wide lanes, saturating.
    @inline(__always)
    func narrow<V: SIMD, R: SIMD>(_: V.Type, to _: R.Type)
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        let (one, other) = (first(V.self), second(V.self))
        var value = R(repeating: 0)
        for lane in 0..<V.scalarCount {
            value[lane] = R.Scalar(clamping: one[lane])
            value[lane + V.scalarCount] = R.Scalar(clamping: other[lane])
        }
        result(value)
    }

    /// Multiplies the widened lower or upper halves.
    @inline(__always)
    func extendMultiply<V: SIMD, R: SIMD>(_: V.Type, to _: R.Type, high: Bool)
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        let one: R = Self.half(first(V.self), high: high)
        let other: R = Self.half(second(V.self), high: high)
        result(one &* other)
    }

    @inline(__always)
    private static func half<V: SIMD, R: SIMD>(_ value: V, high: Bool) -> R
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        var wide = R(repeating: 0)
        let start = high ? R.scalarCount : 0
        for lane in 0..<R.scalarCount {
            wide[lane] = R.Scalar(truncatingIfNeeded: value[start + lane])
        }
        return wide
    }

    /// Adds neighbouring lanes, widened.
    @inline(__always)
    func addPairs<V: SIMD, R: SIMD>(_: V.Type, to _: R.Type)
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        let value = first(V.self)
        var sums = R(repeating: 0)
        for lane in 0..<R.scalarCount {
            sums[lane] =
                R.Scalar(truncatingIfNeeded: value[2 * lane])
                &+ R.Scalar(truncatingIfNeeded: value[2 * lane + 1])
        }
        result(sums)
    }
}
