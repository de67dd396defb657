/// Imports, exports, functions, tables, memories, globals, tags and the start function
/// (core specification 3.0, §6.6).
extension ModuleAssembler {
    /// `import`'s two names.
    private struct ImportNames {
        var module: [UInt8]
        var name: [UInt8]
    }

    // MARK: Imports and exports

    mutating func assembleImport() throws(TextError) {
        let names = ImportNames(module: try cursor.name(), name: try cursor.name())
        try cursor.expectOpen()
        let word = cursor.token.word
        cursor.position += 1
        _ = cursor.identifier()
        switch word {
        case .func: try importFunction(names)
        case .table: try importTable(names)
        case .memory: try importMemory(names)
        case .global: try importGlobal(names)
        default: try importTag(names)
        }
        try cursor.expectClose()
    }

    private mutating func importEntry(_ names: ImportNames, _ kind: UInt8, _ type: [UInt8]) {
        sections.imports.add { bytes in
            bytes.appendSized(names.module)
            bytes.appendSized(names.name)
            bytes.append(kind)
            bytes += type
        }
    }

    private mutating func importFunction(_ names: ImportNames) throws(TextError) {
        locals.clear()
        var type: [UInt8] = []
        type.appendUnsigned(try typeUse(naming: .locals))
        importEntry(names, 0, type)
    }

    private mutating func importTable(_ names: ImportNames) throws(TextError) {
        importEntry(names, 1, try tableType())
    }

    private mutating func importMemory(_ names: ImportNames) throws(TextError) {
        importEntry(names, 2, try memoryType())
    }

    private mutating func importGlobal(_ names: ImportNames) throws(TextError) {
        importEntry(names, 3, try globalType())
    }

    private mutating func importTag(_ names: ImportNames) throws(TextError) {
        var type: [UInt8] = [0x00]
        type.appendUnsigned(try typeUse(naming: .ignored))
        importEntry(names, 4, type)
    }

    /// `(export "name")*` inside a definition.
    private mutating func inlineExports(_ kind: UInt8, _ index: UInt32) throws(TextError) {
        while cursor.open(.export) {
            let name = try cursor.name()
            export(name, kind, index)
            try cursor.expectClose()
        }
    }

    /// `(import "module" "name")` inside a definition.
    private mutating func inlineImport() throws(TextError) -> ImportNames? {
        guard cursor.open(.import) else { return nil }
        let names = ImportNames(module: try cursor.name(), name: try cursor.name())
        try cursor.expectClose()
        return names
    }

    private mutating func export(_ name: [UInt8], _ kind: UInt8, _ index: UInt32) {
        sections.exports.add { bytes in
            bytes.appendSized(name)
            bytes.append(kind)
            bytes.appendUnsigned(index)
        }
    }

    mutating func assembleExport() throws(TextError) {
        let name = try cursor.name()
        try cursor.expectOpen()
        let kinds: [(TextWord, UInt8, IndexSpace.Kind)] = [
            (.func, 0, .function), (.table, 1, .table), (.memory, 2, .memory),
            (.global, 3, .global), (.tag, 4, .tag),
        ]
        guard let kind = kinds.first(where: { $0.0 == cursor.token.word }) else {
            throw cursor.unexpected("`func`, `table`, `memory`, `global` or `tag`")
        }
        cursor.position += 1
        export(name, kind.1, try index(kind.2))
        try cursor.expectClose()
    }

    mutating func assembleStart() throws(TextError) {
        sections.start = try index(.function)
    }

    // MARK: Functions and tags

    mutating func assembleFunction(_ index: UInt32) throws(TextError) {
        _ = cursor.identifier()
        try inlineExports(0, index)
        if let names = try inlineImport() { return try importFunction(names) }
        locals.clear()
        labels.clear()
        let type = try typeUse(naming: .locals)
        sections.functions.add { $0.appendUnsigned(type) }
        code.removeAll(keepingCapacity: true)
        try localDeclarations()
        annotations.beginFunction(index)
        try assembleInstructions(until: fieldEnd)
        code.append(0x0B)
        annotations.endFunction()
        names.addFunction(index, locals: locals, labels: labels)
        let body = code
        sections.code.add { $0.appendSized(body) }
    }

    /// `(local …)*`, run-length encoded.
    private mutating func localDeclarations() throws(TextError) {
        var runs: [(count: UInt32, type: EncodedType)] = []
        func add(_ type: EncodedType) {
            if let last = runs.last, last.type == type {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((1, type))
            }
        }
        while cursor.open(.local) {
            if cursor.token.kind == .identifier {
                add(try namedLocal())
            } else {
                while cursor.token.kind != .rightParenthesis {
                    add(try valueType())
                    _ = locals.add(nil)
                }
            }
            try cursor.expectClose()
        }
        code.appendCount(runs.count)
        for run in runs {
            code.appendUnsigned(run.count)
            run.type.write(to: &code)
        }
    }

