internal import Wasm
internal import WasmEngine

/// Atomic accesses (threads proposal, "Atomic Memory Accesses"); all are sequentially consistent.
extension FunctionLowering {
    /// False, and nothing written, when the opcode is none of these.
    mutating func atomic(_ opcode: Opcode) -> Bool {
        if opcode == .atomicFence {
            emit("fence seq_cst")
            return true
        }
        let description = opcode.description
        guard description.space == .atomic, description.code >= 0x10,
            let widthLog2 = description.accessWidthLog2
        else { return false }
        // The table lists seven widths of each operation, in this order.
        let types: [IRType] = [.i32, .i64, .i32, .i32, .i64, .i64, .i64]
        let type = types[Int(description.code - 0x10) % types.count]
        let width = 1 << Int(widthLog2)
        switch Int(description.code - 0x10) / types.count {
        case 0: atomicLoad(type, width)
        case 1: atomicStore(type, width)
        case 8: compareExchange(type, width)
        case let operation:
            let names = ["add", "sub", "and", "or", "xor", "xchg"]
            atomicUpdate(names[min(operation - 2, names.count - 1)], type, width)
        }
        return true
    }

    /// The place of an access, which must be a multiple of its width.
    private mutating func alignedAddress(_ width: Int) -> String {
        if width > 1 {
            let index = popIndex()
            push(index)
            let low = emit("add \(index.typed), \(Int64(validator.value & 7))", index.type)
            let rest = emit("and \(low.typed), \(width - 1)", index.type)
            trap(.unalignedAtomic, if: emit("icmp ne \(rest.typed), 0", .i1))
        }
        return address(width: width)
    }

    /// Pushes a result of the access's width, extended with zeros.
    private mutating func pushWidened(_ value: IRValue, _ type: IRType, _ width: Int) {
        if 8 * width == type.laneBits { return push(value) }
        push(emit("zext i\(8 * width) \(value.text) to \(type.text)", type))
    }

    private mutating func narrowed(_ value: IRValue, _ width: Int) -> String {
        if 8 * width == value.type.laneBits { return value.text }
        return emit("trunc \(value.typed) to i\(8 * width)", value.type).text
    }

    private mutating func atomicLoad(_ type: IRType, _ width: Int) {
        let place = alignedAddress(width)
        let location = location()
        let value = emit(
            "load atomic i\(8 * width), ptr \(place) seq_cst, align \(width)\(location)", type)
        pushWidened(value, type, width)
    }

    private mutating func atomicStore(_ type: IRType, _ width: Int) {
        let operand = pop(type)
        let value = narrowed(operand, width)
        let place = alignedAddress(width)
        let location = location()
        emit("store atomic i\(8 * width) \(value), ptr \(place) seq_cst, align \(width)\(location)")
    }

    private mutating func atomicUpdate(_ operation: String, _ type: IRType, _ width: Int) {
        let operand = pop(type)
        let value = narrowed(operand, width)
        let place = alignedAddress(width)
        let location = location()
        let old = emit(
            "atomicrmw \(operation) ptr \(place), i\(8 * width) \(value) seq_cst\(location)", type)
        pushWidened(old, type, width)
    }

    /// The expected value is wrapped to the place's width, as in the proposal's overview.
    private mutating func compareExchange(_ type: IRType, _ width: Int) {
        let operand = pop(type)
        let expected = pop(type)
        let replacement = narrowed(operand, width)
        let wanted = narrowed(expected, width)
        let place = alignedAddress(width)
        let narrow = "i\(8 * width)"
        let location = location()
        let pair = emit(
            "cmpxchg ptr \(place), \(narrow) \(wanted), \(narrow) \(replacement) "
                + "seq_cst seq_cst\(location)", type)
        let old = emit("extractvalue { \(narrow), i1 } \(pair.text), 0", type)
        pushWidened(old, type, width)
    }
}
