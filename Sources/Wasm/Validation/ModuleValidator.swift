internal import Diagnostics

/// Checks the rules of a module (core specification 3.0, §3.5).
package struct ModuleValidator {
    /// Which function bodies to check.
    package enum Bodies: Sendable {
        case all
        /// None: whoever translates a function checks it on the way.
        case deferred
    }

    let module: Module
    let limits: DecoderLimits

    /// Checks `module`.
    ///
    /// - Throws: ``WasmError/invalid(_:)`` for a broken rule, ``WasmError/malformed(_:)`` for bytes
    ///   inside a function body that are not in the format.
    package static func validate(
        _ module: Module, bodies: Bodies = .all, limits: DecoderLimits = .standard
    ) throws(WasmError) -> ValidModule {
        let validator = ModuleValidator(module: module, limits: limits)
        let context = try validator.context()
        try context.checkSupertypes(module)
        try validator.checkFunctionTypes(context)
        try validator.checkExpressions(context)
        try validator.checkExports()
        try validator.checkStart(context)
        let valid = ValidModule(module, context)
        if case .all = bodies { try valid.validateBodies() }
        return valid
    }

    func invalid(
        _ message: String, found: String = "", allowed: String = "", section: SectionID
    ) -> WasmError {
        .invalid(module.problem(message, found: found, allowed: allowed, section: section))
    }

    private func context() throws(WasmError) -> ModuleContext {
        let types = try TypeTable(module, limits: limits)
        var tables: [ModuleContext.TableEntry] = []
        for table in module.tables {
            try check(table.type.limits, of: table.type)
            tables.append(
                ModuleContext.TableEntry(
                    element: try canonical(table.type.element, types, .table),
                    addressType: table.type.addressType))
        }
        for memory in module.memories { try check(memory) }
        var globals: [GlobalType] = []
        globals.reserveCapacity(module.globals.count)
        for global in module.globals {
            globals.append(
                GlobalType(
                    try canonical(global.type.value, types, .global),
                    isMutable: global.type.isMutable))
        }
        var elements: [ValueType] = []
        for segment in module.elements {
            elements.append(try canonical(segment.type, types, .element))
        }
        return ModuleContext(
            module: module, types: types, tables: tables, globals: globals, elements: elements,
            limits: limits)
    }

    private func canonical(
        _ type: ValueType, _ types: TypeTable, _ section: SectionID
    ) throws(WasmError) -> ValueType {
        guard type.isReference, let index = type.heapType.typeIndex else { return type }
        guard index < types.entries.count else {
            throw invalid("unknown type \(index)", found: "type \(index)", section: section)
        }
        return .reference(
            .concrete(types.entries[Int(index)].canonical), nullable: type.isNullable)
    }
}

/// Limits and types of what imports and definitions declare.
extension ModuleValidator {
    private func check(_ limits: Limits, of table: TableType) throws(WasmError) {
        let bound = table.addressType == .i32 ? UInt64(UInt32.max) : UInt64.max
        try check(limits, bound, "table size", "elements", .table)
    }

    private func check(_ memory: MemoryType) throws(WasmError) {
        // Pages of 64 KiB: 2^16 make 4 GiB, 2^48 make the whole 64-bit space.
        let bound: UInt64 = memory.addressType == .i32 ? 1 << 16 : 1 << 48
        try check(
            memory.limits, bound, "memory size",
            memory.addressType == .i32 ? "pages (4GiB)" : "pages", .memory)
        if memory.isShared, memory.limits.maximum == nil {
            throw invalid("shared memory must have maximum", section: .memory)
        }
    }

    private func check(
        _ limits: Limits, _ bound: UInt64, _ what: String, _ unit: String, _ section: SectionID
    ) throws(WasmError) {
        guard limits.minimum <= bound, limits.maximum ?? 0 <= bound else {
            throw invalid(
                "\(what) must be at most \(bound) \(unit)",
                found: "\(Swift.max(limits.minimum, limits.maximum ?? 0))", section: section)
        }
        if let maximum = limits.maximum, limits.minimum > maximum {
            throw invalid(
                "size minimum must not be greater than maximum",
                found: "minimum \(limits.minimum), maximum \(maximum)", section: section)
        }
    }

