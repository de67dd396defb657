internal import Synchronization
package import Wasm

/// Gives every type of every module one number, equal exactly for equal types, so that a type check
/// across modules compares numbers.
///
/// Recursion groups are equal when they are so after replacing references into the group by
/// positions and references outside by numbers (core specification 3.0, §3.1.4, iso-recursive
/// equivalence). In types that the registry gives out, ``HeapType/concrete(_:)`` holds numbers.
/// Types stay for the life of the process.
package final class TypeRegistry: Sendable {
    package static let shared = TypeRegistry()

    /// References within a group count from here; below are numbers of known types.
    private static let groupMarker: UInt32 = 0x80000

    private struct Entry {
        var type: SubType
        /// Numbers of the supertypes, the root first.
        var supertypes: [UInt32]
    }

    private struct State {
        var entries: [Entry] = []
        var groups = GroupTable()
        /// Words of the group that is looked for.
        var key: [UInt32] = []
    }

    private let state = Mutex(State())

    /// The numbers of a module's types, by type index; nil when the process knows too many types.
    package func numbers(of module: Module) -> [UInt32]? {
        state.withLock { state in
            var numbers: [UInt32] = []
            numbers.reserveCapacity(module.types.count)
            state.groups.reserve(module.recursionGroups.count)
            if module.types.count > state.entries.count {
                state.entries.reserveCapacity(state.entries.count + module.types.count)
            }
            for group in module.recursionGroups {
                var types = module.types[group]
                if !types.allSatisfy({ $0.isPlainFunction }) {
                    types =
                        types.map {
                            Self.relative($0, groupStart: group.lowerBound, numbers: numbers)
                        }[...]
                }
                guard let first = Self.number(of: types, in: &state) else { return nil }
                for offset in 0..<types.count { numbers.append(first &+ UInt32(offset)) }
            }
            return numbers
        }
    }

    /// The number of a function type that stands alone; its own types hold numbers already.
    package func number(of type: FunctionType) -> UInt32? {
        state.withLock { Self.number(of: [SubType(.function(type))][...], in: &$0) }
    }

    private static func number(of group: ArraySlice<SubType>, in state: inout State) -> UInt32? {
        state.key.removeAll(keepingCapacity: true)
        for type in group { type.append(to: &state.key) }
        let next = UInt32(state.entries.count)
        guard next + UInt32(group.count) < groupMarker else {
            return state.groups.first(equalTo: state.key)
        }
        let first = state.groups.first(equalTo: state.key, orAdd: next)
        if first < next { return first }
        for type in group {
            let absolute = map(type) { $0 >= groupMarker ? first + ($0 - groupMarker) : $0 }
            var supertypes: [UInt32] = []
            if let parent = absolute.supertype, Int(parent) < state.entries.count {
                supertypes = state.entries[Int(parent)].supertypes
                supertypes.append(parent)
            }
            state.entries.append(Entry(type: absolute, supertypes: supertypes))
        }
        return first
    }

    private static func relative(
        _ type: SubType, groupStart: Int, numbers: [UInt32]
    ) -> SubType {
        map(type) { index in
            Int(index) < groupStart
                ? numbers[Int(index)] : groupMarker + index - UInt32(groupStart)
        }
    }

    /// The type with every type index replaced.
    private static func map(_ type: SubType, _ body: (UInt32) -> UInt32) -> SubType {
        let composite: CompositeType =
            switch type.composite {
            case .function(let function) where function.isPlain: type.composite
            case .function(let function):
                .function(
                    FunctionType(
                        function.parameters.map { map($0, body) },
                        function.results.map { map($0, body) }))
            case .structure(let fields):
                .structure(fields.map { FieldType(map($0.storage, body), isMutable: $0.isMutable) })
            case .array(let field):
                .array(FieldType(map(field.storage, body), isMutable: field.isMutable))
            }
        return SubType(composite, supertype: type.supertype.map(body), isFinal: type.isFinal)
    }

    /// The value type with its type index replaced.
    package static func map(_ type: ValueType, _ body: (UInt32) -> UInt32) -> ValueType {
        guard type.isReference, let index = type.heapType.typeIndex else { return type }
        return .reference(.concrete(body(index)), nullable: type.isNullable)
    }
}

