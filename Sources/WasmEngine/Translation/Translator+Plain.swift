internal import Wasm

/// Instructions that open or close no block.
extension Translator {
    mutating func plainStep() throws(WasmError) {
        let opcode = validator.opcode
        switch opcode {
        case .nop: break
        case .unreachable: emit(Instruction(.unreachable))
        case .br: branch(to: validator.index0)
        case .brIf: branchIf()
        case .brTable: branchTable()
        case .return: emitReturn()
        case .call: call(validator.index0)
        case .callIndirect: callIndirect()
        case .callRef: callReference()
        case .returnCall, .returnCallIndirect, .returnCallRef: tailCall()
        case .drop: _ = pop()
        case .select, .selectTyped: select()
        case .localGet: pushLocal(Int(validator.index0), validator.local(validator.index0))
        case .localSet: setLocal(Int(validator.index0))
        case .localTee:
            let index = Int(validator.index0)
            setLocal(index)
            pushLocal(index, validator.local(validator.index0))
        case .globalGet: getGlobal()
        case .globalSet: setGlobal()
        case .i32Const: pushConstant(validator.value & 0xFFFF_FFFF, .i32)
        case .i64Const: pushConstant(validator.value, .i64)
        case .f32Const: pushConstant(validator.value & 0xFFFF_FFFF, .f32)
        case .f64Const: pushConstant(validator.value, .f64)
        case .v128Const:
            let home = pushTemporary(.v128)
            emit(.constVector, home, 0, 0, validator.value, validator.value2, result: home)
        case .i32WrapI64 where isLowHalf(): stack[stack.count - 1].type = .i32
        case .refNull: pushConstant(0, validator.castTarget)
        case .refIsNull:
            let operand = pop()
            unary(.i64EqConstant, operand, .i32, second: 0)
        case .refAsNonNull: checkNotNull()
        case .brOnNull, .brOnNonNull: branchOnNull(opcode)
        case .i32Eqz: equalsZero(.i32EqConstant)
        case .i64Eqz: equalsZero(.i64EqConstant)
        case .i64ExtendI32U, .i32ReinterpretF32, .i64ReinterpretF64, .f32ReinterpretI32,
            .f64ReinterpretI64:
            retype(opcode)
        case .memorySize where validator.index0 == 0 && !isMemory64(0):
            let home = pushTemporary(.i32)
            emit(.memorySize, home, 0, 0, result: home)
        case .memorySize, .memoryGrow, .memoryFill, .memoryCopy, .memoryInit, .dataDrop, .tableGet,
            .tableSet, .tableSize, .tableGrow, .tableFill, .tableCopy, .tableInit, .elemDrop,
            .refFunc:
            bulk(opcode)
        case .refI31, .i31GetS, .i31GetU: i31(opcode)
        case .refEq: binaryCompare(.i64Eq, .i32)
        case .throw, .throwRef, .rethrow: throwException(opcode)
        default:
            if let access = MemoryForm(opcode) { return memory(access, opcode) }
            if let form = BinaryForm(opcode) { return binary(form) }
            if let form = UnaryForm(opcode) { return unary(form) }
            if opcode.description.space == .simd { return vector(opcode) }
            try otherGroup(opcode)
        }
    }

    // MARK: Variables

    /// `local.set`, and the first half of `local.tee`.
    private mutating func setLocal(_ index: Int) {
        let operand = pop()
        let target = localSlots[index]
        if operand.kind == .local, operand.slot == target { return }
        let hasUses = localUses[index] > 0
        if hasUses { bringHome(usesOf: index) }
        if operand.kind == .constant { return writeConstant(operand.bits, to: target) }
        if operand.kind == .sum {
            write(operand, to: target)
            return joinAdditions()
        }
        guard !hasUses, isMadeByLast(operand) else {
            return emitCopy(from: operand.slot, to: target, operand.type)
        }
        words[last] = words[last] & ~0xFFFF_0000 | UInt64(target) << 16
        lastResult = target
        joinAdditions()
    }

