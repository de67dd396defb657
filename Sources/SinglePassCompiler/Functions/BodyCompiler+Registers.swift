internal import Wasm
internal import WasmEngine

// Which value is in which register.
extension BodyCompiler {
    // MARK: The operand stack

    // Most who push know the place: inlined, one case remains.
    @inline(__always)
    mutating func push(_ operand: Operand) {
        switch operand.place {
        case .local: pushLocal(operand)
        case .register: pushRegister(operand)
        case .vector: pushVector(operand)
        case .constant, .slot, .flags, .memory: operands.append(operand)
        }
    }

    @inline(never)
    private mutating func pushLocal(_ operand: Operand) {
        var operand = operand
        operand.deeperUse = topmostUse[operand.localIndex]
        topmostUse[operand.localIndex] = Int32(truncatingIfNeeded: operands.count)
        operands.append(operand)
    }

    @inline(never)
    private mutating func pushRegister(_ operand: Operand) {
        registerOwner[Int(operand.number)] = Int32(truncatingIfNeeded: operands.count)
        operands.append(operand)
    }

    @inline(never)
    private mutating func pushVector(_ operand: Operand) {
        vectorOwner[Int(operand.number)] = Int32(truncatingIfNeeded: operands.count)
        operands.append(operand)
    }

    /// Takes the top operand off; a register it is in stays taken until ``release(_:)``.
    mutating func pop() -> Operand {
        var operand = operands.removeLast()
        if flushedCount > operands.count { flushedCount = operands.count }
        switch operand.place {
        case .local: topmostUse[operand.localIndex] = operand.deeperUse
        case .register: registerOwner[Int(operand.number)] = -1
        case .vector: vectorOwner[Int(operand.number)] = -1
        case .slot: operand.bits = UInt64(truncatingIfNeeded: operands.count)
        case .constant, .flags, .memory: break
        }
        return operand
    }

    /// Gives back the register of an operand that was popped.
    mutating func release(_ operand: Operand) {
        switch operand.place {
        case .register: freeRegisters.insert(number: operand.number)
        case .vector: freeVectors.insert(number: operand.number)
        case .memory: if operand.number < 16 { releaseNumber(operand.number) }
        case .constant, .local, .slot, .flags: break
        }
    }

    private mutating func releaseNumber(_ number: UInt8) {
        if temporaries.contains(number: number) { freeRegisters.insert(number: number) }
    }

    mutating func release(_ register: Register) {
        if temporaries.contains(number: register.rawValue) {
            freeRegisters.insert(number: register.rawValue)
        }
    }

    mutating func release(_ vector: VectorRegister) {
        if vectorTemporaries.contains(number: vector.rawValue) {
            freeVectors.insert(number: vector.rawValue)
        }
    }

    /// Pushes a result that was computed into `register`, the home of local `local` unless that is
    /// negative.
    mutating func pushResult(_ kind: ValueKind, _ register: Register, local: Int = -1) {
        if local < 0 { push(.register(kind, register)) } else { push(.local(kind, local)) }
    }

    mutating func pushResult(_ kind: ValueKind, _ register: VectorRegister, local: Int = -1) {
        if local < 0 { push(.vector(kind, register)) } else { push(.local(kind, local)) }
    }

    // MARK: Taking registers

    mutating func takeRegister() -> Register {
        if freeRegisters.isEmpty { spillDeepest() }
        guard let number = freeRegisters.popLowest() else {
            preconditionFailure("one instruction needs fewer registers than there are")
        }
        return Register(number: number)
    }

    /// A temporary register that is none of `avoided`.
    mutating func takeRegister(avoiding avoided: RegisterSet) -> Register {
        let mask = avoided.rawValue
        // What is spilled may have been in one of those that are no use.
        while freeRegisters.rawValue & ~mask == 0 { spillDeepest() }
        let kept = mask & freeRegisters.rawValue
        freeRegisters.rawValue &= ~kept
        let register = takeRegister()
        freeRegisters.rawValue |= kept
        return register
    }

    /// Takes a certain vector register: whatever operand of the stack is in it moves away.
    mutating func take(_ vector: VectorRegister) {
        let number = vector.rawValue
        if freeVectors.contains(number: number) {
            freeVectors.remove(number: number)
            return
        }
        let owner = Int(vectorOwner[Int(number)])
        precondition(owner >= 0, "a register in use by this instruction is not taken again")
        spill(owner)
        freeVectors.remove(number: number)
    }

