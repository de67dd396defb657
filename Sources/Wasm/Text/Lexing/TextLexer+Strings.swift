extension TextLexer {
    /// Steps over a string literal, checking its characters and escapes (§6.3.2, Strings).
    mutating func skipString() throws(TextError) {
        let start = position
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                try skipEscape()
            case 0x0A, 0x0D:
                throw error("unclosed string: a string ends on its line; write \\n", at: start)
            case 0..<0x20, 0x7F:
                throw error(
                    "illegal character 0x\(String(bytes[position], radix: 16)) in a string; "
                        + "write it as an escape", at: position)
            default:
                position += 1
            }
        }
        throw error("unclosed string: no `\"` follows", at: start)
    }

    private mutating func skipEscape() throws(TextError) {
        let start = position
        let first = byte(after: 1)
        switch first {
        case UInt8(ascii: "t"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "\""),
            UInt8(ascii: "'"), UInt8(ascii: "\\"):
            position += 2
        case UInt8(ascii: "u"):
            try skipScalarEscape()
        default:
            guard IntegerLiteral.digit(first, radix: 16) != nil,
                IntegerLiteral.digit(byte(after: 2), radix: 16) != nil
            else {
                throw error(
                    "illegal escape: allowed are \\t \\n \\r \\\" \\' \\\\ \\u{…} and two "
                        + "hexadecimal digits", at: start)
            }
            position += 3
        }
    }

    /// `\u{` hexadecimal digits `}`: a Unicode scalar value.
    private mutating func skipScalarEscape() throws(TextError) {
        let start = position
        position += 2
        guard position < bytes.count, bytes[position] == UInt8(ascii: "{") else {
            throw error("illegal escape: `{` must follow `\\u`", at: start)
        }
        let first = position + 1
        position = first
        while position < bytes.count, bytes[position] != UInt8(ascii: "}"),
            TextLexer.isIdentifierCharacter(bytes[position])
        {
            position += 1
        }
        let value = IntegerLiteral.natural(bytes, first..<position, radix: 16)
        guard position < bytes.count, bytes[position] == UInt8(ascii: "}"),
            case .value(let scalar) = value, let scalar = UInt32(exactly: scalar),
            Unicode.Scalar(scalar) != nil
        else {
            throw error("illegal escape: \\u{…} must hold a Unicode scalar value", at: start)
        }
        position += 1
    }
}
