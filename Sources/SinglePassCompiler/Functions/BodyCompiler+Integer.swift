internal import Wasm
internal import WasmEngine

// Integer instructions.
extension BodyCompiler {
    /// The register that already holds a popped operand, if any.
    func registerHolding(_ operand: Operand) -> Register? {
        if operand.place == .register { return register(operand) }
        if operand.place == .local, case .register(let home) = homes[operand.localIndex] {
            return home
        }
        return nil
    }

    /// The memory that holds a popped operand, if it is there.
    func memoryHolding(_ operand: Operand) -> Address? {
        switch operand.place {
        case .slot: return poppedSlotAddress(of: operand)
        case .local:
            if case .memory(let offset) = homes[operand.localIndex] {
                return Address(.rbp, offset)
            }
            return nil
        case .memory: return pendingLoad.address
        case .constant, .register, .vector, .flags: return nil
        }
    }

    // MARK: Two operands

    mutating func integerBinary(_ operation: ArithmeticOperation, _ kind: ValueKind) {
        if pendingScale != 0 { return addScaled(kind) }
        let commutes = operation != .sub
        var second = pop()
        var first = pop()
        if commutes, second.place != .memory,
            first.place == .constant || second.place == .register && first.place != .register
        {
            swap(&first, &second)
        }
        if updateLocalInMemory(operation, &first, &second) { return }
        let width = kind.width
        let write = nextIntegerLocal()
        if write >= 0, case .register(let home) = homes[write] {
            let firstIsHome = first.place == .local && first.localIndex == write
            if !firstIsHome, registerHolding(second) == home, commutes { swap(&first, &second) }
            // A pending load's address may need the local's old value.
            let secondIsHome =
                registerHolding(second) == home
                || second.place == .memory && pendingLoad.address.index == home
            if !secondIsHome || registerHolding(first) == home {
                detachUses(of: write)
                compute(operation, home, &first, &second, width)
                release(first)
                release(second)
                push(.local(kind, write))
                return
            }
        }
        let target: Register
        if first.place == .register {
            target = register(first)
        } else {
            target = takeRegister()
        }
        compute(operation, target, &first, &second, width)
        if first.place == .register, register(first) != target { release(first) }
        release(second)
        push(.register(kind, target))
    }

    /// `target = first operation second`; `target` is not where `second` is, unless `first` is too.
    private mutating func compute(
        _ operation: ArithmeticOperation, _ target: Register, _ first: inout Operand,
        _ second: inout Operand, _ width: Width
    ) {
        if operation == .add || operation == .sub, let left = registerHolding(first),
            left != target
        {
            if let value = second.immediate, operation == .add || value != .min {
                assembler.loadAddress(
                    target, Address(left, operation == .add ? value : -value), width)
                return
            }
            if operation == .add, let right = registerHolding(second) {
                assembler.loadAddress(target, Address(left, index: right), width)
                return
            }
        }
        if registerHolding(first) != target {
            load(first, into: target, slot: poppedSlotAddress(of: first))
        }
        apply(operation, target, &second, width)
        zeroFlag = (assembler.offset, target)
    }

    /// `target = target operation operand`, in the form that suits where the operand is.
    mutating func apply(
        _ operation: ArithmeticOperation, _ target: Register, _ operand: inout Operand,
        _ width: Width
    ) {
        if let value = operand.immediate {
            assembler.arithmetic(operation, target, immediate: value, width)
        } else if let address = memoryHolding(operand) {
            notePendingLoad(operand)
            assembler.arithmetic(operation, target, address, width)
        } else {
            assembler.arithmetic(operation, target, read(&operand), width)
        }
    }

