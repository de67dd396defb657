internal import Wasm
internal import WasmEngine

// The frame, from the stack pointer up: outgoing arguments, locals in memory and their shelters
// around calls, saved registers, operands' slots; then the return address and incoming arguments.
extension FunctionCompiler {
    /// Registers that hold arguments, in order; RDI is the context's in the standard convention.
    static let argumentRegisters: [Register] = [.rsi, .rdx, .rcx, .r8, .r9]
    static let argumentVectors: [VectorRegister] = [
        .xmm0, .xmm1, .xmm2, .xmm3, .xmm4, .xmm5, .xmm6, .xmm7,
    ]
    /// Registers that hold locals across calls.
    private static let preserved: [Register] = [.rbx, .rbp, .r12, .r13]
    /// Registers that hold locals in functions where calls weigh little.
    private static let volatile: [Register] = [.r8, .r9, .r10, .r11]
    private static let volatileVectors: [VectorRegister] = [
        .xmm6, .xmm7, .xmm8, .xmm9, .xmm10, .xmm11, .xmm12, .xmm13, .xmm14, .xmm15,
    ]
    private static let basicTemporaries: [Register] = [.rax, .rcx, .rdx, .rsi, .rdi]
    private static let basicVectors: [VectorRegister] = [
        .xmm0, .xmm1, .xmm2, .xmm3, .xmm4, .xmm5,
    ]

    /// Gives every local a home.
    mutating func layOutFrame() {
        let count = validator.localCount
        let survey = FunctionSurvey(module, functionIndex: function, localCount: count)
        let outgoing = max(0, survey.calleeParameterCount - 5)
        var offset = Int32(truncatingIfNeeded: outgoing * 16)
        localKinds = (0..<count).map { ValueKind(validator.local(UInt32($0))) }
        homes = [LocalHome](repeating: .memory(0), count: count)
        topmostUse = [Int32](repeating: -1, count: count)
        assignRegisters(survey)
        for index in 0..<count {
            switch homes[index] {
            case .register(let register) where Self.preserved.contains(register):
                savedRegisters.append((register, 0))
            case .register, .vector:
                callerSavedHomes.append((homes[index], offset, localKinds[index]))
                offset += 16
            case .memory:
                homes[index] = .memory(offset)
                offset += localKinds[index] == .v128 ? 16 : 8
            }
        }
        for index in savedRegisters.indices {
            savedRegisters[index].memory = offset
            offset += 8
        }
        operandBase = (offset + 15) & ~15
    }

    private mutating func assignRegisters(_ survey: FunctionSurvey) {
        var registers = survey.catchesExceptions ? [] : Self.preserved
        var volatile = Self.volatile
        var vectors = survey.catchesExceptions ? [] : Self.volatileVectors
        let order = survey.localWeights.indices
            .filter { survey.localWeights[$0] > 1 }
            .sorted { survey.localWeights[$0] > survey.localWeights[$1] }
        for index in order {
            let pays = survey.localWeights[index] > survey.callWeight &* 2
            if localKinds[index].isVector {
                guard pays, let vector = vectors.popLast() else { continue }
                homes[index] = .vector(vector)
            } else if let register = registers.first {
                registers.removeFirst()
                homes[index] = .register(register)
            } else if pays, !survey.catchesExceptions, let register = volatile.popLast() {
                homes[index] = .register(register)
            }
        }
        temporaries = RegisterSet(Self.basicTemporaries + volatile)
        vectorTemporaries = RegisterSet(Self.basicVectors + vectors)
        freeRegisters = temporaries
        freeVectors = vectorTemporaries
    }

    /// Bytes between the stack pointer in the body and the return address: 8 more than a multiple
    /// of 16, so that calls find the stack aligned.
    var frameByteCount: Int32 {
        (operandBase + Int32(truncatingIfNeeded: slotCount * 16) + 15) & ~15 | 8
    }

    // MARK: Prologue

    mutating func writePrologue() {
        assembler.arithmeticPatchable(.sub, .rsp)
        frameSizePatches.append(assembler.offset - 4)
        assembler.arithmetic(
            .cmp, .rsp, Address(.r14, NativeInterface.stackLimitOffset), .bits64)
        assembler.jump(if: .below, to: trapLabel(.stackExhausted))
        for (register, memory) in savedRegisters {
            assembler.store(Address(.rsp, memory), register, .bits64)
        }
        receiveArguments()
        clearLocals()
        if options.isMetered { checkFuel() }
    }

    /// Moves arguments to their locals' homes.
    private mutating func receiveArguments() {
        var moves = ParallelMove()
        var integers = 0
        var vectors = 0
        var onStack: Int32 = 0
        for index in 0..<validator.parameters.count {
            let kind = localKinds[index]
            if kind.isVector {
                if vectors < Self.argumentVectors.count {
                    receive(.vector(Self.argumentVectors[vectors]), index, &moves)
                    vectors += 1
                    continue
                }
            } else if integers < Self.argumentRegisters.count {
                receive(.register(Self.argumentRegisters[integers]), index, &moves)
                integers += 1
                continue
            }
            moves.fromStack.append((onStack, index))
            onStack += kind == .v128 ? 16 : 8
        }
        moves.emit(&assembler)
        for (offset, index) in moves.fromStack { receiveFromStack(offset, index) }
    }

