/// One token of the text format: where it stands and what it can mean.
///
/// Source: core specification 3.0, §6.3 (Lexical Format).
struct TextToken: Sendable {
    enum Kind: UInt8, Sendable {
        case leftParenthesis, rightParenthesis
        /// A keyword: starts with a lower-case letter. Also `nan` and `inf`.
        case word
        /// `$name` or `$"name"`.
        case identifier
        case string
        /// Starts with a digit or a sign; the literal parsers check the rest.
        case number
        /// No token of the format: what the specification calls reserved.
        case reserved
        /// The end of the text.
        case end
    }

    let kind: Kind
    /// The structural keyword that is spelled so.
    let word: TextWord?
    /// The first instruction in the table that is spelled so.
    let opcode: Opcode?
    /// Byte offset in the source.
    let offset: UInt32
    /// Length in bytes.
    let length: UInt32
    /// An identifier's number in the ``IdentifierTable``; of a parenthesis the index of its partner.
    var value: UInt32

    init(
        _ kind: Kind, offset: Int, length: Int, value: UInt32 = 0, word: TextWord? = nil,
        opcode: Opcode? = nil
    ) {
        self.kind = kind
        self.word = word
        self.opcode = opcode
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
        self.value = value
    }

    /// The bytes of the token in the source.
    var range: Range<Int> { Int(offset)..<Int(offset) + Int(length) }
}
