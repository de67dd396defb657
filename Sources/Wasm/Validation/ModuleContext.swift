/// Everything about a module that checking a function body needs, worked out once.
///
/// Value types in here are canonical: a concrete heap type names the first type of the module that
/// is equal to the one written, so that equal types have equal bits.
package final class ModuleContext: Sendable {
    let types: FrozenArray<TypeEntry>
    /// Parameters and results of function types.
    let typeStorage: FrozenArray<ValueType>
    /// Fields of structures and arrays.
    let fieldStorage: FrozenArray<FieldType>
    /// The type index of each function: the module's own list.
    let functions: [UInt32]
    let tables: FrozenArray<TableEntry>
    let memories: FrozenArray<MemoryEntry>
    let globals: FrozenArray<GlobalType>
    /// The type index of each tag.
    let tags: FrozenArray<UInt32>
    /// The type of each element segment.
    let elements: FrozenArray<ValueType>
    /// Which functions may be named by `ref.func` in a body (§3.5.17): one bit each.
    private let declaredFunctions: FrozenArray<UInt64>
    /// The number in the data count section, when there is one.
    package let dataCount: UInt32?
    let importedGlobalCount: Int
    let limits: DecoderLimits

    struct TypeEntry: BitwiseCopyable {
        enum Kind: UInt8 { case function, structure, array }

        var kind: Kind
        var isFinal: Bool
        /// Number of declared supertypes above.
        var depth: UInt8
        /// The first type of the module equal to this one.
        var canonical: UInt32
        /// The canonical declared supertype; ``none`` for no supertype.
        var supertype: UInt32
        /// Where parameters and results, or fields, begin in their storage.
        var start: UInt32
        /// Number of parameters or fields.
        var count: UInt32
        var resultCount: UInt32

        static let none = UInt32.max
    }

    struct TableEntry: BitwiseCopyable {
        var element: ValueType
        var addressType: AddressType
    }

    struct MemoryEntry: BitwiseCopyable {
        var addressType: AddressType
        var isShared: Bool
    }

    init(
        module: Module, types: TypeTable, tables: [TableEntry], globals: [GlobalType],
        elements: [ValueType], limits: DecoderLimits
    ) {
        self.types = FrozenArray(types.entries)
        typeStorage = FrozenArray(types.values)
        fieldStorage = FrozenArray(types.fields)
        functions = module.functions
        self.tables = FrozenArray(tables)
        memories = FrozenArray(
            module.memories.map {
                MemoryEntry(addressType: $0.addressType, isShared: $0.isShared)
            })
        self.globals = FrozenArray(globals)
        tags = FrozenArray(module.tags)
        self.elements = FrozenArray(elements)
        declaredFunctions = Self.declaredFunctions(module)
        dataCount = module.dataCount
        importedGlobalCount = module.importedGlobalCount
        self.limits = limits
    }

    private static func declaredFunctions(_ module: Module) -> FrozenArray<UInt64> {
        let count = module.functions.count
        return unsafe FrozenArray(repeating: 0, count: (count + 63) / 64) { declared in
            func declare(_ index: UInt32) {
                // SAFETY: the check.
                if Int(index) < count { unsafe declared[Int(index / 64)] |= 1 << (index % 64) }
            }
            for index in module.referencedFunctions { declare(index) }
            for export in module.exports where export.kind == .function { declare(export.index) }
            for segment in module.elements {
                if case .functions(let list) = segment.items {
                    for index in list { declare(index) }
                }
            }
        }
    }

    /// Whether a function, which must exist, may be named by `ref.func` in a body.
    func isDeclared(function: UInt32) -> Bool {
        declaredFunctions[Int(function / 64)] >> (function % 64) & 1 != 0
    }
}

extension ModuleContext {
    package var typeCount: Int { types.count }

    /// The first type of the module equal to the one at `index`.
    package func canonicalTypeIndex(_ index: UInt32) -> UInt32 { types[Int(index)].canonical }

    /// `type` with its concrete heap type made canonical; its index must exist.
    package func canonical(_ type: ValueType) -> ValueType {
        guard type.isReference, let index = type.heapType.typeIndex else { return type }
        return .reference(.concrete(canonicalTypeIndex(index)), nullable: type.isNullable)
    }

    /// Whether there is a type at `index`, and it is a function type.
    func isFunction(type index: UInt32) -> Bool {
        index < types.count && types[Int(index)].kind == .function
    }

    /// Parameters of the function type at `index`, or `nil` when it is no function type.
    package func parameters(ofType index: UInt32) -> TypeList? {
        guard index < types.count else { return nil }
        let entry = types[Int(index)]
        guard entry.kind == .function else { return nil }
        return TypeList(typeStorage, start: Int(entry.start), count: Int(entry.count))
    }

    /// Results of the function type at `index`, or `nil` when it is no function type.
    package func results(ofType index: UInt32) -> TypeList? {
        guard index < types.count else { return nil }
        let entry = types[Int(index)]
        guard entry.kind == .function else { return nil }
        return TypeList(
            typeStorage, start: Int(entry.start) + Int(entry.count),
            count: Int(entry.resultCount))
    }

    /// Whether the type at `index`, which must exist, can have no subtypes.
    package func isFinal(type index: UInt32) -> Bool { types[Int(index)].isFinal }

    /// The type index of the function at `index`, which must exist.
    package func typeIndex(ofFunction index: UInt32) -> UInt32 { functions[Int(index)] }

    /// The type index of the tag at `index`, which must exist.
    package func typeIndex(ofTag index: UInt32) -> UInt32 { tags[Int(index)] }

    /// Number of fields of a structure type; `nil` for other types.
    package func fieldCount(ofType index: UInt32) -> Int? {
        let entry = types[Int(index)]
        return entry.kind == .structure ? Int(entry.count) : nil
    }

    /// A field of a structure type, or (field zero) an array type's element; both must exist.
    package func field(_ field: Int, ofType index: UInt32) -> FieldType {
        let entry = types[Int(index)]
        precondition(entry.kind != .function && field < Int(entry.count))
        return fieldStorage[Int(entry.start) + field]
    }

    package func addressType(ofMemory index: UInt32) -> AddressType {
        memories[Int(index)].addressType
    }

    package func addressType(ofTable index: UInt32) -> AddressType {
        tables[Int(index)].addressType
    }

    package func elementType(ofTable index: UInt32) -> ValueType { tables[Int(index)].element }

    package func globalType(_ index: UInt32) -> GlobalType { globals[Int(index)] }
}
