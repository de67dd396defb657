internal import Wasm
internal import WasmEngine

// The frame, from RBP down: saved registers, locals in memory and what shelters others around calls,
// operands' slots, outgoing arguments. Above RBP: the caller's RBP, the return address, incoming
// arguments on the stack.
extension BodyCompiler {
    /// Registers that hold arguments, in order; RDI is the context's in the standard convention.
    static func argumentRegister(_ index: Int) -> Register {
        switch index {
        case 0: .rsi
        case 1: .rdx
        case 2: .rcx
        case 3: .r8
        default: .r9
        }
    }
    static let argumentRegisterCount = 5
    /// XMM0 to XMM7 hold arguments, in order.
    static let argumentVectorCount = 8
    /// Registers that hold locals across calls: RBX, R12, R13.
    private static let preserved = RegisterSet(rawValue: 0x3008)
    /// Registers that hold locals in functions where calls weigh little: RDI, R8 to R11; the highest is
    /// taken first.
    private static let volatile = RegisterSet(rawValue: 0x0F80)
    /// XMM6 to XMM15.
    private static let volatileVectors = RegisterSet(rawValue: 0xFFC0)
    /// RAX, RCX, RDX, RSI.
    private static let basicTemporaries = RegisterSet(rawValue: 0x0047)
    /// XMM0 to XMM5.
    private static let basicVectors = RegisterSet(rawValue: 0x003F)

    /// Gives every local a home.
    mutating func layOutFrame() {
        let count = validator.localCount
        survey.look(at: function, of: module, localCount: count)
        localKinds.removeAll()
        for index in 0..<count { localKinds.append(ValueKind(validator.local(UInt32(index)))) }
        homes.fill(.memory(0), count: count)
        topmostUse.fill(-1, count: count)
        assignRegisters()
        var offset = Int32(truncatingIfNeeded: savedRegisters.count * 8)
        for index in 0..<count {
            let size: Int32 = localKinds[index] == .v128 ? 16 : 8
            switch homes[index] {
            case .register(let register)
            where Self.preserved.contains(number: register.rawValue):
                break
            case .register, .vector:
                offset += size
                callerSavedHomes.append(
                    CallerSaved(home: homes[index], kind: localKinds[index], memory: -offset))
            case .memory:
                offset += size
                homes[index] = .memory(-offset)
            }
        }
        localBytes = (offset + 15) & ~15
        checksStack = survey.callWeight > 0 || count > 100
    }

    private mutating func assignRegisters() {
        var preserved = Self.preserved
        var volatile = Self.volatile
        var vectors = Self.volatileVectors
        order.removeAll(keepingCapacity: true)
        let isLeaf = survey.callWeight == 0
        for index in survey.localWeights.indices {
            // One use does not repay a register, unless the value comes in one.
            let least: UInt32 = isLeaf && index < validator.parameters.count ? 1 : 2
            let weight = survey.localWeights[index]
            if weight >= least { order.append(UInt64(weight) << 32 | UInt64(~UInt32(index))) }
        }
        // The heaviest first, of two equals the first.
        order.sort(by: >)
        for entry in order {
            let index = Int(~UInt32(truncatingIfNeeded: entry))
            let pays = UInt32(truncatingIfNeeded: entry >> 32) / 2 > survey.callWeight
            if localKinds[index].isVector {
                guard pays, let vector = vectors.popHighest() else { continue }
                homes[index] = .vector(VectorRegister(number: vector))
            } else if isLeaf, let register = volatile.popHighest() {
                homes[index] = .register(Register(number: register))
            } else if let register = preserved.popHighest() {
                homes[index] = .register(Register(number: register))
                savedRegisters.append(Register(number: register))
            } else if pays, let register = volatile.popHighest() {
                homes[index] = .register(Register(number: register))
            }
        }
        temporaries = Self.basicTemporaries.union(volatile)
        vectorTemporaries = Self.basicVectors.union(vectors)
        freeRegisters = temporaries
        freeVectors = vectorTemporaries
    }

