/// An IEEE 754 binary format and rounding to it (core specification 3.0, §4.3.3; IEEE 754-2019 §4.3.1
/// roundTiesToEven).
package struct FloatFormat: Sendable, Equatable {
    /// Bits of the significand, the implicit one included.
    let precision: Int
    /// The largest exponent of a finite number; the smallest normal one is 1 − it.
    let maximumExponent: Int

    package static let f32 = FloatFormat(precision: 24, maximumExponent: 127)
    package static let f64 = FloatFormat(precision: 53, maximumExponent: 1023)

    var signBit: UInt64 { 1 << UInt64(self == .f32 ? 31 : 63) }
    /// Positive infinity; also the mask of the exponent.
    var infinity: UInt64 {
        UInt64(2 * maximumExponent + 1) << UInt64(precision - 1)
    }
    /// The first bit of the payload, set in the canonical NaN.
    var quietBit: UInt64 { 1 << UInt64(precision - 2) }
    /// The largest payload of a NaN.
    var payloadMask: UInt64 { 1 << UInt64(precision - 1) - 1 }
    var canonicalNaN: UInt64 { infinity | quietBit }

    /// The bits of the number nearest to `significand` × 2^`exponent`, ties to even.
    ///
    /// - Parameter isInexact: The true value lies above this one, by less than one unit of the
    ///   significand's last bit.
    /// - Returns: `nil` when the number rounds to infinity.
    func rounding(_ significand: UInt64, exponent: Int, isInexact: Bool) -> UInt64? {
        guard significand != 0 else { return 0 }
        let zeros = significand.leadingZeroBitCount
        let normal = significand << UInt64(zeros)
        let unbiased = exponent - zeros + 63
        guard unbiased <= maximumExponent else { return nil }
        let minimum = 1 - maximumExponent
        let dropped = min(65, 64 - precision + max(0, minimum - unbiased))
        let kept = Self.shifting(normal, by: dropped, isInexact: isInexact)
        if unbiased < minimum { return kept }
        // The carry of a significand that rounded up to 2^precision raises the exponent by itself.
        let leading: UInt64 = 1 << UInt64(precision - 1)
        let biased = UInt64(unbiased + maximumExponent)
        let bits = biased << UInt64(precision - 1) + (kept - leading)
        return bits < infinity ? bits : nil
    }

    /// `value` / 2^`count` (`count` from 1 to 65), rounded to nearest, ties to even.
    private static func shifting(_ value: UInt64, by count: Int, isInexact: Bool) -> UInt64 {
        guard count <= 64 else { return 0 }
        let quotient = value >> UInt64(count)
        let half = value >> UInt64(count - 1) & 1 != 0
        let below = value & (1 << UInt64(count - 1) - 1) != 0 || isInexact
        return half && (below || quotient & 1 != 0) ? quotient + 1 : quotient
    }
}