extension TypeRegistry {
    /// The definition behind a number.
    package func type(_ number: UInt32) -> SubType? {
        state.withLock {
            $0.entries.indices.contains(Int(number)) ? $0.entries[Int(number)].type : nil
        }
    }

    /// The function type behind a number; nil for another kind of type.
    package func functionType(_ number: UInt32) -> FunctionType? {
        guard case .function(let type)? = type(number)?.composite else { return nil }
        return type
    }

    /// Numbers of a type's supertypes, the root first, the type itself last.
    package func lineage(_ number: UInt32) -> [UInt32] {
        state.withLock {
            guard $0.entries.indices.contains(Int(number)) else { return [] }
            return $0.entries[Int(number)].supertypes + [number]
        }
    }

    /// Whether values of a type, which holds numbers, may refer to objects of the heap: references
    /// that are not to functions.
    func refersToObjects(_ type: ValueType) -> Bool {
        guard type.isReference else { return false }
        guard let number = type.heapType.typeIndex else {
            return type.heapType != .func && type.heapType != .noFunc
        }
        return functionType(number) == nil
    }

    /// Whether one numbered type is the other or below it (§3.3.3).
    package func isSubtype(_ type: UInt32, of other: UInt32) -> Bool {
        type == other || lineage(type).contains(other)
    }

    /// Whether a value type is below another (§3.3.4, Matching), both holding numbers.
    package func matches(_ type: ValueType, _ other: ValueType) -> Bool {
        if type == other { return true }
        guard type.isReference, other.isReference, !type.isNullable || other.isNullable else {
            return false
        }
        return matches(type.heapType, other.heapType)
    }

    private func matches(_ heap: HeapType, _ other: HeapType) -> Bool {
        if heap == other || heap == .bottom { return true }
        if let number = heap.typeIndex {
            if let otherNumber = other.typeIndex { return isSubtype(number, of: otherNumber) }
            switch type(number)?.composite {
            case .function: return other == .func
            case .structure: return other == .struct || other == .eq || other == .any
            case .array: return other == .array || other == .eq || other == .any
            case nil: return false
            }
        }
        if let number = other.typeIndex {
            switch type(number)?.composite {
            case .function: return heap == .noFunc
            case .structure, .array: return heap == .none
            case nil: return false
            }
        }
        switch (heap, other) {
        case (.none, .any), (.none, .eq), (.none, .i31), (.none, .struct), (.none, .array),
            (.eq, .any), (.i31, .any), (.i31, .eq), (.struct, .any), (.struct, .eq),
            (.array, .any), (.array, .eq), (.noFunc, .func), (.noExtern, .extern), (.noExn, .exn):
            return true
        default: return false
        }
    }
}

extension SubType {
    /// Whether it is a function type without a supertype that names no type of its module.
    fileprivate var isPlainFunction: Bool {
        guard supertype == nil, case .function(let function) = composite else { return false }
        return function.isPlain
    }
}

extension FunctionType {
    /// Whether it names no type of its module.
    fileprivate var isPlain: Bool {
        parameters.allSatisfy { $0.isPlain } && results.allSatisfy { $0.isPlain }
    }
}

extension ValueType {
    fileprivate var isPlain: Bool { !isReference || heapType.typeIndex == nil }
}

extension SubType {
    /// Appends words that are equal exactly for equal types.
    fileprivate func append(to words: inout [UInt32]) {
        words.append(isFinal ? 1 : 0)
        words.append(supertype ?? .max)
        switch composite {
        case .function(let function):
            words.append(0)
            words.append(UInt32(function.parameters.count))
            words.append(UInt32(function.results.count))
            for value in function.parameters { words.append(value.rawValue) }
            for value in function.results { words.append(value.rawValue) }
        case .structure(let fields):
            words += [1, UInt32(fields.count)]
            for field in fields { field.append(to: &words) }
        case .array(let element):
            words.append(2)
            element.append(to: &words)
        }
    }
}

extension FieldType {
    fileprivate func append(to words: inout [UInt32]) {
        words.append(isMutable ? 1 : 0)
        words.append(storage.rawValue)
    }
}
