/// Whether bytes are UTF-8 as the specification has it (core specification 3.0, §5.2.4; RFC 3629).
enum UTF8Check {
    /// The offset of the first byte that starts no well-formed character; `nil` when all are well.
    static func firstMalformedByte(_ bytes: [UInt8]) -> Int? {
        var index = 0
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            let length = length(of: bytes[index])
            guard length > 0, index + length <= bytes.count,
                isWellFormed(bytes, index, length)
            else { return index }
            index += length
        }
        return nil
    }

    /// The number of bytes in a character that starts with `lead`; 0 when none does.
    private static func length(of lead: UInt8) -> Int {
        switch lead {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 0
        }
    }

    private static func isWellFormed(_ bytes: [UInt8], _ index: Int, _ length: Int) -> Bool {
        let second: ClosedRange<UInt8> =
            switch bytes[index] {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        guard second.contains(bytes[index + 1]) else { return false }
        for next in index + 2..<max(index + 2, index + length) where bytes[next] & 0xC0 != 0x80 {
            return false
        }
        return true
    }
}
