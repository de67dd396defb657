internal import Wasm
internal import WasmEngine

// Calls. Values that live across a call are in their slots or in registers that the callee keeps.
extension BodyCompiler {
    // MARK: Kinds of calls

    @inline(never)
    mutating func call() {
        let index = validator.index0
        let type = context.typeIndex(ofFunction: index)
        beginCall(type)
        if Int(index) < importedFunctionCount {
            assembler.load(
                .rax, Address(.r14, NativeLayout.Context.importedFunctions), .bits64)
            assembler.load(
                .rax, Address(.rax, Int32(truncatingIfNeeded: index) * 8), .bits64)
            callImportedRecord()
            finishCall(type)
        } else {
            let place = assembler.callPatchable()
            calls.append(
                CodeRelocation(
                    offset: UInt32(truncatingIfNeeded: place), function: index, isFast: true))
            finishCall(type)
        }
    }

    /// Calls the record in RAX, which may be a host function's: those get the caller's context.
    private mutating func callImportedRecord() {
        assembler.load(.rdi, Address(.rax, NativeLayout.Record.context), .bits64)
        assembler.test(.rdi, .rdi, .bits64)
        assembler.moveIf(.equal, .rdi, from: .r14, .bits64)
        assembler.call(Address(.rax, NativeLayout.Record.nativeCode))
    }

    /// Calls the record in RAX: of this instance directly, of others by the standard convention.
    private mutating func callRecord() {
        let standard = assembler.makeLabel()
        let done = assembler.makeLabel()
        assembler.arithmetic(
            .cmp, .r14, Address(.rax, NativeLayout.Record.fastContext), .bits64)
        assembler.jump(if: .notEqual, to: standard)
        assembler.call(Address(.rax, NativeLayout.Record.fastCode))
        notePlace(validator.offset)
        assembler.jump(to: done)
        assembler.bind(standard)
        callImportedRecord()
        bind(done)
    }

    @inline(never)
    mutating func callIndirect() {
        let type = validator.index0
        let table = validator.index1
        popCallee()
        beginCall(type)
        loadTableElement(table, type)
        callRecord()
        release(.rax)
        finishCall(type)
    }

    /// Takes the callee's operand off and into RAX, which is no argument's register.
    mutating func popCallee() {
        let operand = pop()
        if operand.place == .register, register(operand) == .rax { return }
        take(.rax)
        load(operand, into: .rax, slot: poppedSlotAddress(of: operand))
        release(operand)
    }

    /// RAX, an index, becomes the record in the table; traps when there is none of the type. Changes
    /// RDI, R10 and R11 only, beside RAX.
    mutating func loadTableElement(_ table: UInt32, _ type: UInt32) {
        assembler.load(.rdi, Address(.r14, NativeLayout.Context.tables), .bits64)
        assembler.load(.rdi, Address(.rdi, Int32(truncatingIfNeeded: table) * 8), .bits64)
        assembler.arithmetic(.cmp, .rax, Address(.rdi, 8), .bits64)
        assembler.jump(if: .aboveOrEqual, to: trapLabel(.tableOutOfBounds))
        assembler.load(.rdi, Address(.rdi), .bits64)
        let uninitialized = assembler.makeLabel()
        assembler.move(.r10, from: .rax, .bits64)
        assembler.load(.rax, Address(.rdi, index: .rax, scale: .eight), .bits64)
        assembler.test(.rax, .rax, .bits64)
        assembler.jump(if: .equal, to: uninitialized)
        assembler.load(.rdi, Address(.r14, NativeLayout.Context.typeNumbers), .bits64)
        assembler.load(.rdi, Address(.rdi, Int32(truncatingIfNeeded: type) * 4), .bits32)
        assembler.arithmetic(
            .cmp, .rdi, Address(.rax, NativeLayout.Record.typeNumber), .bits32)
        let isFinal = context.isFinal(type: type)
        let mismatch = assembler.makeLabel()
        let matches = assembler.makeLabel()
        assembler.jump(if: .notEqual, to: mismatch)
        assembler.bind(matches)
        calleeChecks.append(
            CalleeCheck(
                uninitialized: uninitialized, mismatch: mismatch, matches: matches,
                isFinal: isFinal, wasmOffset: validator.offset))
    }

