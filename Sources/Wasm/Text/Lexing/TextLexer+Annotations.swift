extension TextLexer {
    /// Steps over `(@name …)`, keeping it when its meaning is known (§6.3.6).
    mutating func annotation() throws(TextError) {
        let start = TextToken(.leftParenthesis, offset: position, length: 2)
        position += 2
        let kind = TextAnnotation.Kind(rawValue: try annotationName(start))
        var contents: [TextToken] = []
        var open: [Int] = []
        while true {
            guard let token = try annotationToken(start) else { continue }
            switch token.kind {
            case .leftParenthesis:
                open.append(contents.count)
            case .rightParenthesis:
                guard let partner = open.popLast() else {
                    if let kind { keep(kind, start, contents) }
                    return
                }
                if kind != nil {
                    contents[partner].value = UInt32(truncatingIfNeeded: contents.count)
                }
            default: break
            }
            if kind != nil { contents.append(token) }
        }
    }

    private mutating func keep(
        _ kind: TextAnnotation.Kind, _ start: TextToken, _ contents: [TextToken]
    ) {
        let end = TextToken(.end, offset: position, length: 0)
        annotations.append(
            TextAnnotation(
                kind: kind, position: tokens.count, start: start, contents: contents + [end]))
    }

    private mutating func annotationName(_ start: TextToken) throws(TextError) -> String {
        let first = position
        if byte(after: 0) == UInt8(ascii: "\"") {
            try skipString()
            let name = try name(in: first..<position)
            if !name.isEmpty { return String(decoding: name, as: UTF8.self) }
        } else {
            while TextLexer.isIdentifierCharacter(byte(after: 0)) { position += 1 }
            if position > first { return String(decoding: bytes[first..<position], as: UTF8.self) }
        }
        throw error("empty annotation id: a name must follow `(@`", at: Int(start.offset))
    }

    /// The next token inside an annotation; `nil` for white space and comments.
    private mutating func annotationToken(_ start: TextToken) throws(TextError) -> TextToken? {
        guard position < bytes.count else {
            throw error("unclosed annotation: no `)` follows", at: Int(start.offset))
        }
        switch bytes[position] {
        case 0x20, 0x09, 0x0A, 0x0D:
            position += 1
        case UInt8(ascii: "(") where byte(after: 1) == UInt8(ascii: ";"):
            try skipBlockComment()
        case UInt8(ascii: ";") where byte(after: 1) == UInt8(ascii: ";"):
            skipLineComment()
        case UInt8(ascii: "("):
            position += 1
            return TextToken(.leftParenthesis, offset: position - 1, length: 1)
        case UInt8(ascii: ")"):
            position += 1
            return TextToken(.rightParenthesis, offset: position - 1, length: 1)
        default:
            return try chunk()
        }
        return nil
    }
}