    /// Joins two additions of small constants to counters and pointers into one instruction.
    private mutating func joinAdditions() {
        guard lastOperation == .i32AddConstant, operation(at: previous) == .i32AddConstant,
            previous + 2 == last, let first = smallConstant(previous),
            let second = smallConstant(last)
        else { return }
        // Leave a counter that a branch may follow alone; only whole loops of pointers gain.
        guard field(.a, at: previous) == field(.b, at: previous), lastField(.a) == lastField(.b)
        else { return }
        let (target, source) = (lastField(.a), lastField(.b))
        let slot = field(.a, at: previous)
        removeLast()
        words[last] = Instruction(.add2, a: slot, b: slot, c: first).bits
        words[last + 1] =
            UInt64(target) | UInt64(source) << 16
            | UInt64(UInt16(truncatingIfNeeded: second)) << 32
        previous = 0
        lastResult = -1
    }

    /// The constant of an instruction's second word, when 16 bits hold it.
    private func smallConstant(_ word: Int) -> Int? {
        let value = Int32(truncatingIfNeeded: Int64(bitPattern: words[word + 1]))
        return value == Int32(Int16(truncatingIfNeeded: value)) ? Int(value) : nil
    }

    private mutating func getGlobal() {
        let index = Int(validator.index0)
        let type = module.module.globals[index].type.value
        let home = pushTemporary(type)
        let (operation, place) = globalAccess(index, type, isSet: false)
        emit(Instruction(operation, a: home, immediate32: place), result: home)
    }

    private mutating func setGlobal() {
        let index = Int(validator.index0)
        let operand = pop()
        if setGlobalToSum(index, operand) { return }
        let source = slot(of: operand)
        let (operation, place) = globalAccess(
            index, module.module.globals[index].type.value, isSet: true)
        emit(Instruction(operation, a: source, immediate32: place))
    }

    /// Moving a stack pointer that is a global: down into a local, or up from one. False, and nothing
    /// changed, for anything else.
    private mutating func setGlobalToSum(_ index: Int, _ operand: Operand) -> Bool {
        guard module.module.globals[index].type.value == .i32,
            index >= module.module.importedGlobalCount
        else { return false }
        let (_, place) = globalAccess(index, .i32, isSet: true)
        if operand.kind == .sum {
            emit(Instruction(.globalSetSum, a: operand.slot, immediate32: place))
            words.append(operand.bits)
            return true
        }
        guard lastOperation == .i32AddConstant, lastResult == operand.slot,
            isInSlot(operand), operation(at: previous) == .globalGet, previous + 1 == last,
            words[previous] >> 32 == UInt64(place), field(.a, at: previous) == lastField(.b),
            lastField(.b) >= stackBase
        else { return false }
        let constant = words[last + 1] & 0xFFFF_FFFF
        removeLast()
        removeLast()
        emit(Instruction(.globalAddTee, a: operand.slot, immediate32: place))
        words.append(constant)
        return true
    }

    private func globalAccess(
        _ index: Int, _ type: ValueType, isSet: Bool
    ) -> (Operation, UInt32) {
        let imported = module.module.importedGlobalCount
        if type == .v128 { return (isSet ? .globalSetVector : .globalGetVector, UInt32(index)) }
        if index < imported {
            return (isSet ? .globalSetIndirect : .globalGetIndirect, UInt32(index))
        }
        let offset = InstanceContext.globalsOffset + 16 * (index - imported)
        return (isSet ? .globalSet : .globalGet, UInt32(offset))
    }

    // MARK: Simple values

    private mutating func select() {
        let condition = pop()
        let other = pop()
        let one = pop()
        if one.type != .v128, selectCompared(condition, one, other) { return }
        if one.type != .v128, selectConstant(condition, one, other) { return }
        // Constants are written to their homes, lowest first.
        let oneSlot = slot(of: one)
        let otherSlot = slot(of: other)
        let conditionSlot = slot(of: condition)
        let home = pushTemporary(one.type)
        emit(
            one.type == .v128 ? .selectVector : .select, home, oneSlot, otherSlot,
            UInt64(conditionSlot), result: home)
    }