    /// `local = local operation value` for a local in memory.
    private mutating func updateLocalInMemory(
        _ operation: ArithmeticOperation, _ first: inout Operand, _ second: inout Operand
    ) -> Bool {
        let index = validator.followingLocalWrite
        guard index >= 0, validator.followingByte == 0x21, first.place == .local,
            first.localIndex == index, first.kind == localKinds[index],
            case .memory(let offset) = homes[index]
        else { return false }
        detachUses(of: index)
        let address = Address(.rbp, offset)
        if let value = second.immediate {
            assembler.arithmetic(operation, address, immediate: value, first.kind.width)
        } else if second.place != .memory {
            assembler.arithmetic(operation, address, read(&second), first.kind.width)
        } else {
            let register = takeRegister()
            notePendingLoad(second)
            assembler.load(register, pendingLoad.address, first.kind.width)
            assembler.arithmetic(operation, address, register, first.kind.width)
            release(register)
        }
        release(second)
        push(.local(first.kind, index))
        return true
    }

    /// An addition whose second operand is still to be shifted left by ``pendingScale``.
    private mutating func addScaled(_ kind: ValueKind) {
        var second = pop()
        var first = pop()
        let scale = pendingScale
        pendingScale = 0
        if first.place == .constant || first.place == .memory {
            let register = own(&second)
            assembler.shift(.shl, register, by: scale, kind.width)
            apply(.add, register, &first, kind.width)
            release(first)
            push(.register(kind, register))
            return
        }
        let base = read(&first)
        let index = read(&second)
        release(first)
        release(second)
        let (target, local) = resultRegister()
        let factor = Address.Scale(rawValue: scale) ?? .one
        assembler.loadAddress(target, Address(base, index: index, scale: factor), kind.width)
        pushResult(kind, target, local: local)
    }

    mutating func multiply(_ kind: ValueKind) {
        var second = pop()
        var first = pop()
        if first.place == .constant { swap(&first, &second) }
        let width = kind.width
        if let value = second.immediate {
            let source = read(&first)
            release(first)
            let (target, local) = resultRegister()
            assembler.multiply(target, source, immediate: value, width)
            pushResult(kind, target, local: local)
            return
        }
        if first.place != .register, second.place == .register { swap(&first, &second) }
        let write = nextIntegerLocal()
        if write >= 0, case .register(let home) = homes[write] {
            if registerHolding(second) == home { swap(&first, &second) }
            if registerHolding(second) != home {
                let right = read(&second)
                detachUses(of: write)
                if registerHolding(first) != home {
                    load(first, into: home, slot: poppedSlotAddress(of: first))
                }
                assembler.multiply(home, right, width)
                release(first)
                release(second)
                push(.local(kind, write))
                return
            }
        }
        let right = read(&second)
        let target = own(&first)
        assembler.multiply(target, right, width)
        release(second)
        push(.register(kind, target))
    }

    // MARK: Shifts

    mutating func shift(_ operation: ShiftOperation, _ kind: ValueKind) {
        var count = pop()
        let width = kind.width
        if count.place == .constant {
            let amount = UInt8(truncatingIfNeeded: count.bits & (width == .bits64 ? 63 : 31))
            return shiftByConstant(operation, amount, kind)
        }
        if options.features.contains(.bmi2), operation != .rol, operation != .ror {
            var value = pop()
            let by = read(&count)
            let source = read(&value)
            release(count)
            release(value)
            let (target, local) = resultRegister()
            assembler.shiftVariable(operation, target, source, by: by, width)
            pushResult(kind, target, local: local)
            return
        }
        shiftByRCX(operation, &count, kind)
    }

    private mutating func shiftByConstant(
        _ operation: ShiftOperation, _ amount: UInt8, _ kind: ValueKind
    ) {
        let width = kind.width
        let addition: UInt8 = width == .bits64 ? 0x7C : 0x6A
        if operation == .shl, amount > 0, amount < 4, validator.followingByte == addition {
            var value = pop()
            if registerHolding(value) == nil { _ = own(&value) }
            push(value)
            pendingScale = amount
            return
        }
        var value = pop()
        let write = nextIntegerLocal()
        if write >= 0, case .register(let home) = homes[write] {
            detachUses(of: write)
            if registerHolding(value) != home {
                load(value, into: home, slot: poppedSlotAddress(of: value))
            }
            if amount != 0 { assembler.shift(operation, home, by: amount, width) }
            release(value)
            push(.local(kind, write))
        } else {
            let target = own(&value)
            if amount != 0 { assembler.shift(operation, target, by: amount, width) }
            push(.register(kind, target))
        }
    }