    private func checkFunctionTypes(_ context: ModuleContext) throws(WasmError) {
        // Where all types are functions', the largest index tells of all.
        let isFunction = (0..<module.types.count).allSatisfy {
            context.isFunction(type: UInt32($0))
        }
        if !isFunction || module.functions.max() ?? 0 >= module.types.count {
            for (index, type) in module.functions.enumerated()
            where !context.isFunction(type: type) {
                throw unknownType(type, "function \(index)", .function)
            }
        }
        for (index, type) in module.tags.enumerated() {
            guard let results = context.results(ofType: type) else {
                throw unknownType(type, "tag \(index)", .tag)
            }
            guard results.isEmpty else {
                throw invalid(
                    "non-empty tag result type", found: "tag \(index) of type \(type)",
                    section: .tag)
            }
        }
    }

    private func unknownType(_ type: UInt32, _ what: String, _ section: SectionID) -> WasmError {
        invalid(
            type < module.types.count ? "type mismatch" : "unknown type \(type)",
            found: "\(what) of type \(type)", allowed: "a function type", section: section)
    }
}

/// Exports and the start function.
extension ModuleValidator {
    private func checkExports() throws(WasmError) {
        var names = Set<String.UTF8Key>(minimumCapacity: module.exports.count)
        for export in module.exports {
            let count =
                switch export.kind {
                case .function: module.functions.count
                case .table: module.tables.count
                case .memory: module.memories.count
                case .global: module.globals.count
                case .tag: module.tags.count
                }
            guard export.index < count else {
                throw invalid(
                    "unknown \(export.kind) \(export.index)",
                    found: "\(export.kind) \(export.index)",
                    allowed: "below \(count)", section: .export)
            }
            guard names.insert(String.UTF8Key(export.name)).inserted else {
                throw invalid(
                    "duplicate export name", found: "\"\(export.name.escapedForDisplay())\"",
                    section: .export)
            }
        }
    }

    private func checkStart(_ context: ModuleContext) throws(WasmError) {
        guard let start = module.start else { return }
        guard start < module.functions.count else {
            throw invalid("unknown function \(start)", found: "function \(start)", section: .start)
        }
        let type = module.functions[Int(start)]
        guard context.parameters(ofType: type)?.isEmpty == true,
            context.results(ofType: type)?.isEmpty == true
        else {
            throw invalid(
                "start function must have no parameters or results", found: "function \(start)",
                section: .start)
        }
    }
}

extension Module {
    /// A problem somewhere in a section.
    func problem(
        _ message: String, found: String = "", allowed: String = "", section: SectionID
    ) -> WasmProblem {
        WasmProblem(
            message, found: found, allowed: allowed, section: section.name,
            offset: sections[section]?.lowerBound ?? 0)
    }
}

extension String {
    /// A string compared by its bytes: names are sequences of scalar values, and Unicode
    /// equivalence does not make two of them one.
    struct UTF8Key: Hashable {
        private let text: String

        init(_ text: String) { self.text = text }

        static func == (left: UTF8Key, right: UTF8Key) -> Bool {
            left.text.utf8.elementsEqual(right.text.utf8)
        }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
            hasher.combine(UInt8(0xFF))
        }
    }
}

extension ValidModule {
    /// Checks every function body.
    func validateBodies() throws(WasmError) {
        let first = module.importedFunctionCount
        for index in first..<first + module.code.count {
            do {
                var validator = try FunctionValidator(
                    self, functionIndex: UInt32(truncatingIfNeeded: index))
                while try validator.next() {}
            } catch {
                throw named(error)
            }
        }
    }

    /// `error` with the name of the function it names.
    package func named(_ error: WasmError) -> WasmError {
        guard let function = error.problem.function else { return error }
        let name = NameSection(module).functionName(function)
        return error.with { $0.functionName = name }
    }
}
