/// The sections (core specification 3.0, §5.5.4 to §5.5.17).
extension ModuleDecoder {
    mutating func typeSection() throws(WasmError) {
        let count = try reader.count("types", limit: limits.types)
        for _ in 0..<count {
            let start = module.types.count
            try reader.recursionGroup(into: &module.types, limits: limits)
            guard module.types.count <= limits.types else {
                throw reader.invalid("too many types", allowed: "\(limits.types)")
            }
            module.recursionGroups.append(start..<module.types.count)
        }
    }

    mutating func importSection() throws(WasmError) {
        let count = try reader.count("imports", limit: limits.imports)
        module.imports.reserveCapacity(count)
        for _ in 0..<count {
            let (origin, name) = (try reader.name(), try reader.name())
            let kind = try reader.externalKind("import")
            let index = try importedItem(kind)
            module.imports.append(
                Module.Import(module: origin, name: name, kind: kind, index: index))
        }
    }

    /// Reads an import's type into its index space and gives its index.
    private mutating func importedItem(_ kind: ExternalKind) throws(WasmError) -> UInt32 {
        let index: Int
        switch kind {
        case .function:
            index = try next(module.functions.count, "functions", limits.functions)
            module.functions.append(try reader.index())
            module.importedFunctionCount += 1
        case .table:
            index = try next(module.tables.count, "tables", limits.tables)
            module.tables.append(Module.Table(type: try reader.tableType()))
            module.importedTableCount += 1
        case .memory:
            index = try next(module.memories.count, "memories", limits.memories)
            module.memories.append(try reader.memoryType())
            module.importedMemoryCount += 1
        case .global:
            index = try next(module.globals.count, "globals", limits.globals)
            module.globals.append(Module.Global(type: try reader.globalType()))
            module.importedGlobalCount += 1
        case .tag:
            index = try next(module.tags.count, "tags", limits.tags)
            module.tags.append(try reader.tagType())
            module.importedTagCount += 1
        }
        return UInt32(truncatingIfNeeded: index)
    }

    /// The next index of a space, unless the space is full.
    private func next(_ count: Int, _ what: String, _ limit: Int) throws(WasmError) -> Int {
        guard count < limit else {
            throw reader.invalid(
                limit == 1 ? "multiple \(what)" : "too many \(what)", found: "\(count + 1)",
                allowed: "\(limit)")
        }
        return count
    }

    mutating func functionSection() throws(WasmError) {
        let limit = limits.functions - module.functions.count
        let count = try reader.count("functions", limit: limit)
        declaredFunctionCount = count
        try reader.indices(count, to: &module.functions)
    }

    mutating func tableSection() throws(WasmError) {
        let count = try reader.count("tables", limit: limits.tables - module.tables.count)
        for _ in 0..<count {
            if try reader.peek() == 0x40 {
                _ = try reader.byte()
                let start = reader.offset
                guard try reader.byte() == 0 else {
                    throw reader.malformed("malformed table", allowed: "0 after 0x40", at: start)
                }
                let type = try reader.tableType()
                let initializer = try constantExpression()
                module.tables.append(Module.Table(type: type, initializer: initializer))
            } else {
                module.tables.append(Module.Table(type: try reader.tableType()))
            }
        }
    }

    mutating func memorySection() throws(WasmError) {
        let count = try reader.count("memories", limit: limits.memories - module.memories.count)
        for _ in 0..<count { module.memories.append(try reader.memoryType()) }
    }

    mutating func tagSection() throws(WasmError) {
        let count = try reader.count("tags", limit: limits.tags - module.tags.count)
        for _ in 0..<count { module.tags.append(try reader.tagType()) }
    }

    mutating func globalSection() throws(WasmError) {
        let count = try reader.count("globals", limit: limits.globals - module.globals.count)
        module.globals.reserveCapacity(module.globals.count + count)
        for _ in 0..<count {
            let type = try reader.globalType()
            let initializer = try constantExpression()
            module.globals.append(Module.Global(type: type, initializer: initializer))
        }
    }

    mutating func exportSection() throws(WasmError) {
        let count = try reader.count("exports", limit: limits.exports)
        module.exports.reserveCapacity(count)
        for _ in 0..<count {
            let name = try reader.name()
            let kind = try reader.externalKind("export")
            module.exports.append(
                Module.Export(name: name, kind: kind, index: try reader.index()))
        }
    }

    mutating func codeSection() throws(WasmError) {
        let limit = limits.functions - module.importedFunctionCount
        let count = try reader.count("function bodies", limit: limit)
        if case .found = bodies { return try everyBody(count) }
        let range = try reader.skip(reader.remaining)
        module.code = FunctionBodies(count: count, in: reader.bytes, range: range)
    }

    private mutating func everyBody(_ count: Int) throws(WasmError) {
        var bodies: [Module.FunctionBody] = []
        bodies.reserveCapacity(count)
        var cursor = reader
        for _ in 0..<count {
            let start = cursor.offset
            let size = Int(try cursor.index())
            guard size <= limits.bodyBytes else {
                throw reader.invalid(
                    "function body too large", found: "\(size) bytes",
                    allowed: "\(limits.bodyBytes)", at: start)
            }
            bodies.append(Module.FunctionBody(range: try cursor.skip(size)))
        }
        reader = cursor
        module.code = FunctionBodies(bodies)
    }

