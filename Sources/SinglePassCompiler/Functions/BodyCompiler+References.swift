internal import Wasm
internal import WasmEngine

// References, tables, bulk operations, aggregates and exceptions: mostly by runtime functions.
extension BodyCompiler {
    mutating func translateReference(_ opcode: Opcode) {
        switch opcode {
        case .refNull: push(.constant(.reference, 0))
        case .refIsNull: equalZero(.bits64)
        case .refFunc:
            callHelper(
                .refFunc, immediates: [validator.index0], operandCount: 0, result: .reference)
        case .refEq: compareIntegers(.equal, .bits64)
        case .refAsNonNull:
            var operand = pop()
            let register = read(&operand)
            assembler.test(register, register, .bits64)
            assembler.jump(if: .equal, to: trapLabel(.nullReference))
            push(operand)
        case .brOnNull: branchOnNull(Int(validator.index0), whenNull: true)
        case .brOnNonNull: branchOnNull(Int(validator.index0), whenNull: false)
        case .anyConvertExtern, .externConvertAny: break
        case .refI31: makeI31()
        case .i31GetS, .i31GetU: readI31(isSigned: opcode == .i31GetS)
        case .i32TruncSatF32S: truncate(.f32, isSigned: true, saturates: true, .i32)
        case .i32TruncSatF32U: truncate(.f32, isSigned: false, saturates: true, .i32)
        case .i32TruncSatF64S: truncate(.f64, isSigned: true, saturates: true, .i32)
        case .i32TruncSatF64U: truncate(.f64, isSigned: false, saturates: true, .i32)
        case .i64TruncSatF32S: truncate(.f32, isSigned: true, saturates: true, .i64)
        case .i64TruncSatF32U: truncate(.f32, isSigned: false, saturates: true, .i64)
        case .i64TruncSatF64S: truncate(.f64, isSigned: true, saturates: true, .i64)
        case .i64TruncSatF64U: truncate(.f64, isSigned: false, saturates: true, .i64)
        default: translateBulk(opcode)
        }
    }

    private mutating func translateBulk(_ opcode: Opcode) {
        let (one, two) = (validator.index0, validator.index1)
        switch opcode {
        case .memoryFill: memoryFill()
        case .memoryCopy: memoryCopy()
        case .memoryInit:
            callHelper(.memoryInit, immediates: [two, one], operandCount: 3, result: nil)
        case .tableGrow:
            let type = context.addressType(ofTable: one).valueType
            callHelper(
                .tableGrow, immediates: [one], operandCount: 2, result: ValueKind(type))
        case .tableGet: tableGet()
        case .tableSet: tableSet()
        case .tableSize: tableSize()
        case .dataDrop, .elemDrop:
            perform(operandCount: 0, immediate0: one, immediate1: 0, results: [])
        case .tableInit, .tableCopy:
            perform(operandCount: 3, immediate0: one, immediate1: two, results: [])
        case .tableFill:
            perform(operandCount: 3, immediate0: one, immediate1: 0, results: [])
        default: translateAggregate(opcode)
        }
    }

    // MARK: Tables

    /// A temporary register that points at a table's cell.
    private mutating func tableCell(_ index: UInt32) -> Register {
        let cell = takeRegister()
        assembler.load(cell, Address(.r14, NativeLayout.Context.tables), .bits64)
        assembler.load(cell, Address(cell, Int32(truncatingIfNeeded: index) * 8), .bits64)
        return cell
    }

    private mutating func tableGet() {
        var operand = pop()
        let index = read(&operand)
        let cell = tableCell(validator.index0)
        assembler.arithmetic(.cmp, index, Address(cell, 8), .bits64)
        assembler.jump(if: .aboveOrEqual, to: trapLabel(.tableOutOfBounds))
        assembler.load(cell, Address(cell), .bits64)
        assembler.load(cell, Address(cell, index: index, scale: .eight), .bits64)
        release(operand)
        push(.register(.reference, cell))
    }

    private mutating func tableSet() {
        var value = pop()
        var operand = pop()
        let source = read(&value)
        let index = read(&operand)
        let cell = tableCell(validator.index0)
        assembler.arithmetic(.cmp, index, Address(cell, 8), .bits64)
        assembler.jump(if: .aboveOrEqual, to: trapLabel(.tableOutOfBounds))
        assembler.load(cell, Address(cell), .bits64)
        assembler.store(Address(cell, index: index, scale: .eight), source, .bits64)
        release(cell)
        release(operand)
        release(value)
    }

    private mutating func tableSize() {
        let type = context.addressType(ofTable: validator.index0).valueType
        let cell = tableCell(validator.index0)
        assembler.load(cell, Address(cell, 8), .bits64)
        push(.register(ValueKind(type), cell))
    }

    // MARK: i31 (``Reference``: the 31 bits stand in bits 32 to 62)

    private mutating func makeI31() {
        var operand = pop()
        let register = own(&operand)
        assembler.shift(.shl, register, by: 33, .bits64)
        assembler.shift(.shr, register, by: 1, .bits64)
        assembler.arithmetic(.or, register, immediate: 1, .bits64)
        push(.register(.reference, register))
    }

