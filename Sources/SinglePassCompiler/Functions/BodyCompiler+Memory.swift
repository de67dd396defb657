internal import Wasm
internal import WasmEngine

// Linear memory. Memories that are reserved with their guard need no check: an access past the end
// faults.
extension BodyCompiler {
    /// A place in memory that is about to be accessed, and the temporary registers that it uses.
    struct Access {
        var address: Address
        /// Registers to give back.
        var held = RegisterSet()

        /// At most one register is held, as a ``Operand/Place/memory`` can.
        var isSimple: Bool { address.base == .r15 || address.index == nil }
    }

    /// Where the access of the instruction just checked goes; takes the address operand.
    mutating func popAddress(byteCount: Int32) -> Access {
        var operand = pop()
        let memory = validator.index0
        guard memory == 0, isReserved(0), operand.place != .constant,
            let offset = Int32(exactly: validator.value)
        else {
            return access(
                operand, memory: Int(memory), offset: validator.value, byteCount: byteCount)
        }
        if operand.place == .local, case .register(let home) = homes[operand.localIndex] {
            return Access(address: Address(.r15, offset, index: home))
        }
        let index = own(&operand)
        return Access(address: Address(.r15, offset, index: index), held: RegisterSet(index))
    }

    mutating func access(
        _ operand: Operand, memory: Int, offset: UInt64, byteCount: Int32
    ) -> Access {
        let isReserved = isReserved(memory)
        guard isReserved else {
            return checkedAccess(operand, memory, offset, byteCount)
        }
        var operand = operand
        guard memory == 0 else {
            let base = takeRegister()
            assembler.load(
                base, Address(.r14, NativeLayout.Context.memories), .bits64)
            assembler.load(base, Address(base, Int32(truncatingIfNeeded: memory) * 8), .bits64)
            assembler.load(base, Address(base), .bits64)
            return indexed(base, &operand, offset, isTemporary: true)
        }
        return indexed(.r15, &operand, offset, isTemporary: false)
    }

    private mutating func indexed(
        _ base: Register, _ operand: inout Operand, _ offset: UInt64, isTemporary: Bool
    ) -> Access {
        var held = RegisterSet()
        if isTemporary { held.insert(number: base.rawValue) }
        if operand.place == .constant, let sum = Int32(exactly: operand.bits &+ offset) {
            return Access(address: Address(base, sum), held: held)
        }
        if let short = Int32(exactly: offset) {
            let index = read(&operand)
            if operand.place != .local { held.insert(number: index.rawValue) }
            return Access(address: Address(base, short, index: index), held: held)
        }
        let index = own(&operand)
        let large = takeRegister()
        assembler.moveKeepingFlags(large, immediate: Int64(truncatingIfNeeded: offset))
        assembler.arithmetic(.add, index, large, .bits64)
        release(large)
        held.insert(number: index.rawValue)
        return Access(address: Address(base, index: index), held: held)
    }

    /// An access that compares with the memory's size first.
    private mutating func checkedAccess(
        _ operand: Operand, _ memory: Int, _ offset: UInt64, _ byteCount: Int32
    ) -> Access {
        var operand = operand
        let index = own(&operand)
        let cell = takeRegister()
        let end = takeRegister()
        let trap = trapLabel(.memoryOutOfBounds)
        // index + offset, which must not wrap.
        if offset != 0 {
            assembler.moveKeepingFlags(end, immediate: Int64(bitPattern: offset))
            assembler.arithmetic(.add, index, end, .bits64)
            assembler.jump(if: .below, to: trap)
        }
        assembler.load(cell, Address(.r14, NativeLayout.Context.memories), .bits64)
        assembler.load(cell, Address(cell, Int32(truncatingIfNeeded: memory) * 8), .bits64)
        assembler.moveKeepingFlags(end, immediate: Int64(byteCount))
        assembler.arithmetic(.add, end, index, .bits64)
        assembler.jump(if: .below, to: trap)
        assembler.arithmetic(.cmp, end, Address(cell, 8), .bits64)
        assembler.jump(if: .above, to: trap)
        release(end)
        assembler.load(cell, Address(cell), .bits64)
        var held = RegisterSet(index)
        held.insert(number: cell.rawValue)
        return Access(address: Address(cell, index: index), held: held)
    }

