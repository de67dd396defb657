internal import Wasm

/// Vector instructions.
extension Translator {
    mutating func vector(_ opcode: Opcode) {
        let description = opcode.description
        guard let form = VectorForm(opcode) else { return vectorGroup(opcode, description) }
        switch form {
        case .plain(let operation, let isSwapped):
            plainVector(operation, description, isSwapped: isSwapped)
            if isDeterministic, let canonicalize = opcode.vectorCanonicalization {
                emit(canonicalize, lastResult, lastResult, 0)
            }
        case .shift(let operation, let constant): shift(operation, constant)
        case .extractLane(let operation): extractLane(operation, description)
        case .extractHalf: extractHalf(description)
        case .replaceLane(let operation): replaceLane(operation)
        case .shuffle: shuffle()
        case .loadPart, .loadLane, .storeLane:
            guard accessesPlainMemory else { return vectorAccess(opcode, description) }
            vectorMemory(form)
        }
    }

    /// An instruction of ``Operation/vectorAccess``.
    mutating func vectorAccess(_ opcode: Opcode, _ description: InstructionDescription) {
        generalGroup(.vectorAccess, opcode, description)
    }

    /// An instruction of ``Operation/vector``.
    private mutating func vectorGroup(_ opcode: Opcode, _ description: InstructionDescription) {
        if opcode.isVectorAccess { return vectorAccess(opcode, description) }
        let slots = popSlots(description)
        let home = pushTemporary(.v128)
        let third = UInt64(slots.count > 2 ? slots[2] : 0)
        emit(
            .vector, home, slots[0], slots.count > 1 ? slots[1] : 0,
            third | UInt64(opcode.rawValue) << 16, result: home)
        if isDeterministic, let canonicalize = opcode.vectorCanonicalization {
            emit(canonicalize, home, home, 0)
        }
    }

    /// The slots of an instruction's operands, first pushed first.
    private mutating func popSlots(_ description: InstructionDescription) -> [Int] {
        var operands: [Operand] = []
        for _ in 0..<(description.operands?.parameterCount ?? 0) { operands.append(pop()) }
        return operands.reversed().map { slot(of: $0) }
    }

    private mutating func plainVector(
        _ operation: Operation, _ description: InstructionDescription, isSwapped: Bool
    ) {
        if description.operands?.parameterCount == 2 {
            let other = pop()
            let one = pop()
            if !isDeterministic, fuseVector(operation, one, other) { return }
            let home = pushTemporary(.v128)
            let (b, c) = isSwapped ? (other.slot, one.slot) : (one.slot, other.slot)
            return emit(operation, home, b, c, result: home)
        }
        let slots = popSlots(description)
        let home = pushTemporary(description.operands?.result?.valueType ?? .v128)
        if slots.count > 2 {
            emit(operation, home, slots[0], slots[1], UInt64(slots[2]), result: home)
        } else {
            emit(operation, home, slots[0], 0, result: home)
        }
    }

    private mutating func shift(_ operation: Operation, _ constant: Operation?) {
        let count = pop()
        let vector = pop()
        if let constant, count.kind == .constant {
            let home = pushTemporary(.v128)
            // Counts are taken modulo the lane's bits, which divide 64.
            return emit(constant, home, vector.slot, Int(count.bits & 63), result: home)
        }
        let countSlot = slot(of: count)
        let home = pushTemporary(.v128)
        emit(operation, home, vector.slot, countSlot, result: home)
    }

    // MARK: Lanes

    private mutating func extractLane(
        _ operation: Operation, _ description: InstructionDescription
    ) {
        let vector = pop()
        let home = pushTemporary(description.operands?.result?.valueType ?? .i32)
        emit(operation, home, vector.slot, Int(validator.index0), result: home)
    }

    /// A lane of 64 bits is a slot of its own.
    private mutating func extractHalf(_ description: InstructionDescription) {
        let vector = pop()
        let home = pushTemporary(description.operands?.result?.valueType ?? .i64)
        emit(.copy, home, vector.slot + Int(validator.index0), 0, result: home)
    }

    private mutating func replaceLane(_ operation: Operation) {
        let scalar = pop()
        let vector = pop()
        let scalarSlot = slot(of: scalar)
        let home = pushTemporary(.v128)
        emit(
            operation, home, vector.slot, scalarSlot, UInt64(validator.index0), result: home)
    }

    private mutating func shuffle() {
        let other = pop()
        let one = pop()
        let home = pushTemporary(.v128)
        let (low, high) = (validator.value, validator.value2)
        if let first = Self.wholeHalf(low), let second = Self.wholeHalf(high) {
            let slots = [one.slot, one.slot + 1, other.slot, other.slot + 1]
            return emit(.shuffle64, home, slots[first], slots[second], result: home)
        }
        emit(.shuffle, home, one.slot, other.slot, low, high, result: home)
    }

    /// Which of the four halves of two vectors these eight bytes of a shuffle's order name; nil
    /// when they mix.
    private static func wholeHalf(_ order: UInt64) -> Int? {
        let half = Int(order & 0xFF) / 8
        let whole = 0x0706_0504_0302_0100 &+ UInt64(half) &* 0x0808_0808_0808_0808
        return half < 4 && order == whole ? half : nil
    }

    // MARK: Parts from and to memory 0

    private mutating func vectorMemory(_ form: VectorForm) {
        let offset = validator.value
        switch form {
        case .loadPart(let operation):
            let address = pop()
            let isSum = address.kind == .sum
            let base = isSum ? address.slot : slot(of: address)
            let place = offset | (isSum ? address.bits << 32 : 0)
            let home = pushTemporary(.v128)
            emit(operation, home, base, 0, place, result: home)
        case .loadLane(let operation):
            let vector = pop()
            let base = slot(of: pop())
            let home = pushTemporary(.v128)
            let place = offset | UInt64(validator.index1) << 32
            emit(operation, home, base, vector.slot, place, result: home)
        case .storeLane(let operation):
            let vector = pop()
            let base = slot(of: pop())
            emit(operation, vector.slot, base, 0, offset | UInt64(validator.index1) << 32)
        default: preconditionFailure("no access to memory")
        }
    }
}

extension Opcode {
    fileprivate var isVectorAccess: Bool { description.accessWidthLog2 != nil }
}
