extension Sequence<UInt8> {
    /// Lower-case hexadecimal, two digits a byte.
    package var hexadecimal: String {
        var digits: [UInt8] = []
        for byte in self {
            digits.append([UInt8].digit(byte >> 4))
            digits.append([UInt8].digit(byte & 15))
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension UInt64 {
    /// Lower-case hexadecimal without leading zeros.
    package var hexadecimal: String {
        var digits: [UInt8] = []
        var shift = (Swift.max(bitWidth - leadingZeroBitCount, 1) - 1) / 4 * 4
        while shift >= 0 {
            digits.append([UInt8].digit(UInt8(self >> UInt64(shift) & 15)))
            shift -= 4
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The number that 1 to 16 hexadecimal digits of either case spell; `nil` for anything else.
    package init?(hexadecimal digits: [UInt8]) {
        guard (1...16).contains(digits.count) else { return nil }
        self = 0
        for digit in digits {
            guard let value = [UInt8].nibble(digit) else { return nil }
            self = self << 4 | UInt64(value)
        }
    }
}

extension [UInt8] {
    /// The bytes that hexadecimal text of either case spells; `nil` for anything else.
    package init?(hexadecimal text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.nibble(digits[index]), let low = Self.nibble(digits[index + 1])
            else { return nil }
            append(high << 4 | low)
        }
    }

    fileprivate static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 48 + value : 87 + value
    }

    fileprivate static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