    mutating func release(_ access: Access) {
        freeRegisters.insert(access.held)
    }

    /// The next instruction written accesses memory.
    mutating func noteAccess() { noteAccess(validator.offset) }

    // MARK: Loads

    mutating func load(_ kind: ValueKind, _ width: Width) {
        let access = popAddress(byteCount: Int32(1) << Int32(width.rawValue))
        if canFuseLoad(kind, width), access.isSimple {
            pendingLoad = (access.address, validator.offset)
            operands.append(
                Operand(place: .memory, kind: kind, number: access.held.first ?? 0xFF))
            return
        }
        release(access)
        if kind.isVector {
            let (target, local) = resultVector()
            noteAccess()
            assembler.load(target, access.address, width)
            pushResult(kind, target, local: local)
        } else {
            let (target, local) = resultRegister()
            noteAccess()
            assembler.load(target, access.address, width)
            pushResult(kind, target, local: local)
        }
    }

    mutating func loadSigned(_ kind: ValueKind, _ width: Width) {
        let access = popAddress(byteCount: Int32(1) << Int32(width.rawValue))
        release(access)
        let (target, local) = resultRegister()
        noteAccess()
        assembler.loadSigned(target, access.address, width, to: kind.width)
        pushResult(kind, target, local: local)
    }

    /// Whether the next instruction takes the loaded value as its last operand straight from memory.
    private func canFuseLoad(_ kind: ValueKind, _ width: Width) -> Bool {
        guard width == kind.width else { return false }
        let next = validator.followingByte
        switch kind {
        // Comparisons; add, sub; and, or, xor.
        case .i32:
            return next >= 0x45 && next <= 0x4F || next == 0x6A || next == 0x6B
                || next >= 0x71 && next <= 0x73
        case .i64:
            return next >= 0x50 && next <= 0x5A || next == 0x7C || next == 0x7D
                || next >= 0x83 && next <= 0x85
        // Add, sub, mul, div.
        case .f32: return next >= 0x92 && next <= 0x95
        case .f64: return next >= 0xA0 && next <= 0xA3
        case .v128, .reference: return false
        }
    }

    /// The next instruction written reads a popped operand, maybe from linear memory.
    mutating func notePendingLoad(_ operand: Operand) {
        guard operand.place == .memory else { return }
        noteAccess(pendingLoad.wasmOffset)
    }

    // MARK: Stores

    mutating func store(_ width: Width) {
        var value = pop()
        let byteCount = Int32(1) << Int32(width.rawValue)
        if value.kind.isVector {
            if value.place == .constant {
                value.kind = value.kind == .f32 ? .i32 : .i64
            } else {
                let source = readVector(&value)
                let access = popAddress(byteCount: byteCount)
                noteAccess()
                assembler.store(access.address, source, width)
                release(access)
                return release(value)
            }
        }
        if let constant = value.immediate, width != .bits64 || value.kind == .i64 {
            let access = popAddress(byteCount: byteCount)
            noteAccess()
            assembler.store(access.address, immediate: constant, width)
            return release(access)
        }
        let source = read(&value)
        let access = popAddress(byteCount: byteCount)
        noteAccess()
        assembler.store(access.address, source, width)
        release(access)
        release(value)
    }

    // MARK: Size

    mutating func memorySize() {
        let memory = Int(validator.index0)
        let kind = ValueKind(context.addressType(ofMemory: validator.index0).valueType)
        let register = takeRegister()
        assembler.load(register, Address(.r14, NativeLayout.Context.memories), .bits64)
        assembler.load(
            register, Address(register, Int32(truncatingIfNeeded: memory) * 8), .bits64)
        assembler.load(register, Address(register, 8), .bits64)
        assembler.shift(.shr, register, by: 16, .bits64)
        push(.register(kind, register))
    }
}
