/// A module in a script: `(module …)`, `(module binary …)` or `(module quote …)`.
package struct ScriptModule: Sendable {
    package enum Form: Sendable {
        /// Text from one token to the one that closes it.
        case text(start: Int, end: Int)
        case binary([UInt8])
        /// Text in strings.
        case quote([UInt8])
    }

    package enum Role: Sendable {
        /// The module is instantiated at once.
        case anonymousInstance
        /// `(module definition …)`: it is only kept.
        case definition
    }

    package let form: Form
    package let role: Role
    /// The module's identifier, without `$`.
    package let name: String?
    /// The line on which the module starts.
    package let line: Int
    /// The module's text: as it stands in the script, or what it quotes; empty for binaries.
    package var text: ArraySlice<UInt8> {
        switch form {
        case .text: source.bytes[range]
        case .quote(let bytes): bytes[...]
        case .binary: []
        }
    }

    /// The module's bytes in the source.
    private let range: Range<Int>
    private let source: TextSource
    private let identifier: UInt32?

    /// Reads a module that starts at the cursor.
    init(_ source: TextSource, _ cursor: inout TokenCursor) throws(TextError) {
        let open = cursor.position
        let close = cursor.partner(of: open)
        line = source.line(of: cursor.token)
        range = Int(cursor.token.offset)..<cursor[close].range.upperBound
        cursor.position += 2
        role = cursor.take(.definition) ? .definition : .anonymousInstance
        identifier = cursor.identifier()
        name = identifier.map { String(decoding: source.identifiers[$0], as: UTF8.self) }
        self.source = source
        if cursor.take(.binary) {
            form = .binary(try cursor.strings())
            try cursor.expectClose(or: "a string")
        } else if cursor.take(.quote) {
            form = .quote(try cursor.strings())
            try cursor.expectClose(or: "a string")
        } else {
            form = .text(start: cursor.position, end: close)
            cursor.position = close + 1
        }
    }

    /// A script that is nothing but a module's fields.
    init(fieldsOf source: TextSource) {
        form = .text(start: 0, end: source.tokens.count - 1)
        role = .anonymousInstance
        name = nil
        line = 1
        range = 0..<source.bytes.count
        identifier = nil
        self.source = source
    }

    /// The module in the binary format.
    ///
    /// - Throws: ``TextError``; inside quoted text, lines and columns count from the quote's start.
    package func assemble() throws(TextError) -> [UInt8] {
        switch form {
        case .binary(let bytes): return bytes
        case .quote(let bytes):
            return try TextParser.assemble(bytes, source.limits, mayQuote: false)
        case .text(let start, let end):
            var assembler = ModuleAssembler(source, from: start, to: end)
            return try assembler.assemble(name: identifier)
        }
    }
}
