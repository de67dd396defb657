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
            let delta = popWideIndex()
            let old = callHelper(
                .memoryGrow, "i32 \(index0), i64 \(delta.text)", result: "i64", .i64)
            pushIndex(old, isWide: plan.isWide(memory: Int(index0)))
        case .memoryFill: fill(index0)
        case .memoryCopy: copy(index0, index1)
        case .memoryInit:
            let (count, source, target) = (popWideIndex(), popWideIndex(), popWideIndex())
            _ = callHelper(
                .memoryInit,
                "i32 \(index1), i32 \(index0), i64 \(target.text), i64 \(source.text), "
                    + "i64 \(count.text)")
        case .tableGet:
            let index = popIndex()
            let place = element(Int(index0), index)
            push("load i64, ptr \(place), align 8, !tbaa !12", .i64)
        case .tableSet:
            let value = pop(.i64)
            let index = popIndex()
            let place = element(Int(index0), index)
            emit("store \(value.typed), ptr \(place), align 8, !tbaa !12")
        case .tableSize:
            let cell = tableCell(Int(index0))
            let length = field(8, of: cell)
            let count = emit("load i64, ptr \(length), align 8, !tbaa !12", .i64)
            pushIndex(count, isWide: plan.isWide(table: Int(index0)))
        case .tableGrow:
            let delta = popWideIndex()
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

    /// Takes an address or count as 64 bits.
    private mutating func popWideIndex() -> IRValue {
        let index = popIndex()
        if index.type == .i64 { return index }
        if let constant = index.integer {
            return .constant(Int64(UInt32(truncatingIfNeeded: constant)))
        }
        return emit("zext \(index.typed) to i64", .i64)
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

    /// The number of bytes up to which a constant count needs no call.
    private static let inlineByteCount = 64

    private mutating func fill(_ memory: UInt32) {
        let count = popWideIndex()
        let value = pop(.i32)
        let target = popWideIndex()
        let slow = "i32 \(memory), i64 \(target.text), \(value.typed), i64 \(count.text)"
        guard isQuick(memory) else {
            _ = callHelper(.memoryFill, slow)
            return
        }
        let isPast = isPast(memory, target, count)
        quickly(unless: isPast, .memoryFill, slow) { lowering in
            let to = lowering.flatPointer(memory, target)
            if let known = lowering.known(count) {
                let byte = lowering.emit("trunc \(value.typed) to i8", .i32)
                return lowering.emit(
                    "call void @llvm.memset.p0.i64(ptr \(to), i8 \(byte.text), i64 \(known), "
                        + "i1 false), !tbaa !11")
            }
            lowering.callPlain(.set, "ptr \(to), \(value.typed), i64 \(count.text)")
        }
    }

    private mutating func copy(_ target: UInt32, _ source: UInt32) {
        let (count, from, to) = (popWideIndex(), popWideIndex(), popWideIndex())
        let slow =
            "i32 \(target), i32 \(source), i64 \(to.text), i64 \(from.text), i64 \(count.text)"
        guard isQuick(target), isQuick(source) else {
            _ = callHelper(.memoryCopy, slow)
            return
        }
        let one = isPast(target, to, count)
        let other = isPast(source, from, count)
        let isPast = emit("or i1 \(one.text), \(other.text)", .i1)
        quickly(unless: isPast, .memoryCopy, slow) { lowering in
            let start = lowering.flatPointer(source, from)
            let place = lowering.flatPointer(target, to)
            if let known = lowering.known(count) {
                return lowering.emit(
                    "call void @llvm.memmove.p0.p0.i64(ptr \(place), ptr \(start), "
                        + "i64 \(known), i1 false), !tbaa !11")
            }
            lowering.callPlain(.move, "ptr \(place), ptr \(start), i64 \(count.text)")
        }
    }

    /// Whether code copies and fills without the engine: 32-bit addresses, whose sum with a count
    /// has at most 34 bits, and no fuel to take for the bytes.
    private func isQuick(_ memory: UInt32) -> Bool {
        !plan.isMetered && !plan.isWide(memory: Int(memory))
    }

    /// A constant count that is small.
    private func known(_ count: IRValue) -> Int64? {
        count.integer.flatMap { (0...Int64(Self.inlineByteCount)).contains($0) ? $0 : nil }
    }

    /// Whether a range ends behind a memory.
    private mutating func isPast(_ memory: UInt32, _ start: IRValue, _ count: IRValue) -> IRValue {
        let end = emit("add i64 \(start.text), \(count.text)", .i64)
        let length = field(NativeLayout.Cell.count, of: memoryCell(Int(memory)))
        let limit = emit("load i64, ptr \(length), align 8, !tbaa !12", .i64)
        return emit("icmp ugt i64 \(end.text), \(limit.text)", .i1)
    }

    private mutating func flatPointer(_ memory: UInt32, _ index: IRValue) -> String {
        let base = memoryBase(Int(memory))
        return emit("getelementptr i8, ptr \(base), i64 \(index.text)", .i64).text
    }

    /// Calls one of C's functions, which use no context.
    private mutating func callPlain(_ helper: RuntimeHelper, _ arguments: String) {
        let table = constantPointer(at: NativeLayout.Context.runtime)
        let code = constantPointer(at: 8 * helper.rawValue, of: table)
        let location = location()
        needsRoom = true
        emit("call void \(code)(\(arguments))\(location)")
    }

    /// Does the work in place, or leaves it to the engine, which traps.
    private mutating func quickly(
        unless isPast: IRValue, _ helper: RuntimeHelper, _ arguments: String,
        _ work: (inout Self) -> Void
    ) {
        let (slow, quick, next) = (newLabel(), newLabel(), newLabel())
        emit("br i1 \(isPast.text), label %L\(slow), label %L\(quick), !prof !5")
        place(slow)
        _ = callHelper(helper, arguments)
        go(to: next)
        place(quick)
        work(&self)
        go(to: next)
        place(next)
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
