/// WebAssembly's rules for floats where they differ from Swift's operators (core specification 3.0,
/// §4.3.3).
enum FloatRules {
    /// `fmin`: NaN when either is, and −0 below +0.
    @inline(__always)
    static func minimum<T: BinaryFloatingPoint>(_ one: T, _ other: T) -> T {
        if one < other { return one }
        if other < one { return other }
        if one == other { return one.sign == .minus ? one : other }
        return one + other
    }

    /// `fmax`: NaN when either is, and +0 above −0.
    @inline(__always)
    static func maximum<T: BinaryFloatingPoint>(_ one: T, _ other: T) -> T {
        if one > other { return one }
        if other > one { return other }
        if one == other { return one.sign == .plus ? one : other }
        return one + other
    }

    // Rounding a NaN gives a quiet NaN; adding zero makes it so and changes nothing else.

    @inline(__always)
    static func ceil<T: BinaryFloatingPoint>(_ value: T) -> T { quieted(value.rounded(.up)) }
    @inline(__always)
    static func floor<T: BinaryFloatingPoint>(_ value: T) -> T { quieted(value.rounded(.down)) }
    @inline(__always)
    static func trunc<T: BinaryFloatingPoint>(_ value: T) -> T {
        quieted(value.rounded(.towardZero))
    }
    @inline(__always)
    static func nearest<T: BinaryFloatingPoint>(_ value: T) -> T {
        quieted(value.rounded(.toNearestOrEven))
    }

    @inline(__always)
    private static func quieted<T: BinaryFloatingPoint>(_ value: T) -> T {
        value == value ? value : value + value
    }

    /// The canonical NaN for every NaN (§4.3.3, "canonical"), any other value unchanged.
    @inline(__always)
    static func canonicalized(_ value: Float) -> Float {
        value == value ? value : Float(bitPattern: 0x7FC0_0000)
    }

    @inline(__always)
    static func canonicalized(_ value: Double) -> Double {
        value == value ? value : Double(bitPattern: 0x7FF8_0000_0000_0000)
    }

    /// `trunc`: nil for NaN and for what the integer type cannot hold.
    @inline(__always)
    static func truncate<F: BinaryFloatingPoint, I: FixedWidthInteger>(
        _ value: F, to _: I.Type
    ) -> I? {
        // The bounds are exact in F, or rounded outwards to the power of two just past the range.
        let low = F(I.min)
        let past = F(
            sign: .plus, exponent: F.Exponent(I.bitWidth - (I.isSigned ? 1 : 0)), significand: 1)
        let truncated = value.rounded(.towardZero)
        guard truncated >= low, truncated < past else { return nil }
        return I(truncated)
    }

    /// Why ``truncate(_:to:)`` gave nothing.
    static func truncationFault<F: BinaryFloatingPoint>(_ value: F) -> TrapCode {
        value.isNaN ? .invalidConversion : .integerOverflow
    }

    /// `trunc_sat`: zero for NaN, the nearest bound for what the integer type cannot hold.
    @inline(__always)
    static func saturate<F: BinaryFloatingPoint, I: FixedWidthInteger>(
        _ value: F, to type: I.Type
    ) -> I {
        if let fitting = truncate(value, to: type) { return fitting }
        if value.isNaN { return 0 }
        return value < 0 ? I.min : I.max
    }
}

extension FixedWidthInteger {
    @inline(__always)
    func rotated(left count: Self) -> Self { self &<< count | self &>> (0 &- count) }

    @inline(__always)
    func rotated(right count: Self) -> Self { self &>> count | self &<< (0 &- count) }

    /// Quotient by a divisor that is neither 0 nor −1.
    @inline(__always)
    func quotient(dividingByNonzero divisor: Self) -> Self {
        divisor == 0 ? 0 : dividingFullWidthFree(divisor).quotient
    }

    /// Remainder by a divisor that is neither 0 nor −1.
    @inline(__always)
    func remainder(dividingByNonzero divisor: Self) -> Self {
        divisor == 0 ? 0 : dividingFullWidthFree(divisor).remainder
    }

    @inline(__always)
    private func dividingFullWidthFree(_ divisor: Self) -> (quotient: Self, remainder: Self) {
        // The reporting forms never trap.
        (
            dividedReportingOverflow(by: divisor).partialValue,
            remainderReportingOverflow(dividingBy: divisor).partialValue
        )
    }
}
