internal import Wasm
internal import WasmEngine

/// Whole memories, tables and segments (core specification 3.0, §4.6.8 to §4.6.10).
extension FunctionLowering {
    /// False, and nothing written, when the opcode is none of these.
    mutating func bulk(_ opcode: Opcode) -> Bool {
        let (index0, index1) = (validator.index0, validator.index1)
        switch opcode {
        case .memorySize: memorySize(Int(index0))
        case .memoryGrow:
            let delta = popIndex()
            let old = callHelper(
                .memoryGrow, "i32 \(index0), i64 \(delta.text)", result: "i64", .i64)
            pushIndex(old, isWide: plan.isWide(memory: Int(index0)))
        case .memoryFill: fill(index0)
        case .memoryCopy: copy(index0, index1)
        case .memoryInit:
            let (count, source, target) = (popIndex(), popIndex(), popIndex())
            _ = callHelper(
                .memoryInit,
                "i32 \(index1), i32 \(index0), i64 \(target.text), i64 \(source.text), "
                    + "i64 \(count.text)")
        case .tableGet:
            let index = popElementIndex()
            let place = element(Int(index0), index)
            push("load i64, ptr \(place), align 8, !tbaa !12", .i64)
        case .tableSet:
            let value = pop(.i64)
            let index = popElementIndex()
            let place = element(Int(index0), index)
            emit("store \(value.typed), ptr \(place), align 8, !tbaa !12")
        case .tableSize:
            let cell = tableCell(Int(index0))
            let length = field(8, of: cell)
            let count = emit("load i64, ptr \(length), align 8, !tbaa !12", .i64)
            pushIndex(count, isWide: plan.isWide(table: Int(index0)))
        case .tableGrow:
            let delta = popIndex()
            let value = pop(.i64)
            let old = callHelper(
                .tableGrow, "i32 \(index0), \(value.typed), i64 \(delta.text)", result: "i64")
            pushIndex(old, isWide: plan.isWide(table: Int(index0)))
        case .refFunc:
            push(callHelper(.refFunc, "i32 \(index0)", result: "i64"))
        case .dataDrop, .elemDrop: perform(opcode, operands: 0)
        case .tableFill, .tableCopy, .tableInit: perform(opcode, operands: 3)
        case .memoryAtomicWait32, .memoryAtomicWait64:
            performAtomic(opcode, operands: 3)
        case .memoryAtomicNotify: performAtomic(opcode, operands: 2)
        default: return false
        }
        return true
    }

    private mutating func popElementIndex() -> IRValue {
        let index = popAny()
        return convert(index, to: index.type == .i64 ? .i64 : .i32)
    }

    /// Takes an address or count as 64 bits.
    private mutating func popIndex() -> IRValue {
        let index = popElementIndex()
        return index.type == .i64 ? index : emit("zext \(index.typed) to i64", .i64)
    }

    private mutating func pushIndex(_ value: IRValue, isWide: Bool) {
        push(isWide ? value : emit("trunc \(value.typed) to i32", .i32))
    }

    private mutating func memorySize(_ memory: Int) {
        let cell = memoryCell(memory)
        let length = field(8, of: cell)
        let count = emit("load i64, ptr \(length), align 8, !tbaa !12", .i64)
        pushIndex(emit("lshr \(count.typed), 16", .i64), isWide: plan.isWide(memory: memory))
    }

    private mutating func fill(_ memory: UInt32) {
        let count = popIndex()
        let value = pop(.i32)
        let target = popIndex()
        _ = callHelper(
            .memoryFill,
            "i32 \(memory), i64 \(target.text), \(value.typed), i64 \(count.text)")
    }

    private mutating func copy(_ target: UInt32, _ source: UInt32) {
        let (count, from, to) = (popIndex(), popIndex(), popIndex())
        _ = callHelper(
            .memoryCopy,
            "i32 \(target), i32 \(source), i64 \(to.text), i64 \(from.text), i64 \(count.text)")
    }

    /// Lets the engine run an instruction like the interpreter: operands in slots, results too.
    mutating func perform(
        _ opcode: Opcode, operands: Int, results: [IRType] = [], extra: IRValue? = nil,
        _ index0: UInt32? = nil, _ index1: UInt32? = nil
    ) {
        let first = stack.count - operands
        var values = (first..<stack.count).map { stack[$0] }
        stack.removeLast(operands)
        if let extra { values.append(extra) }
        let slots = writeSlots(values, atLeast: 2 * results.count)
        _ = callHelper(
            .perform,
            "ptr \(slots), i32 \(opcode.rawValue), i32 \(index0 ?? validator.index0), "
                + "i32 \(index1 ?? validator.index1)")
        var offset = 0
        for type in results {
            let place = field(offset, of: slots)
            push("load \(type.text), ptr \(place), align 8", type)
            offset += type.isVector ? 16 : 8
        }
    }

    /// Writes values to a new array of 64-bit slots; numbers fill their slot with zeros.
    mutating func writeSlots(_ values: [IRValue], atLeast: Int = 1) -> String {
        let count = values.reduce(0) { $0 + ($1.type.isVector ? 2 : 1) }
        nextValue += 1
        let name = "%s\(nextValue)"
        entry.line("\(name) = alloca [\(max(count, atLeast, 1)) x i64], align 16")
        var offset = 0
        for value in values {
            var value = value.type == .i1 ? convert(value, to: .i32) : value
            if value.type == .float { value = emit("bitcast \(value.typed) to i32", .i32) }
            if value.type == .i32 { value = emit("zext \(value.typed) to i64", .i64) }
            let place = field(offset, of: name)
            emit("store \(value.typed), ptr \(place), align 8")
            offset += value.type.isVector ? 16 : 8
        }
        return name
    }

    private mutating func performAtomic(_ opcode: Opcode, operands: Int) {
        let offset = IRValue.constant(Int64(bitPattern: validator.value))
        perform(opcode, operands: operands, results: [.i32], extra: offset)
    }
}
