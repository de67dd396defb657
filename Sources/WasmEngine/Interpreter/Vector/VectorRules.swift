/// ``FloatRules`` for all lanes at once, and what integer lanes have in common.
///
/// Written for each shape, without a loop over lanes and without `replacing(with:where:)`: both
/// become loops or branches, which would cost the interpreter's loop its registers.
enum VectorRules {
    /// A comparison's outcome: all ones in the lanes where it holds.
    @inline(__always)
    static func lanes<Lanes: SIMD>(_ mask: SIMDMask<Lanes>) -> Lanes
    where Lanes.Scalar: FixedWidthInteger & SignedInteger {
        // SAFETY: a mask is a vector of such lanes.
        unsafe unsafeBitCast(mask, to: Lanes.self)
    }

    @inline(__always)
    static func isZero<V: SIMD>(_ vector: V) -> Bool {
        // SAFETY: vectors of sixteen bytes, of which every pattern is a value.
        let halves = unsafe unsafeBitCast(vector, to: U64x2.self)
        return halves[0] | halves[1] == 0
    }

    // SAFETY: of the casts below: vectors of sixteen bytes, of which every pattern is a value.

    @inline(__always)
    static func choose(_ one: I8x16, where lanes: I8x16, else other: I8x16) -> I8x16 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        let chosen = unsafe unsafeBitCast(one, to: U64x2.self) & mask
        let left = unsafe unsafeBitCast(other, to: U64x2.self) & ~mask
        return unsafe unsafeBitCast(chosen | left, to: I8x16.self)
    }

    @inline(__always)
    static func choose(_ one: U8x16, where lanes: I8x16, else other: U8x16) -> U8x16 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        let chosen = unsafe unsafeBitCast(one, to: U64x2.self) & mask
        let left = unsafe unsafeBitCast(other, to: U64x2.self) & ~mask
        return unsafe unsafeBitCast(chosen | left, to: U8x16.self)
    }

    @inline(__always)
    static func choose(_ one: I16x8, where lanes: I16x8, else other: I16x8) -> I16x8 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        let chosen = unsafe unsafeBitCast(one, to: U64x2.self) & mask
        let left = unsafe unsafeBitCast(other, to: U64x2.self) & ~mask
        return unsafe unsafeBitCast(chosen | left, to: I16x8.self)
    }

    @inline(__always)
    static func choose(_ one: U16x8, where lanes: I16x8, else other: U16x8) -> U16x8 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        let chosen = unsafe unsafeBitCast(one, to: U64x2.self) & mask
        let left = unsafe unsafeBitCast(other, to: U64x2.self) & ~mask
        return unsafe unsafeBitCast(chosen | left, to: U16x8.self)
    }

    @inline(__always)
    static func choose(_ one: I32x4, where lanes: I32x4, else other: I32x4) -> I32x4 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        let chosen = unsafe unsafeBitCast(one, to: U64x2.self) & mask
        let left = unsafe unsafeBitCast(other, to: U64x2.self) & ~mask
        return unsafe unsafeBitCast(chosen | left, to: I32x4.self)
    }

    @inline(__always)
    static func choose(_ one: U32x4, where lanes: I32x4, else other: U32x4) -> U32x4 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        let chosen = unsafe unsafeBitCast(one, to: U64x2.self) & mask
        let left = unsafe unsafeBitCast(other, to: U64x2.self) & ~mask
        return unsafe unsafeBitCast(chosen | left, to: U32x4.self)
    }

    @inline(__always)
    static func choose(_ one: I64x2, where lanes: I64x2, else other: I64x2) -> I64x2 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        let chosen = unsafe unsafeBitCast(one, to: U64x2.self) & mask
        let left = unsafe unsafeBitCast(other, to: U64x2.self) & ~mask
        return unsafe unsafeBitCast(chosen | left, to: I64x2.self)
    }

    @inline(__always)
    static func choose(_ one: U64x2, where lanes: I64x2, else other: U64x2) -> U64x2 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        return one & mask | other & ~mask
    }

    @inline(__always)
    static func choose(_ one: F32x4, where lanes: I32x4, else other: F32x4) -> F32x4 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        let chosen = unsafe unsafeBitCast(one, to: U64x2.self) & mask
        let left = unsafe unsafeBitCast(other, to: U64x2.self) & ~mask
        return unsafe unsafeBitCast(chosen | left, to: F32x4.self)
    }

    @inline(__always)
    static func choose(_ one: F64x2, where lanes: I64x2, else other: F64x2) -> F64x2 {
        let mask = unsafe unsafeBitCast(lanes, to: U64x2.self)
        let chosen = unsafe unsafeBitCast(one, to: U64x2.self) & mask
        let left = unsafe unsafeBitCast(other, to: U64x2.self) & ~mask
        return unsafe unsafeBitCast(chosen | left, to: F64x2.self)
    }

    @inline(__always)
    static func magnitude(_ value: I8x16) -> I8x16 {
        let signs = lanes(value .< I8x16())
        return (value ^ signs) &- signs
    }

    @inline(__always)
    static func minimum(_ one: I8x16, _ other: I8x16) -> I8x16 {
        choose(one, where: lanes(one .< other), else: other)
    }

    @inline(__always)
    static func maximum(_ one: I8x16, _ other: I8x16) -> I8x16 {
        choose(other, where: lanes(one .< other), else: one)
    }

    @inline(__always)
    static func minimum(_ one: U8x16, _ other: U8x16) -> U8x16 {
        choose(one, where: lanes(one .< other), else: other)
    }

    @inline(__always)
    static func maximum(_ one: U8x16, _ other: U8x16) -> U8x16 {
        choose(other, where: lanes(one .< other), else: one)
    }

    @inline(__always)
    static func saturatingSum(_ one: U8x16, _ other: U8x16) -> U8x16 {
        let sum = one &+ other
        return choose(U8x16(repeating: .max), where: lanes(sum .< one), else: sum)
    }

    @inline(__always)
    static func saturatingDifference(_ one: U8x16, _ other: U8x16) -> U8x16 {
        choose(U8x16(), where: lanes(one .< other), else: one &- other)
    }

    @inline(__always)
    static func saturatingSum(_ one: I8x16, _ other: I8x16) -> I8x16 {
        let sum = one &+ other
        let overflow = lanes(((one ^ sum) & (other ^ sum)) .< I8x16())
        return choose(bound(one), where: overflow, else: sum)
    }

    @inline(__always)
    static func saturatingDifference(_ one: I8x16, _ other: I8x16) -> I8x16 {
        let difference = one &- other
        let overflow = lanes(((one ^ other) & (one ^ difference)) .< I8x16())
        return choose(bound(one), where: overflow, else: difference)
    }

    /// The end of the range on a number's side of zero.
    @inline(__always)
    private static func bound(_ value: I8x16) -> I8x16 {
        lanes(value .< I8x16()) ^ I8x16(repeating: .max)
    }

    @inline(__always)
    static func magnitude(_ value: I16x8) -> I16x8 {
        let signs = lanes(value .< I16x8())
        return (value ^ signs) &- signs
    }

    @inline(__always)
    static func minimum(_ one: I16x8, _ other: I16x8) -> I16x8 {
        choose(one, where: lanes(one .< other), else: other)
    }

    @inline(__always)
    static func maximum(_ one: I16x8, _ other: I16x8) -> I16x8 {
        choose(other, where: lanes(one .< other), else: one)
    }

    @inline(__always)
    static func minimum(_ one: U16x8, _ other: U16x8) -> U16x8 {
        choose(one, where: lanes(one .< other), else: other)
    }

    @inline(__always)
    static func maximum(_ one: U16x8, _ other: U16x8) -> U16x8 {
        choose(other, where: lanes(one .< other), else: one)
    }

    @inline(__always)
    static func saturatingSum(_ one: U16x8, _ other: U16x8) -> U16x8 {
        let sum = one &+ other
        return choose(U16x8(repeating: .max), where: lanes(sum .< one), else: sum)
    }

    @inline(__always)
    static func saturatingDifference(_ one: U16x8, _ other: U16x8) -> U16x8 {
        choose(U16x8(), where: lanes(one .< other), else: one &- other)
    }

    @inline(__always)
    static func saturatingSum(_ one: I16x8, _ other: I16x8) -> I16x8 {
        let sum = one &+ other
        let overflow = lanes(((one ^ sum) & (other ^ sum)) .< I16x8())
        return choose(bound(one), where: overflow, else: sum)
    }

    @inline(__always)
    static func saturatingDifference(_ one: I16x8, _ other: I16x8) -> I16x8 {
        let difference = one &- other
        let overflow = lanes(((one ^ other) & (one ^ difference)) .< I16x8())
        return choose(bound(one), where: overflow, else: difference)
    }

    /// The end of the range on a number's side of zero.
    @inline(__always)
    private static func bound(_ value: I16x8) -> I16x8 {
        lanes(value .< I16x8()) ^ I16x8(repeating: .max)
    }

    @inline(__always)
    static func magnitude(_ value: I32x4) -> I32x4 {
        let signs = lanes(value .< I32x4())
        return (value ^ signs) &- signs
    }

    @inline(__always)
    static func minimum(_ one: I32x4, _ other: I32x4) -> I32x4 {
        choose(one, where: lanes(one .< other), else: other)
    }

    @inline(__always)
    static func maximum(_ one: I32x4, _ other: I32x4) -> I32x4 {
        choose(other, where: lanes(one .< other), else: one)
    }

    @inline(__always)
    static func minimum(_ one: U32x4, _ other: U32x4) -> U32x4 {
        choose(one, where: lanes(one .< other), else: other)
    }

    @inline(__always)
    static func maximum(_ one: U32x4, _ other: U32x4) -> U32x4 {
        choose(other, where: lanes(one .< other), else: one)
    }

    @inline(__always)
    static func magnitude(_ value: I64x2) -> I64x2 {
        let signs = lanes(value .< I64x2())
        return (value ^ signs) &- signs
    }

    // Of two equal numbers, only zeros differ in bits: −0 is the smaller one.

    /// `fmin`: NaN when either is, and −0 below +0.
    @inline(__always)
    static func minimum(_ one: F32x4, _ other: F32x4) -> F32x4 {
        let first = choose(other, where: lanes(other .< one), else: one)
        let second = choose(one, where: lanes(one .< other), else: other)
        let chosen = unsafe unsafeBitCast(
            unsafeBitCast(first, to: U32x4.self) | unsafeBitCast(second, to: U32x4.self),
            to: F32x4.self)
        return choose(one + other, where: unordered(one, other), else: chosen)
    }

    /// `fmax`: NaN when either is, and +0 above −0.
    @inline(__always)
    static func maximum(_ one: F32x4, _ other: F32x4) -> F32x4 {
        let first = choose(other, where: lanes(one .< other), else: one)
        let second = choose(one, where: lanes(other .< one), else: other)
        let chosen = unsafe unsafeBitCast(
            unsafeBitCast(first, to: U32x4.self) & unsafeBitCast(second, to: U32x4.self),
            to: F32x4.self)
        return choose(one + other, where: unordered(one, other), else: chosen)
    }

    /// The lanes where either is NaN.
    @inline(__always)
    private static func unordered(_ one: F32x4, _ other: F32x4) -> I32x4 {
        lanes(one .!= one) | lanes(other .!= other)
    }

    /// The canonical NaN for every NaN (§4.3.3, "canonical").
    @inline(__always)
    static func canonicalized(_ value: F32x4) -> F32x4 {
        choose(
            F32x4(repeating: Float(bitPattern: 0x7FC0_0000)), where: lanes(value .!= value),
            else: value)
    }

    /// `fmin`: NaN when either is, and −0 below +0.
    @inline(__always)
    static func minimum(_ one: F64x2, _ other: F64x2) -> F64x2 {
        let first = choose(other, where: lanes(other .< one), else: one)
        let second = choose(one, where: lanes(one .< other), else: other)
        let chosen = unsafe unsafeBitCast(
            unsafeBitCast(first, to: U64x2.self) | unsafeBitCast(second, to: U64x2.self),
            to: F64x2.self)
        return choose(one + other, where: unordered(one, other), else: chosen)
    }

    /// `fmax`: NaN when either is, and +0 above −0.
    @inline(__always)
    static func maximum(_ one: F64x2, _ other: F64x2) -> F64x2 {
        let first = choose(other, where: lanes(one .< other), else: one)
        let second = choose(one, where: lanes(other .< one), else: other)
        let chosen = unsafe unsafeBitCast(
            unsafeBitCast(first, to: U64x2.self) & unsafeBitCast(second, to: U64x2.self),
            to: F64x2.self)
        return choose(one + other, where: unordered(one, other), else: chosen)
    }

    /// The lanes where either is NaN.
    @inline(__always)
    private static func unordered(_ one: F64x2, _ other: F64x2) -> I64x2 {
        lanes(one .!= one) | lanes(other .!= other)
    }

    /// The canonical NaN for every NaN (§4.3.3, "canonical").
    @inline(__always)
    static func canonicalized(_ value: F64x2) -> F64x2 {
        choose(
            F64x2(repeating: Double(bitPattern: 0x7FF8_0000_0000_0000)),
            where: lanes(value .!= value), else: value)
    }
}

