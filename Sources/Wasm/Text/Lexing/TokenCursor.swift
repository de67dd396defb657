/// A cursor over the tokens of a source; what module and script parsers share.
struct TokenCursor: Sendable {
    let source: TextSource
    private let tokens: [TextToken]
    /// Index of the current token. The last token is `end`, and parsers never step past it.
    var position: Int

    init(_ source: TextSource, at position: Int = 0) {
        self.source = source
        self.tokens = source.tokens
        self.position = position
    }

    /// A cursor over an annotation's contents.
    init(_ source: TextSource, annotation: TextAnnotation) {
        self.source = source
        self.tokens = annotation.contents
        self.position = 0
    }

    var token: TextToken { tokens[position] }

    subscript(index: Int) -> TextToken { tokens[index] }

    /// The token after the current one; the current one when nothing follows.
    var following: TextToken { tokens[min(position + 1, tokens.count - 1)] }

    /// The index of the parenthesis that closes the one at `index`.
    func partner(of index: Int) -> Int { Int(tokens[index].value) }

    // MARK: Errors

    /// The current token is not what the grammar allows.
    func unexpected(_ allowed: String) -> TextError {
        let token = token
        let isUnknown =
            token.kind == .reserved
            || token.kind == .word && token.word == nil && token.opcode == nil
        if isUnknown { return unknownOperator(allowed) }
        return error("unexpected token \(source.quote(token)): expected \(allowed)")
    }

    /// The current token is none of the format's.
    private func unknownOperator(_ allowed: String) -> TextError {
        error("unknown operator \(source.quote(token).dropFirst().dropLast()): expected \(allowed)")
    }

    func error(_ problem: String) -> TextError { source.error(problem, at: token) }

    func error(_ problem: String, at index: Int) -> TextError {
        source.error(problem, at: tokens[index])
    }

    // MARK: Structure

    /// Whether `(` and then `word` follow.
    func isAt(open word: TextWord) -> Bool {
        token.kind == .leftParenthesis && following.word == word
    }

    /// Steps over `(` and `word` when they follow.
    mutating func open(_ word: TextWord) -> Bool {
        guard isAt(open: word) else { return false }
        position += 2
        return true
    }

    mutating func expectOpen(_ word: TextWord) throws(TextError) {
        guard token.kind == .leftParenthesis else { throw unexpected("`(\(word.rawValue)`") }
        position += 1
        try expect(word)
    }

    mutating func expectOpen() throws(TextError) {
        guard token.kind == .leftParenthesis else { throw unexpected("`(`") }
        position += 1
    }

    mutating func expectClose(or allowed: String = "") throws(TextError) {
        guard token.kind == .rightParenthesis else {
            throw unexpected(allowed.isEmpty ? "`)`" : "\(allowed) or `)`")
        }
        position += 1
    }

    /// Steps over `word` when it follows.
    mutating func take(_ word: TextWord) -> Bool {
        guard token.word == word else { return false }
        position += 1
        return true
    }

    mutating func expect(_ word: TextWord) throws(TextError) {
        guard take(word) else { throw unexpected("`\(word.rawValue)`") }
    }

    /// The number of the identifier that follows, if one does.
    mutating func identifier() -> UInt32? {
        guard token.kind == .identifier else { return nil }
        position += 1
        return tokens[position - 1].value
    }

    // MARK: Strings

    /// Appends the string that follows to `bytes`.
    mutating func string(to bytes: inout [UInt8]) throws(TextError) {
        guard token.kind == .string else { throw unexpected("a string") }
        StringLiteral.append(contentsOf: source.bytes, token.range, to: &bytes)
        position += 1
    }

    /// Appends all strings that follow.
    mutating func strings() throws(TextError) -> [UInt8] {
        var bytes: [UInt8] = []
        while token.kind == .string { try string(to: &bytes) }
        return bytes
    }

    /// A string that must be UTF-8.
    mutating func name() throws(TextError) -> [UInt8] {
        var bytes: [UInt8] = []
        try string(to: &bytes)
        guard UTF8Check.firstMalformedByte(bytes) == nil else {
            throw error("malformed UTF-8 encoding in a name", at: position - 1)
        }
        return bytes
    }

    // MARK: Numbers

    /// An unsigned integer of at most `maximum`.
    mutating func natural(
        _ meaning: String, maximum: UInt64 = .max
    ) throws(TextError) -> UInt64 {
        guard token.kind == .number else { throw unexpected(meaning) }
        let value = IntegerLiteral.unsigned(source.bytes, token.range)
        switch value {
        case .malformed:
            throw unknownOperator(meaning)
        case .value(let value) where value <= maximum:
            position += 1
            return value
        case .value, .tooLarge:
            throw error(
                "constant out of range: \(source.quote(token)) as \(meaning), at most \(maximum)")
        }
    }

    mutating func natural32(_ meaning: String) throws(TextError) -> UInt32 {
        UInt32(truncatingIfNeeded: try natural(meaning, maximum: UInt64(UInt32.max)))
    }

    /// A signed or unsigned integer that `bits` bits can hold; negative ones in two's complement.
    mutating func integer(bits: Int) throws(TextError) -> UInt64 {
        guard token.kind == .number else { throw unexpected("an i\(bits) constant") }
        let literal = IntegerLiteral.signed(source.bytes, token.range)
        let half: UInt64 = 1 << UInt64(bits - 1)
        let largest = half - 1 + half
        switch literal.magnitude {
        case .malformed:
            throw unknownOperator("an i\(bits) constant")
        case .value(let value) where literal.isNegative ? value <= half : value <= largest:
            position += 1
            return literal.isNegative ? (0 &- value) & largest : value
        case .value, .tooLarge:
            throw error(
                "constant out of range: \(source.quote(token)) as i\(bits); allowed is -\(half) to "
                    + "\(largest)")
        }
    }

    /// The bits of a floating-point number.
    mutating func float(_ format: FloatFormat) throws(TextError) -> UInt64 {
        let name = format == .f32 ? "an f32 constant" : "an f64 constant"
        guard token.kind == .number || token.kind == .word else { throw unexpected(name) }
        switch FloatLiteral.parse(source.bytes, token.range, format) {
        case .bits(let bits):
            position += 1
            return bits
        case .outOfRange:
            throw error("constant out of range: \(source.quote(token)) as \(name)")
        case .malformed:
            throw token.kind == .word
                ? unexpected(name)
                : unknownOperator(name)
        }
    }
}