    private mutating func shiftByRCX(
        _ operation: ShiftOperation, _ count: inout Operand, _ kind: ValueKind
    ) {
        var value = pop()
        if count.place != .register || register(count) != .rcx {
            if value.place == .register, register(value) == .rcx {
                let other = takeRegister()
                assembler.move(other, from: .rcx, .bits64)
                value = .register(value.kind, other)
            } else {
                take(.rcx)
            }
            load(count, into: .rcx, slot: poppedSlotAddress(of: count))
            release(count)
        }
        let target = own(&value)
        assembler.shiftByCL(operation, target, kind.width)
        release(.rcx)
        push(.register(kind, target))
    }

    // MARK: Comparisons

    mutating func compareIntegers(_ condition: Condition, _ width: Width) {
        var second = pop()
        var first = pop()
        var condition = condition
        if first.place == .constant {
            swap(&first, &second)
            condition = condition.swapped
        }
        if let value = second.immediate {
            if value == 0, first.place == .register || registerHolding(first) != nil {
                let register = read(&first)
                assembler.test(register, register, width)
            } else if let address = memoryHolding(first) {
                notePendingLoad(first)
                assembler.arithmetic(.cmp, address, immediate: value, width)
            } else {
                assembler.arithmetic(.cmp, read(&first), immediate: value, width)
            }
        } else {
            let left = read(&first)
            apply(.cmp, left, &second, width)
        }
        release(first)
        release(second)
        pushFlags(condition.rawValue)
    }

    mutating func pushFlags(_ number: UInt8) {
        operands.append(Operand(place: .flags, kind: .i32, number: number))
    }

    mutating func equalZero(_ width: Width) {
        var operand = pop()
        if operand.place == .flags {
            pushFlags(operand.number ^ 1)
            return
        }
        if let address = memoryHolding(operand) {
            notePendingLoad(operand)
            assembler.arithmetic(.cmp, address, immediate: 0, width)
        } else {
            let register = read(&operand)
            testZero(register, width)
        }
        release(operand)
        pushFlags(Condition.equal.rawValue)
    }

    private mutating func testZero(_ register: Register, _ width: Width) {
        if zeroFlag.offset == assembler.offset, zeroFlag.register == register { return }
        assembler.test(register, register, width)
    }

    /// Sets the flags for a popped `i32` and returns the number of the condition that holds when it
    /// is not 0.
    mutating func test(_ operand: inout Operand) -> UInt8 {
        if operand.place == .flags { return operand.number }
        if let address = memoryHolding(operand) {
            notePendingLoad(operand)
            assembler.arithmetic(.cmp, address, immediate: 0, .bits32)
        } else {
            testZero(read(&operand), .bits32)
        }
        return Condition.notEqual.rawValue
    }

    // MARK: One operand

    /// An instruction from one register to another.
    mutating func integerUnary(
        _ kind: ValueKind, _ emit: (inout Assembler, Register, Register) -> Void
    ) {
        var operand = pop()
        let source = read(&operand)
        release(operand)
        let (target, local) = resultRegister()
        emit(&assembler, target, source)
        pushResult(kind, target, local: local)
    }

    mutating func countLeadingZeros(_ kind: ValueKind) {
        let width = kind.width
        if options.features.contains(.lzcnt) {
            return integerUnary(kind) { $0.countLeadingZeros($1, $2, width) }
        }
        var operand = pop()
        let source = own(&operand)
        let target = takeRegister()
        let bits: Int64 = width == .bits64 ? 64 : 32
        // BSR leaves the target alone for zero: start it with what gives the number of bits.
        assembler.moveKeepingFlags(target, immediate: 2 * bits - 1)
        let done = assembler.makeLabel()
        assembler.test(source, source, width)
        assembler.jump(if: .equal, to: done)
        assembler.bitScanReverse(target, source, width)
        assembler.bind(done)
        assembler.arithmetic(
            .xor, target, immediate: Int32(truncatingIfNeeded: bits - 1), .bits32)
        release(operand)
        push(.register(kind, target))
    }