extension U8x16 {
    /// The vector with another number in one lane. Without a round through memory: reading sixteen
    /// bytes just after writing one of them waits for the write.
    @inline(__always)
    func replacingLane(_ lane: Int, with number: UInt8) -> U8x16 {
        let numbers = U8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        let chosen = numbers .== U8x16(repeating: UInt8(truncatingIfNeeded: lane))
        return VectorRules.choose(
            U8x16(repeating: number), where: VectorRules.lanes(chosen), else: self)
    }
}

extension U16x8 {
    /// The vector with another number in one lane. Without a round through memory: reading sixteen
    /// bytes just after writing one of them waits for the write.
    @inline(__always)
    func replacingLane(_ lane: Int, with number: UInt16) -> U16x8 {
        let numbers = U16x8(0, 1, 2, 3, 4, 5, 6, 7)
        let chosen = numbers .== U16x8(repeating: UInt16(truncatingIfNeeded: lane))
        return VectorRules.choose(
            U16x8(repeating: number), where: VectorRules.lanes(chosen), else: self)
    }
}

extension U32x4 {
    /// The vector with another number in one lane. Without a round through memory: reading sixteen
    /// bytes just after writing one of them waits for the write.
    @inline(__always)
    func replacingLane(_ lane: Int, with number: UInt32) -> U32x4 {
        let numbers = U32x4(0, 1, 2, 3)
        let chosen = numbers .== U32x4(repeating: UInt32(truncatingIfNeeded: lane))
        return VectorRules.choose(
            U32x4(repeating: number), where: VectorRules.lanes(chosen), else: self)
    }
}

extension U64x2 {
    /// The vector with another number in one lane. Without a round through memory: reading sixteen
    /// bytes just after writing one of them waits for the write.
    @inline(__always)
    func replacingLane(_ lane: Int, with number: UInt64) -> U64x2 {
        let numbers = U64x2(0, 1)
        let chosen = numbers .== U64x2(repeating: UInt64(truncatingIfNeeded: lane))
        return VectorRules.choose(
            U64x2(repeating: number), where: VectorRules.lanes(chosen), else: self)
    }
}