    private mutating func readI31(isSigned: Bool) {
        var operand = pop()
        let register = own(&operand)
        assembler.test(register, register, .bits64)
        assembler.jump(if: .equal, to: trapLabel(.nullReference))
        if isSigned {
            assembler.shift(.shl, register, by: 1, .bits64)
            assembler.shift(.sar, register, by: 33, .bits64)
            assembler.move(register, from: register, .bits32)
        } else {
            assembler.shift(.shr, register, by: 32, .bits64)
        }
        push(.register(.i32, register))
    }

    // MARK: Structures and arrays, by the engine's own routines

    private mutating func translateAggregate(_ opcode: Opcode) {
        let (one, two) = (validator.index0, validator.index1)
        let context = module.context
        func field(_ place: UInt32) -> ValueKind {
            ValueKind(context.field(Int(place), ofType: one).storage.unpacked)
        }
        switch opcode {
        case .structNew:
            let count = context.fieldCount(ofType: one) ?? 0
            guard count <= 64 else { return isLeftOut = true }
            perform(operandCount: count, immediate0: one, immediate1: 0, results: [.reference])
        case .structNewDefault:
            perform(operandCount: 0, immediate0: one, immediate1: 0, results: [.reference])
        case .structGet, .structGetS, .structGetU:
            perform(operandCount: 1, immediate0: one, immediate1: two, results: [field(two)])
        case .structSet: perform(operandCount: 2, immediate0: one, immediate1: two, results: [])
        case .arrayNew, .arrayNewData, .arrayNewElem:
            perform(operandCount: 2, immediate0: one, immediate1: two, results: [.reference])
        case .arrayNewDefault:
            perform(operandCount: 1, immediate0: one, immediate1: 0, results: [.reference])
        case .arrayNewFixed:
            guard two <= 64 else { return isLeftOut = true }
            perform(
                operandCount: Int(two), immediate0: one, immediate1: two, results: [.reference])
        case .arrayGet, .arrayGetS, .arrayGetU:
            perform(operandCount: 2, immediate0: one, immediate1: 0, results: [field(0)])
        case .arraySet: perform(operandCount: 3, immediate0: one, immediate1: 0, results: [])
        case .arrayLen: perform(operandCount: 1, immediate0: 0, immediate1: 0, results: [.i32])
        case .arrayFill: perform(operandCount: 4, immediate0: one, immediate1: 0, results: [])
        case .arrayCopy: perform(operandCount: 5, immediate0: one, immediate1: two, results: [])
        case .arrayInitData, .arrayInitElem:
            perform(operandCount: 4, immediate0: one, immediate1: two, results: [])
        case .refTest, .refTestNull:
            perform(
                operandCount: 1, immediate0: Self.encoded(validator.castTarget.heapType),
                immediate1: 0, results: [.i32])
        case .refCast, .refCastNull:
            perform(
                operandCount: 1, immediate0: Self.encoded(validator.castTarget.heapType),
                immediate1: 0, results: [.reference])
        case .brOnCast, .brOnCastFail: branchOnCast(whenFits: opcode == .brOnCast)
        case .throw:
            throwException()
        case .throwRef: throwReference()
        default: isLeftOut = true
        }
    }

    /// A heap type as the binary format writes it (core specification 3.0, §5.3.4).
    static func encoded(_ type: HeapType) -> UInt32 {
        if let index = type.typeIndex { return index }
        let code: Int32 =
            switch type {
            case .any: 0x6E
            case .eq: 0x6D
            case .i31: 0x6C
            case .struct: 0x6B
            case .array: 0x6A
            case .none: 0x71
            case .func: 0x70
            case .noFunc: 0x73
            case .extern: 0x6F
            case .noExtern: 0x72
            case .exn: 0x69
            default: 0x74
            }
        return UInt32(bitPattern: code - 0x80)
    }

    private mutating func branchOnCast(whenFits: Bool) {
        let target = validator.castTarget
        let depth = Int(validator.index0)
        // The reference lives across the helper in its slot and is tested by value.
        var reference = pop()
        if reference.place == .local { reference = copied(reference) }
        push(reference)
        let position = operands.count - 1
        forceSlot(position)
        flush()
        shelterLocals()
        assembler.load(.rsi, slotAddress(position), .bits64)
        assembler.move(
            .rdx, immediate: Int64(Int32(bitPattern: Self.encoded(target.heapType))))
        assembler.move(.rcx, immediate: target.isNullable ? 1 : 0)
        callHelper(.refTest)
        restoreLocals()
        assembler.test(.rax, .rax, .bits32)
        let condition: Condition = whenFits ? .notEqual : .equal
        operands.append(Operand(place: .flags, kind: .i32, number: condition.rawValue))
        branchIf(depth)
    }

    private mutating func copied(_ operand: Operand) -> Operand {
        var copy = operand
        _ = own(&copy)
        return copy
    }

    // MARK: Atomics, by the engine's own routines

    mutating func translateAtomic(_ opcode: Opcode) {
        if opcode == .atomicFence { return assembler.fence() }
        guard let types = opcode.description.operands else { return isLeftOut = true }
        var results: [ValueKind] = []
        if let result = types.result { results = [result == .i64 ? .i64 : .i32] }
        perform(
            operandCount: Int(types.parameterCount), immediate0: validator.index0,
            immediate1: 0, results: results, appended: validator.value)
    }
}
