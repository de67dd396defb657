internal import Wasm

/// Finds a module's imports, checks their types, and allocates what the module defines.
struct Linker {
    private let store: Store
    private let loaded: LoadedModule
    private var module: Module { loaded.module }
    private var storage: InstanceStorage?
    private var functions: [Function] = []
    private var tables: [Table] = []
    private var memories: [LinearMemory] = []
    private var globals: [Global] = []
    private var tags: [Tag] = []

    init(_ store: Store, _ loaded: LoadedModule) {
        self.store = store
        self.loaded = loaded
    }

    /// Looks every import up and checks it.
    mutating func resolve(_ imports: Imports) throws(InstantiationError) {
        for wanted in module.imports {
            guard let value = imports[wanted.module, wanted.name] else {
                throw .unknownImport(module: wanted.module, name: wanted.name)
            }
            switch (wanted.kind, value) {
            case (.function, .function(let function)):
                let number = loaded.typeNumbers[Int(module.functions[Int(wanted.index)])]
                let fits = TypeRegistry.shared.isSubtype(function.typeNumber, of: number)
                try check(fits, wanted, "function \(number)", "function \(function.typeNumber)")
                functions.append(function)
            case (.table, .table(let table)):
                let type = numbered(module.tables[Int(wanted.index)].type)
                let found = table.currentType
                let fits =
                    type.element == found.element && type.addressType == found.addressType
                    && Self.fits(found.limits, in: type.limits)
                try check(fits, wanted, "\(type)", "\(found)")
                tables.append(table)
            case (.memory, .memory(let memory)):
                let type = module.memories[Int(wanted.index)]
                let found = memory.currentType
                let fits =
                    type.addressType == found.addressType && type.isShared == found.isShared
                    && Self.fits(found.limits, in: type.limits)
                try check(fits, wanted, "\(type)", "\(found)")
                memories.append(memory)
            case (.global, .global(let global)):
                let type = numbered(module.globals[Int(wanted.index)].type)
                try check(Self.fits(global.type, in: type), wanted, "\(type)", "\(global.type)")
                globals.append(global)
            case (.tag, .tag(let tag)):
                let number = loaded.typeNumbers[Int(module.tags[Int(wanted.index)])]
                try check(
                    tag.typeNumber == number, wanted, "tag \(number)", "tag \(tag.typeNumber)")
                tags.append(tag)
            default:
                try check(false, wanted, "\(wanted.kind)", "\(value.kind)")
            }
        }
    }

    private func check(
        _ fits: Bool, _ wanted: Module.Import, _ expected: @autoclosure () -> String,
        _ found: @autoclosure () -> String
    ) throws(InstantiationError) {
        guard fits else {
            throw .incompatibleImport(
                module: wanted.module, name: wanted.name, expected: expected(), found: found())
        }
    }

    /// Limits match when they are at least as tight (§3.3.11).
    private static func fits(_ found: Limits, in wanted: Limits) -> Bool {
        guard found.minimum >= wanted.minimum else { return false }
        guard let maximum = wanted.maximum else { return true }
        return found.maximum.map { $0 <= maximum } ?? false
    }

    private static func fits(_ found: GlobalType, in wanted: GlobalType) -> Bool {
        guard found.isMutable == wanted.isMutable else { return false }
        let registry = TypeRegistry.shared
        guard registry.matches(found.value, wanted.value) else { return false }
        return !wanted.isMutable || found.value == wanted.value
    }

    private func numbered(_ type: ValueType) -> ValueType {
        TypeRegistry.map(type) { loaded.typeNumbers[Int($0)] }
    }

    private func numbered(_ type: TableType) -> TableType {
        TableType(numbered(type.element), type.limits, addressType: type.addressType)
    }

    private func numbered(_ type: GlobalType) -> GlobalType {
        GlobalType(numbered(type.value), isMutable: type.isMutable)
    }

    /// Allocates the module's own tables, memories, globals and tags, empty.
    mutating func allocate() throws(InstantiationError) {
        for table in module.tables.dropFirst(module.importedTableCount) {
            tables.append(
                try Table(numbered(table.type), initial: .null, budget: store.tableBudget))
        }
        for type in module.memories.dropFirst(module.importedMemoryCount) {
            let isFirst = memories.isEmpty
            memories.append(
                try LinearMemory(
                    type, budget: store.memoryBudget,
                    frontByteCount: isFirst ? NativeLayout.contextByteCount(module) : 0))
        }
        let storage = InstanceStorage(
            module, behind: module.importedMemoryCount == 0 ? memories.first : nil)
        self.storage = storage
        for (position, global) in module.globals.dropFirst(module.importedGlobalCount).enumerated()
        {
            globals.append(Global(numbered(global.type), at: storage.globalSlots(position)))
        }
        for type in module.tags.dropFirst(module.importedTagCount) {
            tags.append(Tag(typeNumber: loaded.typeNumbers[Int(type)]))
        }
    }

    /// Frees what no instance will own.
    func discard() { storage?.deallocate() }

    /// The instance of what ``allocate()`` made.
    func makeInstance() -> Instance {
        guard let storage else { preconditionFailure("nothing is allocated") }
        return Instance(
            loaded, store: store, storage: storage, memories: memories, tables: tables,
            globals: globals, tags: tags, importedFunctions: functions)
    }
}
