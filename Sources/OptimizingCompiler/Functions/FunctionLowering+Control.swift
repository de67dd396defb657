internal import Wasm
internal import WasmEngine

extension FunctionLowering {
    /// Lowers the instruction that the validator has just checked.
    mutating func step() {
        switch validator.opcode {
        case .block, .loop, .if, .try, .tryTable: openBlock()
        case .else: elseBlock()
        case .catch, .catchAll, .delegate: catchBlock()
        case .end: endBlock()
        default:
            if validator.wasUnreachable { return }
            plainStep()
        }
    }

    /// Blocks that may be open at once; a function with more is left to the interpreter, for LLVM
    /// takes minutes for it.
    private static let nestingLimit = 4_096

    /// Makes the slots that a block's branches and end use.
    mutating func makeSlots(_ block: inout OpenBlock) {
        if block.opcode == .loop {
            block.parameterSlots = block.parameters.map { slot($0) }
        }
        block.resultSlots = block.results.map { slot($0) }
    }

    /// A new stack slot.
    mutating func slot(_ type: ValueType) -> String {
        nextValue += 1
        let name = "%s\(nextValue)"
        entry.line("\(name) = alloca \(type.ir.text)")
        return name
    }

    private mutating func openBlock() {
        let opcode = validator.opcode
        var block = OpenBlock(
            opcode: opcode, parameters: validator.blockParameters,
            results: validator.blockResults)
        if validator.wasUnreachable {
            block.isDead = true
            blocks.append(block)
            return
        }
        let condition = opcode == .if ? pop(.i1) : nil
        if blocks.count > Self.nestingLimit { isUnsupported = true }
        block.height = stack.count - block.parameters.count
        block.label = newLabel()
        makeSlots(&block)
        switch opcode {
        case .loop: openLoop(block)
        case .if:
            block.arguments = Array(stack[block.height...])
            let (then, other) = (newLabel(), newLabel())
            block.elseLabel = other
            emit("br i1 \(condition?.text ?? "false"), label %L\(then), label %L\(other)")
            place(then)
        case .tryTable, .try: openTry(&block)
        default: break
        }
        blocks.append(block)
    }

    private mutating func openLoop(_ block: OpenBlock) {
        store(block.parameterSlots, block.parameters)
        go(to: block.label)
        place(block.label)
        stack.removeLast(stack.count - block.height)
        reload(block.parameterSlots, block.parameters)
        if plan.isMetered { meter() }
    }

    private mutating func elseBlock() {
        guard var block = blocks.popLast() else { return }
        if !block.isDead {
            if !validator.wasUnreachable {
                store(block.resultSlots, block.results)
                go(to: block.label)
                block.isTarget = true
            }
            stack.removeLast(stack.count - block.height)
            stack.append(contentsOf: block.arguments)
            if let label = block.elseLabel { place(label) }
            block.elseLabel = nil
        }
        block.opcode = .else
        blocks.append(block)
    }

    private mutating func endBlock() {
        guard var block = blocks.popLast() else { return }
        if block.isDead { return }
        if blocks.isEmpty { return endFunction(block) }
        closeTry(&block)
        finish(block)
    }

    /// Ends a block: lets the branches to its end land here.
    mutating func finish(_ block: OpenBlock) {
        var block = block
        let falls = !validator.wasUnreachable
        if block.opcode == .loop {
            // Branches went to its start; its end is reached by falling through alone.
            if !falls { resume(at: block) }
            return
        }
        if let label = block.elseLabel {
            // An `if` without `else` gives its parameters as its results.
            if falls { fall(&block) }
            place(label)
            stack.removeLast(stack.count - block.height)
            stack.append(contentsOf: block.arguments)
            fall(&block)
        } else if falls {
            if !block.isTarget, block.opcode == .block { return }
            fall(&block)
        }
        resume(at: block)
    }

