/// ``FloatRules`` for all lanes at once.
enum VectorRules {
    // Of two equal numbers, only zeros differ in bits: −0 is the smaller one.

    /// `fmin`: NaN when either is, and −0 below +0.
    @inline(__always)
    static func minimum(_ one: F32x4, _ other: F32x4) -> F32x4 {
        let chosen =
            bits(one.replacing(with: other, where: other .< one))
            | bits(other.replacing(with: one, where: one .< other))
        return nanOr(float(chosen), one, other)
    }

    /// `fmax`: NaN when either is, and +0 above −0.
    @inline(__always)
    static func maximum(_ one: F32x4, _ other: F32x4) -> F32x4 {
        let chosen =
            bits(one.replacing(with: other, where: one .< other))
            & bits(other.replacing(with: one, where: other .< one))
        return nanOr(float(chosen), one, other)
    }

    @inline(__always)
    static func minimum(_ one: F64x2, _ other: F64x2) -> F64x2 {
        let chosen =
            bits(one.replacing(with: other, where: other .< one))
            | bits(other.replacing(with: one, where: one .< other))
        return nanOr(float(chosen), one, other)
    }

    @inline(__always)
    static func maximum(_ one: F64x2, _ other: F64x2) -> F64x2 {
        let chosen =
            bits(one.replacing(with: other, where: one .< other))
            & bits(other.replacing(with: one, where: other .< one))
        return nanOr(float(chosen), one, other)
    }

    /// The canonical NaN for every NaN (§4.3.3, "canonical").
    @inline(__always)
    static func canonicalized(_ value: F32x4) -> F32x4 {
        value.replacing(with: Float(bitPattern: 0x7FC0_0000), where: value .!= value)
    }

    @inline(__always)
    static func canonicalized(_ value: F64x2) -> F64x2 {
        value.replacing(
            with: Double(bitPattern: 0x7FF8_0000_0000_0000), where: value .!= value)
    }

    /// `chosen`, but the sum of the operands, which is a quiet NaN, where one of them is NaN.
    @inline(__always)
    private static func nanOr(_ chosen: F32x4, _ one: F32x4, _ other: F32x4) -> F32x4 {
        chosen.replacing(with: one + other, where: (one .!= one) .| (other .!= other))
    }

    @inline(__always)
    private static func nanOr(_ chosen: F64x2, _ one: F64x2, _ other: F64x2) -> F64x2 {
        chosen.replacing(with: one + other, where: (one .!= one) .| (other .!= other))
    }

    // SAFETY: of these four: vectors of sixteen bytes, of which every pattern is a value.

    @inline(__always)
    private static func bits(_ value: F32x4) -> U32x4 {
        unsafe unsafeBitCast(value, to: U32x4.self)
    }
    @inline(__always)
    private static func bits(_ value: F64x2) -> U64x2 {
        unsafe unsafeBitCast(value, to: U64x2.self)
    }
    @inline(__always)
    private static func float(_ bits: U32x4) -> F32x4 {
        unsafe unsafeBitCast(bits, to: F32x4.self)
    }
    @inline(__always)
    private static func float(_ bits: U64x2) -> F64x2 {
        unsafe unsafeBitCast(bits, to: F64x2.self)
    }
}
