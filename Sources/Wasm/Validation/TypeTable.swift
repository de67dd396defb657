/// Checks a module's type definitions and makes them canonical.
///
/// Two types are the same when their recursion groups are equal up to renaming (core
/// specification 3.0, §3.1.2 to §3.1.4, iso-recursive types). Each group is written as words in which
/// types of the group itself are relative and all others canonical; equal words, equal group.
struct TypeTable {
    private(set) var entries: [ModuleContext.TypeEntry] = []
    private(set) var values: [ValueType] = []
    private(set) var fields: [FieldType] = []
    private var groups = GroupTable()
    /// Of the group that is being added.
    private var words: [UInt32] = []
    private let module: Module
    private let limits: DecoderLimits

    /// Whether supertypes match is left to ``ModuleContext/checkSupertypes(_:)``.
    ///
    /// - Throws: ``WasmError/invalid(_:)`` for a type that is not defined yet, or a declared
    ///   supertype deeper than the limit.
    init(_ module: Module, limits: DecoderLimits) throws(WasmError) {
        self.module = module
        self.limits = limits
        entries.reserveCapacity(module.types.count)
        groups.reserve(module.recursionGroups.count)
        for group in module.recursionGroups { try add(group) }
    }

    private mutating func add(_ range: Range<Int>) throws(WasmError) {
        words.removeAll(keepingCapacity: true)
        for index in range { try appendWords(module.types[index], at: index, range) }
        let first = groups.first(equalTo: words, orAdd: UInt32(range.lowerBound))
        for (position, index) in range.enumerated() {
            try append(module.types[index], canonical: first + UInt32(position), range)
        }
    }

    private func invalid(_ message: String, found: String, allowed: String = "") -> WasmError {
        .invalid(module.problem(message, found: found, allowed: allowed, section: .type))
    }
}

extension TypeTable {
    /// Says in a word that a type belongs to the group and is counted from its start.
    private static let relative: UInt32 = 1 << 31

    /// Every type index must lie before the end of the group, a supertype before the type.
    private mutating func appendWords(
        _ type: SubType, at index: Int, _ range: Range<Int>
    ) throws(WasmError) {
        words.append(type.isFinal ? 1 : 0)
        if let supertype = type.supertype {
            guard supertype < index else {
                throw invalid(
                    "unknown type", found: "supertype \(supertype) of type \(index)",
                    allowed: "types below \(index)")
            }
            words.append(word(supertype, range))
        } else {
            words.append(UInt32.max)
        }
        switch type.composite {
        case .function(let function):
            words.append(0)
            words.append(UInt32(function.parameters.count))
            words.append(UInt32(function.results.count))
            for value in function.parameters { try appendWords(value, at: index, range) }
            for value in function.results { try appendWords(value, at: index, range) }
        case .structure(let fields):
            words.append(1)
            words.append(UInt32(fields.count))
            for field in fields { try appendWords(field, at: index, range) }
        case .array(let element):
            words.append(2)
            try appendWords(element, at: index, range)
        }
    }

    private mutating func appendWords(
        _ field: FieldType, at index: Int, _ range: Range<Int>
    ) throws(WasmError) {
        words.append(field.isMutable ? 1 : 0)
        try appendWords(field.storage, at: index, range)
    }

    private mutating func appendWords(
        _ value: ValueType, at index: Int, _ range: Range<Int>
    ) throws(WasmError) {
        guard value.isReference, let target = value.heapType.typeIndex else {
            return words.append(value.rawValue)
        }
        guard target < range.upperBound else {
            throw invalid(
                "unknown type", found: "type \(target) in type \(index)",
                allowed: "types below \(range.upperBound)")
        }
        words.append(value.isNullable ? 0x106 | 0x400 : 0x006 | 0x400)
        words.append(word(target, range))
    }

    private func word(_ index: UInt32, _ range: Range<Int>) -> UInt32 {
        Int(index) >= range.lowerBound
            ? index - UInt32(range.lowerBound) | Self.relative : entries[Int(index)].canonical
    }
}

extension TypeTable {
    private mutating func append(
        _ type: SubType, canonical: UInt32, _ range: Range<Int>
    ) throws(WasmError) {
        let shift = canonical &- UInt32(entries.count)
        /// Types of this group become those of the first equal group.
        func resolve(_ value: ValueType) -> ValueType {
            guard value.isReference, let index = value.heapType.typeIndex else { return value }
            let target =
                Int(index) >= range.lowerBound ? index &+ shift : entries[Int(index)].canonical
            return .reference(.concrete(target), nullable: value.isNullable)
        }
        func resolve(_ field: FieldType) -> FieldType {
            FieldType(resolve(field.storage), isMutable: field.isMutable)
        }
        var entry = ModuleContext.TypeEntry(
            kind: .function, isFinal: type.isFinal, depth: 0, canonical: canonical,
            supertype: ModuleContext.TypeEntry.none, start: UInt32(values.count), count: 0,
            resultCount: 0)
        switch type.composite {
        case .function(let function):
            entry.count = UInt32(function.parameters.count)
            entry.resultCount = UInt32(function.results.count)
            for value in function.parameters { values.append(resolve(value)) }
            for value in function.results { values.append(resolve(value)) }
        case .structure(let list):
            entry.kind = .structure
            entry.start = UInt32(fields.count)
            entry.count = UInt32(list.count)
            for field in list { fields.append(resolve(field)) }
        case .array(let element):
            entry.kind = .array
            entry.start = UInt32(fields.count)
            entry.count = 1
            fields.append(resolve(element))
        }
        if let supertype = type.supertype { try inherit(supertype, &entry) }
        entries.append(entry)
    }

    private func inherit(
        _ supertype: UInt32, _ entry: inout ModuleContext.TypeEntry
    ) throws(WasmError) {
        let parent = entries[Int(supertype)]
        entry.supertype = parent.canonical
        guard Int(parent.depth) < limits.subtypeDepth else {
            throw invalid(
                "sub type: subtyping too deep", found: "type \(entries.count)",
                allowed: "\(limits.subtypeDepth) supertypes")
        }
        entry.depth = parent.depth + 1
    }
}