    /// Bytes between RBP and the stack pointer in the body, a multiple of 16.
    var frameByteCount: Int32 {
        localBytes &+ Int32(truncatingIfNeeded: (slotCount * 16 + outgoingBytes + 15) & ~15)
    }

    // MARK: Prologue

    mutating func writePrologue() {
        assembler.push(.rbp)
        assembler.move(.rbp, from: .rsp, .bits64)
        for index in 0..<savedRegisters.count { assembler.push(savedRegisters[index]) }
        assembler.arithmeticPatchable(.sub, .rsp)
        frameSizePatch = assembler.offset - 4
        if checksStack {
            assembler.load(.rax, Address(.r14, NativeLayout.Context.state), .bits64)
            assembler.arithmetic(
                .cmp, .rsp, Address(.rax, NativeLayout.State.nativeStackLimit), .bits64)
            assembler.jump(if: .below, to: trapLabel(.stackExhausted))
        }
        receiveArguments()
        clearLocals()
        if options.isMetered { spendFuel() }
    }

    /// Moves arguments to their locals' homes.
    private mutating func receiveArguments() {
        var moves = ParallelMove()
        var arguments = ArgumentPlaces()
        var onStack: [(offset: Int32, local: Int)] = []
        for index in 0..<validator.parameters.count {
            switch arguments.next(localKinds[index]) {
            case .register(let source):
                switch homes[index] {
                case .register(let target): moves.add(target, source)
                case .memory(let offset):
                    assembler.store(Address(.rbp, offset), source, .bits64)
                case .vector: break
                }
            case .vector(let source):
                switch homes[index] {
                case .vector(let target): moves.add(target, source)
                case .memory(let offset):
                    storeVector(source, Address(.rbp, offset), localKinds[index])
                case .register: break
                }
            case .stack(let offset): onStack.append((offset, index))
            }
        }
        moves.emit(&assembler)
        for (offset, index) in onStack { receiveFromStack(offset, index) }
    }

    /// Arguments on the stack lie above the return address.
    private mutating func receiveFromStack(_ offset: Int32, _ index: Int) {
        let address = Address(.rbp, offset + 16)
        let kind = localKinds[index]
        switch homes[index] {
        case .register(let register): assembler.load(register, address, kind.width)
        case .vector(let vector): loadVector(vector, address, kind)
        case .memory(let home):
            if kind == .v128 {
                assembler.loadVector(.xmm0, address)
                assembler.storeVector(Address(.rbp, home), .xmm0)
            } else {
                assembler.load(.rax, address, kind.width)
                assembler.store(Address(.rbp, home), .rax, .bits64)
            }
        }
    }

    private mutating func clearLocals() {
        var lowest: Int32 = 0
        var highest = Int32.min
        for index in validator.parameters.count..<homes.count {
            switch homes[index] {
            case .register(let register): assembler.move(register, immediate: 0)
            case .vector(let vector): assembler.vector(.xorps, vector, vector, vector)
            case .memory(let offset):
                let end = offset + (localKinds[index] == .v128 ? 16 : 8)
                lowest = min(lowest, offset)
                highest = max(highest, end)
            }
        }
        // Locals in memory lie together, and what shelters registers may be cleared with them.
        guard highest > lowest else { return }
        clear(from: lowest, to: highest)
    }

    private mutating func clear(from lowest: Int32, to highest: Int32) {
        let bytes = highest - lowest
        if bytes <= 16 {
            for offset in stride(from: lowest, to: highest, by: 8) {
                assembler.store(Address(.rbp, offset), immediate: 0, .bits64)
            }
            return
        }
        assembler.vector(.xorps, .xmm0, .xmm0, .xmm0)
        if bytes <= 256 {
            var offset = lowest
            while offset + 16 <= highest {
                assembler.storeVector(Address(.rbp, offset), .xmm0)
                offset += 16
            }
            if offset < highest {
                assembler.store(Address(.rbp, offset), immediate: 0, .bits64)
            }
            return
        }
        let loop = assembler.makeLabel()
        assembler.move(.rax, immediate: Int64(-bytes))
        assembler.bind(loop)
        assembler.store(Address(.rbp, highest, index: .rax), immediate: 0, .bits64)
        assembler.arithmetic(.add, .rax, immediate: 8, .bits64)
        assembler.jump(if: .notEqual, to: loop)
    }