    /// The rare ways of ``loadTableElement(_:_:)``.
    mutating func writeCalleeChecks() {
        for index in 0..<calleeChecks.count {
            let check = calleeChecks[index]
            assembler.bind(check.uninitialized)
            assembler.load(.rdi, Address(.r14, NativeLayout.Context.state), .bits64)
            assembler.store(
                Address(.rdi, NativeLayout.State.trapAddress), .r10, .bits64)
            trapNow(.uninitializedElement, check.wasmOffset)
            assembler.bind(check.mismatch)
            if check.isFinal {
                trapNow(.indirectCallTypeMismatch, check.wasmOffset)
                continue
            }
            // Arguments are in their registers already: shelter them around the helper.
            let bytes: Int32 = 6 * 8 + 8 * 16
            assembler.arithmetic(.sub, .rsp, immediate: bytes, .bits64)
            let saved: [Register] = [.rax, .rsi, .rdx, .rcx, .r8, .r9]
            for (index, register) in saved.enumerated() {
                assembler.store(Address(.rsp, Int32(index * 8)), register, .bits64)
            }
            for index in 0..<Self.argumentVectorCount {
                assembler.storeVector(
                    Address(.rsp, Int32(48 + index * 16)), VectorRegister(number: UInt8(index)))
            }
            assembler.move(.rsi, from: .rax, .bits64)
            assembler.move(.rdx, from: .rdi, .bits32)
            callHelper(.isSubtype, at: check.wasmOffset)
            assembler.test(.rax, .rax, .bits32)
            for (index, register) in saved.enumerated() {
                assembler.load(register, Address(.rsp, Int32(index * 8)), .bits64)
            }
            for index in 0..<Self.argumentVectorCount {
                assembler.loadVector(
                    VectorRegister(number: UInt8(index)), Address(.rsp, Int32(48 + index * 16)))
            }
            assembler.loadAddress(.rsp, Address(.rsp, bytes))
            assembler.jump(if: .notEqual, to: check.matches)
            trapNow(.indirectCallTypeMismatch, check.wasmOffset)
        }
    }

    @inline(never)
    mutating func callReference() {
        let type = validator.index0
        popCallee()
        beginCall(type)
        assembler.test(.rax, .rax, .bits64)
        assembler.jump(if: .equal, to: trapLabel(.nullReference))
        callRecord()
        release(.rax)
        finishCall(type)
    }

    // MARK: Arguments

    /// Shelters what the call would destroy and puts the top operands where the callee wants them.
    /// RAX, when it holds the callee, stays.
    mutating func beginCall(_ type: UInt32, isTail: Bool = false) {
        let parameters = context.parameters(ofType: type) ?? .empty
        let count = parameters.count
        if !isTail {
            flush(keeping: count <= 16 ? count : 0)
            shelterLocals()
        }
        placeArguments(count)
    }

    private mutating func placeArguments(_ count: Int) {
        guard count > 0 else { return }
        let start = operands.count - count
        var places = ArgumentPlaces()
        var moves = ParallelMove()
        // Those on the stack first: registers are still as they were.
        for position in start..<operands.count {
            let operand = operands[position]
            switch places.next(operand.kind) {
            case .stack(let offset): storeArgument(position, offset)
            case .register(let target):
                if let source = registerHolding(operand) { moves.add(target, source) }
            case .vector(let target):
                if let source = vectorHolding(operand) { moves.add(target, source) }
            }
        }
        outgoingBytes = max(outgoingBytes, Int(places.stackBytes))
        moves.emit(&assembler)
        places = ArgumentPlaces()
        for position in start..<operands.count {
            loadArgument(position, places.next(operands[position].kind))
        }
        dropOperands(to: start)
    }

    /// Loads an argument that was in no register.
    private mutating func loadArgument(_ position: Int, _ target: ArgumentPlaces.Place) {
        let operand = operands[position]
        switch target {
        case .register(let register):
            if registerHolding(operand) != nil { return }
            load(operand, into: register, slot: slotAddress(position))
        case .vector(let vector):
            if vectorHolding(operand) != nil { return }
            if operand.place == .constant, operand.bits != 0 {
                // RDI and R11 are no argument's.
                assembler.moveKeepingFlags(.rdi, immediate: Int64(bitPattern: operand.bits))
                assembler.move(vector, from: .rdi, operand.kind.width)
            } else {
                load(operand, into: vector, slot: slotAddress(position))
            }
        case .stack: return
        }
    }