    /// A selection of which one side is a small constant; false, and nothing changed, for others.
    private mutating func selectConstant(
        _ condition: Operand, _ one: Operand, _ other: Operand
    ) -> Bool {
        let (constant, operation): (Operand, Operation)
        if one.kind == .constant {
            (constant, operation) = (one, .selectConstant)
        } else {
            (constant, operation) = (other, .selectOrConstant)
        }
        guard constant.kind == .constant, constant.bits <= UInt64(UInt32.max) else { return false }
        let kept = slot(of: operation == .selectConstant ? other : one)
        let conditionSlot = slot(of: condition)
        let home = pushTemporary(one.type)
        emit(
            operation, home, kept, kept, UInt64(conditionSlot) | constant.bits << 32, result: home)
        return true
    }

    /// Joins a selection of two small constants with a comparison; false as above.
    private mutating func selectConstants(
        _ choice: (operation: Operation, isInverted: Bool, second: UInt64), _ one: Operand,
        _ other: Operand
    ) -> Bool {
        let operation: Operation
        switch choice.operation {
        case .selectI32EqConstant: operation = .selectI32EqConstants
        case .selectI32LtUConstant: operation = .selectI32LtUConstants
        default: return false
        }
        let (chosen, left) = choice.isInverted ? (other, one) : (one, other)
        guard chosen.kind == .constant, left.kind == .constant,
            max(chosen.bits, left.bits) <= UInt64(UInt32.max)
        else { return false }
        removeLast()
        let home = pushTemporary(one.type)
        emit(
            operation, home, Int(choice.second & 0xFFFF), 0, choice.second >> 32,
            chosen.bits | left.bits << 32, result: home)
        return true
    }

    /// `(y >> k ^ z) & mask ? x ^ constant : x`, a step of a cyclic redundancy check; false as above.
    private mutating func xorIfBits(_ one: Operand, _ other: Operand) -> Bool {
        guard one.kind == .temporary, isInSlot(other), lastOperation == .i32AndConstant,
            operation(at: previous) == .i32ShrUXor, operation(at: third) == .i32XorConstant,
            field(.a, at: previous) == lastField(.b), lastField(.b) >= stackBase,
            field(.a, at: third) == one.slot, field(.b, at: third) == other.slot
        else { return false }
        let mask = words[last + 1] & 0xFFFF_FFFF
        let (y, z) = (field(.b, at: previous), field(.c, at: previous))
        let shift = words[previous + 1] & 31
        let constant = words[third + 1] & 0xFFFF_FFFF
        for _ in 0..<3 { removeLast() }
        let home = pushTemporary(.i32)
        emit(
            .i32XorIfBits, home, other.slot, y, UInt64(z) | shift << 16 | mask << 32, constant,
            result: home)
        return true
    }

    /// Joins a selection with the comparison that made its condition; false, and nothing changed,
    /// when they do not fit.
    private mutating func selectCompared(
        _ condition: Operand, _ one: Operand, _ other: Operand
    ) -> Bool {
        guard isMadeByLast(condition), let choice = choice() else { return false }
        if choice.operation == .selectBits, xorIfBits(one, other) { return true }
        if selectConstants(choice, one, other) { return true }
        removeLast()
        // The comparison's slots lie at or above the condition's home, or in locals.
        var (chosen, left) = (slot(of: one), slot(of: other))
        if choice.isInverted { swap(&chosen, &left) }
        let home = pushTemporary(one.type)
        emit(choice.operation, home, chosen, left, choice.second, result: home)
        return true
    }

    /// The selection that the comparison written last can become.
    private func choice() -> (operation: Operation, isInverted: Bool, second: UInt64)? {
        let (b, c) = (UInt64(lastField(.b)), UInt64(lastField(.c)))
        let (slots, swapped) = (b | c << 16, c | b << 16)
        let constant = words.count > last + 1 ? words[last + 1] & 0xFFFF_FFFF : 0
        let withConstant = b | constant << 32
        switch lastOperation {
        case .i32Eq: return (.selectI32Eq, false, slots)
        case .i32Ne: return (.selectI32Eq, true, slots)
        case .i32LtS: return (.selectI32LtS, false, slots)
        case .i32LtU: return (.selectI32LtU, false, slots)
        case .i32LeS: return (.selectI32LtS, true, swapped)
        case .i32LeU: return (.selectI32LtU, true, swapped)
        case .i64Eq: return (.selectI64Eq, false, slots)
        case .i64Ne: return (.selectI64Eq, true, slots)
        case .i64LtS: return (.selectI64LtS, false, slots)
        case .i64LtU: return (.selectI64LtU, false, slots)
        case .i64LeS: return (.selectI64LtS, true, swapped)
        case .i64LeU: return (.selectI64LtU, true, swapped)
        case .f64Lt: return (.selectF64Lt, false, slots)
        case .i32EqConstant: return (.selectI32EqConstant, false, withConstant)
        case .i32NeConstant: return (.selectI32EqConstant, true, withConstant)
        case .i32LtSConstant: return (.selectI32LtSConstant, false, withConstant)
        case .i32LtUConstant: return (.selectI32LtUConstant, false, withConstant)
        case .i32GtSConstant where constant != 0x7FFF_FFFF:
            return (.selectI32LtSConstant, true, b | (constant + 1) << 32)
        case .i32GtUConstant where constant != 0xFFFF_FFFF:
            return (.selectI32LtUConstant, true, b | (constant + 1) << 32)
        case .i32AndConstant: return (.selectBits, false, withConstant)
        default: return nil
        }
    }

