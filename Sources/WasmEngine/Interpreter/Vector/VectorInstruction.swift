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
    func compare<V: SIMD>(_: V.Type, _ body: (V, V) -> SIMDMask<V.MaskStorage>)
    where
        V.MaskStorage.Scalar: FixedWidthInteger & SignedInteger,
        V.MaskStorage.MaskStorage == V.MaskStorage
    {
        let mask = body(first(V.self), second(V.self))
        result(V.MaskStorage(repeating: 0).replacing(with: -1, where: mask))
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

    /// Shifts each lane by a count taken modulo the lane's bits.
    @inline(__always)
    func shift<V: SIMD>(_: V.Type, _ count: UInt32, _ body: (V, V) -> V)
    where V.Scalar: FixedWidthInteger {
        let modulo = V.Scalar(truncatingIfNeeded: count & UInt32(V.Scalar.bitWidth - 1))
        result(body(first(V.self), V(repeating: modulo)))
    }

    // MARK: Lanes

    /// A number's low bits in every lane.
    @inline(__always)
    func splat<V: SIMD>(_: V.Type) where V.Scalar: FixedWidthInteger {
        result(V(repeating: V.Scalar(truncatingIfNeeded: frame[code.b])))
    }

    /// The first operand with a number's low bits in the lane that the second word names.
    @inline(__always)
    func replaceLane<V: SIMD>(_: V.Type)
    where V.Scalar: FixedWidthInteger, V.MaskStorage.Scalar: FixedWidthInteger {
        let scalar = V.Scalar(truncatingIfNeeded: frame[code.c])
        result(first(V.self).replacingLane(code.u16(8), with: scalar))
    }

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

    @inline(__always)
    func allTrue<V: SIMD>(_: V.Type) where V.Scalar: FixedWidthInteger {
        let value = first(V.self)
        var holds = true
        for lane in 0..<V.scalarCount { holds = holds && value[lane] != 0 }
        frame.set(code.a, holds)
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

    /// Widens the lower or upper half of the lanes.
    @inline(__always)
    func extend<V: SIMD, R: SIMD>(_: V.Type, to _: R.Type, high: Bool)
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        result(Self.half(first(V.self), high: high) as R)
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

extension SIMD where Scalar: FixedWidthInteger {
    /// The vector with another number in one lane. Without a round through memory: reading sixteen
    /// bytes just after writing one of them waits for the write.
    @inline(__always)
    func replacingLane(_ lane: Int, with scalar: Scalar) -> Self
    where MaskStorage.Scalar: FixedWidthInteger {
        var numbers = Self()
        for index in 0..<Self.scalarCount { numbers[index] = Scalar(truncatingIfNeeded: index) }
        let chosen = numbers .== Self(repeating: Scalar(truncatingIfNeeded: lane))
        return replacing(with: Self(repeating: scalar), where: chosen)
    }
}

extension FixedWidthInteger {
    @inline(__always)
    func saturatingSum(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    @inline(__always)
    func saturatingDifference(_ other: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (Self.isSigned && other < 0 ? .max : .min) : difference
    }
}
