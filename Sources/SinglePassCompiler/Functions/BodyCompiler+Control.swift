internal import Wasm
internal import WasmEngine

// Blocks and branches. Where paths join, operands below the block are constants or in their slots; a
// single result is in RAX or XMM0, several are in their slots, and so are a loop's parameters.
extension BodyCompiler {
    // MARK: Opening

    mutating func openBlock(_ opcode: Opcode) {
        var frame = BlockFrame(
            opcode: opcode, label: assembler.makeLabel(), height: 0,
            results: validator.blockResults, parameters: validator.blockParameters)
        guard isReachable else {
            frame.isDead = true
            frames.append(frame)
            return
        }
        let condition = opcode == .if ? popFlags() : 0
        flush()
        let parameterCount = frame.parameters.count
        frame.height = operands.count - parameterCount
        for depth in 0..<parameterCount { forceSlot(operands.count - 1 - depth) }
        if opcode == .loop {
            assembler.alignLoop()
            bind(frame.label)
            if options.isMetered { spendFuel() }
        } else if opcode == .if {
            let label = assembler.makeLabel()
            frame.elseLabel = label
            jump(ifNumber: condition ^ 1, to: label)
        }
        frames.append(frame)
    }

    /// Pops a condition into the flags; gives its number.
    private mutating func popFlags() -> UInt8 { asFlags(pop()) }

    /// The number of a popped condition that is in the flags then.
    private mutating func asFlags(_ operand: Operand) -> UInt8 {
        if operand.place == .flags { return operand.number }
        var operand = operand
        let number = test(&operand)
        release(operand)
        return number
    }

    // MARK: Closing

    mutating func openElse() {
        let place = frames.count - 1
        if frames[place].isDead { return }
        if isReachable {
            frames.update(place) { $0.isBranchedTo = true }
            settle(frames[place].results, at: frames[place].height)
            assembler.jump(to: frames[place].label)
        }
        dropOperands(to: frames[place].height)
        if let label = frames[place].elseLabel { bind(label) }
        frames.update(place) { $0.elseLabel = nil }
        for type in frames[place].parameters { push(.slot(ValueKind(type))) }
        flushedCount = operands.count
        isReachable = true
    }

    mutating func closeBlock() {
        guard !frames.isEmpty else { return }
        var frame = frames.removeLast()
        if frame.isDead { return }
        if frames.isEmpty { return closeFunction(frame) }
        if frame.opcode == .loop {
            if !isReachable {
                dropOperands(to: frame.height)
            }
            return
        }
        if frame.opcode == .tryTable, let handler = handlers.popLast(), handler.isUsed {
            if isReachable {
                frame.isBranchedTo = true
                settle(frame.results, at: frame.height)
                assembler.jump(to: frame.label)
            }
            writeHandler(handler, height: frame.height)
        }
        var isJoin = frame.isBranchedTo
        if let label = frame.elseLabel {
            // No `else`: parameters are results.
            isJoin = true
            if isReachable { settle(frame.results, at: frame.height) }
            if frame.results.count == 1 {
                if isReachable { assembler.jump(to: frame.label) }
                bind(label)
                dropOperands(to: frame.height)
                loadSingle(ValueKind(frame.results[0]), slotAddress(frame.height))
            } else {
                bind(label)
            }
        } else if isJoin, isReachable {
            settle(frame.results, at: frame.height)
        }
        guard isJoin else {
            if !isReachable { dropOperands(to: frame.height) }
            return
        }
        bind(frame.label)
        dropOperands(to: frame.height)
        pushJoined(frame.results)
        isReachable = true
    }

    private mutating func closeFunction(_ frame: BlockFrame) {
        if isReachable { settle(frame.results, at: 0) }
        dropOperands(to: 0)
        bind(frame.label)
        isReachable = false
    }

    /// Pushes what a join leaves.
    private mutating func pushJoined(_ types: TypeList) {
        if types.count == 1 {
            let kind = ValueKind(types[0])
            if kind.isVector {
                freeVectors.remove(number: VectorRegister.xmm0.rawValue)
                push(.vector(kind, .xmm0))
            } else {
                freeRegisters.remove(number: Register.rax.rawValue)
                push(.register(kind, .rax))
            }
            return
        }
        for type in types { push(.slot(ValueKind(type))) }
        if !types.isEmpty {
            slotCount = max(slotCount, operands.count)
            flushedCount = operands.count
        }
    }

