internal import Wasm

/// Structures, arrays and casts: instructions of ``Operation/gc``.
///
/// Words: {op, a: result, b, c: operands}, {opcode, d: operand, -, width}, {first, second}, {third}.
extension Translator {
    mutating func heapObject(_ opcode: Opcode) throws(WasmError) {
        switch opcode {
        case .structNew: makeFromOperands(fieldCount(validator.index0))
        case .arrayNewFixed: makeFromOperands(Int(validator.index1))
        case .structNewDefault: make(operandCount: 0)
        case .arrayNewDefault: make(operandCount: 1)
        case .arrayNew, .arrayNewData, .arrayNewElem: make(operandCount: 2)
        case .structGet, .structGetS, .structGetU, .structSet: accessField(opcode)
        case .arrayGet, .arrayGetS, .arrayGetU, .arraySet, .arrayLen: accessElement(opcode)
        case .arrayFill: fillArray()
        case .arrayCopy: onConsecutiveOperands(5)
        case .arrayInitData, .arrayInitElem: onConsecutiveOperands(4)
        case .refTest, .refTestNull: test(opcode)
        case .refCast, .refCastNull: cast(opcode)
        case .brOnCast, .brOnCastFail: branchOnCast(opcode)
        case .anyConvertExtern, .externConvertAny: break  // No bit changes.
        default:
            throw .invalid(
                WasmProblem(
                    "not supported", found: "\(opcode.description.mnemonic)", section: "code",
                    function: function, offset: validator.offset))
        }
    }

    /// The operands of an instruction of the group, and what else it needs.
    private struct GroupWords {
        var opcode: Opcode
        var a = 0
        var b = 0
        var c = 0
        var d = 0
        var width = HeapWidth.byte
        var first: UInt32 = 0
        var second: UInt32 = 0
    }

    private mutating func emit(_ group: GroupWords, result: Int = -1) {
        let head =
            UInt64(group.opcode.rawValue) | UInt64(UInt16(truncatingIfNeeded: group.d)) << 16
            | UInt64(group.width.rawValue) << 48
        emit(
            .gc, group.a, group.b, group.c, head,
            UInt64(group.first) | UInt64(group.second) << 32, result: result)
        words.append(0)
    }

    private func fieldCount(_ type: UInt32) -> Int {
        validator.context.fieldCount(ofType: type) ?? 0
    }

    private func number(_ type: UInt32) -> UInt32 { module.typeNumbers[Int(type)] }

    private mutating func popSlots(_ count: Int) -> [Int] {
        var operands: [Operand] = []
        for _ in 0..<count { operands.append(pop()) }
        return operands.reversed().map { slot(of: $0) }
    }

    private func elementWidth(_ type: UInt32) -> HeapWidth {
        HeapWidth(validator.context.field(0, ofType: type).storage)
    }

    // MARK: Making

    /// `struct.new`, `array.new_fixed`: the values lie in consecutive slots.
    private mutating func makeFromOperands(_ count: Int) {
        bringTopHome(count)
        let first = count > 0 ? stack[stack.count - count].home : nextHome
        for _ in 0..<count { _ = pop() }
        let home = pushTemporary(.structref)
        emit(
            GroupWords(
                opcode: validator.opcode, a: home, b: first, first: number(validator.index0),
                second: validator.index1), result: home)
    }

    private mutating func make(operandCount: Int) {
        let slots = popSlots(operandCount)
        let home = pushTemporary(.structref)
        emit(
            GroupWords(
                opcode: validator.opcode, a: home, b: slots.first ?? 0, c: slots.last ?? 0,
                first: number(validator.index0), second: validator.index1), result: home)
    }

    // MARK: Fields and elements

    private mutating func accessField(_ opcode: Opcode) {
        let (type, field) = (validator.index0, Int(validator.index1))
        let storage = validator.context.field(field, ofType: type).storage
        var group = GroupWords(
            opcode: opcode, width: HeapWidth(storage),
            first: module.fieldOffsets[Int(type)][field])
        if opcode == .structGetS { group.width = group.width.signed }
        if opcode == .structSet {
            let slots = popSlots(2)
            (group.b, group.c) = (slots[0], slots[1])
            return emit(group)
        }
        group.b = popSlots(1)[0]
        group.a = pushTemporary(storage.unpacked)
        emit(group, result: group.a)
    }

    private mutating func accessElement(_ opcode: Opcode) {
        var group = GroupWords(opcode: opcode)
        var result = ValueType.i32
        if opcode != .arrayLen {
            group.width = elementWidth(validator.index0)
            result = validator.context.field(0, ofType: validator.index0).storage.unpacked
        }
        if opcode == .arrayGetS { group.width = group.width.signed }
        let slots = popSlots(opcode == .arrayLen ? 1 : opcode == .arraySet ? 3 : 2)
        group.b = slots[0]
        if slots.count > 1 { group.c = slots[1] }
        if opcode == .arraySet {
            group.d = slots[2]
            return emit(group)
        }
        group.a = pushTemporary(result)
        emit(group, result: group.a)
    }

    private mutating func fillArray() {
        let slots = popSlots(4)
        emit(
            GroupWords(
                opcode: .arrayFill, a: slots[0], b: slots[1], c: slots[2], d: slots[3],
                width: elementWidth(validator.index0)))
    }

    /// `array.copy`, `array.init_data`, `array.init_elem`: operands of one slot each.
    private mutating func onConsecutiveOperands(_ count: Int) {
        bringTopHome(count)
        let first = stack[stack.count - count].home
        for _ in 0..<count { _ = pop() }
        emit(
            GroupWords(
                opcode: validator.opcode, b: first, width: elementWidth(validator.index0),
                first: validator.index1))
    }

    // MARK: Casts

    private func check(_ opcode: Opcode, _ source: Int) -> GroupWords {
        let test = CastTest(validator.castTarget, typeNumbers: module.typeNumbers)
        var group = GroupWords(opcode: opcode, b: source, first: test.number, second: test.depth)
        group.d = Int(test.kind.rawValue)
        return group
    }

    private mutating func test(_ opcode: Opcode) {
        let source = popSlots(1)[0]
        var group = check(opcode, source)
        group.a = pushTemporary(.i32)
        emit(group, result: group.a)
    }

    /// The reference stays where it is.
    private mutating func cast(_ opcode: Opcode) {
        let operand = pop()
        let source = slot(of: operand)
        emit(check(opcode, source))
        pushAgain(operand, source)
    }

    private mutating func branchOnCast(_ opcode: Opcode) {
        let operand = pop()
        let source = slot(of: operand)
        pushAgain(operand, source)
        let flag = pushTemporary(.i32)
        _ = pop()
        var group = check(validator.castTarget.isNullable ? .refTestNull : .refTest, source)
        group.a = flag
        emit(group)
        let isFail = opcode == .brOnCastFail
        branch(
            BranchForm(operation: isFail ? .branchIfZero : .branchIfNonzero, a: flag),
            to: validator.index0)
    }
}
