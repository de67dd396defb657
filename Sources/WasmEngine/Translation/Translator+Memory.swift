internal import Wasm

extension Translator {
    /// Whether the instruction's memory argument names memory 0 with 32-bit addresses.
    var accessesPlainMemory: Bool {
        validator.index0 == 0 && !isMemory64(0) && validator.value <= UInt64(UInt32.max)
    }

    /// A load or store of a number or whole vector.
    mutating func memory(_ form: MemoryForm, _ opcode: Opcode) {
        let isPlain = accessesPlainMemory
        if !isPlain, opcode == .v128Load || opcode == .v128Store {
            return vectorAccess(opcode, opcode.description)
        }
        let value = form.result == nil ? pop() : nil
        let address = pop()
        guard isPlain else { return generalAccess(opcode, form, value, address) }
        let offset = validator.value
        if let value {
            store(form, value, address, UInt32(offset), opcode)
        } else {
            load(form, address, UInt32(offset))
        }
    }

    /// An access to another memory than 0, or with 64-bit addresses.
    private mutating func generalAccess(
        _ opcode: Opcode, _ form: MemoryForm, _ value: Operand?, _ address: Operand
    ) {
        let addressSlot = slot(of: address)
        let a: Int
        var result = -1
        if let value {
            a = slot(of: value)
        } else {
            a = pushTemporary(form.result ?? .i32)
            result = a
        }
        emit(
            .access, a, addressSlot, 0,
            UInt64(opcode.rawValue) | UInt64(UInt16(truncatingIfNeeded: validator.index0)) << 32,
            validator.value, 0, result: result)
    }

    private mutating func load(_ form: MemoryForm, _ address: Operand, _ offset: UInt32) {
        let type = form.result ?? .i32
        if address.kind == .constant {
            let home = pushTemporary(type)
            emit(form.absolute, home, 0, 0, address.bits &+ UInt64(offset), result: home)
            return
        }
        if loadKeepingAddress(form, address, offset, type) { return }
        if type == .i32, let operation = form.throughPointer, isMadeByLast(address),
            lastOperation == .load32
        {
            let (b, c) = (lastField(.b), lastField(.c))
            removeLast()
            let home = pushTemporary(type)
            return emit(operation, home, b, c, UInt64(offset), result: home)
        }
        if let sum = takeAddress(address) {
            let home = pushTemporary(type)
            emitSum(form, home, sum, offset, result: home)
            return
        }
        let home = pushTemporary(type)
        if offset < 65_536 {
            emit(form.near, home, address.slot, Int(offset), result: home)
        } else {
            emit(form.far, home, address.slot, 0, UInt64(offset), result: home)
        }
    }

    /// A load through a local that was just set to a sum: one instruction does both.
    private mutating func loadKeepingAddress(
        _ form: MemoryForm, _ address: Operand, _ offset: UInt32, _ type: ValueType
    ) -> Bool {
        guard address.kind == .local, last != 0, lastResult == address.slot,
            let (slots, constant) = form.keepingAddress
        else { return false }
        let tee = UInt64(address.slot) << 32
        switch lastOperation {
        case .i32Add:
            let (b, c) = (lastField(.b), lastField(.c))
            removeLast()
            let home = pushTemporary(type)
            emit(slots, home, b, c, UInt64(offset) | tee, result: home)
        case .i32AddConstant where offset < 65_536:
            let (b, displacement) = (lastField(.b), words[last + 1] & 0xFFFF_FFFF)
            removeLast()
            let home = pushTemporary(type)
            emit(constant, home, b, Int(offset), displacement | tee, result: home)
        default: return false
        }
        return true
    }

    private mutating func store(
        _ form: MemoryForm, _ value: Operand, _ address: Operand, _ offset: UInt32,
        _ opcode: Opcode
    ) {
        if address.kind == .constant {
            let source = slot(of: value)
            emit(form.absolute, source, 0, 0, address.bits &+ UInt64(offset))
            return
        }
        let isSum = address.kind == .sum
        let place = UInt64(offset) | (isSum ? address.bits << 32 : 0)
        if value.kind == .constant, let operation = form.constant {
            if !isSum, let indexed = form.constantIndexed, isMadeByLast(address),
                lastOperation == .i32Add || lastOperation == .i32ShlAdd,
                let sum = takeAddress(address)
            {
                let place = UInt64(offset) | UInt64(sum.shift) << 32
                return emit(indexed, 0, sum.base, sum.index, place, value.bits)
            }
            emit(operation, 0, address.slot, 0, place, value.bits)
            return
        }
        if form.near == .store32, addToMemory(value, address, offset) { return }
        if !isDeterministic {
            if opcode == .f64Store, fuseStore(value, base: address.slot, place: place) { return }
            if opcode == .v128Store, fuseVectorStore(value, base: address.slot, place: place) {
                return
            }
        }
        if isSum || offset >= 65_536 {
            let source = slot(of: value)
            emit(form.far, source, address.slot, 0, place)
            return
        }
        if value.kind == .local, let sum = takeAddress(address) {
            return emitSum(form, value.slot, sum, offset, result: -1)
        }
        let source = slot(of: value)
        emit(form.near, source, address.slot, Int(offset))
    }

    /// Joins a store with the addition of a constant to what was loaded from the same place; false,
    /// and nothing changed, when it is not that.
    private mutating func addToMemory(
        _ value: Operand, _ address: Operand, _ offset: UInt32
    ) -> Bool {
        guard isInSlot(address), isMadeByLast(value), lastOperation == .i32AddConstant,
            operation(at: previous) == .load32, field(.a, at: previous) == lastField(.b),
            lastField(.b) >= stackBase, field(.b, at: previous) == address.slot,
            field(.c, at: previous) == Int(offset), lastField(.b) != address.slot
        else { return false }
        let constant = words[last + 1]
        removeLast()
        removeLast()
        emit(.memoryAdd32, 0, address.slot, Int(offset), constant)
        return true
    }

    /// An address that is a sum: a slot, and a shifted slot or a constant.
    private struct AddressSum {
        var base: Int
        var index = 0
        var shift = 0
        var displacement: UInt32?
    }

    /// The sum behind an address: of a lazy operand, or of the addition just written, which is taken
    /// back.
    private mutating func takeAddress(_ address: Operand) -> AddressSum? {
        if address.kind == .sum {
            return AddressSum(
                base: address.slot, displacement: UInt32(truncatingIfNeeded: address.bits))
        }
        guard isMadeByLast(address) else { return nil }
        let (b, c) = (lastField(.b), lastField(.c))
        let sum: AddressSum
        switch lastOperation {
        case .i32AddConstant:
            sum = AddressSum(base: b, displacement: UInt32(truncatingIfNeeded: words[last + 1]))
        case .i32Add: sum = AddressSum(base: b, index: c)
        case .i32ShlAdd: sum = AddressSum(base: c, index: b, shift: Int(words[last + 1] & 31))
        default: return nil
        }
        removeLast()
        return sum
    }

    private mutating func emitSum(
        _ form: MemoryForm, _ a: Int, _ sum: AddressSum, _ offset: UInt32, result: Int
    ) {
        if let displacement = sum.displacement {
            emit(
                form.far, a, sum.base, 0, UInt64(offset) | UInt64(displacement) << 32,
                result: result)
        } else {
            emit(
                form.indexed, a, sum.base, sum.index, UInt64(offset) | UInt64(sum.shift) << 32,
                result: result)
        }
    }
}