    /// Forgets operands above `height`.
    mutating func dropOperands(to height: Int) {
        while operands.count > height { release(pop()) }
    }

    /// What comes next can not be reached.
    mutating func leaveBlock() {
        isReachable = false
        dropOperands(to: frames.last?.height ?? 0)
    }

    // MARK: Values at joins

    /// Takes the top operands to where a join expects results; the path ends here.
    private mutating func settle(_ types: TypeList, at height: Int) {
        if types.count == 1 {
            loadSingle(ValueKind(types[0]))
        } else if types.count > 1 {
            settleSlots(types.count, at: height)
        }
    }

    /// Leaves the top operand in RAX or XMM0 and drops it.
    private mutating func loadSingle(_ kind: ValueKind) {
        let operand = pop()
        loadResult(operand)
        release(operand)
    }

    private mutating func loadSingle(_ kind: ValueKind, _ address: Address) {
        if kind.isVector {
            loadVector(.xmm0, address, kind)
        } else {
            assembler.load(.rax, address, kind.width)
        }
    }

    /// Puts a popped operand into RAX or XMM0; whatever operand is there is lost on this path.
    private mutating func loadResult(_ operand: Operand) {
        if operand.kind.isVector {
            if operand.place == .constant, operand.bits != 0 {
                assembler.moveKeepingFlags(.rax, immediate: Int64(bitPattern: operand.bits))
                assembler.move(.xmm0, from: .rax, operand.kind.width)
            } else if operand.place != .vector || vector(operand) != .xmm0 {
                load(operand, into: .xmm0, slot: poppedSlotAddress(of: operand))
            }
        } else if operand.place != .register || register(operand) != .rax {
            load(operand, into: .rax, slot: poppedSlotAddress(of: operand))
        }
    }

    /// Brings the top operands to their own slots.
    private mutating func bringTopToSlots(_ count: Int) {
        for depth in 0..<count { forceSlot(operands.count - 1 - depth) }
    }

    private mutating func settleSlots(_ count: Int, at height: Int) {
        bringTopToSlots(count)
        moveSlots(count, to: height)
    }

    /// Copies the slots of the top operands down to those from `height`, by way of RAX or XMM0.
    private mutating func moveSlots(_ count: Int, to height: Int) {
        let start = operands.count - count
        slotCount = max(slotCount, height + count)
        guard start != height else { return }
        for index in 0..<count {
            let kind = operands[start + index].kind
            if kind == .v128 {
                assembler.loadVector(.xmm0, slotAddress(start + index))
                assembler.storeVector(slotAddress(height + index), .xmm0)
            } else {
                assembler.load(.rax, slotAddress(start + index), .bits64)
                assembler.store(slotAddress(height + index), .rax, .bits64)
            }
        }
    }

    // MARK: Branches

    /// Marks a label as a branch's target.
    private mutating func target(_ depth: Int) -> BlockFrame {
        let place = frames.count - 1 - depth
        frames.update(place) { $0.isBranchedTo = true }
        return frames[place]
    }

    /// Whether a branch to the block carries its value in RAX or XMM0.
    private func usesRegister(_ frame: BlockFrame) -> Bool {
        frame.opcode != .loop && frame.results.count == 1
    }

    @inline(never)
    mutating func branch(_ depth: Int) {
        let frame = target(depth)
        if usesRegister(frame) {
            loadSingle(ValueKind(frame.results[0]))
        } else {
            let count = frame.labelTypes.count
            if count > 0 { settleSlots(count, at: frame.height) }
        }
        assembler.jump(to: frame.label)
        leaveBlock()
    }

    @inline(never)
    mutating func branchIf(_ depth: Int) {
        let condition = pop()
        let frame = target(depth)
        let count = frame.labelTypes.count
        if count == 0 {
            return jump(ifNumber: asFlags(condition), to: frame.label)
        }
        let flags = asFlags(condition)
        if usesRegister(frame) {
            let skip = assembler.makeLabel()
            jump(ifNumber: flags ^ 1, to: skip)
            // On the way to the label only; the operand stays where it was on the other.
            var operand = operands[operands.count - 1]
            if operand.place == .slot { operand.bits = UInt64(operands.count - 1) }
            loadResult(operand)
            assembler.jump(to: frame.label)
            bind(skip)
            return
        }
        bringTopToSlots(count)
        if operands.count - count == frame.height {
            slotCount = max(slotCount, frame.height + count)
            jump(ifNumber: flags, to: frame.label)
            return
        }
        // The copies go through RAX or XMM0, which no operand may be in on the other way.
        let skip = assembler.makeLabel()
        flush()
        jump(ifNumber: flags ^ 1, to: skip)
        moveSlots(count, to: frame.height)
        assembler.jump(to: frame.label)
        bind(skip)
    }

