/// The operand stack.
extension FunctionValidator {
    @inline(__always)
    mutating func push(_ type: ValueType) throws(WasmError) {
        if operands.isFull { return try pushGrowing(type) }
        operands.push(type)
    }

    /// The stack never has room for more operands than the limit allows.
    @inline(never)
    private mutating func pushGrowing(_ type: ValueType) throws(WasmError) {
        let limit = context.limits.operands
        guard operands.count < limit else {
            throw invalid("too many operands on the stack", allowed: "\(limit)")
        }
        operands.grow(atMost: limit)
        operands.push(type)
    }

    @inline(__always)
    mutating func push(_ types: TypeList) throws(WasmError) {
        if !types.isEmpty { try pushAll(types) }
    }

    private mutating func pushAll(_ types: TypeList) throws(WasmError) {
        try spend(types.count)
        for type in types { try push(type) }
    }

    /// Takes an operand of type `expected` or of a subtype.
    @inline(__always)
    mutating func pop(_ expected: ValueType) throws(WasmError) {
        let top = operands.count &- 1
        if top >= frameHeight, operands[top] == expected {
            operands.removeLast()
        } else {
            try popSubtype(expected)
        }
    }

    @inline(never)
    private mutating func popSubtype(_ expected: ValueType) throws(WasmError) {
        let found = try popAny(expected)
        guard context.isSubtype(found, of: expected) else {
            throw typeMismatch(found, expected)
        }
    }

    /// Takes any operand; ``ValueType/bottom`` when unreachable code has none.
    mutating func popAny(_ expected: ValueType? = nil) throws(WasmError) -> ValueType {
        guard operands.count > frameHeight else {
            if isUnreachable { return .bottom }
            throw invalid(
                "type mismatch", found: "an empty operand stack",
                allowed: expected.map { "\($0)" } ?? "a value")
        }
        let type = operands[operands.count - 1]
        operands.removeLast()
        return type
    }

    @inline(__always)
    mutating func pop(_ types: TypeList) throws(WasmError) {
        if !types.isEmpty { try popAll(types) }
    }

    private mutating func popAll(_ types: TypeList) throws(WasmError) {
        try spend(types.count)
        for type in types.reversed() { try pop(type) }
    }

    /// Checks that the top operands match `types` and leaves them.
    @inline(__always)
    mutating func checkTop(_ types: TypeList) throws(WasmError) {
        if !types.isEmpty { try checkEach(types) }
    }

    private mutating func checkEach(_ types: TypeList) throws(WasmError) {
        try spend(types.count)
        var top = operands.count - 1
        for type in types.reversed() {
            guard top >= frameHeight else {
                if isUnreachable { return }
                throw invalid(
                    "type mismatch", found: "an empty operand stack", allowed: "\(type)")
            }
            guard context.isSubtype(operands[top], of: type) else {
                throw typeMismatch(operands[top], type)
            }
            top -= 1
        }
    }

    /// Puts `types` in the place of operands that ``checkTop(_:)`` has accepted.
    @inline(__always)
    mutating func replaceTop(_ types: TypeList) throws(WasmError) {
        if types.isEmpty { return }
        let present = Swift.min(types.count, operands.count - frameHeight)
        operands.truncate(to: operands.count - present)
        try push(types)
    }

    /// Takes a reference of any type; ``ValueType/bottom`` becomes a reference to ``HeapType/bottom``.
    mutating func popReference() throws(WasmError) -> ValueType {
        let type = try popAny()
        operandType = type
        if type == .bottom { return .reference(.bottom, nullable: false) }
        guard type.isReference else {
            throw invalid("type mismatch", found: "\(type)", allowed: "a reference")
        }
        return type
    }

    /// Counts types moved as lists, which translators turn into as many moves: a few bytes must not
    /// ask for a thousand of them again and again.
    @inline(__always)
    mutating func spend(_ count: Int) throws(WasmError) {
        listBudget &-= count
        if listBudget < 0 { throw tooManyListedTypes() }
    }

    @inline(never)
    private func tooManyListedTypes() -> WasmError {
        invalid(
            "blocks, calls and branches move too many values",
            allowed: "\(context.limits.listedTypesPerByte) for each byte of the body")
    }

    /// Nothing after this instruction, up to the block's end, can be reached.
    mutating func markUnreachable() {
        operands.truncate(to: frameHeight)
        isUnreachable = true
        frames[frames.count - 1].isUnreachable = true
    }
}
