internal import Wasm
internal import WasmEngine

// Locals, globals, select; traps.
extension BodyCompiler {
    // MARK: Locals and globals

    @inline(never)
    mutating func readLocal() {
        let index = Int(validator.index0)
        var operand = Operand.local(localKinds[index], index)
        operand.deeperUse = topmostUse[index]
        topmostUse[index] = Int32(truncatingIfNeeded: operands.count)
        operands.append(operand)
    }

    @inline(never)
    mutating func writeLocal(isTee: Bool) {
        let index = Int(validator.index0)
        var operand = pop()
        if operand.place == .local, operand.localIndex == index {
            // The value was computed in place, or is the local's own.
            if isTee { push(.local(localKinds[index], index)) }
            return
        }
        detachUses(of: index)
        switch homes[index] {
        case .register(let home):
            load(operand, into: home, slot: poppedSlotAddress(of: operand))
        case .vector(let home):
            load(operand, into: home, slot: poppedSlotAddress(of: operand))
        case .memory(let offset):
            storeOperand(&operand, to: Address(.rbp, offset))
            // The value stays where it is.
            if isTee { return push(operand) }
        }
        release(operand)
        if isTee { push(.local(localKinds[index], index)) }
    }

    /// Stores a popped operand's whole slot.
    mutating func storeOperand(_ operand: inout Operand, to address: Address) {
        if operand.kind.isVector, operand.kind != .v128 || operand.place != .constant {
            if operand.place == .constant {
                storeConstant(operand.bits, to: address)
            } else {
                storeVector(readVector(&operand), address, operand.kind)
            }
        } else if operand.place == .constant {
            storeConstant(operand.bits, to: address)
        } else {
            assembler.store(address, read(&operand), .bits64)
        }
    }

    private mutating func storeConstant(_ bits: UInt64, to address: Address) {
        if let short = Int32(exactly: Int64(bitPattern: bits)) {
            assembler.store(address, immediate: short, .bits64)
        } else {
            let register = takeRegister()
            assembler.moveKeepingFlags(register, immediate: Int64(bitPattern: bits))
            assembler.store(address, register, .bits64)
            release(register)
        }
    }

    @inline(never)
    mutating func getGlobal() {
        let kind = ValueKind(context.globalType(validator.index0).value)
        let (address, pointer) = globalAddress(Int(validator.index0))
        if let pointer { release(pointer) }
        if kind.isVector {
            let (target, local) = resultVector()
            loadVector(target, address, kind)
            pushResult(kind, target, local: local)
        } else {
            let (target, local) = resultRegister()
            assembler.load(target, address, kind.width)
            pushResult(kind, target, local: local)
        }
    }

    @inline(never)
    mutating func setGlobal() {
        var operand = pop()
        let (address, pointer) = globalAddress(Int(validator.index0))
        if operand.kind == .f32, operand.place != .constant {
            // The whole slot: readers may look at all eight bytes.
            assembler.store(address, readVector(&operand), .bits32)
            assembler.store(address.advanced(by: 4), immediate: 0, .bits32)
        } else {
            storeOperand(&operand, to: address)
        }
        if let pointer { release(pointer) }
        release(operand)
    }

    /// Where a global's 16 bytes are, and the temporary register that this needs, if any.
    private mutating func globalAddress(_ index: Int) -> (Address, Register?) {
        let own = index - importedGlobalCount
        if own >= 0, own < 1 << 20 {
            let offset = NativeLayout.Context.ownGlobals + Int32(truncatingIfNeeded: own) * 16
            return (Address(.r14, offset), nil)
        }
        let register = takeRegister()
        assembler.load(register, Address(.r14, NativeLayout.Context.globals), .bits64)
        assembler.load(
            register, Address(register, Int32(truncatingIfNeeded: index) * 8), .bits64)
        return (Address(register), register)
    }

    // MARK: Select