    @inline(never)
    mutating func branchTable() {
        var index = pop()
        let labels = validator.labels
        let last = labels.count - 1
        let arity = frame(at: labels[last]).labelTypes.count
        if arity > 0 { bringTopToSlots(arity) }
        if last == 0 {
            release(index)
            return branch(Int(labels[0]))
        }
        let register = own(&index)
        assembler.arithmetic(
            .cmp, register, immediate: Int32(truncatingIfNeeded: last), .bits32)
        var stubs = BranchStubs()
        let otherwise = entry(labels[last], arity, &stubs)
        assembler.jump(if: .aboveOrEqual, to: otherwise)
        let table = assembler.makeLabel()
        let base = takeRegister()
        assembler.loadAddress(base, of: table)
        assembler.loadSigned(
            register, Address(base, index: register, scale: .four), .bits32, to: .bits64)
        assembler.arithmetic(.add, base, register, .bits64)
        assembler.jump(to: base)
        release(base)
        release(index)
        let first = jumpTargets.count
        for position in 0..<last { jumpTargets.append(entry(labels[position], arity, &stubs)) }
        jumpTables.append((table, first..<jumpTargets.count))
        for depth in stubs.order {
            if let stub = stubs.labels[depth] { writeStub(stub, depth, arity) }
        }
        leaveBlock()
    }

    private func frame(at depth: UInt32) -> BlockFrame { frames[frames.count - 1 - Int(depth)] }

    /// Where a jump table's entry for a label goes: the label, or a stub that moves values first.
    private mutating func entry(
        _ depth: UInt32, _ arity: Int, _ stubs: inout BranchStubs
    ) -> Assembler.Label {
        if arity == 0 {
            return target(Int(depth)).label
        }
        if let known = stubs.labels[depth] { return known }
        let label = assembler.makeLabel()
        stubs.labels[depth] = label
        stubs.order.append(depth)
        return label
    }

    /// The stubs of a jump table by label, and the order that they are written in.
    private struct BranchStubs {
        var labels: [UInt32: Assembler.Label] = [:]
        var order: [UInt32] = []
    }

    private mutating func writeStub(_ label: Assembler.Label, _ depth: UInt32, _ arity: Int) {
        let frame = target(Int(depth))
        bind(label)
        if usesRegister(frame) {
            loadSingle(ValueKind(frame.results[0]), slotAddress(operands.count - 1))
        } else {
            moveSlots(arity, to: frame.height)
        }
        assembler.jump(to: frame.label)
    }

    /// Writes the tables behind the function's code.
    mutating func writeJumpTables() {
        guard !jumpTables.isEmpty else { return }
        assembler.code.align(to: 4, filler: 0xCC)
        for (table, targets) in jumpTables {
            assembler.bind(table)
            let start = assembler.offset
            for target in targets {
                assembler.code.reserve()
                let offset = assembler.offset(of: jumpTargets[target]) ?? start
                assembler.code.put(Int32(truncatingIfNeeded: offset - start))
            }
        }
    }

    // MARK: References

    /// `br_on_null`, `br_on_non_null`.
    mutating func branchOnNull(_ depth: Int, whenNull: Bool) {
        var reference = pop()
        if whenNull {
            let register = own(&reference)
            push(.register(.reference, register))
            // The label does not take the reference: test it below the label's operands.
            let saved = pop()
            assembler.test(register, register, .bits64)
            push(Operand(place: .flags, kind: .i32, number: Condition.equal.rawValue))
            branchIf(depth)
            push(saved)
        } else {
            let register = own(&reference)
            assembler.test(register, register, .bits64)
            push(.register(.reference, register))
            push(Operand(place: .flags, kind: .i32, number: Condition.notEqual.rawValue))
            branchIf(depth)
            release(pop())
        }
    }

    mutating func returnFromFunction() { branch(frames.count - 1) }
}