    mutating func dataSection() throws(WasmError) {
        let count = try reader.count("data segments", limit: limits.dataSegments)
        module.data.reserveCapacity(count)
        for _ in 0..<count {
            let mode = try dataMode()
            let size = Int(try reader.index())
            module.data.append(Module.DataSegment(mode: mode, range: try reader.skip(size)))
        }
    }

    private mutating func dataMode() throws(WasmError) -> Module.DataSegment.Mode {
        let start = reader.offset
        let flags = try reader.index()
        guard flags <= 2 else {
            throw reader.malformed(
                "malformed data segment kind", found: "\(flags)", allowed: "0 to 2", at: start)
        }
        if flags == 1 { return .passive }
        let memory = flags == 2 ? try reader.index() : 0
        return .active(memory: memory, offset: try constantExpression())
    }
}

/// Element segments (§5.5.12).
extension ModuleDecoder {
    mutating func elementSection() throws(WasmError) {
        let count = try reader.count("element segments", limit: limits.elementSegments)
        for _ in 0..<count { module.elements.append(try elementSegment()) }
    }

    private mutating func elementSegment() throws(WasmError) -> Module.ElementSegment {
        let start = reader.offset
        let flags = try reader.index()
        guard flags <= 7 else {
            throw reader.malformed(
                "malformed elements segment kind", found: "\(flags)", allowed: "0 to 7", at: start)
        }
        let mode = try elementMode(flags)
        let hasExpressions = flags & 4 != 0
        var type: ValueType
        if flags & 3 == 0 {
            // The short forms imply their type: never null where function indices stand.
            type = hasExpressions ? .funcref : .reference(.func, nullable: false)
        } else {
            type = hasExpressions ? try reader.referenceType() : try elementKind()
        }
        let items =
            hasExpressions
            ? Module.ElementSegment.Items.expressions(try expressions())
            : .functions(try functionIndices())
        return Module.ElementSegment(type: type, mode: mode, items: items)
    }

    private mutating func elementMode(
        _ flags: UInt32
    ) throws(WasmError) -> Module.ElementSegment.Mode {
        if flags & 1 != 0 { return flags & 2 == 0 ? .passive : .declarative }
        let table = flags & 2 != 0 ? try reader.index() : 0
        return .active(table: table, offset: try constantExpression())
    }

    private mutating func elementKind() throws(WasmError) -> ValueType {
        let start = reader.offset
        guard try reader.byte() == 0 else {
            throw reader.malformed("malformed element kind", allowed: "0", at: start)
        }
        return .reference(.func, nullable: false)
    }

    private mutating func expressions() throws(WasmError) -> [Module.ConstantExpression] {
        let count = try reader.count("element entries", limit: limits.elementEntries)
        var list: [Module.ConstantExpression] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try constantExpression()) }
        return list
    }

    private mutating func functionIndices() throws(WasmError) -> [UInt32] {
        let count = try reader.count("element entries", limit: limits.elementEntries)
        var list: [UInt32] = []
        try reader.indices(count, to: &list)
        return list
    }

    /// Steps over an expression up to the `end` that closes it.
    mutating func constantExpression() throws(WasmError) -> Module.ConstantExpression {
        let start = reader.offset
        let number = loneNumber()
        if number == nil { reader.advance(to: try expressionEnd()) }
        return Module.ConstantExpression(range: start..<reader.offset, number: number)
    }

    /// Steps over an expression that is one `i32.const`, and gives its value; nil, and no step, for any
    /// other.
    private mutating func loneNumber() -> Int32? {
        var reader = reader
        guard (try? reader.byte()) == 0x41, let number = try? reader.signed(bits: 32),
            (try? reader.byte()) == 0x0B
        else { return nil }
        self.reader = reader
        return Int32(truncatingIfNeeded: number)
    }

    private mutating func expressionEnd() throws(WasmError) -> Int {
        let reader = reader
        var references: [UInt32] = []
        let end = try unsafe reader.bytes.withUnsafeBufferPointer {
            buffer throws(WasmError) -> Int in
            guard let base = buffer.baseAddress else { return reader.offset }
            // SAFETY: the reader's range lies in its bytes, which stay put inside this closure.
            var decoder = unsafe InstructionDecoder(
                base + reader.offset, count: reader.remaining, at: reader.offset,
                section: reader.section)
            var depth = 1
            while depth > 0 {
                try decoder.next()
                depth += decoder.nestingChange
                if decoder.info.opcode == .refFunc { references.append(decoder.index0) }
            }
            return decoder.offset
        }
        module.referencedFunctions += references
        return end
    }
}

extension InstructionDecoder {
    /// By how much the instruction read last changes the depth of nested blocks.
    var nestingChange: Int {
        switch info.opcode {
        case .block, .loop, .if, .try, .tryTable: 1
        case .end, .delegate: -1
        default: 0
        }
    }
}