    mutating func takeVector() -> VectorRegister {
        if freeVectors.isEmpty { spillDeepestVector() }
        guard let number = freeVectors.popLowest() else {
            preconditionFailure("one instruction needs fewer registers than there are")
        }
        return VectorRegister(number: number)
    }

    /// Takes a certain register: whatever operand of the stack is in it moves away.
    mutating func take(_ register: Register) {
        let number = register.rawValue
        if freeRegisters.contains(number: number) {
            freeRegisters.remove(number: number)
            return
        }
        let owner = Int(registerOwner[Int(number)])
        precondition(owner >= 0, "a register in use by this instruction is not taken again")
        if freeRegisters.isEmpty {
            spill(owner)
            freeRegisters.remove(number: number)
        } else {
            let other = takeRegister()
            assembler.move(other, from: register, .bits64)
            operands.update(owner) { $0.number = other.rawValue }
            registerOwner[Int(other.rawValue)] = Int32(truncatingIfNeeded: owner)
            registerOwner[Int(number)] = -1
        }
    }

    private mutating func spillDeepest() {
        var deepest = Int32.max
        for index in 0..<16 {
            let owner = registerOwner[index]
            if owner >= 0, owner < deepest { deepest = owner }
        }
        precondition(deepest != .max, "one instruction needs fewer registers than there are")
        spill(Int(deepest))
    }

    private mutating func spillDeepestVector() {
        var deepest = Int32.max
        for index in 0..<16 {
            let owner = vectorOwner[index]
            if owner >= 0, owner < deepest { deepest = owner }
        }
        precondition(deepest != .max, "one instruction needs fewer registers than there are")
        spill(Int(deepest))
    }

    /// Moves the operand at a position to its slot.
    mutating func spill(_ position: Int) {
        let operand = operands[position]
        let address = slotAddress(position)
        slotCount = max(slotCount, position + 1)
        switch operand.place {
        case .register:
            assembler.store(address, register(operand), .bits64)
            registerOwner[Int(operand.number)] = -1
            freeRegisters.insert(number: operand.number)
        case .vector:
            storeVector(vector(operand), address, operand.kind)
            vectorOwner[Int(operand.number)] = -1
            freeVectors.insert(number: operand.number)
        case .local:
            storeLocal(operand.localIndex, to: address)
        case .constant, .slot: return
        case .flags, .memory: preconditionFailure("flags are used or evaluated at once")
        }
        operands[position] = .slot(operand.kind)
    }

    private mutating func storeLocal(_ index: Int, to address: Address) {
        switch homes[index] {
        case .register(let register): assembler.store(address, register, .bits64)
        case .vector(let vector): storeVector(vector, address, localKinds[index])
        case .memory(let offset):
            if localKinds[index] == .v128 {
                let vector = takeVector()
                assembler.loadVector(vector, Address(.rbp, offset))
                assembler.storeVector(address, vector)
                release(vector)
            } else {
                let register = takeRegister()
                assembler.load(register, Address(.rbp, offset), .bits64)
                assembler.store(address, register, .bits64)
                release(register)
            }
        }
    }

    /// Moves every operand but the topmost `kept` out of registers, and constants stay.
    mutating func flush(keeping kept: Int = 0) {
        let end = operands.count - kept
        guard flushedCount < end else { return }
        for position in flushedCount..<end {
            if operands[position].place == .local {
                unlink(position, end)
            }
            spill(position)
        }
        flushedCount = end
    }

    /// Ends a local's list of uses above position `end`; those below are being flushed.
    private mutating func unlink(_ position: Int, _ end: Int) {
        let local = operands[position].localIndex
        var use = Int(topmostUse[local])
        guard use >= end else {
            topmostUse[local] = -1
            return
        }
        while Int(operands[use].deeperUse) >= end { use = Int(operands[use].deeperUse) }
        operands.update(use) { $0.deeperUse = -1 }
    }

    /// Before a local changes: operands that are its value get registers or slots of their own.
    mutating func detachUses(of local: Int) {
        var use = Int(topmostUse[local])
        topmostUse[local] = -1
        while use >= 0 {
            let deeper = Int(operands[use].deeperUse)
            detach(use, local)
            use = deeper
        }
    }

