/// WebAssembly's text format, as text to binary.
///
/// The binary then takes the one path that every module takes: decode, validate, instantiate.
/// Source: core specification 3.0, §6 (Text Format).
package enum TextParser {
    /// The binary of the module that `source` holds: one `(module …)`, or only its fields.
    ///
    /// Identifiers become the name section.
    ///
    /// - Throws: ``TextError`` for text that is malformed; names its line and column.
    package static func assemble(
        _ source: [UInt8], limits: TextLimits = .standard
    ) throws(TextError) -> [UInt8] {
        try assemble(source, limits, mayQuote: true)
    }

    /// The same for text in a string.
    package static func assemble(
        _ source: String, limits: TextLimits = .standard
    ) throws(TextError) -> [UInt8] {
        try assemble(Array(source.utf8), limits: limits)
    }

    static func assemble(
        _ bytes: [UInt8], _ limits: TextLimits, mayQuote: Bool
    ) throws(TextError) -> [UInt8] {
        let source = try TextSource(bytes, limits: limits)
        var cursor = TokenCursor(source)
        guard cursor.isAt(open: .module) else {
            var assembler = ModuleAssembler(source, from: 0, to: source.tokens.count - 1)
            return try assembler.assemble(name: nil)
        }
        let module = try ScriptModule(source, &cursor)
        guard cursor.token.kind == .end else {
            throw cursor.unexpected("the end of the text after the module")
        }
        guard module.role == .anonymousInstance else {
            throw cursor.error(
                "unexpected token: only scripts define and instantiate modules", at: 0)
        }
        if case .quote = module.form, !mayQuote {
            throw cursor.error("unexpected token: quoted text quotes another module", at: 0)
        }
        return try module.assemble()
    }
}