    mutating func storeArgument(_ position: Int, _ offset: Int32) {
        var operand = operands[position]
        let target = Address(.rsp, offset)
        if operand.place == .constant {
            if let short = Int32(exactly: Int64(bitPattern: operand.bits)) {
                assembler.store(target, immediate: short, .bits64)
            } else {
                assembler.push(.rax)
                assembler.moveKeepingFlags(.rax, immediate: Int64(bitPattern: operand.bits))
                assembler.store(Address(.rsp, offset + 8), .rax, .bits64)
                assembler.pop(.rax)
            }
        } else if let vector = vectorHolding(operand) {
            storeVector(vector, target, operand.kind)
        } else if let register = registerHolding(operand) {
            assembler.store(target, register, .bits64)
        } else {
            // In memory: RDI holds no argument, and a local in it is sheltered, but its own
            // register may still be an argument's source; so go through a saved RAX.
            if operand.place == .slot { operand.bits = UInt64(position) }
            guard let address = memoryHolding(operand) else { return }
            assembler.push(.rax)
            assembler.load(.rax, address, .bits64)
            assembler.store(Address(.rsp, offset + 8), .rax, .bits64)
            if operand.kind == .v128 {
                assembler.load(.rax, address.advanced(by: 8), .bits64)
                assembler.store(Address(.rsp, offset + 16), .rax, .bits64)
            }
            assembler.pop(.rax)
        }
    }

    // MARK: After the call

    private mutating func finishCall(_ type: UInt32) {
        notePlace(validator.offset)
        let results = context.results(ofType: type) ?? .empty
        if options.checksExceptions { checkException() }
        restoreLocals()
        if results.count > 1 { return storeResults(results) }
        guard let first = results.first else { return }
        let kind = ValueKind(first)
        if kind.isVector {
            take(.xmm0)
            push(.vector(kind, .xmm0))
        } else {
            if kind == .i32 { assembler.move(.rax, from: .rax, .bits32) }
            take(.rax)
            push(.register(kind, .rax))
        }
    }

    /// Several results: to their slots, before the next call writes over them.
    private mutating func storeResults(_ results: TypeList) {
        let start = operands.count
        slotCount = max(slotCount, start + results.count)
        let first = ValueKind(results[0])
        if first.isVector {
            storeVector(.xmm0, slotAddress(start), first)
        } else {
            if first == .i32 { assembler.move(.rax, from: .rax, .bits32) }
            assembler.store(slotAddress(start), .rax, .bits64)
        }
        assembler.load(.rcx, Address(.r14, NativeLayout.Context.state), .bits64)
        assembler.load(.rcx, Address(.rcx, NativeLayout.State.results), .bits64)
        for index in 1..<results.count {
            let kind = ValueKind(results[index])
            let source = Address(.rcx, Int32(truncatingIfNeeded: index * 16))
            if kind == .v128 {
                assembler.loadVector(.xmm0, source)
                assembler.storeVector(slotAddress(start + index), .xmm0)
            } else {
                assembler.load(.rax, source, kind.width)
                assembler.store(slotAddress(start + index), .rax, .bits64)
            }
        }
        for type in results { push(.slot(ValueKind(type))) }
        if flushedCount == start { flushedCount = operands.count }
    }

    /// Goes to the handler, or returns at once, when an exception is on its way.
    mutating func checkException() {
        assembler.load(.rdi, Address(.r14, NativeLayout.Context.state), .bits64)
        assembler.arithmetic(
            .cmp, Address(.rdi, NativeLayout.State.exception), immediate: 0, .bits64)
        assembler.jump(if: .notEqual, to: handlerLabel())
    }

    // MARK: Registers around calls

    mutating func shelterLocals(exceptRDI: Bool = false) {
        for index in 0..<callerSavedHomes.count {
            let saved = callerSavedHomes[index]
            switch saved.home {
            case .register(.rdi) where exceptRDI: break
            case .register(let register):
                assembler.store(Address(.rbp, saved.memory), register, .bits64)
            case .vector(let vector):
                storeVector(vector, Address(.rbp, saved.memory), saved.kind)
            case .memory: break
            }
        }
    }