    mutating func assembleTag(_ index: UInt32) throws(TextError) {
        _ = cursor.identifier()
        try inlineExports(4, index)
        if let names = try inlineImport() { return try importTag(names) }
        let type = try typeUse(naming: .ignored)
        sections.tags.add { bytes in
            bytes.append(0)
            bytes.appendUnsigned(type)
        }
    }

    // MARK: Globals

    private mutating func globalType() throws(TextError) -> [UInt8] {
        let isMutable = cursor.open(.mut)
        var bytes: [UInt8] = []
        try valueType().write(to: &bytes)
        if isMutable { try cursor.expectClose() }
        bytes.append(isMutable ? 1 : 0)
        return bytes
    }

    mutating func assembleGlobal(_ index: UInt32) throws(TextError) {
        _ = cursor.identifier()
        try inlineExports(3, index)
        if let names = try inlineImport() { return try importGlobal(names) }
        let type = try globalType()
        let initializer = try expression(until: fieldEnd)
        sections.globals.add { $0 += type + initializer }
    }

    // MARK: Tables and memories

    /// `i32` or `i64`; returns whether it is `i64`.
    private mutating func addressType() -> Bool {
        if cursor.take(.i64) { return true }
        _ = cursor.take(.i32)
        return false
    }

    /// Limits in the binary format: flags, minimum, perhaps a maximum (§5.3.11).
    private mutating func limits(
        is64Bit: Bool, mayBeShared: Bool
    ) throws(TextError) -> [UInt8] {
        let minimum = try cursor.natural("a minimum size")
        let maximum =
            cursor.token.kind == .number ? try cursor.natural("a maximum size") : nil
        let isShared = mayBeShared && cursor.take(.shared)
        var bytes: [UInt8] = [
            (maximum == nil ? 0 : 1) | (isShared ? 2 : 0) | (is64Bit ? 4 : 0)
        ]
        bytes.appendUnsigned(minimum)
        if let maximum { bytes.appendUnsigned(maximum) }
        return bytes
    }

    private mutating func tableType() throws(TextError) -> [UInt8] {
        let limits = try limits(is64Bit: addressType(), mayBeShared: false)
        var bytes: [UInt8] = []
        try referenceType().write(to: &bytes)
        return bytes + limits
    }

    private mutating func memoryType() throws(TextError) -> [UInt8] {
        try limits(is64Bit: addressType(), mayBeShared: true)
    }

    mutating func assembleTable(_ index: UInt32) throws(TextError) {
        _ = cursor.identifier()
        try inlineExports(1, index)
        if let names = try inlineImport() { return try importTable(names) }
        let isInline =
            cursor[cursor.position].kind != .number && cursor.following.kind != .number
        if isInline { return try assembleTableWithElements(index) }
        let type = try tableType()
        if cursor.token.kind == .rightParenthesis {
            return sections.tables.add { $0 += type }
        }
        let initializer = try expression(until: fieldEnd)
        sections.tables.add { $0 += [0x40, 0x00] + type + initializer }
    }

    /// `(table i64? reftype (elem …))`: as large as its elements.
    private mutating func assembleTableWithElements(_ index: UInt32) throws(TextError) {
        let is64Bit = addressType()
        let type = try referenceType()
        try cursor.expectOpen(.elem)
        let items: ElementItems
        if isAtIndex || cursor.token.kind == .rightParenthesis {
            items = try functionItems()
        } else {
            items = try expressionItems(type)
        }
        try cursor.expectClose()
        sections.tables.add { bytes in
            type.write(to: &bytes)
            bytes.append(is64Bit ? 5 : 1)
            bytes.appendCount(items.count)
            bytes.appendCount(items.count)
        }
        let offset: [UInt8] = [is64Bit ? 0x42 : 0x41, 0x00, 0x0B]
        addElements(.active(table: index, offset: offset), items.typed(type))
    }

    mutating func assembleMemory(_ index: UInt32) throws(TextError) {
        _ = cursor.identifier()
        try inlineExports(2, index)
        if let names = try inlineImport() { return try importMemory(names) }
        let position = cursor.position
        let is64Bit = addressType()
        guard cursor.open(.data) else {
            cursor.position = position
            let type = try memoryType()
            return sections.memories.add { $0 += type }
        }
        let contents = try cursor.strings()
        try cursor.expectClose(or: "a string")
        let pages = (contents.count + 65_535) / 65_536
        sections.memories.add { bytes in
            bytes.append(is64Bit ? 5 : 1)
            bytes.appendCount(pages)
            bytes.appendCount(pages)
        }
        addData(memory: index, offset: [is64Bit ? 0x42 : 0x41, 0x00, 0x0B], contents)
    }

    private mutating func namedLocal() throws(TextError) -> EncodedType {
        let name = cursor.identifier()
        guard locals.add(name) else {
            cursor.position -= 1
            throw cursor.error("duplicate local \(source.quote(cursor.token))")
        }
        if let text = try annotations.takeName(at: cursor.position) {
            names.replaceLocal(locals.count - 1, text)
        }
        return try valueType()
    }
}
