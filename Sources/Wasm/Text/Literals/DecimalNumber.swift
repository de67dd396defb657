/// A decimal number of any length, rounded exactly.
///
/// Beyond ``maximumDigits`` digits only their being zero or not matters: no number half way between
/// two `f64` has more than 768 significant digits.
struct DecimalNumber {
    private static let maximumDigits = 800
    /// 10^0 to 10^22: the powers of ten that a `Double` holds exactly.
    private static let exactPowers: [Double] = (0..<22).reduce(into: [1]) { powers, _ in
        powers.append((powers.last ?? 1) * 10)
    }

    /// The significant digits, while 64 bits hold them.
    private var small: UInt64 = 0
    private var digits: [UInt8] = []
    private var isInexact = false
    /// The power of ten that the digits, read as an integer, are multiplied with.
    var exponent = 0

    mutating func append(_ digit: UInt8, isFraction: Bool) {
        if isFraction { exponent -= 1 }
        if digits.isEmpty && digit == 0 { return }
        if digits.count < Self.maximumDigits {
            digits.append(digit)
            small = small &* 10 &+ UInt64(digit)
        } else {
            exponent += 1
            isInexact = isInexact || digit != 0
        }
    }

    /// The bits of the nearest number; `nil` when that is infinity.
    func rounded(to format: FloatFormat) -> UInt64? {
        if digits.isEmpty { return 0 }
        let magnitude = exponent + digits.count
        if magnitude > 310 { return nil }
        if magnitude < -345 { return 0 }
        if let fast = exactQuotient(format) { return fast }
        return longDivision(format)
    }

    /// One correctly rounded operation on two exact numbers, where the number is that simple.
    private func exactQuotient(_ format: FloatFormat) -> UInt64? {
        guard format == .f64, digits.count <= 15, abs(exponent) <= 22 else { return nil }
        let power = Self.exactPowers[abs(exponent)]
        let value = exponent < 0 ? Double(small) / power : Double(small) * power
        return value.bitPattern
    }

    /// Divides integers until 64 bits of the quotient are known.
    private func longDivision(_ format: FloatFormat) -> UInt64? {
        var numerator = Natural()
        for digit in digits { numerator.multiply(by: 10, adding: UInt32(digit)) }
        if isInexact { numerator.multiply(by: 10, adding: 1) }
        let power = exponent - (isInexact ? 1 : 0)
        var denominator = Natural()
        denominator.multiply(by: 1, adding: 1)
        // 10^power is 5^power × 2^power: the second factor only moves the binary point.
        if power >= 0 {
            numerator.multiply(byPowerOf5: power)
        } else {
            denominator.multiply(byPowerOf5: -power)
        }
        let shift = numerator.bitCount - denominator.bitCount
        if shift >= 0 {
            denominator.shiftLeft(shift)
        } else {
            numerator.shiftLeft(-shift)
        }
        var quotient: UInt64 = 0
        for _ in 0..<64 {
            quotient <<= 1
            if numerator.subtract(ifNotLess: denominator) { quotient |= 1 }
            numerator.shiftLeft(1)
        }
        return format.rounding(
            quotient, exponent: power + shift - 63, isInexact: !numerator.isZero)
    }
}