    /// Takes from the budget, and looks at it when it is used up.
    mutating func spendFuel() {
        let slow = assembler.makeLabel()
        let done = assembler.makeLabel()
        assembler.load(.rax, Address(.r14, NativeLayout.Context.state), .bits64)
        assembler.arithmetic(
            .sub, Address(.rax, NativeLayout.State.fuel), immediate: 8, .bits64)
        assembler.jump(if: .sign, to: slow)
        assembler.bind(done)
        fuelPaths.append((slow, done, validator.offset))
    }

    // MARK: Epilogue

    mutating func writeEpilogue() {
        // The function's last `end` has bound the label and put the results in place.
        returnResults()
        assembler.bind(exceptionExit)
        dropFrame()
        assembler.returnToCaller()
        writeFuelPaths()
    }

    /// Several results are in slots: the first goes to its register, the others to the state.
    private mutating func returnResults() {
        let results = validator.results
        guard results.count > 1 else { return }
        assembler.load(.rcx, Address(.r14, NativeLayout.Context.state), .bits64)
        assembler.load(.rcx, Address(.rcx, NativeLayout.State.results), .bits64)
        for index in 1..<results.count {
            let target = Address(.rcx, Int32(truncatingIfNeeded: index * 16))
            if ValueKind(results[index]) == .v128 {
                assembler.loadVector(.xmm1, slotAddress(index))
                assembler.storeVector(target, .xmm1)
            } else {
                assembler.load(.rax, slotAddress(index), .bits64)
                assembler.store(target, .rax, .bits64)
            }
        }
        let kind = ValueKind(results[0])
        if kind.isVector {
            loadVector(.xmm0, slotAddress(0), kind)
        } else {
            assembler.load(.rax, slotAddress(0), kind.width)
        }
    }

    private mutating func writeFuelPaths() {
        for (slow, done, offset) in fuelPaths {
            assembler.bind(slow)
            shelterLocals()
            callHelper(.budget, at: offset)
            restoreLocals()
            assembler.jump(to: done)
        }
    }

    // MARK: Standard entry

    /// Writes the entry that the standard convention asks for: it sets R14 and R15 and calls the fast
    /// entry, which is the code's start.
    mutating func writeStandardEntry() -> Int {
        assembler.code.align(to: 16, filler: 0xCC)
        let entry = assembler.offset
        let fast = assembler.makeLabel()
        assembler.push(.rbp)
        assembler.move(.rbp, from: .rsp, .bits64)
        assembler.push(.r14)
        assembler.push(.r15)
        assembler.move(.r14, from: .rdi, .bits64)
        assembler.load(.r15, Address(.rdi, NativeLayout.Context.memory0Base), .bits64)
        var arguments = ArgumentPlaces()
        for type in validator.parameters {
            // Callers of the standard convention leave the upper half of an i32 undefined.
            if case .register(let register) = arguments.next(ValueKind(type)), type == .i32 {
                assembler.move(register, from: register, .bits32)
            }
        }
        let bytes = (arguments.stackBytes + 15) & ~15
        if bytes > 0 {
            assembler.arithmetic(.sub, .rsp, immediate: bytes, .bits64)
            for offset in stride(from: 0, to: arguments.stackBytes, by: 8) {
                assembler.load(.rax, Address(.rbp, offset + 16), .bits64)
                assembler.store(Address(.rsp, offset), .rax, .bits64)
            }
        }
        assembler.bindStart(fast)
        assembler.call(fast)
        places.append(
            CodeSite(
                offset: UInt32(truncatingIfNeeded: assembler.offset - 1), wasmOffset: .max))
        if bytes > 0 { assembler.arithmetic(.add, .rsp, immediate: bytes, .bits64) }
        assembler.pop(.r15)
        assembler.pop(.r14)
        assembler.pop(.rbp)
        assembler.returnToCaller()
        return entry
    }

    // MARK: Places

    func slotAddress(_ position: Int) -> Address {
        Address(.rbp, -localBytes &- Int32(truncatingIfNeeded: position &+ 1) &* 16)
    }

