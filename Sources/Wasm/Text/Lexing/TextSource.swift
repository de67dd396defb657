import Diagnostics

/// Source text and its tokens: what the module and script parsers read.
package final class TextSource: Sendable {
    let bytes: [UInt8]
    /// The tokens, parentheses balanced, closed by one of kind `end`. Comments and annotations are
    /// not among them.
    let tokens: [TextToken]
    let identifiers: IdentifierTable
    /// The annotations whose meaning we know, in the order of the text.
    let annotations: [TextAnnotation]
    let limits: TextLimits
    private let lineStarts: [UInt32]

    /// Splits `bytes` into tokens.
    ///
    /// - Throws: ``TextError`` for text that has no tokens: illegal characters, malformed UTF-8,
    ///   unclosed strings, comments, annotations and parentheses.
    package init(
        _ bytes: [UInt8], limits: TextLimits = .standard
    ) throws(TextError) {
        var lexer = try TextLexer(bytes, limits: limits)
        try lexer.run()
        self.bytes = bytes
        tokens = lexer.tokens
        identifiers = lexer.identifiers
        annotations = lexer.annotations
        self.limits = limits
        lineStarts = Self.lineStarts(bytes, before: bytes.count)
    }

    /// The line of a token; the first is 1.
    func line(of token: TextToken) -> Int { place(of: Int(token.offset)).line }

    private func place(of offset: Int) -> (line: Int, column: Int) {
        var low = 0
        var high = lineStarts.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle }
        }
        return (low + 1, offset - Int(lineStarts[low]) + 1)
    }

    func error(_ problem: String, at token: TextToken) -> TextError {
        let place = place(of: Int(token.offset))
        return TextError(line: place.line, column: place.column, problem: problem)
    }

    /// The token as an error quotes it.
    func quote(_ token: TextToken) -> String {
        if token.kind == .end { return "the end of the text" }
        let range = token.range
        let shown = bytes[range].prefix(limits.quotedCharacters * 4)
        let text = String(decoding: shown, as: UTF8.self)
        return "`\(text.escapedForDisplay(limit: limits.quotedCharacters))`"
    }

    /// Where each line starts; lines end at LF, CR, or CR LF (§6.3.4).
    static func lineStarts(_ bytes: [UInt8], before end: Int) -> [UInt32] {
        var starts: [UInt32] = [0]
        for index in 0..<min(end, bytes.count) where bytes[index] == 0x0A || bytes[index] == 0x0D {
            let isSplit =
                bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if !isSplit { starts.append(UInt32(truncatingIfNeeded: index + 1)) }
        }
        return starts
    }
}
