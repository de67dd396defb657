internal import Wasm
internal import WasmEngine

// The frame, from RBP down: saved registers, locals in memory and what shelters others around calls,
// operands' slots, outgoing arguments. Above RBP: the caller's RBP, the return address, incoming
// arguments on the stack.
extension BodyCompiler {
    /// Registers that hold arguments, in order; RDI is the context's in the standard convention.
    static let argumentRegisters: [Register] = [.rsi, .rdx, .rcx, .r8, .r9]
    static let argumentVectors: [VectorRegister] = [
        .xmm0, .xmm1, .xmm2, .xmm3, .xmm4, .xmm5, .xmm6, .xmm7,
    ]
    /// Registers that hold locals across calls.
    private static let preserved: [Register] = [.rbx, .r12, .r13]
    /// Registers that hold locals in functions where calls weigh little; the last is taken first.
    private static let volatile: [Register] = [.rdi, .r8, .r9, .r10, .r11]
    private static let volatileVectors: [VectorRegister] = [
        .xmm6, .xmm7, .xmm8, .xmm9, .xmm10, .xmm11, .xmm12, .xmm13, .xmm14, .xmm15,
    ]
    private static let basicTemporaries: [Register] = [.rax, .rcx, .rdx, .rsi]
    private static let basicVectors: [VectorRegister] = [
        .xmm0, .xmm1, .xmm2, .xmm3, .xmm4, .xmm5,
    ]

    /// Gives every local a home.
    mutating func layOutFrame() {
        let count = validator.localCount
        let survey = FunctionSurvey(module, functionIndex: function, localCount: count)
        localKinds = Stack(capacity: count)
        for index in 0..<count { localKinds.append(ValueKind(validator.local(UInt32(index)))) }
        homes = Stack(repeating: .memory(0), count: count)
        topmostUse = Stack(repeating: -1, count: count)
        assignRegisters(survey)
        var offset = Int32(truncatingIfNeeded: savedRegisters.count * 8)
        for index in 0..<count {
            let size: Int32 = localKinds[index] == .v128 ? 16 : 8
            switch homes[index] {
            case .register(let register) where Self.preserved.contains(register): break
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

    private mutating func assignRegisters(_ survey: FunctionSurvey) {
        var preserved = Self.preserved
        var volatile = Self.volatile
        var vectors = Self.volatileVectors
        var order: [Int] = []
        let isLeaf = survey.callWeight == 0
        for index in survey.localWeights.indices {
            // One use does not repay a register, unless the value comes in one.
            let least: UInt32 = isLeaf && index < validator.parameters.count ? 1 : 2
            if survey.localWeights[index] >= least { order.append(index) }
        }
        order.sort { survey.localWeights[$0] > survey.localWeights[$1] }
        for index in order {
            let pays = survey.localWeights[index] / 2 > survey.callWeight
            if localKinds[index].isVector {
                guard pays, let vector = vectors.popLast() else { continue }
                homes[index] = .vector(vector)
            } else if isLeaf, let register = volatile.popLast() {
                homes[index] = .register(register)
            } else if let register = preserved.popLast() {
                homes[index] = .register(register)
                savedRegisters.append(register)
            } else if pays, let register = volatile.popLast() {
                homes[index] = .register(register)
            }
        }
        temporaries = RegisterSet(Self.basicTemporaries + volatile)
        vectorTemporaries = RegisterSet(Self.basicVectors + vectors)
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
        for register in savedRegisters { assembler.push(register) }
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
        for (index, register) in savedRegisters.enumerated() {
            assembler.load(
                register, Address(.rbp, Int32(truncatingIfNeeded: -8 * (index + 1))), .bits64)
        }
        assembler.leave()
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

    mutating func next(_ kind: ValueKind) -> Place {
        if kind.isVector {
            if vectors < BodyCompiler.argumentVectors.count {
                vectors += 1
                return .vector(BodyCompiler.argumentVectors[vectors - 1])
            }
        } else if integers < BodyCompiler.argumentRegisters.count {
            integers += 1
            return .register(BodyCompiler.argumentRegisters[integers - 1])
        }
        if kind == .v128 { stackBytes = (stackBytes + 15) & ~15 }
        let offset = stackBytes
        stackBytes += kind == .v128 ? 16 : 8
        return .stack(offset)
    }
}

/// Moves between registers that all happen at once.
struct ParallelMove {
    /// Source of each target by number; -1 for none.
    private var integers = InlineArray<16, Int8>(repeating: -1)
    private var vectors = InlineArray<16, Int8>(repeating: -1)
    private var integerCount = 0
    private var vectorCount = 0

    mutating func add(_ target: Register, _ source: Register) {
        guard target != source else { return }
        integers[Int(target.rawValue)] = Int8(source.rawValue)
        integerCount += 1
    }

    mutating func add(_ target: VectorRegister, _ source: VectorRegister) {
        guard target != source else { return }
        vectors[Int(target.rawValue)] = Int8(source.rawValue)
        vectorCount += 1
    }

    /// Writes the moves in an order that destroys no source before it is read; a cycle is broken by
    /// exchanging.
    mutating func emit(_ assembler: inout Assembler) {
        while let (target, source, isCycle) = Self.next(&integers, &integerCount) {
            guard let target = Register(rawValue: target), let source = Register(rawValue: source)
            else { return }
            if isCycle {
                assembler.exchange(target, source)
            } else {
                assembler.move(target, from: source, .bits64)
            }
        }
        while let (target, source, isCycle) = Self.next(&vectors, &vectorCount) {
            guard let target = VectorRegister(rawValue: target),
                let source = VectorRegister(rawValue: source)
            else { return }
            if isCycle {
                assembler.vector(.xorps, target, target, source)
                assembler.vector(.xorps, source, source, target)
                assembler.vector(.xorps, target, target, source)
            } else {
                assembler.move(target, from: source)
            }
        }
    }

    /// The next move, taken off; when all that remain form cycles, an exchange.
    private static func next(
        _ sources: inout InlineArray<16, Int8>, _ count: inout Int
    ) -> (UInt8, UInt8, Bool)? {
        guard count > 0 else { return nil }
        var needed: UInt32 = 0
        for index in 0..<16 where sources[index] >= 0 { needed |= 1 << UInt32(sources[index]) }
        var first = -1
        for index in 0..<16 where sources[index] >= 0 {
            if first < 0 { first = index }
            if needed & 1 << UInt32(index) == 0 {
                let source = sources[index]
                sources[index] = -1
                count -= 1
                return (UInt8(index), UInt8(source), false)
            }
        }
        // What was in the target is in the source now, for whoever wants it.
        let source = sources[first]
        sources[first] = -1
        count -= 1
        for index in 0..<16 where Int(sources[index]) == first {
            sources[index] = source
            if index == Int(source) {
                sources[index] = -1
                count -= 1
            }
        }
        return (UInt8(first), UInt8(source), true)
    }
}