    mutating func loadVector(
        _ target: VectorRegister, _ address: Address, _ kind: ValueKind
    ) {
        if kind == .v128 {
            assembler.loadVector(target, address)
        } else {
            assembler.load(target, address, kind.width)
        }
    }

    mutating func storeVector(
        _ source: VectorRegister, _ address: Address, _ kind: ValueKind
    ) {
        if kind == .v128 {
            assembler.storeVector(address, source)
        } else {
            assembler.store(address, source, kind.width)
        }
    }
}

/// Where arguments go, one after the other (System V AMD64 ABI, §3.2.3).
struct ArgumentPlaces {
    enum Place {
        case register(Register)
        case vector(VectorRegister)
        /// Bytes above the first argument on the stack.
        case stack(Int32)
    }

    private var integers = 0
    private var vectors = 0
    private(set) var stackBytes: Int32 = 0

    @inline(__always)
    mutating func next(_ kind: ValueKind) -> Place {
        if kind.isVector {
            if vectors < BodyCompiler.argumentVectorCount {
                vectors &+= 1
                return .vector(VectorRegister(number: UInt8(truncatingIfNeeded: vectors &- 1)))
            }
        } else if integers < BodyCompiler.argumentRegisterCount {
            integers &+= 1
            return .register(BodyCompiler.argumentRegister(integers &- 1))
        }
        if kind == .v128 { stackBytes = (stackBytes + 15) & ~15 }
        let offset = stackBytes
        stackBytes += kind == .v128 ? 16 : 8
        return .stack(offset)
    }
}

/// Moves between registers that all happen at once.
struct ParallelMove {
    /// Moves of one kind of registers: those that are targets, and the source of each.
    private struct Moves {
        var targets = RegisterSet()
        private var sources = InlineArray<16, UInt8>(repeating: 0)

        mutating func add(_ target: UInt8, _ source: UInt8) {
            guard target != source else { return }
            targets.insert(number: target)
            sources[Int(target)] = source
        }

        /// The next move, taken off; when all that remain form cycles, an exchange.
        mutating func next() -> (target: UInt8, source: UInt8, isCycle: Bool)? {
            guard let first = targets.first else { return nil }
            if targets.hasOne {
                targets = RegisterSet()
                return (first, sources[Int(first)], false)
            }
            var needed = RegisterSet()
            var rest = targets
            while let target = rest.popLowest() { needed.insert(number: sources[Int(target)]) }
            let free = RegisterSet(rawValue: targets.rawValue & ~needed.rawValue)
            let target = free.first ?? first
            let source = sources[Int(target)]
            targets.remove(number: target)
            guard free.isEmpty else { return (target, source, false) }
            // What was in the target is in the source now, for whoever wants it.
            rest = targets
            while let other = rest.popLowest() {
                guard sources[Int(other)] == target else { continue }
                sources[Int(other)] = source
                if other == source { targets.remove(number: other) }
            }
            return (target, source, true)
        }
    }

    private var integers = Moves()
    private var vectors = Moves()

    mutating func add(_ target: Register, _ source: Register) {
        integers.add(target.rawValue, source.rawValue)
    }

    mutating func add(_ target: VectorRegister, _ source: VectorRegister) {
        vectors.add(target.rawValue, source.rawValue)
    }

    /// Writes the moves in an order that destroys no source before it is read; a cycle is broken by
    /// exchanging.
    mutating func emit(_ assembler: inout Assembler) {
        while let (target, source, isCycle) = integers.next() {
            let (target, source) = (Register(number: target), Register(number: source))
            if isCycle {
                assembler.exchange(target, source)
            } else {
                assembler.move(target, from: source, .bits64)
            }
        }
        while let (target, source, isCycle) = vectors.next() {
            let (target, source) = (VectorRegister(number: target), VectorRegister(number: source))
            if isCycle {
                assembler.vector(.xorps, target, target, source)
                assembler.vector(.xorps, source, source, target)
                assembler.vector(.xorps, target, target, source)
            } else {
                assembler.move(target, from: source)
            }
        }
    }
}
