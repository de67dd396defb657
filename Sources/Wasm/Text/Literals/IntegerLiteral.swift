/// Integers of the text format (core specification 3.0, §6.3.1, Integers).
enum IntegerLiteral {
    enum Natural: Equatable {
        case value(UInt64)
        /// Well formed, but 64 bits do not hold it.
        case tooLarge
        case malformed
    }

    /// A sign and a magnitude.
    struct Signed: Equatable {
        var isNegative: Bool
        var hasSign: Bool
        var magnitude: Natural
    }

    /// The value of `byte` as a digit of `radix` 10 or 16.
    static func digit(_ byte: UInt8, radix: UInt8) -> UInt8? {
        let value: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): value = byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): value = byte - UInt8(ascii: "A") + 10
        default: return nil
        }
        return value < radix ? value : nil
    }

    /// Digits with single underscores between them.
    static func natural(_ bytes: [UInt8], _ range: Range<Int>, radix: UInt8) -> Natural {
        var value: UInt64 = 0
        var isTooLarge = false
        var mayEnd = false
        for index in range {
            guard let digit = digit(bytes[index], radix: radix) else {
                guard bytes[index] == UInt8(ascii: "_"), mayEnd else { return .malformed }
                mayEnd = false
                continue
            }
            mayEnd = true
            let (scaled, first) = value.multipliedReportingOverflow(by: UInt64(radix))
            let (sum, second) = scaled.addingReportingOverflow(UInt64(digit))
            value = sum
            isTooLarge = isTooLarge || first || second
        }
        guard mayEnd else { return .malformed }
        return isTooLarge ? .tooLarge : .value(value)
    }

    /// Decimal digits, or `0x` and hexadecimal ones.
    static func unsigned(_ bytes: [UInt8], _ range: Range<Int>) -> Natural {
        isHexadecimal(bytes, range)
            ? natural(bytes, range.dropFirst(2), radix: 16) : natural(bytes, range, radix: 10)
    }

    /// The same with an optional sign before it.
    static func signed(_ bytes: [UInt8], _ range: Range<Int>) -> Signed {
        guard let first = range.first else {
            return Signed(isNegative: false, hasSign: false, magnitude: .malformed)
        }
        let isNegative = bytes[first] == UInt8(ascii: "-")
        let hasSign = isNegative || bytes[first] == UInt8(ascii: "+")
        let digits = hasSign ? range.dropFirst() : range
        return Signed(
            isNegative: isNegative, hasSign: hasSign, magnitude: unsigned(bytes, digits))
    }

    static func isHexadecimal(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        range.count > 2 && bytes[range.lowerBound] == UInt8(ascii: "0")
            && bytes[range.lowerBound + 1] == UInt8(ascii: "x")
    }
}
