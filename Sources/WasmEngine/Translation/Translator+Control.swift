internal import Wasm

extension Translator {
    /// Translates the instruction that the validator has just checked.
    mutating func step() throws(WasmError) {
        switch validator.opcode {
        case .block, .loop, .if, .try, .tryTable: openBlock()
        case .else: elseBlock()
        case .catch, .catchAll, .delegate: catchBlock()
        case .end: endBlock()
        default:
            if validator.wasUnreachable { return }
            try plainStep()
        }
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
        let condition = opcode == .if ? pop() : nil
        let parameterCount = block.parameters.count
        // Copies leave the condition alone: its slot lies above every home on the stack, or it is a
        // local's.
        bringLocalsHome()
        bringTopHome(parameterCount)
        let branch = condition.map { branchForm($0).negated }
        block.height = stack.count - parameterCount
        block.home = parameterCount > 0 ? stack[block.height].home : nextHome
        if let branch { block.elseFixup = emitBranch(branch) }
        if opcode == .loop { markLabel() }
        block.start = words.count
        blocks.append(block)
        if opcode == .loop, isMetered { openMeter() }
        if opcode == .tryTable || opcode == .try { openTry() }
    }

    private mutating func elseBlock() {
        guard var block = blocks.popLast() else { return }
        if !block.isDead {
            if !validator.wasUnreachable {
                moveHome(block.results, block.home)
                emit(Instruction(.branch))
                block.fixups.append(Fixup(instruction: last, offset: 4))
            }
            if let fixup = block.elseFixup { patch(fixup, to: words.count) }
            block.elseFixup = nil
            markLabel()
            resetStack(to: block, block.parameters)
        }
        block.opcode = .else
        blocks.append(block)
    }

    private mutating func endBlock() {
        if isMetered { closeMeter() }
        guard var block = blocks.popLast() else { return }
        if block.isDead { return }
        if blocks.isEmpty { return endFunction(block) }
        if let fixup = block.elseFixup { block.fixups.append(fixup) }
        if block.opcode == .tryTable { closeTry(block) }
        finish(block)
    }

    /// Ends a block: lets the branches to its end land here.
    mutating func finish(_ block: OpenBlock) {
        let isArm = block.opcode == .catch || block.opcode == .catchAll
        if !block.isLabel, !isArm, !validator.wasUnreachable { return }
        if !validator.wasUnreachable { moveHome(block.results, block.home) }
        land(block)
    }

    /// Everything that goes to the block's end arrives here, with its results at home.
    private mutating func land(_ block: OpenBlock) {
        for fixup in block.fixups { patch(fixup, to: words.count) }
        for handler in block.handlers { handlers[handler].target = UInt32(words.count) }
        markLabel()
        resetStack(to: block, block.results)
    }

    private mutating func endFunction(_ block: OpenBlock) {
        if block.isLabel {
            if !validator.wasUnreachable { moveHome(block.results, block.home) }
            land(block)
            emitReturn()
        } else if !validator.wasUnreachable {
            emitReturn()
        }
        // A word that ends the code, so that its last call's return address lies inside.
        emit(Instruction(.unreachable))
    }

    /// Leaves the operands below the block, then values of these types in their homes.
    mutating func resetStack(to block: OpenBlock, _ types: TypeList) {
        while stack.count > block.height { _ = pop() }
        for type in types { _ = pushTemporary(type) }
    }

    /// Moves the top operands, of these types, to consecutive slots from `home` on, which are not
    /// above their own homes. The operands stay on the stack as they are.
    mutating func moveHome(_ types: TypeList, _ home: Int) {
        var target = home
        for position in stack.count - types.count..<stack.count {
            let operand = stack[position]
            write(operand, to: target)
            target += operand.type.slotCount
        }
    }

    /// Whether the top operands of these types are already in consecutive slots from `home` on.
    private func areHome(_ types: TypeList, _ home: Int) -> Bool {
        var target = home
        for position in stack.count - types.count..<stack.count {
            let operand = stack[position]
            if operand.kind == .constant || operand.kind == .sum || operand.slot != target {
                return false
            }
            target += operand.type.slotCount
        }
        return true
    }

