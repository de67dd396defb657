/// The bytes that a string literal stands for (core specification 3.0, §6.3.2).
enum StringLiteral {
    /// The contents of the literal `bytes[range]`, quotes included, which the lexer has checked.
    static func contents(of bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        append(contentsOf: bytes, range, to: &result)
        return result
    }

    static func append(
        contentsOf bytes: [UInt8], _ range: Range<Int>, to result: inout [UInt8]
    ) {
        var index = range.lowerBound + 1
        let end = range.upperBound - 1
        while index < end {
            if bytes[index] == UInt8(ascii: "\\") {
                index = appendEscape(bytes, index + 1, to: &result)
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
    }

    /// Appends what the escape stands for whose backslash precedes `index`; returns what follows it.
    private static func appendEscape(
        _ bytes: [UInt8], _ index: Int, to result: inout [UInt8]
    ) -> Int {
        switch bytes[index] {
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "u"): return appendScalar(bytes, index + 2, to: &result)
        case let byte:
            guard let high = IntegerLiteral.digit(byte, radix: 16) else {
                result.append(byte)
                break
            }
            let low = IntegerLiteral.digit(bytes[index + 1], radix: 16) ?? 0
            result.append(high << 4 | low)
            return index + 2
        }
        return index + 1
    }

    /// Appends the scalar whose hexadecimal digits start at `first` as UTF-8.
    private static func appendScalar(
        _ bytes: [UInt8], _ first: Int, to result: inout [UInt8]
    ) -> Int {
        var index = first
        var value: UInt32 = 0
        while bytes[index] != UInt8(ascii: "}") {
            if let digit = IntegerLiteral.digit(bytes[index], radix: 16) {
                value = value << 4 | UInt32(digit)
            }
            index += 1
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        result.append(contentsOf: String(Character(scalar)).utf8)
        return index + 1
    }
}