    mutating func restoreLocals() {
        for index in 0..<callerSavedHomes.count {
            let saved = callerSavedHomes[index]
            switch saved.home {
            case .register(let register):
                assembler.load(register, Address(.rbp, saved.memory), .bits64)
            case .vector(let vector):
                loadVector(vector, Address(.rbp, saved.memory), saved.kind)
            case .memory: break
            }
        }
    }

    // MARK: Helpers

    /// Calls a runtime function; its arguments but the context are in place.
    mutating func callHelper(_ helper: RuntimeHelper, at wasmOffset: Int? = nil) {
        assembler.move(.rdi, from: .r14, .bits64)
        assembler.load(.rax, Address(.r14, NativeLayout.Context.runtime), .bits64)
        assembler.call(Address(.rax, helper.rawValue * 8))
        notePlace(wasmOffset ?? validator.offset)
    }

    /// Calls a runtime function that takes immediates, then the top operands; pushes its result.
    mutating func callHelper(
        _ helper: RuntimeHelper, immediates: [UInt32], operandCount: Int,
        result: ValueKind?
    ) {
        flush(keeping: operandCount)
        shelterLocals()
        let start = operands.count - operandCount
        var moves = ParallelMove()
        for index in 0..<operandCount {
            if let source = registerHolding(operands[start + index]) {
                moves.add(Self.argumentRegister(immediates.count + index), source)
            }
        }
        moves.emit(&assembler)
        for index in 0..<operandCount where registerHolding(operands[start + index]) == nil {
            load(
                operands[start + index], into: Self.argumentRegister(immediates.count + index),
                slot: slotAddress(start + index))
        }
        for (index, value) in immediates.enumerated() {
            assembler.move(Self.argumentRegister(index), immediate: Int64(value))
        }
        dropOperands(to: start)
        callHelper(helper)
        restoreLocals()
        if let result {
            take(.rax)
            if result == .i32 { assembler.move(.rax, from: .rax, .bits32) }
            push(.register(result, .rax))
        }
    }

    /// Runs the instruction just checked by the engine's own routine, on the top operands.
    mutating func perform(
        operandCount: Int, immediate0: UInt32, immediate1: UInt32, results: [ValueKind],
        appended: UInt64? = nil
    ) {
        flush(keeping: operandCount)
        shelterLocals()
        let start = operands.count - operandCount
        var offset: Int32 = 0
        for position in start..<operands.count {
            storeArgument(position, offset)
            offset += operands[position].kind == .v128 ? 16 : 8
        }
        dropOperands(to: start)
        if let appended {
            assembler.move(.rax, immediate: Int64(bitPattern: appended))
            assembler.store(Address(.rsp, offset), .rax, .bits64)
            offset += 8
        }
        outgoingBytes = max(outgoingBytes, Int(offset), 32)
        assembler.move(.rsi, from: .rsp, .bits64)
        assembler.move(.rdx, immediate: Int64(validator.opcode.rawValue))
        assembler.move(.rcx, immediate: Int64(immediate0))
        assembler.move(.r8, immediate: Int64(immediate1))
        callHelper(.perform)
        restoreLocals()
        guard let kind = results.first else { return }
        if kind.isVector {
            take(.xmm0)
            loadVector(.xmm0, Address(.rsp), kind)
            push(.vector(kind, .xmm0))
        } else {
            take(.rax)
            assembler.load(.rax, Address(.rsp), kind.width)
            push(.register(kind, .rax))
        }
    }

    // MARK: Places

    /// The code before this point belongs to the Wasm instruction at an offset.
    mutating func notePlace(_ wasmOffset: Int) {
        places.append(
            CodeSite(
                offset: UInt32(truncatingIfNeeded: max(assembler.offset - 1, 0)),
                wasmOffset: UInt32(truncatingIfNeeded: wasmOffset)))
    }
}

/// The rare ways of an indirect call.
struct CalleeCheck: BitwiseCopyable {
    var uninitialized: Assembler.Label
    var mismatch: Assembler.Label
    var matches: Assembler.Label
    var isFinal: Bool
    var wasmOffset: Int
}
