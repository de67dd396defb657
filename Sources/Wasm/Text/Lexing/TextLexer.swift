/// Splits source text into tokens, once and in linear time.
///
/// Source: core specification 3.0, §6.3 (Lexical Format).
struct TextLexer {
    let bytes: [UInt8]
    var position = 0
    var tokens: [TextToken] = []
    var identifiers = IdentifierTable()
    var annotations: [TextAnnotation] = []
    /// Indices of the parentheses that are open.
    private var open: [UInt32] = []
    private let keywords = KeywordTable.shared

    init(_ bytes: [UInt8], limits: TextLimits) throws(TextError) {
        self.bytes = bytes
        guard bytes.count <= min(limits.sourceBytes, Int(UInt32.max)) else {
            throw TextError(
                line: 1, column: 1,
                problem: "source has \(bytes.count) bytes; the limit is \(limits.sourceBytes)")
        }
        tokens.reserveCapacity(bytes.count / 6 + 16)
    }

    mutating func run() throws(TextError) {
        if let offset = UTF8Check.firstMalformedByte(bytes) {
            throw error("malformed UTF-8 encoding: byte does not belong", at: offset)
        }
        while position < bytes.count { try step() }
        if let unclosed = open.last {
            throw error(
                "unexpected end: parenthesis is never closed",
                at: Int(tokens[Int(unclosed)].offset))
        }
        tokens.append(TextToken(.end, offset: position, length: 0))
    }

    func error(_ problem: String, at offset: Int) -> TextError {
        let starts = TextSource.lineStarts(bytes, before: offset)
        let column = offset - Int(starts.last ?? 0) + 1
        return TextError(line: starts.count, column: column, problem: problem)
    }

    /// The byte `distance` after the current one, or 0 past the end.
    func byte(after distance: Int) -> UInt8 {
        position + distance < bytes.count ? bytes[position + distance] : 0
    }

    private mutating func step() throws(TextError) {
        switch bytes[position] {
        case 0x20, 0x09, 0x0A, 0x0D:
            position += 1
        case UInt8(ascii: "("):
            try openParenthesis()
        case UInt8(ascii: ")"):
            try closeParenthesis()
        case UInt8(ascii: ";") where byte(after: 1) == UInt8(ascii: ";"):
            skipLineComment()
        default:
            tokens.append(try chunk())
        }
    }

    private mutating func openParenthesis() throws(TextError) {
        switch byte(after: 1) {
        case UInt8(ascii: ";"):
            try skipBlockComment()
        case UInt8(ascii: "@"):
            try annotation()
        default:
            open.append(UInt32(truncatingIfNeeded: tokens.count))
            tokens.append(TextToken(.leftParenthesis, offset: position, length: 1))
            position += 1
        }
    }

    private mutating func closeParenthesis() throws(TextError) {
        guard let partner = open.popLast() else {
            throw error("unexpected token `)`: no parenthesis is open", at: position)
        }
        tokens[Int(partner)].value = UInt32(truncatingIfNeeded: tokens.count)
        tokens.append(TextToken(.rightParenthesis, offset: position, length: 1, value: partner))
        position += 1
    }

    mutating func skipLineComment() {
        while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D {
            position += 1
        }
    }

    mutating func skipBlockComment() throws(TextError) {
        let start = position
        var depth = 0
        repeat {
            guard position < bytes.count else {
                throw error("unclosed comment: no `;)` follows", at: start)
            }
            switch (bytes[position], byte(after: 1)) {
            case (UInt8(ascii: "("), UInt8(ascii: ";")):
                depth += 1
                position += 2
            case (UInt8(ascii: ";"), UInt8(ascii: ")")):
                depth -= 1
                position += 2
            default:
                position += 1
            }
        } while depth > 0
    }

    /// One run of identifier characters and strings, or one character of the reserved kind.
    mutating func chunk() throws(TextError) -> TextToken {
        let start = position
        var strings = 0
        while position < bytes.count {
            let byte = bytes[position]
            if Self.isIdentifierCharacter(byte) {
                position += 1
            } else if byte == UInt8(ascii: "\"") {
                strings += 1
                try skipString()
            } else {
                break
            }
        }
        if position == start { return try reservedCharacter() }
        return try classify(start, strings: strings)
    }

    private mutating func reservedCharacter() throws(TextError) -> TextToken {
        switch bytes[position] {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"):
            position += 1
            return TextToken(.reserved, offset: position - 1, length: 1)
        default:
            throw error(
                "illegal character 0x\(String(bytes[position], radix: 16)) outside of a string "
                    + "or comment", at: position)
        }
    }

    private mutating func classify(
        _ start: Int, strings: Int
    ) throws(TextError) -> TextToken {
        let length = position - start
        switch bytes[start] {
        case UInt8(ascii: "\"") where strings == 1 && bytes[position - 1] == UInt8(ascii: "\""):
            return TextToken(.string, offset: start, length: length)
        case UInt8(ascii: "$"):
            return try identifier(start, strings: strings)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return TextToken(strings == 0 ? .number : .reserved, offset: start, length: length)
        case UInt8(ascii: "a")...UInt8(ascii: "z") where strings == 0:
            let entry = keywords.find(bytes, start..<position)
            return TextToken(
                .word, offset: start, length: length, word: entry?.word, opcode: entry?.opcode)
        default:
            return TextToken(.reserved, offset: start, length: length)
        }
    }

    private mutating func identifier(
        _ start: Int, strings: Int
    ) throws(TextError) -> TextToken {
        let length = position - start
        guard length > 1 else {
            throw error("empty identifier: a name must follow `$`", at: start)
        }
        if strings == 0 {
            let number = identifiers.number(bytes, start + 1..<position)
            return TextToken(.identifier, offset: start, length: length, value: number)
        }
        guard strings == 1, bytes[start + 1] == UInt8(ascii: "\""),
            bytes[position - 1] == UInt8(ascii: "\"")
        else { return TextToken(.reserved, offset: start, length: length) }
        let name = try name(in: start + 1..<position)
        guard !name.isEmpty else {
            throw error("empty identifier: a name must stand between the quotes", at: start)
        }
        let number = identifiers.number(name, 0..<name.count)
        return TextToken(.identifier, offset: start, length: length, value: number)
    }

    /// The contents of a quoted name, which must be UTF-8.
    func name(in range: Range<Int>) throws(TextError) -> [UInt8] {
        let name = StringLiteral.contents(of: bytes, range)
        guard UTF8Check.firstMalformedByte(name) == nil else {
            throw error("malformed UTF-8 encoding in a name", at: range.lowerBound)
        }
        return name
    }

    /// Two masks over ASCII: letters, digits and ``!#$%&'*+-./:<=>?@\^_`|~`` (§6.3.5).
    static func isIdentifierCharacter(_ byte: UInt8) -> Bool {
        let low: UInt64 = 0xF7FF_ECFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_D7FF_FFFF
        if byte < 64 { return low >> UInt64(byte) & 1 != 0 }
        return byte < 128 && high >> UInt64(byte - 64) & 1 != 0
    }
}
