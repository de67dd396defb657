internal import Wasm
internal import WasmEngine

extension FunctionCompiler {
    /// Writes code for the instruction that was just checked.
    mutating func translate(_ opcode: Opcode) {
        guard isReachable || Self.shapesControl(opcode) else { return }
        switch opcode {
        case .unreachable:
            trap(.unreachable)
            leaveBlock()
        case .nop, .atomicFence where opcode == .nop: break
        case .block, .loop, .if, .else, .end, .br, .brIf, .brTable, .return, .try, .catch,
            .catchAll, .delegate, .rethrow, .throw, .throwRef, .tryTable, .brOnNull,
            .brOnNonNull, .brOnCast, .brOnCastFail:
            control(opcode)
        case .call, .callIndirect, .callRef, .returnCall, .returnCallIndirect, .returnCallRef:
            calls(opcode)
        case .drop:
            release(pop())
        case .select, .selectTyped: select()
        case .localGet: push(.local(localKinds[Int(validator.index0)], validator.index0))
        case .localSet, .localTee: writeLocal(isTee: opcode == .localTee)
        case .globalGet: getGlobal()
        case .globalSet: setGlobal()
        case .i32Const: push(.constant(.i32, validator.value))
        case .i64Const: push(.constant(.i64, validator.value))
        case .f32Const: push(.constant(.f32, validator.value))
        case .f64Const: push(.constant(.f64, validator.value))
        default:
            if opcode.rawValue >= Opcode.i32Load.rawValue
                && opcode.rawValue <= Opcode.memoryGrow.rawValue
            {
                memory(opcode)
            } else if opcode.rawValue >= Opcode.i32Eqz.rawValue
                && opcode.rawValue <= Opcode.i64Extend32S.rawValue
            {
                numeric(opcode)
            } else {
                other(opcode)
            }
        }
    }

    /// Instructions that matter even where they can not be reached.
    private static func shapesControl(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .block, .loop, .if, .else, .end, .try, .catch, .catchAll, .delegate, .tryTable: true
        default: false
        }
    }

    // MARK: Locals and globals

    private mutating func writeLocal(isTee: Bool) {
        let index = Int(validator.index0)
        var operand = pop()
        if operand.place == .local, operand.localIndex == index {
            // The value was computed in place, or is the local's own.
            if isTee { push(.local(operand.kind, validator.index0)) }
            return
        }
        detachUses(of: index)
        switch homes[index] {
        case .register(let home):
            load(operand, into: home, slot: poppedSlotAddress(of: operand))
        case .vector(let home):
            load(operand, into: home, slot: poppedSlotAddress(of: operand))
        case .memory(let offset): storeOperand(&operand, to: Address(.rsp, offset))
        }
        release(operand)
        if isTee { push(.local(operand.kind, validator.index0)) }
    }

    /// Stores a popped operand's whole slot.
    mutating func storeOperand(_ operand: inout Operand, to address: Address) {
        if operand.kind.isVector {
            if operand.place == .constant, operand.kind != .v128 {
                let register = takeRegister()
                assembler.moveKeepingFlags(register, immediate: Int64(bitPattern: operand.bits))
                assembler.store(address, register, operand.kind.width)
                release(register)
            } else {
                storeVector(readVector(&operand), address, operand.kind)
            }
        } else if operand.place == .constant, let short = Int32(exactly: Int64(bitPattern: operand.bits)) {
            assembler.store(address, immediate: short, .bits64)
        } else {
            assembler.store(address, read(&operand), .bits64)
        }
    }

    private mutating func getGlobal() {
        let kind = ValueKind(module.context.globalType(validator.index0).value)
        let pointer = globalPointer(validator.index0)
        if kind.isVector {
            let target = localVectorTarget() ?? takeVector()
            loadVector(target, Address(pointer), kind)
            release(pointer)
            pushResult(kind, target)
        } else {
            release(pointer)
            let target = localTarget() ?? takeRegister()
            assembler.load(target, Address(pointer), kind.width)
            pushResult(kind, target)
        }
    }

    private mutating func setGlobal() {
        var operand = pop()
        let pointer = globalPointer(validator.index0)
        let address = Address(pointer)
        if operand.kind == .i32 || operand.kind == .f32 {
            // The whole slot: readers may look at all eight bytes.
            if operand.kind == .f32 {
                assembler.store(address, readVector(&operand), .bits32)
                assembler.store(Address(pointer, 4), immediate: 0, .bits32)
            } else {
                storeOperand(&operand, to: address)
            }
        } else {
            storeOperand(&operand, to: address)
        }
        release(pointer)
        release(operand)
    }

    /// A temporary register that points at a global's 16 bytes.
    private mutating func globalPointer(_ index: UInt32) -> Register {
        let register = takeRegister()
        assembler.load(register, Address(.r14, NativeInterface.globalsOffset), .bits64)
        assembler.load(
            register, Address(register, Int32(truncatingIfNeeded: index) * 8), .bits64)
        return register
    }

    // MARK: Select

    private mutating func select() {
        var condition = pop()
        var second = pop()
        var first = pop()
        let kind = first.kind
        if kind.isVector {
            let target = ownVector(&first)
            let other = readVector(&second)
            let skip = assembler.makeLabel()
            assembler.jump(if: test(&condition), to: skip)
            assembler.move(target, from: other)
            assembler.bind(skip)
            release(condition)
            release(second)
            push(.vector(kind, target))
        } else {
            let target = own(&first)
            let other = read(&second)
            let holds = test(&condition)
            assembler.moveIf(holds.negated, target, from: other, .bits64)
            release(condition)
            release(second)
            push(.register(kind, target))
        }
    }

    /// Sets the flags for a popped `i32` and returns the condition that holds when it is not 0.
    mutating func test(_ operand: inout Operand) -> Condition {
        if operand.place == .flags { return Condition(rawValue: operand.number) ?? .notEqual }
        let register = read(&operand)
        assembler.test(register, register, operand.kind.width)
        return .notEqual
    }

    // MARK: Traps

    /// Traps here.
    mutating func trap(_ code: TrapCode) {
        noteTrap(code)
        assembler.undefinedInstruction()
    }

    /// The next instruction may fault, which means `code`.
    mutating func noteTrap(_ code: TrapCode) {
        traps.append(
            TrapEntry(
                codeOffset: UInt32(assembler.offset), code: code.rawValue,
                wasmOffset: UInt32(truncatingIfNeeded: validator.offset)))
    }

    /// A label that traps when it is jumped to.
    mutating func trapLabel(_ code: TrapCode) -> Assembler.Label {
        let label = assembler.makeLabel()
        trapStubs.append(TrapStub(label: label, code: code, wasmOffset: validator.offset))
        return label
    }

    mutating func writeTrapStubs() {
        for stub in trapStubs {
            assembler.bind(stub.label)
            traps.append(
                TrapEntry(
                    codeOffset: UInt32(assembler.offset), code: stub.code.rawValue,
                    wasmOffset: UInt32(truncatingIfNeeded: stub.wasmOffset)))
            assembler.undefinedInstruction()
        }
    }
}