    @inline(never)
    mutating func select() {
        var condition = pop()
        var second = pop()
        var first = pop()
        let kind = first.kind
        if kind.isVector {
            let target = ownVector(&first)
            let other = readVector(&second)
            let skip = assembler.makeLabel()
            jump(ifNumber: test(&condition), to: skip)
            assembler.move(target, from: other)
            bind(skip)
            release(condition)
            release(second)
            return push(.vector(kind, target))
        }
        let write = nextIntegerLocal()
        var target = Register.rax
        var local = -1
        let conditionRegister = registerHolding(condition)
        if write >= 0, case .register(let home) = homes[write],
            registerHolding(second) != home, conditionRegister != home
        {
            detachUses(of: write)
            if registerHolding(first) != home {
                load(first, into: home, slot: poppedSlotAddress(of: first))
            }
            release(first)
            (target, local) = (home, write)
        } else {
            target = own(&first)
        }
        let other = read(&second)
        let number = test(&condition)
        if let holds = Condition(rawValue: number) {
            assembler.moveIf(holds.negated, target, from: other, .bits64)
        } else if number == FlagsNumber.floatEqual {
            assembler.moveIf(.notEqual, target, from: other, .bits64)
            assembler.moveIf(.parity, target, from: other, .bits64)
        } else {
            // Keep the first when not equal or unordered.
            let skip = assembler.makeLabel()
            jump(ifNumber: number, to: skip)
            assembler.move(target, from: other, .bits64)
            bind(skip)
        }
        release(condition)
        release(second)
        pushResult(kind, target, local: local)
    }

    // MARK: Jumps

    /// Jumps when the condition with a number of ``Operand/Place/flags`` holds.
    mutating func jump(ifNumber number: UInt8, to label: Assembler.Label) {
        if let condition = Condition(rawValue: number) {
            assembler.jump(if: condition, to: label)
        } else if number == FlagsNumber.floatNotEqual {
            assembler.jump(if: .notEqual, to: label)
            assembler.jump(if: .parity, to: label)
        } else {
            let skip = assembler.makeLabel()
            assembler.jump(if: .parity, to: skip)
            assembler.jump(if: .equal, to: label)
            bind(skip)
        }
    }

    /// Binds a label and forgets what was known of the flags.
    mutating func bind(_ label: Assembler.Label) {
        assembler.bind(label)
        zeroFlag.offset = -1
    }

    // MARK: Traps

    /// Traps here: a call that does not return, which costs no signal. Where the stack is exhausted
    /// nothing can be pushed: the frame may reach far below it.
    mutating func trapNow(_ code: TrapCode, _ wasmOffset: Int) {
        appendTrap(code, wasmOffset)
        if code == .stackExhausted {
            assembler.undefinedInstruction()
        } else {
            assembler.call(Address(.r14, NativeLayout.Context.trap))
        }
    }

    /// The next instruction may fault, which means `code`.
    mutating func noteTrap(_ code: TrapCode) { appendTrap(code, validator.offset) }

    mutating func appendTrap(_ code: TrapCode, _ wasmOffset: Int) {
        let offset = UInt32(truncatingIfNeeded: assembler.offset)
        traps.append(TrapSite(offset: offset, code: code))
        places.append(
            CodeSite(offset: offset, wasmOffset: UInt32(truncatingIfNeeded: wasmOffset)))
    }

    /// The next instruction written accesses a memory with a guard: a fault there needs no entry
    /// among the traps.
    mutating func noteAccess(_ wasmOffset: Int) {
        places.append(
            CodeSite(
                offset: UInt32(truncatingIfNeeded: assembler.offset),
                wasmOffset: UInt32(truncatingIfNeeded: wasmOffset)))
    }

    /// A label that traps when it is jumped to.
    mutating func trapLabel(_ code: TrapCode) -> Assembler.Label {
        let label = assembler.makeLabel()
        trapStubs.append(TrapStub(label: label, code: code, wasmOffset: validator.offset))
        return label
    }

    mutating func writeTrapStubs() {
        for index in 0..<trapStubs.count {
            let stub = trapStubs[index]
            assembler.bind(stub.label)
            trapNow(stub.code, stub.wasmOffset)
        }
    }
}