    mutating func countTrailingZeros(_ kind: ValueKind) {
        let width = kind.width
        if options.features.contains(.bmi1) {
            return integerUnary(kind) { $0.countTrailingZeros($1, $2, width) }
        }
        var operand = pop()
        let source = own(&operand)
        let target = takeRegister()
        assembler.moveKeepingFlags(target, immediate: width == .bits64 ? 64 : 32)
        let done = assembler.makeLabel()
        assembler.test(source, source, width)
        assembler.jump(if: .equal, to: done)
        assembler.bitScanForward(target, source, width)
        assembler.bind(done)
        release(operand)
        push(.register(kind, target))
    }

    /// `i64.extend_i32_u`: 32-bit values are zero-extended wherever they are.
    mutating func zeroExtend() {
        var operand = pop()
        if operand.place == .memory { _ = own(&operand) }
        operand.kind = .i64
        push(operand)
    }

    mutating func wrap() {
        var operand = pop()
        if operand.place == .constant {
            push(.constant(.i32, operand.bits & 0xFFFF_FFFF))
            return
        }
        if operand.place == .memory {
            operand.kind = .i32
            let target = own(&operand)
            push(.register(.i32, target))
            return
        }
        push(operand)
        integerUnary(.i32) { $0.move($1, from: $2, .bits32) }
    }

    mutating func signExtend(_ from: Width, _ kind: ValueKind) {
        if let top = operands.last, top.place == .constant, from == .bits32 {
            _ = pop()
            let value = Int64(Int32(truncatingIfNeeded: top.bits))
            push(.constant(.i64, UInt64(bitPattern: value)))
            return
        }
        integerUnary(kind) { $0.signExtend($1, from: $2, from, to: kind.width) }
    }

    // MARK: Division

    /// RAX and RDX.
    private static let dividendRegisters = RegisterSet(rawValue: 0x0005)

    /// Division and remainder, whose operands and results have fixed registers.
    mutating func divide(isSigned: Bool, wantsRemainder: Bool, _ kind: ValueKind) {
        let width = kind.width
        var divisor = pop()
        var dividend = pop()
        let constant: UInt64? = divisor.place == .constant ? divisor.bits : nil
        // The dividend goes to RAX, RDX is its upper half; the divisor must be in neither.
        if divisor.place == .register,
            register(divisor) == .rax || register(divisor) == .rdx
        {
            let old = register(divisor)
            let other = takeRegister(avoiding: Self.dividendRegisters)
            assembler.move(other, from: old, .bits64)
            release(divisor)
            divisor = .register(divisor.kind, other)
        }
        if dividend.place != .register || register(dividend) != .rax {
            take(.rax)
            load(dividend, into: .rax, slot: poppedSlotAddress(of: dividend))
            release(dividend)
            dividend = .register(kind, .rax)
        }
        take(.rdx)
        let by = read(&divisor)
        if constant == nil || constant == 0 {
            assembler.test(by, by, width)
            assembler.jump(if: .equal, to: trapLabel(.integerDivideByZero))
        }
        let done = assembler.makeLabel()
        if isSigned {
            let isMinusOne = constant.map { width == .bits64 ? $0 == .max : $0 == 0xFFFF_FFFF }
            if wantsRemainder, isMinusOne ?? true {
                // The remainder by -1 is 0, where IDIV overflows.
                let divides = assembler.makeLabel()
                assembler.arithmetic(.cmp, by, immediate: -1, width)
                assembler.jump(if: .notEqual, to: divides)
                assembler.arithmetic(.xor, .rdx, .rdx, .bits32)
                assembler.jump(to: done)
                assembler.bind(divides)
            }
            assembler.signExtendAccumulator(width)
            noteTrap(.integerOverflow)
            assembler.divideSigned(by, width)
        } else {
            assembler.arithmetic(.xor, .rdx, .rdx, .bits32)
            assembler.divideUnsigned(by, width)
        }
        assembler.bind(done)
        release(divisor)
        release(wantsRemainder ? .rax : .rdx)
        push(.register(kind, wantsRemainder ? .rdx : .rax))
    }
}