    private mutating func detach(_ position: Int, _ local: Int) {
        let kind = operands[position].kind
        switch homes[local] {
        case .register(let home) where !freeRegisters.isEmpty:
            let register = takeRegister()
            assembler.move(register, from: home, .bits64)
            operands[position] = .register(kind, register)
            registerOwner[Int(register.rawValue)] = Int32(truncatingIfNeeded: position)
        case .vector(let home) where !freeVectors.isEmpty:
            let vector = takeVector()
            assembler.move(vector, from: home)
            operands[position] = .vector(kind, vector)
            vectorOwner[Int(vector.rawValue)] = Int32(truncatingIfNeeded: position)
        case .register, .vector, .memory: spill(position)
        }
    }

    // MARK: Operands in registers

    func register(_ operand: Operand) -> Register {
        Register(number: operand.number)
    }

    func vector(_ operand: Operand) -> VectorRegister {
        VectorRegister(number: operand.number)
    }

    /// A register that holds a popped operand: a temporary, or a local's home, which must not be
    /// written. Changes no flags.
    mutating func read(_ operand: inout Operand) -> Register {
        if operand.place == .register { return register(operand) }
        if operand.place == .local, case .register(let home) = homes[operand.localIndex] {
            return home
        }
        return own(&operand)
    }

    /// A temporary register that holds a popped operand and may be written. Changes no flags.
    mutating func own(_ operand: inout Operand) -> Register {
        if operand.place == .register { return register(operand) }
        operand = .register(operand.kind, loaded(operand))
        return register(operand)
    }

    /// A temporary register with a popped operand that was in none.
    @inline(never)
    private mutating func loaded(_ operand: Operand) -> Register {
        if operand.place == .memory { release(operand) }
        let slot = poppedSlotAddress(of: operand)
        let register = takeRegister()
        load(operand, into: register, slot: slot)
        return register
    }

    /// Puts a popped operand into a register that was taken. Changes no flags.
    mutating func load(_ operand: Operand, into target: Register, slot: Address) {
        switch operand.place {
        case .register: assembler.move(target, from: register(operand), .bits64)
        case .local:
            switch homes[operand.localIndex] {
            case .register(let home): assembler.move(target, from: home, .bits64)
            case .memory(let offset):
                assembler.load(target, Address(.rbp, offset), operand.kind.width)
            case .vector: preconditionFailure("an integer local is expected")
            }
        case .constant:
            assembler.moveKeepingFlags(target, immediate: Int64(bitPattern: operand.bits))
        case .slot: assembler.load(target, slot, operand.kind.width)
        case .memory:
            notePendingLoad(operand)
            assembler.load(target, pendingLoad.address, operand.kind.width)
        case .vector, .flags: preconditionFailure("an integer operand is expected")
        }
    }

    /// As ``read(_:)-9mqd8``, for a vector register.
    mutating func readVector(_ operand: inout Operand) -> VectorRegister {
        switch operand.place {
        case .vector: return vector(operand)
        case .local:
            if case .vector(let home) = homes[operand.localIndex] { return home }
        case .constant, .slot, .memory: break
        case .register, .flags: preconditionFailure("a vector operand is expected")
        }
        return ownVector(&operand)
    }

    /// As ``own(_:)``, for a vector register.
    mutating func ownVector(_ operand: inout Operand) -> VectorRegister {
        if operand.place == .vector { return vector(operand) }
        if operand.place == .memory { release(operand) }
        let slot = poppedSlotAddress(of: operand)
        let target = takeVector()
        load(operand, into: target, slot: slot)
        operand = .vector(operand.kind, target)
        return target
    }

    mutating func load(_ operand: Operand, into target: VectorRegister, slot: Address) {
        switch operand.place {
        case .vector: assembler.move(target, from: vector(operand))
        case .local:
            switch homes[operand.localIndex] {
            case .vector(let home): assembler.move(target, from: home)
            case .memory(let offset): loadVector(target, Address(.rbp, offset), operand.kind)
            case .register: preconditionFailure("a vector local is expected")
            }
        case .constant: loadConstant(operand, into: target)
        case .slot: loadVector(target, slot, operand.kind)
        case .memory:
            notePendingLoad(operand)
            loadVector(target, pendingLoad.address, operand.kind)
        case .register, .flags: preconditionFailure("a vector operand is expected")
        }
    }