    /// An instruction that changes a value's type and no bit.
    private mutating func retype(_ opcode: Opcode) {
        let type: ValueType =
            switch opcode {
            case .i64ExtendI32U, .i64ReinterpretF64: .i64
            case .i32ReinterpretF32: .i32
            case .f32ReinterpretI32: .f32
            default: .f64
            }
        if stack[stack.count - 1].kind == .sum { bringHome(stack.count - 1) }
        stack[stack.count - 1].type = type
    }

    /// Whether the top operand was just shifted right so far that it is its low half.
    private func isLowHalf() -> Bool {
        isMadeByLast(stack[stack.count - 1]) && lastOperation == .i64ShrUConstant
            && words[last + 1] & 63 >= 32
    }

    private mutating func equalsZero(_ operation: Operation) {
        let operand = pop()
        if isMadeByLast(operand), let inverse = invertedComparison() {
            let home = pushTemporary(.i32)
            words[last] =
                words[last] & 0xFFFF_FFFF_0000_0000 | UInt64(inverse.operation.number)
                | UInt64(home) << 16
            if inverse.isSwapped {
                let (b, c) = (lastField(.b), lastField(.c))
                words[last] = Instruction(inverse.operation, a: home, b: c, c: b).bits
            }
            lastResult = home
            return
        }
        unary(operation, operand, .i32, second: 0)
    }

    /// What the integer comparison written last becomes when its result is inverted.
    private func invertedComparison() -> (operation: Operation, isSwapped: Bool)? {
        switch lastOperation {
        case .i32Eq: (.i32Ne, false)
        case .i32Ne: (.i32Eq, false)
        case .i32LtS: (.i32LeS, true)
        case .i32LtU: (.i32LeU, true)
        case .i32LeS: (.i32LtS, true)
        case .i32LeU: (.i32LtU, true)
        case .i32EqConstant: (.i32NeConstant, false)
        case .i32NeConstant: (.i32EqConstant, false)
        case .i64Eq: (.i64Ne, false)
        case .i64Ne: (.i64Eq, false)
        case .i64LtS: (.i64LeS, true)
        case .i64LtU: (.i64LeU, true)
        case .i64LeS: (.i64LtS, true)
        case .i64LeU: (.i64LtU, true)
        case .i64EqConstant: (.i64NeConstant, false)
        case .i64NeConstant: (.i64EqConstant, false)
        case .f32Eq: (.f32Ne, false)
        case .f32Ne: (.f32Eq, false)
        case .f64Eq: (.f64Ne, false)
        case .f64Ne: (.f64Eq, false)
        default: nil
        }
    }

    private mutating func checkNotNull() {
        let operand = stack[stack.count - 1]
        guard operand.kind != .constant else { return emit(Instruction(.trapNull)) }
        emit(.trapIfNull, operand.slot, 0, 0)
    }

    private mutating func branchOnNull(_ opcode: Opcode) {
        let operand = pop()
        let source = slot(of: operand)
        if opcode == .brOnNull {
            branch(BranchForm(operation: .branchIfNull, a: source), to: validator.index0)
            // The reference stays, where it is.
            pushAgain(operand, source)
        } else {
            pushAgain(operand, source)
            branch(BranchForm(operation: .branchIfNotNull, a: source), to: validator.index0)
            _ = pop()
        }
    }

