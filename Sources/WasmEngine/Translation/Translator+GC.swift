internal import Wasm

/// Structures, arrays, casts and exceptions: instructions of the groups beside the loop.
extension Translator {
    mutating func heapObject(_ opcode: Opcode) throws(WasmError) {
        throw .invalid(
            WasmProblem(
                "not supported yet", found: "\(opcode.description.mnemonic)", section: "code",
                function: function, offset: validator.offset))
    }

    mutating func throwException(_ opcode: Opcode) {
        emit(Instruction(.unreachable))
    }
}