    private mutating func loadConstant(_ operand: Operand, into target: VectorRegister) {
        if operand.bits == 0 {
            assembler.vector(.xorps, target, target, target)
            return
        }
        let register = takeRegister()
        assembler.moveKeepingFlags(register, immediate: Int64(bitPattern: operand.bits))
        assembler.move(target, from: register, operand.kind.width)
        release(register)
    }

    /// The slot of a popped operand, which remembers its position.
    func poppedSlotAddress(of operand: Operand) -> Address {
        operand.place == .slot
            ? slotAddress(Int(truncatingIfNeeded: operand.bits)) : Address(.rbp)
    }

    // MARK: Results

    /// The local that the next instruction writes, when an integer result may be computed straight
    /// into its register; else -1. Operands that are the local's value must have been popped or
    /// may be moved away.
    mutating func nextIntegerLocal() -> Int {
        let index = validator.followingLocalWrite
        guard index >= 0, case .register = homes[index] else { return -1 }
        return index
    }

    mutating func nextVectorLocal() -> Int {
        let index = validator.followingLocalWrite
        guard index >= 0, case .vector = homes[index] else { return -1 }
        return index
    }

    /// A register for an integer result: the home of the local that the next instruction writes, if
    /// it has one other than `avoided`; else a temporary. Sources may have been released: so it writes
    /// no code, and a local whose old value is still on the stack does not count.
    mutating func resultRegister(
        avoiding avoided: Register? = nil
    ) -> (register: Register, local: Int) {
        let index = nextIntegerLocal()
        if index >= 0, topmostUse[index] < 0, case .register(let home) = homes[index],
            home != avoided
        {
            return (home, index)
        }
        return (takeRegister(), -1)
    }

    /// As ``resultRegister(avoiding:)``, for a vector register.
    mutating func resultVector(
        avoiding avoided: VectorRegister? = nil
    ) -> (register: VectorRegister, local: Int) {
        let index = nextVectorLocal()
        if index >= 0, topmostUse[index] < 0, case .vector(let home) = homes[index],
            home != avoided
        {
            return (home, index)
        }
        return (takeVector(), -1)
    }

    /// Turns a condition on top of the stack into 0 or 1, unless the instruction uses conditions.
    mutating func materializeFlags(unlessUsedBy opcode: Opcode) {
        switch opcode {
        case .brIf, .if, .select, .selectTyped, .i32Eqz, .drop: return
        default: materializeTopFlags()
        }
    }

    mutating func materializeTopFlags() {
        let number = operands.removeLast().number
        let register = takeRegister()
        if let condition = Condition(rawValue: number) {
            assembler.set(register, if: condition)
            assembler.zeroExtend(register, from: register, .bits8)
        } else {
            let isEqual = number == FlagsNumber.floatEqual
            let other = takeRegister()
            assembler.set(register, if: isEqual ? .equal : .notEqual)
            assembler.set(other, if: isEqual ? .noParity : .parity)
            assembler.arithmetic(isEqual ? .and : .or, register, other, .bits32)
            assembler.zeroExtend(register, from: register, .bits8)
            release(other)
        }
        push(.register(.i32, register))
    }

    /// Moves the operand at a position to its slot, whatever it is.
    mutating func forceSlot(_ position: Int) {
        if operands[position].place == .constant {
            var operand = operands[position]
            storeOperand(&operand, to: slotAddress(position))
            release(operand)
            slotCount = max(slotCount, position + 1)
            operands[position] = .slot(operand.kind)
        } else {
            if operands[position].place == .local { unlinkOne(position) }
            spill(position)
        }
    }

    /// Takes one operand out of its local's list of uses.
    private mutating func unlinkOne(_ position: Int) {
        let local = operands[position].localIndex
        var use = Int(topmostUse[local])
        if use == position {
            topmostUse[local] = operands[position].deeperUse
            return
        }
        while use >= 0, Int(operands[use].deeperUse) != position {
            use = Int(operands[use].deeperUse)
        }
        if use >= 0 { operands[use].deeperUse = operands[position].deeperUse }
    }
}
