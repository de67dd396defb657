/// References and casts (core specification 3.0, §3.4.4).
extension FunctionValidator {
    mutating func reference(_ opcode: Opcode) throws(WasmError) {
        switch opcode {
        case .refNull: try push(try checkedCastTarget())
        case .refIsNull:
            _ = try popReference()
            try push(.i32)
        case .refFunc: try referToFunction()
        case .refEq:
            try pop(.eqref)
            try pop(.eqref)
            try push(.i32)
        case .refAsNonNull: try push(try popReference().nonNull)
        case .brOnNull: try branchOnNull()
        case .brOnNonNull: try branchOnNonNull()
        case .refTest, .refTestNull:
            try popCastOperand()
            try push(.i32)
        case .refCast, .refCastNull:
            try popCastOperand()
            try push(try checkedCastTarget())
        case .brOnCast: try branchOnCast()
        case .brOnCastFail: try branchOnCastFail()
        case .anyConvertExtern: try convert(from: .extern, to: .any)
        case .externConvertAny: try convert(from: .any, to: .extern)
        case .refI31:
            try pop(.i32)
            try push(.reference(.i31, nullable: false))
        case .i31GetS, .i31GetU:
            try pop(.i31ref)
            try push(.i32)
        default: try aggregate(opcode)
        }
    }

    private func checkedCastTarget() throws(WasmError) -> ValueType {
        try check(decoder.castTarget, at: offset)
    }

    private mutating func referToFunction() throws(WasmError) {
        guard index0 < context.functions.count else {
            throw invalid(
                "unknown function \(index0)", found: "function \(index0)",
                allowed: "below \(context.functions.count)")
        }
        guard constantGlobalLimit != nil || context.isDeclared(function: index0) else {
            throw invalid(
                "undeclared function reference", found: "function \(index0)",
                allowed: "functions that exports, globals or element segments name")
        }
        let type = context.canonicalTypeIndex(context.typeIndex(ofFunction: index0))
        try push(.reference(.concrete(type), nullable: false))
    }

    private mutating func branchOnNull() throws(WasmError) {
        let types = try labelTypes(index0)
        let type = try popReference()
        try checkTop(types)
        try replaceTop(types)
        try push(type.nonNull)
    }

    private mutating func branchOnNonNull() throws(WasmError) {
        let types = try labelTypes(index0)
        guard let last = types.last, last.isReference else {
            throw invalid(
                "type mismatch", found: "label \(index0) of types [\(types.names)]",
                allowed: "a reference last")
        }
        let type = try popReference()
        guard context.isSubtype(type.nonNull, of: last) else {
            throw typeMismatch(type.nonNull, last)
        }
        let rest = types.dropLastType()
        try checkTop(rest)
        try replaceTop(rest)
    }

    /// Takes any reference of the target's hierarchy.
    private mutating func popCastOperand() throws(WasmError) {
        let target = try checkedCastTarget()
        let type = try popReference()
        let top = ValueType.reference(context.top(target.heapType), nullable: true)
        guard context.isSubtype(type, of: top) else { throw typeMismatch(type, top) }
    }

    /// Source and target of a cast branch, and what remains of the source when the cast fails.
    private func castBranch()
        throws(WasmError) -> (source: ValueType, target: ValueType, rest: ValueType)
    {
        let source = try check(decoder.castSource, at: offset)
        let target = try checkedCastTarget()
        guard context.isSubtype(target, of: source) else { throw typeMismatch(target, source) }
        return (source, target, target.isNullable ? source.nonNull : source)
    }

    private mutating func branchOnCast() throws(WasmError) {
        let (source, target, rest) = try castBranch()
        try branch(carrying: target, source)
        try push(rest)
    }

    private mutating func branchOnCastFail() throws(WasmError) {
        let (source, target, rest) = try castBranch()
        try branch(carrying: rest, source)
        try push(target)
    }

    private mutating func branch(
        carrying type: ValueType, _ operand: ValueType
    ) throws(WasmError) {
        let types = try labelTypes(index0)
        guard let last = types.last, context.isSubtype(type, of: last) else {
            throw invalid(
                "type mismatch", found: "label \(index0) of types [\(types.names)]",
                allowed: "\(type) last")
        }
        try pop(operand)
        let rest = types.dropLastType()
        try checkTop(rest)
        try replaceTop(rest)
    }

    private mutating func convert(
        from source: HeapType, to target: HeapType
    ) throws(WasmError) {
        let type = try popReference()
        let expected = ValueType.reference(source, nullable: true)
        guard context.isSubtype(type, of: expected) else { throw typeMismatch(type, expected) }
        try push(.reference(target, nullable: type.isNullable))
    }
}
