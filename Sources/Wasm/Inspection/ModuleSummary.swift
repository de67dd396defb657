/// The facts about a module that `martlet inspect` tells.
package struct ModuleSummary: Sendable {
    package struct Import: Sendable {
        package var module: String
        package var name: String
        package var kind: ExternalKind
        /// The type as the text format spells it, such as `(func (param i32) (result i64))`.
        package var type: String
    }

    package struct Export: Sendable {
        package var name: String
        package var kind: ExternalKind
        package var type: String
    }

    package struct CustomSection: Sendable {
        package var name: String
        package var byteCount: Int
    }

    /// The name that the name section gives the module.
    package var name: String?
    package var byteCount: Int
    package var imports: [Import] = []
    package var exports: [Export] = []
    /// Imported and own memories, in the order of their indices.
    package var memories: [MemoryType]
    /// Imported and own tables, in the order of their indices.
    package var tables: [TableType]
    package var typeCount: Int
    /// Functions with a body.
    package var functionCount: Int
    package var globalCount: Int
    package var tagCount: Int
    /// Bytes of all function bodies.
    package var codeBytes: Int
    /// Bytes of all data segments.
    package var dataBytes: Int
    package var hasStart: Bool
    package var customSections: [CustomSection]
    /// The features used, oldest first.
    package var features: [Feature]

    /// Looks through `module`, function bodies included.
    ///
    /// - Throws: ``WasmError/malformed(_:)`` when a body's check was deferred and its bytes are not in
    ///   the format.
    package init(_ valid: ValidModule) throws(WasmError) {
        let module = valid.module
        name = NameSection(module).moduleName
        byteCount = module.bytes.count
        memories = module.memories
        tables = module.tables.map(\.type)
        typeCount = module.types.count
        functionCount = module.code.count
        globalCount = module.globals.count
        tagCount = module.tags.count
        codeBytes = module.code.reduce(0) { $0 + $1.range.count }
        dataBytes = module.data.reduce(0) { $0 + $1.range.count }
        hasStart = module.start != nil
        customSections = module.customSections.map {
            CustomSection(name: $0.name, byteCount: $0.range.count)
        }
        features = try FeatureScan(module).features.features
        imports = module.imports.map {
            Import(
                module: $0.module, name: $0.name, kind: $0.kind,
                type: module.typeText($0.kind, $0.index))
        }
        exports = module.exports.map {
            Export(name: $0.name, kind: $0.kind, type: module.typeText($0.kind, $0.index))
        }
    }
}

extension Module {
    /// The type of an item that exists, as the text format spells it.
    package func typeText(_ kind: ExternalKind, _ index: UInt32) -> String {
        let place = Int(index)
        switch kind {
        case .function: return "(func\(signatureText(functions[place])))"
        case .tag: return "(tag\(signatureText(tags[place])))"
        case .table: return "(table \(tables[place].type))"
        case .memory: return "(memory \(memories[place]))"
        case .global:
            let type = globals[place].type
            return type.isMutable ? "(global (mut \(type.value)))" : "(global \(type.value))"
        }
    }

    private func signatureText(_ type: UInt32) -> String {
        guard case .function(let function) = types[Int(type)].composite else { return "" }
        let parameters = function.parameters.isEmpty ? "" : " (param \(function.parameters.names))"
        let results = function.results.isEmpty ? "" : " (result \(function.results.names))"
        return parameters + results
    }
}

extension Limits: CustomStringConvertible {
    package var description: String { maximum.map { "\(minimum) \($0)" } ?? "\(minimum)" }
}

extension MemoryType: CustomStringConvertible {
    /// The text format's words, such as `i64 1 2 shared`.
    package var description: String {
        "\(addressType == .i64 ? "i64 " : "")\(limits)\(isShared ? " shared" : "")"
    }
}

extension TableType: CustomStringConvertible {
    /// The text format's words, such as `1 2 (ref null func)`.
    package var description: String {
        "\(addressType == .i64 ? "i64 " : "")\(limits) \(element)"
    }
}