    private mutating func receive(
        _ source: LocalHome, _ index: Int, _ moves: inout ParallelMove
    ) {
        switch (homes[index], source) {
        case (.register(let target), .register(let source)):
            moves.registers.append((target, source))
        case (.vector(let target), .vector(let source)): moves.vectors.append((target, source))
        case (.memory(let offset), .register(let source)):
            assembler.store(Address(.rsp, offset), source, .bits64)
        case (.memory(let offset), .vector(let source)):
            storeVector(source, Address(.rsp, offset), localKinds[index])
        default: preconditionFailure("an argument and its local are of one kind")
        }
    }

    /// Arguments on the stack lie above the return address.
    private mutating func receiveFromStack(_ offset: Int32, _ index: Int) {
        // Large enough for a 32-bit displacement even before the frame's size is added.
        let address = Address(.rsp, 0x1000_0000 + offset + 8)
        switch homes[index] {
        case .register(let register):
            assembler.load(register, address, .bits64)
            patchFrameSize(-0x1000_0000)
        case .vector(let vector):
            loadVector(vector, address, localKinds[index])
            patchFrameSize(-0x1000_0000)
        case .memory(let home):
            if localKinds[index] == .v128 {
                assembler.loadVector(.xmm15, address)
                patchFrameSize(-0x1000_0000)
                assembler.storeVector(Address(.rsp, home), .xmm15)
            } else {
                assembler.load(.rax, address, .bits64)
                patchFrameSize(-0x1000_0000)
                assembler.store(Address(.rsp, home), .rax, .bits64)
            }
        }
    }

    /// The instruction just written ends in a displacement that lacks the frame's size.
    private mutating func patchFrameSize(_ bias: Int32) {
        assembler.code.add(bias, at: assembler.offset - 4)
        frameSizePatches.append(assembler.offset - 4)
    }

    private mutating func clearLocals() {
        for index in validator.parameters.count..<homes.count {
            switch homes[index] {
            case .register(let register): assembler.move(register, immediate: 0)
            case .vector(let vector): assembler.vector(.xorps, vector, vector, vector)
            case .memory(let offset):
                assembler.store(Address(.rsp, offset), immediate: 0, .bits64)
                if localKinds[index] == .v128 {
                    assembler.store(Address(.rsp, offset + 8), immediate: 0, .bits64)
                }
            }
        }
    }

    // MARK: Epilogue

    mutating func writeEpilogue() {
        assembler.bind(epilogue)
        restoreRegisters()
        assembler.arithmeticPatchable(.add, .rsp)
        frameSizePatches.append(assembler.offset - 4)
        assembler.returnToCaller()
    }

    mutating func restoreRegisters() {
        for (register, memory) in savedRegisters {
            assembler.load(register, Address(.rsp, memory), .bits64)
        }
    }

    func slotAddress(_ position: Int) -> Address {
        Address(.rsp, operandBase + Int32(truncatingIfNeeded: position * 16))
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

/// Moves between registers that all happen at once.
struct ParallelMove {
    var registers: [(target: Register, source: Register)] = []
    var vectors: [(target: VectorRegister, source: VectorRegister)] = []
    /// Loads that come after the moves: bytes above the first stack argument, and a local.
    var fromStack: [(offset: Int32, local: Int)] = []

    /// Writes the moves in an order that destroys no source before it is read; a cycle is broken by
    /// exchanging.
    mutating func emit(_ assembler: inout Assembler) {
        registers.removeAll { $0.target == $0.source }
        while !registers.isEmpty {
            if let index = registers.firstIndex(where: { move in
                !registers.contains { $0.source == move.target }
            }) {
                let move = registers.remove(at: index)
                assembler.move(move.target, from: move.source, .bits64)
            } else {
                let move = registers.removeLast()
                assembler.exchange(move.target, move.source)
                // What was in the target is in the source now.
                for index in registers.indices where registers[index].source == move.target {
                    registers[index].source = move.source
                }
                registers.removeAll { $0.target == $0.source }
            }
        }
        vectors.removeAll { $0.target == $0.source }
        while !vectors.isEmpty {
            if let index = vectors.firstIndex(where: { move in
                !vectors.contains { $0.source == move.target }
            }) {
                let move = vectors.remove(at: index)
                assembler.move(move.target, from: move.source)
            } else {
                let move = vectors.removeLast()
                assembler.vector(.xorps, move.target, move.target, move.source)
                assembler.vector(.xorps, move.source, move.source, move.target)
                assembler.vector(.xorps, move.target, move.target, move.source)
                for index in vectors.indices where vectors[index].source == move.target {
                    vectors[index].source = move.source
                }
                vectors.removeAll { $0.target == $0.source }
            }
        }
    }
}