    /// Puts back an operand just popped, whose value is now in a slot.
    mutating func pushAgain(_ operand: Operand, _ slot: Int) {
        var again = operand
        if again.kind == .constant {
            again.kind = .temporary
            again.slot = slot
        }
        stack.append(again)
        if again.kind == .local, let index = local(at: again.slot) {
            localUses[index] += 1
            lazyLocals += 1
        }
    }

    private mutating func i31(_ opcode: Opcode) {
        let operand = pop()
        let source = slot(of: operand)
        let type: ValueType = opcode == .refI31 ? .reference(.i31, nullable: false) : .i32
        let home = pushTemporary(type)
        let operation: Operation =
            switch opcode {
            case .refI31: .refI31
            case .i31GetS: .i31GetS
            default: .i31GetU
            }
        emit(operation, home, source, 0, result: home)
    }

    // MARK: Out of line

    func isMemory64(_ index: Int) -> Bool {
        index < module.module.memories.count && module.module.memories[index].addressType == .i64
    }

    private func isTable64(_ index: UInt32) -> Bool {
        module.module.tables[Int(index)].type.addressType == .i64
    }

    /// An instruction of ``Operation/bulk``.
    private mutating func bulk(_ opcode: Opcode) {
        let (index0, index1) = (validator.index0, validator.index1)
        let operandCount: Int
        var result: ValueType?
        switch opcode {
        case .memorySize: (operandCount, result) = (0, isMemory64(Int(index0)) ? .i64 : .i32)
        case .memoryGrow: (operandCount, result) = (1, isMemory64(Int(index0)) ? .i64 : .i32)
        case .tableSize: (operandCount, result) = (0, isTable64(index0) ? .i64 : .i32)
        case .tableGrow: (operandCount, result) = (2, isTable64(index0) ? .i64 : .i32)
        case .tableGet: (operandCount, result) = (1, module.module.tables[Int(index0)].type.element)
        case .refFunc: (operandCount, result) = (0, .reference(.func, nullable: false))
        case .tableSet: operandCount = 2
        case .dataDrop, .elemDrop: operandCount = 0
        default: operandCount = 3
        }
        var operands: [Operand] = []
        for _ in 0..<operandCount { operands.insert(pop(), at: 0) }
        let slots = operands.map { slot(of: $0) }
        let home = result.map { pushTemporary($0) }
        emit(
            .bulk, home ?? 0, slots.first ?? 0, slots.count > 1 ? slots[1] : 0,
            UInt64(opcode.rawValue) | UInt64(slots.count > 2 ? slots[2] : 0) << 16,
            UInt64(index0) | UInt64(index1) << 32, result: home ?? -1)
        words.append(0)
    }

    /// An instruction of ``Operation/atomic`` or ``Operation/gc``.
    private mutating func otherGroup(_ opcode: Opcode) throws(WasmError) {
        let description = opcode.description
        guard description.operands != nil else { return try heapObject(opcode) }
        generalGroup(.atomic, opcode, description)
    }

    /// An instruction whose type is fixed, in the four words of the groups that access memory.
    mutating func generalGroup(
        _ group: Operation, _ opcode: Opcode, _ description: InstructionDescription
    ) {
        guard let types = description.operands else { return }
        var operands: [Operand] = []
        for _ in 0..<types.parameterCount { operands.insert(pop(), at: 0) }
        let slots = operands.map { slot(of: $0) }
        let home = types.result.map { pushTemporary($0.valueType) }
        let first =
            UInt64(opcode.rawValue) | UInt64(slots.count > 2 ? slots[2] : 0) << 16
            | UInt64(UInt16(truncatingIfNeeded: validator.index0)) << 32
            | UInt64(UInt16(truncatingIfNeeded: validator.index1)) << 48
        emit(
            group, home ?? 0, slots.first ?? 0, slots.count > 1 ? slots[1] : 0, first,
            validator.value, result: home ?? -1)
        words.append(validator.value2)
    }
}

extension OperandTypes.Operand {
    /// The value type; an address counts as `i64` (both take one slot).
    var valueType: ValueType {
        switch self {
        case .i32: .i32
        case .i64, .address: .i64
        case .f32: .f32
        case .f64: .f64
        case .v128: .v128
        }
    }
}
