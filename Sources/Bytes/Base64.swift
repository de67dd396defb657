extension Sequence<UInt8> {
    /// Base64 with padding (RFC 4648 §4).
    package var base64: String {
        Self.encodeBase64(Array(self), alphabet: standardAlphabet, pads: true)
    }

    /// Base64url without padding (RFC 4648 §5), as JSON Web Signature writes it (RFC 7515 §2).
    package var base64url: String {
        Self.encodeBase64(Array(self), alphabet: urlAlphabet, pads: false)
    }

    private static func encodeBase64(_ bytes: [UInt8], alphabet: [UInt8], pads: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<Swift.min(start + 3, bytes.count)]
            let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * (3 - group.count))
            for position in 0...3 {
                if position <= group.count {
                    text.append(alphabet[Int(word >> (18 - 6 * position) & 63)])
                } else if pads {
                    text.append(UInt8(ascii: "="))
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension [UInt8] {
    /// The bytes that padded base64 text spells (RFC 4648 §4); `nil` for anything else, also for
    /// text whose unused last bits are not zero, so that each byte string has one spelling.
    package init?(base64 text: some StringProtocol) {
        var digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 4) else { return nil }
        for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
        self.init(base64Digits: digits, url: false)
    }

    /// The bytes that unpadded base64url text spells (RFC 4648 §5); `nil` for anything else.
    package init?(base64url text: some StringProtocol) {
        self.init(base64Digits: Array(text.utf8), url: true)
    }

    private init?(base64Digits digits: [UInt8], url: Bool) {
        guard digits.count % 4 != 1 else { return nil }
        self = []
        reserveCapacity(digits.count / 4 * 3 + 2)
        var word: UInt32 = 0
        var bits = 0
        for digit in digits {
            guard let value = Self.base64Value(digit, url: url) else { return nil }
            word = word << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                append(UInt8(truncatingIfNeeded: word >> bits))
                word &= 1 << bits - 1
            }
        }
        guard word == 0 else { return nil }
    }

    private static func base64Value(_ digit: UInt8, url: Bool) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit + 4
        case UInt8(ascii: "+") where !url, UInt8(ascii: "-") where url: 62
        case UInt8(ascii: "/") where !url, UInt8(ascii: "_") where url: 63
        default: nil
        }
    }
}

private let standardAlphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
private let urlAlphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
