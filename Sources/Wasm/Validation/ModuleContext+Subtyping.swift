/// Subtyping of canonical types (core specification 3.0, §3.3).
extension ModuleContext {
    /// Whether a value of type `type` may stand where `other` is asked for.
    package func isSubtype(_ type: ValueType, of other: ValueType) -> Bool {
        if type == other || type == .bottom { return true }
        guard type.isReference, other.isReference else { return false }
        if type.isNullable, !other.isNullable { return false }
        return isSubtype(type.heapType, of: other.heapType)
    }

    /// Whether heap type `type` lies below `other` (§3.3.3).
    package func isSubtype(_ type: HeapType, of other: HeapType) -> Bool {
        if type == other || type == .bottom { return true }
        guard let index = type.typeIndex else {
            guard let target = other.typeIndex else { return type.isAbstractSubtype(of: other) }
            return type == bottom(ofType: target)
        }
        guard let target = other.typeIndex else {
            return abstractType(index).isAbstractSubtype(of: other)
        }
        return isDeclaredSubtype(index, of: target)
    }

    /// Whether the declared supertypes of `type` lead to `target`; at most 63 steps.
    func isDeclaredSubtype(_ type: UInt32, of target: UInt32) -> Bool {
        let goal = types[Int(target)]
        var entry = types[Int(type)]
        while entry.canonical != goal.canonical {
            guard entry.depth > goal.depth, entry.supertype != TypeEntry.none else { return false }
            entry = types[Int(entry.supertype)]
        }
        return true
    }

    /// The abstract type right above a concrete one: `func`, `struct` or `array`.
    package func abstractType(_ index: UInt32) -> HeapType {
        switch types[Int(index)].kind {
        case .function: .func
        case .structure: .struct
        case .array: .array
        }
    }

    private func bottom(ofType index: UInt32) -> HeapType {
        types[Int(index)].kind == .function ? .noFunc : .none
    }

    /// The type at the top of a heap type's hierarchy: `any`, `func`, `extern` or `exn`.
    package func top(_ type: HeapType) -> HeapType {
        if let index = type.typeIndex {
            return types[Int(index)].kind == .function ? .func : .any
        }
        switch type {
        case .func, .noFunc: return .func
        case .extern, .noExtern: return .extern
        case .exn, .noExn: return .exn
        default: return .any
        }
    }
}

extension HeapType {
    /// Subtyping among abstract heap types (§3.3.3).
    func isAbstractSubtype(of other: HeapType) -> Bool {
        if self == other || self == .bottom { return true }
        switch (self, other) {
        case (.none, .i31), (.none, .struct), (.none, .array), (.none, .eq), (.none, .any),
            (.i31, .eq), (.struct, .eq), (.array, .eq), (.i31, .any), (.struct, .any),
            (.array, .any), (.eq, .any), (.noFunc, .func), (.noExtern, .extern),
            (.noExn, .exn):
            return true
        default: return false
        }
    }
}
