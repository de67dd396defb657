/// Floating-point numbers of the text format, rounded once and exactly (core specification 3.0,
/// §6.3.1, Floating-Point).
package struct FloatLiteral {
    package enum Value: Equatable {
        /// The bits in the format asked for, in the low bits.
        case bits(UInt64)
        /// Well formed, but it would round to infinity, or the payload does not fit.
        case outOfRange
        case malformed
    }

    private let bytes: [UInt8]
    private let end: Int
    private var index: Int
    private let format: FloatFormat

    /// The value that `bytes[range]` spells.
    package static func parse(
        _ bytes: [UInt8], _ range: Range<Int>, _ format: FloatFormat
    ) -> Value {
        guard let first = range.first else { return .malformed }
        let isNegative = bytes[first] == UInt8(ascii: "-")
        let hasSign = isNegative || bytes[first] == UInt8(ascii: "+")
        var literal = FloatLiteral(
            bytes: bytes, end: range.upperBound, index: first + (hasSign ? 1 : 0), format: format)
        let value = literal.magnitude()
        guard isNegative, case .bits(let bits) = value else { return value }
        return .bits(bits | format.signBit)
    }

    private init(bytes: [UInt8], end: Int, index: Int, format: FloatFormat) {
        self.bytes = bytes
        self.end = end
        self.index = index
        self.format = format
    }

    private mutating func magnitude() -> Value {
        let rest = bytes[index..<end]
        if rest.first == UInt8(ascii: "n") || rest.first == UInt8(ascii: "i") {
            return special(rest)
        }
        if IntegerLiteral.isHexadecimal(bytes, index..<end) {
            index += 2
            return hexadecimal()
        }
        return decimal()
    }

    private func special(_ text: ArraySlice<UInt8>) -> Value {
        if text.elementsEqual("inf".utf8) { return .bits(format.infinity) }
        if text.elementsEqual("nan".utf8) { return .bits(format.canonicalNaN) }
        guard text.starts(with: "nan:0x".utf8) else { return .malformed }
        switch IntegerLiteral.natural(bytes, text.startIndex + 6..<end, radix: 16) {
        case .malformed: return .malformed
        case .value(let payload) where payload > 0 && payload <= format.payloadMask:
            return .bits(format.infinity | payload)
        case .value, .tooLarge: return .outOfRange
        }
    }

    private mutating func hexadecimal() -> Value {
        var significand: UInt64 = 0
        var exponent = 0
        var isInexact = false
        let isRead = digits(radix: 16) { digit, isFraction in
            if significand >> 60 == 0 {
                significand = significand << 4 | UInt64(digit)
                exponent -= isFraction ? 4 : 0
            } else {
                isInexact = isInexact || digit != 0
                exponent += isFraction ? 0 : 4
            }
        }
        guard isRead, let power = self.exponent(UInt8(ascii: "p")) else { return .malformed }
        let bits = format.rounding(
            significand, exponent: exponent + power, isInexact: isInexact)
        return bits.map(Value.bits) ?? .outOfRange
    }

    private mutating func decimal() -> Value {
        var number = DecimalNumber()
        let isRead = digits(radix: 10) { digit, isFraction in
            number.append(digit, isFraction: isFraction)
        }
        guard isRead, let power = exponent(UInt8(ascii: "e")) else { return .malformed }
        number.exponent += power
        return number.rounded(to: format).map(Value.bits) ?? .outOfRange
    }

    /// Reads digits, perhaps a point and more digits, handing each to `use`.
    ///
    /// Underscores may stand singly between digits. At least one digit must precede the point.
    private mutating func digits(
        radix: UInt8, _ use: (_ digit: UInt8, _ isFraction: Bool) -> Void
    ) -> Bool {
        guard run(radix, { use($0, false) }) == .complete else { return false }
        guard index < end, bytes[index] == UInt8(ascii: ".") else { return true }
        index += 1
        return run(radix, { use($0, true) }) != .malformed
    }

    private enum Run { case complete, empty, malformed }

    private mutating func run(_ radix: UInt8, _ use: (UInt8) -> Void) -> Run {
        let start = index
        var mayEnd = false
        while index < end {
            if let digit = IntegerLiteral.digit(bytes[index], radix: radix) {
                use(digit)
                mayEnd = true
            } else if bytes[index] == UInt8(ascii: "_"), mayEnd {
                mayEnd = false
            } else {
                break
            }
            index += 1
        }
        return mayEnd ? .complete : index == start ? .empty : .malformed
    }

    /// Reads the exponent that must end the literal; 0 when there is none, `nil` when it is malformed.
    ///
    /// Saturates far beyond what any count of digits can make up for.
    private mutating func exponent(_ letter: UInt8) -> Int? {
        guard index < end else { return 0 }
        guard bytes[index] | 0x20 == letter, index + 1 < end else { return nil }
        index += 1
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        var value = 0
        let isRead = run(10) { value = min(value * 10 + Int($0), 1 << 40) }
        guard isRead == .complete, index == end else { return nil }
        return isNegative ? -value : value
    }
}
