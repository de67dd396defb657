internal import Wasm

extension Translator {
    /// A load or store of a number.
    mutating func memory(_ form: MemoryForm, _ opcode: Opcode) {
        let value = form.result == nil ? pop() : nil
        let address = pop()
        let memory = Int(validator.index0)
        let offset = validator.value
        guard memory == 0, !isMemory64(0), offset <= UInt64(UInt32.max) else {
            return generalAccess(opcode, form, value, address)
        }
        if let value {
            store(form, value, address, UInt32(offset), isFloat: opcode == .f64Store)
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
            validator.value, result: result)
        words.append(0)
    }

    private mutating func load(_ form: MemoryForm, _ address: Operand, _ offset: UInt32) {
        let type = form.result ?? .i32
        if address.kind == .constant {
            let home = pushTemporary(type)
            emit(form.absolute, home, 0, 0, address.bits &+ UInt64(offset), result: home)
            return
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

    private mutating func store(
        _ form: MemoryForm, _ value: Operand, _ address: Operand, _ offset: UInt32, isFloat: Bool
    ) {
        if address.kind == .constant {
            let source = slot(of: value)
            emit(form.absolute, source, 0, 0, address.bits &+ UInt64(offset))
            return
        }
        if value.kind == .constant, let operation = form.constant,
            form.near != .store64 || Int64(bitPattern: value.bits) == Int64(Int32(truncatingIfNeeded: value.bits))
        {
            let low = UInt64(offset) | (value.bits & 0xFFFF_FFFF) << 32
            emit(operation, 0, address.slot, 0, low)
            return
        }
        if isFloat, !isDeterministic, fuseStore(value, base: address.slot, offset: offset) { return }
        if value.kind != .constant, !isMadeByLast(value), let sum = takeAddress(address) {
            emitSum(form, value.slot, sum, offset, result: -1)
            return
        }
        let source = slot(of: value)
        if offset < 65_536 {
            emit(form.near, source, address.slot, Int(offset))
        } else {
            emit(form.far, source, address.slot, 0, UInt64(offset))
        }
    }

    /// An address that is a sum: a slot, and a shifted slot or a constant.
    private struct AddressSum {
        var base: Int
        var index = 0
        var shift = 0
        var displacement: UInt32?
    }

    /// Takes back the addition that made an address, and the shift before it.
    private mutating func takeAddress(_ address: Operand) -> AddressSum? {
        guard isMadeByLast(address) else { return nil }
        switch lastOperation {
        case .i32AddConstant:
            let sum = AddressSum(
                base: lastField(.b), displacement: UInt32(truncatingIfNeeded: words[last + 1]))
            removeLast()
            return sum
        case .i32Add:
            var sum = AddressSum(base: lastField(.b), index: lastField(.c))
            let shifted = previous
            removeLast()
            // A shifted operand in a stack slot was made for this addition alone.
            if operation(at: shifted) == .i32ShlConstant, words.count == shifted + 2 {
                let made = field(.a, at: shifted)
                if made >= stackBase, made == sum.index || made == sum.base, sum.index != sum.base {
                    if made == sum.base { swap(&sum.base, &sum.index) }
                    sum.index = field(.b, at: shifted)
                    sum.shift = Int(words[shifted + 1] & 31)
                    removeLast()
                }
            }
            return sum
        default: return nil
        }
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
