/// Parses WAST scripts: modules, and what to do with them and to expect from them.
///
/// Modules' text is checked for balanced parentheses only; ``ScriptModule/assemble()`` reads it.
/// Source: the specification's `interpreter/README.md`, "Scripts" (WebAssembly/spec).
package struct ScriptParser {
    /// How deep threads may lie in threads.
    private static let maximumThreadDepth = 8

    private let source: TextSource
    private var cursor: TokenCursor
    private var threadDepth = 0

    /// The commands of a script; fields of a module alone are a script of that module.
    ///
    /// - Throws: ``TextError`` with line and column of what is no script.
    package static func parse(
        _ bytes: [UInt8], limits: TextLimits = .standard
    ) throws(TextError) -> [ScriptCommand] {
        let source = try TextSource(bytes, limits: limits)
        var parser = ScriptParser(source)
        if parser.isInlineModule {
            let module = ScriptModule(fieldsOf: source)
            return [ScriptCommand(line: 1, operation: .module(module))]
        }
        let commands = try parser.commands()
        guard parser.cursor.token.kind == .end else {
            throw parser.cursor.unexpected("a command")
        }
        return commands
    }

    private init(_ source: TextSource) {
        self.source = source
        cursor = TokenCursor(source)
    }

    private var isInlineModule: Bool {
        switch cursor.following.word {
        case .type, .rec, .import, .func, .table, .memory, .global, .tag, .export, .start, .elem,
            .data:
            cursor.token.kind == .leftParenthesis
        default: false
        }
    }

    private mutating func commands() throws(TextError) -> [ScriptCommand] {
        var commands: [ScriptCommand] = []
        while cursor.token.kind == .leftParenthesis {
            let line = source.line(of: cursor.token)
            commands.append(ScriptCommand(line: line, operation: try command()))
        }
        return commands
    }

    private mutating func command() throws(TextError) -> ScriptCommand.Operation {
        let word = cursor.following.word
        if word == .module { return try module() }
        if word == .invoke || word == .get { return .action(try action()) }
        cursor.position += 1
        guard let word else { throw cursor.unexpected("a command") }
        cursor.position += 1
        let operation = try command(word)
        try cursor.expectClose()
        return operation
    }

    /// A command whose keyword has been read, up to its closing parenthesis.
    private mutating func command(_ word: TextWord) throws(TextError) -> ScriptCommand.Operation {
        switch word {
        case .register:
            return .register(module: try text(), instance: identifier())
        case .assertReturn:
            return .assertReturn(try action(), try expectedValues())
        case .assertTrap:
            guard cursor.isAt(open: .module) else {
                return .assertTrap(try action(), message: try text())
            }
            return .assertModuleTrap(try moduleDefinition(), message: try text())
        case .assertException:
            return .assertException(try action())
        case .assertExhaustion:
            return .assertExhaustion(try action(), message: try text())
        case .assertMalformed:
            return .assertMalformed(try moduleDefinition(), message: try text())
        case .assertInvalid:
            return .assertInvalid(try moduleDefinition(), message: try text())
        case .assertUnlinkable:
            return .assertUnlinkable(try moduleDefinition(), message: try text())
        case .assertMalformedCustom:
            return .assertMalformedCustom(try moduleDefinition(), message: try text())
        case .assertInvalidCustom:
            return .assertInvalidCustom(try moduleDefinition(), message: try text())
        case .thread:
            return try thread()
        case .wait:
            return .wait(thread: try expectIdentifier())
        default:
            cursor.position -= 1
            throw cursor.unexpected("a command")
        }
    }

    // MARK: Modules

    private mutating func module() throws(TextError) -> ScriptCommand.Operation {
        guard cursor[min(cursor.position + 2, source.tokens.count - 1)].word == .instance else {
            return .module(try ScriptModule(source, &cursor))
        }
        cursor.position += 3
        let name = identifier()
        let definition = identifier()
        try cursor.expectClose(or: "an identifier")
        return .instance(name: name, definition: definition)
    }

    private mutating func moduleDefinition() throws(TextError) -> ScriptModule {
        guard cursor.isAt(open: .module) else { throw cursor.unexpected("`(module`") }
        return try ScriptModule(source, &cursor)
    }

    // MARK: Threads

    private mutating func thread() throws(TextError) -> ScriptCommand.Operation {
        let name = try expectIdentifier()
        var shared: [String] = []
        while cursor.open(.shared) {
            try cursor.expectOpen(.module)
            shared.append(try expectIdentifier())
            try cursor.expectClose()
            try cursor.expectClose()
        }
        guard threadDepth < Self.maximumThreadDepth else {
            throw cursor.error("threads lie more than \(Self.maximumThreadDepth) deep in threads")
        }
        threadDepth += 1
        let commands = try commands()
        threadDepth -= 1
        return .thread(name: name, shared: shared, commands: commands)
    }

    // MARK: Names

    private mutating func text() throws(TextError) -> String {
        String(decoding: try cursor.name(), as: UTF8.self)
    }

    private mutating func identifier() -> String? {
        cursor.identifier().map { String(decoding: source.identifiers[$0], as: UTF8.self) }
    }

    private mutating func expectIdentifier() throws(TextError) -> String {
        guard let name = identifier() else { throw cursor.unexpected("an identifier") }
        return name
    }

    // MARK: Actions and values

    private mutating func action() throws(TextError) -> ScriptAction {
        let isInvoke = cursor.open(.invoke)
        guard isInvoke || cursor.open(.get) else {
            throw cursor.unexpected("`(invoke` or `(get`")
        }
        let instance = identifier()
        let name = try text()
        var arguments: [ScriptValue] = []
        while isInvoke, cursor.token.kind == .leftParenthesis {
            arguments.append(try cursor.scriptValue())
        }
        try cursor.expectClose(or: isInvoke ? "a constant" : "")
        return ScriptAction(
            kind: isInvoke ? .invoke(arguments) : .get, instance: instance, name: name)
    }

    private mutating func expectedValues() throws(TextError) -> [ExpectedValue] {
        var values: [ExpectedValue] = []
        while cursor.token.kind == .leftParenthesis {
            values.append(try cursor.expectedValue(mayChoose: true))
        }
        return values
    }
}
