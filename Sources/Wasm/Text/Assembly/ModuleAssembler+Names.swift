/// Binding names to indices, and finding indices by name.
extension ModuleAssembler {
    /// Pass 1: gives every field its index and name.
    mutating func bindFields() throws(TextError) {
        while cursor.position < end {
            let open = cursor.position
            guard cursor.token.kind == .leftParenthesis else {
                throw cursor.unexpected("a module field")
            }
            let close = cursor.partner(of: open)
            cursor.position += 1
            try bindField(open)
            cursor.position = close + 1
            try annotations.takeCustomSections(at: open, from: source)
        }
        try annotations.takeCustomSections(at: end, from: source)
    }

    private mutating func bindField(_ open: Int) throws(TextError) {
        guard let word = cursor.token.word else { throw cursor.unexpected("a module field") }
        switch word {
        case .type, .rec: try bindTypes(open)
        case .import: try bindImport(open)
        case .func: try bindDefinition(open, word, .function)
        case .table: try bindTable(open)
        case .memory: try bindMemory(open)
        case .global: try bindDefinition(open, word, .global)
        case .tag: try bindDefinition(open, word, .tag)
        case .elem: try bind(open, word, .element)
        case .data: try bind(open, word, .data)
        case .export: fields.append(Field(kind: word, open: open, index: 0))
        case .start: try bindStart(open)
        default: throw cursor.unexpected("a module field")
        }
    }

    private mutating func bindTypes(_ open: Int) throws(TextError) {
        fields.append(Field(kind: cursor.token.word ?? .type, open: open, index: 0))
        if cursor.token.word == .type {
            _ = try bindName(.type)
            return
        }
        cursor.position += 1
        while cursor.token.kind == .leftParenthesis {
            let close = cursor.partner(of: cursor.position)
            cursor.position += 1
            guard cursor.token.word == .type else { throw cursor.unexpected("`type`") }
            _ = try bindName(.type)
            cursor.position = close + 1
        }
        guard cursor.token.kind == .rightParenthesis else {
            throw cursor.unexpected("`(type` or `)`")
        }
    }

    private mutating func bindImport(_ open: Int) throws(TextError) {
        try rejectLateImport()
        cursor.position += 1
        _ = try cursor.name()
        _ = try cursor.name()
        try cursor.expectOpen()
        let kind: IndexSpace.Kind =
            switch cursor.token.word {
            case .func: .function
            case .table: .table
            case .memory: .memory
            case .global: .global
            case .tag: .tag
            default: throw cursor.unexpected("`func`, `table`, `memory`, `global` or `tag`")
            }
        fields.append(Field(kind: .import, open: open, index: try bindName(kind)))
    }

    /// A field that defines a function, table, memory, global or tag, or imports it inline.
    private mutating func bindDefinition(
        _ open: Int, _ word: TextWord, _ kind: IndexSpace.Kind
    ) throws(TextError) {
        try bind(open, word, kind)
        while cursor.isAt(open: .export) {
            cursor.position = cursor.partner(of: cursor.position) + 1
        }
        if cursor.isAt(open: .import) {
            try rejectLateImport()
        } else {
            firstDefinition = firstDefinition ?? word
        }
    }

    private mutating func bindTable(_ open: Int) throws(TextError) {
        try bindDefinition(open, .table, .table)
        // `(table reftype (elem …))` defines an element segment too.
        if isFollowedByInline(.elem, before: open) {
            _ = spaces[IndexSpace.Kind.element.rawValue].add(nil)
        }
    }

    private mutating func bindMemory(_ open: Int) throws(TextError) {
        try bindDefinition(open, .memory, .memory)
        if isFollowedByInline(.data, before: open) {
            _ = spaces[IndexSpace.Kind.data.rawValue].add(nil)
        }
    }

    /// Whether the last thing in the field is `(word …)`.
    private func isFollowedByInline(_ word: TextWord, before open: Int) -> Bool {
        let close = cursor.partner(of: open)
        guard cursor[close - 1].kind == .rightParenthesis else { return false }
        let inner = cursor.partner(of: close - 1)
        return inner >= cursor.position && cursor[inner + 1].word == word
    }

    private mutating func bindStart(_ open: Int) throws(TextError) {
        guard startField == nil else {
            throw cursor.error("multiple start sections: one is allowed")
        }
        startField = open
        fields.append(Field(kind: .start, open: open, index: 0))
    }

    private mutating func bind(
        _ open: Int, _ word: TextWord, _ kind: IndexSpace.Kind
    ) throws(TextError) {
        fields.append(Field(kind: word, open: open, index: try bindName(kind)))
    }

    /// Steps over the field's keyword and its identifier, if it has one; takes the next index.
    private mutating func bindName(_ kind: IndexSpace.Kind) throws(TextError) -> UInt32 {
        cursor.position += 1
        let name = cursor.identifier()
        guard let index = spaces[kind.rawValue].add(name) else {
            cursor.position -= 1
            throw cursor.error(
                "duplicate \(kind.word) \(source.quote(cursor.token)): names must differ")
        }
        if let text = try annotations.takeName(at: cursor.position) {
            names.replace(kind, index, text)
        }
        return index
    }

    private func rejectLateImport() throws(TextError) {
        guard let firstDefinition else { return }
        throw cursor.error(
            "import after \(firstDefinition == .func ? "function" : firstDefinition.rawValue): "
                + "imports must precede all definitions")
    }

    // MARK: Uses

    /// Whether an index or a name of one follows.
    var isAtIndex: Bool { cursor.token.kind == .number || cursor.token.kind == .identifier }

    /// An index, as a number or by name.
    mutating func index(_ kind: IndexSpace.Kind) throws(TextError) -> UInt32 {
        guard cursor.token.kind == .identifier else {
            return try cursor.natural32("a \(kind.word) index")
        }
        guard let index = spaces[kind.rawValue].index(of: cursor.token.value) else {
            let word =
                kind == .function ? "function" : kind == .element ? "elem segment" : kind.word
            throw cursor.error("unknown \(word) \(source.quote(cursor.token))")
        }
        cursor.position += 1
        return index
    }

    /// An index that may be left out, and is 0 then.
    mutating func optionalIndex(_ kind: IndexSpace.Kind) throws(TextError) -> UInt32 {
        isAtIndex ? try index(kind) : 0
    }

    mutating func localIndex() throws(TextError) -> UInt32 {
        guard cursor.token.kind == .identifier else { return try cursor.natural32("a local index") }
        guard let index = locals.index(of: cursor.token.value) else {
            throw cursor.error("unknown local \(source.quote(cursor.token))")
        }
        cursor.position += 1
        return index
    }

    /// A label, as the number of blocks between it and here.
    mutating func labelIndex() throws(TextError) -> UInt32 {
        guard cursor.token.kind == .identifier else { return try cursor.natural32("a label index") }
        guard let depth = labels.depth(of: cursor.token.value) else {
            throw cursor.error("unknown label \(source.quote(cursor.token))")
        }
        cursor.position += 1
        return depth
    }
}