    /// `return`, or a branch out of the function: the results are on top of the stack.
    mutating func emitReturn() {
        let results = validator.results
        switch results.count {
        case 0: emit(.return0, headerSlot, 0, 0)
        case 1 where results[0] != .v128:
            let source = slot(of: stack[stack.count - 1])
            emit(.return1, headerSlot, source, 0)
        default:
            let count = results.count
            // Consecutive in their own homes, whatever lies below.
            for position in stack.count - count..<stack.count { bringHome(position) }
            let first = stack[stack.count - count].home
            emit(.returnMany, headerSlot, first, nextHome - first)
        }
    }

    // MARK: Branches

    /// The open block that a label names.
    func blockIndex(_ label: UInt32) -> Int { blocks.count - 1 - Int(label) }

    mutating func branch(to label: UInt32) {
        let index = blockIndex(label)
        if index == 0 { return emitReturn() }
        moveHome(blocks[index].labelTypes, blocks[index].home)
        emit(Instruction(.branch))
        connect(Fixup(instruction: last, offset: 4), to: index)
    }

    /// Lets a written branch go to a block's label.
    mutating func connect(_ fixup: Fixup, to index: Int) {
        if blocks[index].opcode == .loop {
            patch(fixup, to: blocks[index].start)
        } else {
            blocks[index].fixups.append(fixup)
        }
    }

    /// A branch taken when the form's condition holds; the label's values are on top of the stack.
    mutating func branch(_ form: BranchForm, to label: UInt32) {
        let index = blockIndex(label)
        let types = blocks[index].labelTypes
        if types.isEmpty || areHome(types, blocks[index].home) {
            connect(emitBranch(form), to: index)
            return
        }
        let skip = emitBranch(form.negated)
        markLabel()
        if index == 0 {
            // `emitReturn` may bring operands home; here that must not be remembered.
            let saved = (stack, localUses, lazyLocals)
            emitReturn()
            (stack, localUses, lazyLocals) = saved
        } else {
            moveHome(types, blocks[index].home)
            emit(Instruction(.branch))
            connect(Fixup(instruction: last, offset: 4), to: index)
        }
        patch(skip, to: words.count)
        markLabel()
    }

    mutating func branchIf() {
        let condition = pop()
        branch(branchForm(condition), to: validator.index0)
    }

    mutating func branchTable() {
        let index = pop()
        let labels = validator.labels
        let types = blocks[blockIndex(labels[labels.count - 1])].labelTypes
        let indexSlot = slot(of: index)
        if !types.isEmpty { bringTopHome(types.count) }
        emit(Instruction(.branchTable, a: indexSlot, immediate32: UInt32(labels.count - 1)))
        let instruction = last
        words.append(contentsOf: repeatElement(0, count: (labels.count + 1) / 2))
        var trampolines: [UInt32: Int] = [:]
        for (position, label) in labels.enumerated() {
            let fixup = Fixup(instruction: instruction, offset: 8 + 4 * position)
            if types.isEmpty {
                connect(fixup, to: blockIndex(label))
            } else if let known = trampolines[label] {
                patch(fixup, to: known)
            } else {
                trampolines[label] = words.count
                patch(fixup, to: words.count)
                markLabel()
                branch(to: label)
            }
        }
        markLabel()
    }

    // MARK: Budgets

    /// The innermost block whose instructions have a meter of their own.
    var meteredBlock: Int { metered.last ?? 0 }

    /// Writes the meter of the block just opened.
    mutating func openMeter() {
        emit(Instruction(.meter))
        blocks[blocks.count - 1].meter = last
        metered.append(blocks.count - 1)
        markLabel()
    }

    /// Fills the meter of the block that ends.
    private mutating func closeMeter() {
        guard let block = blocks.last, block.meter != 0 else { return }
        words[block.meter] |= UInt64(max(block.cost, 1)) << 32
        metered.removeLast()
    }
}
