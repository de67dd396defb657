import Attestation

/// Writes the Distinguished Encoding Rules (ITU-T X.690), as far as certificates and lists need them.
enum DER {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        switch content.count {
        case 0..<0x80: [tag, UInt8(content.count)] + content
        case 0x80..<0x100: [tag, 0x81, UInt8(content.count)] + content
        default:
            [tag, 0x82, UInt8(truncatingIfNeeded: content.count >> 8), UInt8(content.count & 0xff)]
                + content
        }
    }

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap(\.self)) }

    static func set(_ part: [UInt8]) -> [UInt8] { element(0x31, part) }

    /// An INTEGER from 0 to 2^63 - 1.
    static func integer(_ value: Int) -> [UInt8] {
        var bytes = [UInt8(value & 0xff)]
        var rest = value >> 8
        while rest > 0 {
            bytes.insert(UInt8(rest & 0xff), at: 0)
            rest >>= 8
        }
        return element(0x02, (bytes[0] >= 0x80 ? [0] : []) + bytes)
    }

    static func octets(_ bytes: [UInt8]) -> [UInt8] { element(0x04, bytes) }

    /// A BIT STRING of whole bytes.
    static func bits(_ bytes: [UInt8]) -> [UInt8] { element(0x03, [0] + bytes) }

    static let yes: [UInt8] = [0x01, 0x01, 0xff]
    static let null: [UInt8] = [0x05, 0x00]

    static func utf8(_ text: String) -> [UInt8] { element(0x0c, Array(text.utf8)) }

    static func ia5(_ text: String) -> [UInt8] { element(0x16, Array(text.utf8)) }

    static func explicit(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
        element(0xa0 | number, content)
    }

    /// An OBJECT IDENTIFIER from its numbers.
    static func oid(_ numbers: [Int]) -> [UInt8] {
        let values = [numbers[0] * 40 + numbers[1]] + numbers.dropFirst(2)
        return element(
            0x06,
            values.flatMap { value in
                var bytes = [UInt8(value & 0x7f)]
                var rest = value >> 7
                while rest > 0 {
                    bytes.insert(UInt8(rest & 0x7f) | 0x80, at: 0)
                    rest >>= 7
                }
                return bytes
            })
    }

    /// A Time of RFC 5280: UTCTime before 2050, GeneralizedTime from then on.
    static func time(_ instant: Instant) -> [UInt8] {
        let text = instant.description.filter(\.isNumber) + "Z"
        return text < "2050"
            ? element(0x17, Array(text.utf8.dropFirst(2))) : element(0x18, Array(text.utf8))
    }
}
