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
        for group in module.recursionGroups { try add(module.types[group], group) }
    }

    private mutating func add(_ group: ArraySlice<SubType>, _ range: Range<Int>) throws(WasmError) {
        words.removeAll(keepingCapacity: true)
        for (position, type) in group.enumerated() {
            try check(type, at: range.lowerBound + position, end: range.upperBound)
            appendWords(type, range)
        }
        let first = groups.first(equalTo: words, orAdd: UInt32(range.lowerBound))
        for (position, type) in group.enumerated() {
            try append(type, canonical: first + UInt32(position), range)
        }
    }

    private func invalid(_ message: String, found: String, allowed: String = "") -> WasmError {
        .invalid(module.problem(message, found: found, allowed: allowed, section: .type))
    }

    /// Every type index must lie before the end of the group, a supertype before the type.
    private func check(_ type: SubType, at index: Int, end: Int) throws(WasmError) {
        if let supertype = type.supertype, supertype >= index {
            throw invalid(
                "unknown type", found: "supertype \(supertype) of type \(index)",
                allowed: "types below \(index)")
        }
        switch type.composite {
        case .function(let function):
            for value in function.parameters { try check(value, at: index, end: end) }
            for value in function.results { try check(value, at: index, end: end) }
        case .structure(let fields):
            for field in fields { try check(field.storage, at: index, end: end) }
        case .array(let element): try check(element.storage, at: index, end: end)
        }
    }

    private func check(_ value: ValueType, at index: Int, end: Int) throws(WasmError) {
        guard value.isReference, let target = value.heapType.typeIndex, target >= end else {
            return
        }
        throw invalid(
            "unknown type", found: "type \(target) in type \(index)", allowed: "types below \(end)")
    }
}

extension TypeTable {
    /// Says in a word that a type belongs to the group and is counted from its start.
    private static let relative: UInt32 = 1 << 31

    private mutating func appendWords(_ type: SubType, _ range: Range<Int>) {
        words.append(type.isFinal ? 1 : 0)
        words.append(type.supertype.map { word($0, range) } ?? UInt32.max)
        switch type.composite {
        case .function(let function):
            words.append(0)
            words.append(UInt32(function.parameters.count))
            words.append(UInt32(function.results.count))
            for value in function.parameters { appendWords(value, range) }
            for value in function.results { appendWords(value, range) }
        case .structure(let fields):
            words.append(1)
            words.append(UInt32(fields.count))
            for field in fields { appendWords(field, range) }
        case .array(let element):
            words.append(2)
            appendWords(element, range)
        }
    }

    private mutating func appendWords(_ field: FieldType, _ range: Range<Int>) {
        words.append(field.isMutable ? 1 : 0)
        appendWords(field.storage, range)
    }

    private mutating func appendWords(_ value: ValueType, _ range: Range<Int>) {
        guard value.isReference, let index = value.heapType.typeIndex else {
            return words.append(value.rawValue)
        }
        words.append(value.isNullable ? 0x106 | 0x400 : 0x006 | 0x400)
        words.append(word(index, range))
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