    /// Goes on behind a block, with its results from their slots.
    private mutating func resume(at block: OpenBlock) {
        // A loop's label is its start.
        place(block.opcode == .loop ? newLabel() : block.label)
        stack.removeLast(stack.count - block.height)
        reload(block.resultSlots, block.results)
    }

    /// Goes to the block's end with the results on top of the stack.
    private mutating func fall(_ block: inout OpenBlock) {
        store(block.resultSlots, block.results)
        go(to: block.label)
        block.isTarget = true
    }

    private mutating func endFunction(_ block: OpenBlock) {
        if !validator.wasUnreachable {
            if !block.isTarget { return emitReturn() }
            store(block.resultSlots, block.results)
            go(to: block.label)
        }
        guard block.isTarget else { return }
        place(block.label)
        stack.removeAll()
        reload(block.resultSlots, block.results)
        emitReturn()
    }

    /// Writes the top operands to slots; they stay on the stack.
    mutating func store(_ slots: [String], _ types: TypeList) {
        let first = stack.count - types.count
        for position in types.indices {
            stack[first + position] = convert(stack[first + position], to: types[position].ir)
            emit("store \(stack[first + position].typed), ptr \(slots[position])")
        }
    }

    /// Pushes what stands in slots.
    mutating func reload(_ slots: [String], _ types: TypeList) {
        for (slot, type) in zip(slots, types) { push("load \(type.ir.text), ptr \(slot)", type.ir) }
    }

    // MARK: Branches

    /// The open block that a label names.
    func blockIndex(_ label: UInt32) -> Int { blocks.count - 1 - Int(label) }

    mutating func branch(to label: UInt32) {
        let index = blockIndex(label)
        store(blocks[index].labelSlots, blocks[index].labelTypes)
        blocks[index].isTarget = true
        go(to: blocks[index].label)
    }

    /// Goes to a label when the condition holds.
    mutating func branch(if condition: IRValue, to label: UInt32, unless: Bool = false) {
        let index = blockIndex(label)
        // What is stored though the branch is not taken, nothing reads before it is stored again.
        store(blocks[index].labelSlots, blocks[index].labelTypes)
        blocks[index].isTarget = true
        let next = newLabel()
        let (yes, no) = unless ? (next, blocks[index].label) : (blocks[index].label, next)
        emit("br i1 \(condition.text), label %L\(yes), label %L\(no)")
        place(next)
    }

    mutating func branchTable() {
        let index = pop(.i32)
        let labels = validator.labels
        guard let other = labels.last else { return }
        for label in Set(labels).sorted() {
            let target = blockIndex(label)
            store(blocks[target].labelSlots, blocks[target].labelTypes)
            blocks[target].isTarget = true
        }
        emit("switch i32 \(index.text), label %L\(blocks[blockIndex(other)].label) [")
        for (value, label) in labels.dropLast().enumerated() where label != other {
            emit("i32 \(value), label %L\(blocks[blockIndex(label)].label)")
        }
        emit("]")
    }

    /// Goes to the function's end with the results on top of the stack.
    mutating func emitReturn() {
        let results = validator.results
        guard let type = results.first else { return emit("ret void") }
        let first = stack.count - results.count
        for position in results.indices.dropFirst() {
            let value = convert(stack[first + position], to: results[position].ir)
            storeResult(value, at: position)
        }
        let value = convert(stack[first], to: type.ir)
        emit("ret \(value.typed)")
    }

    /// Traps where the instruction stands; what follows is reached otherwise.
    ///
    /// - Parameter condition: traps when it is true; always when nil.
    mutating func trap(_ code: TrapCode, if condition: IRValue? = nil) {
        let label = newLabel()
        if let condition {
            let next = newLabel()
            emit("br i1 \(condition.text), label %L\(label), label %L\(next), !prof !5")
            traps.line("L\(label):")
            writeTrap(code)
            place(next)
        } else {
            go(to: label)
            traps.line("L\(label):")
            writeTrap(code)
        }
    }
}
