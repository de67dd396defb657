/// Errors and locals.
extension FunctionValidator {
    /// A broken rule at the instruction being checked.
    @inline(never)
    func invalid(_ message: String, found: String = "", allowed: String = "") -> WasmError {
        decoder.invalid(
            "\(message) (\(opcode.description.mnemonic))", found: found, allowed: allowed,
            at: decoder.start)
    }

    func typeMismatch(_ found: ValueType, _ expected: ValueType) -> WasmError {
        invalid("type mismatch", found: "\(found)", allowed: "\(expected)")
    }

    /// `type` made canonical, once its type index is known to exist.
    func check(_ type: ValueType, at place: Int) throws(WasmError) -> ValueType {
        guard type.isReference, let index = type.heapType.typeIndex else { return type }
        guard index < context.types.count else {
            throw decoder.invalid("unknown type \(index)", found: "type \(index)", at: place)
        }
        return context.canonical(type)
    }

    @inline(__always)
    func localType(_ index: UInt32) throws(WasmError) -> ValueType {
        if let type = locals.first(Int(index)) { return type }
        guard index < locals.count else { throw unknownLocal(index) }
        return locals[Int(index)]
    }

    @inline(never)
    private func unknownLocal(_ index: UInt32) -> WasmError {
        invalid(
            "unknown local \(index)", found: "local \(index)", allowed: "below \(locals.count)")
    }

    @inline(__always)
    mutating func localGet() throws(WasmError) {
        let type = try localType(index0)
        // Parameters have values; so have locals of types with a default (§3.4.12).
        guard type.isDefaultable || index0 < parameters.count || locals.isAssigned(Int(index0))
        else { throw uninitializedLocal() }
        try push(type)
    }

    @inline(never)
    private func uninitializedLocal() -> WasmError {
        invalid("uninitialized local", found: "local \(index0)", allowed: "a local set before")
    }

    @inline(__always)
    mutating func localSet() throws(WasmError) {
        let type = try localType(index0)
        try pop(type)
        if !type.isDefaultable { locals.assign(Int(index0)) }
    }

    @inline(__always)
    mutating func localTee() throws(WasmError) {
        let type = try localType(index0)
        try pop(type)
        if !type.isDefaultable { locals.assign(Int(index0)) }
        try push(type)
    }
}
