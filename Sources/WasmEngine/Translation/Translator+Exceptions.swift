internal import Wasm

/// Throwing and catching.
///
/// A handler writes an exception's payload, and the reference to it, to the slots where the label it
/// goes to expects its values, and goes on there; nothing is written into the code of the body.
extension Translator {
    /// A `try_table` or older `try` was opened.
    mutating func openTry() {
        // Whatever comes is not fused with what lies outside the guarded range.
        markLabel()
        let outside = blocks.count - 2
        blocks[blocks.count - 1].start = words.count
        guard validator.opcode == .tryTable else { return }
        blocks[blocks.count - 1].catches = validator.catches.map {
            ($0, outside - Int($0.label))
        }
    }

    /// A `try_table` ends; it is no longer among the open blocks.
    mutating func closeTry(_ block: OpenBlock) {
        markLabel()
        for (clause, target) in block.catches {
            var handler = handler(guarding: block, until: words.count)
            var slot = blocks[target].home
            if clause.kind == .catch || clause.kind == .catchRef {
                handler.kind = .tag
                handler.tag = clause.tag
                handler.payloadSlot = Int32(slot)
                for type in tagParameters(clause.tag) { slot += type.slotCount }
            }
            if clause.kind == .catchRef || clause.kind == .catchAllRef {
                handler.referenceSlot = Int32(slot)
                slot += 1
            }
            maximumSlot = max(maximumSlot, slot)
            if blocks[target].opcode == .loop {
                handler.target = UInt32(blocks[target].start)
            } else {
                blocks[target].handlers.append(handlers.count)
            }
            handlers.append(handler)
        }
    }

    private func handler(guarding block: OpenBlock, until end: Int) -> ExceptionHandler {
        ExceptionHandler(
            kind: .all, guarded: UInt32(block.start)..<UInt32(max(end, block.start)),
            depth: UInt32(blocks.count))
    }

    private func tagParameters(_ tag: UInt32) -> TypeList {
        let context = validator.context
        return context.parameters(ofType: context.typeIndex(ofTag: tag)) ?? .empty
    }

    // MARK: The older form

    /// `catch`, `catch_all` or `delegate`.
    mutating func catchBlock() {
        if validator.opcode == .delegate { return delegate() }
        guard var block = blocks.popLast() else { return }
        if !block.isDead { openArm(&block) }
        block.opcode = validator.opcode
        blocks.append(block)
    }

    private mutating func openArm(_ block: inout OpenBlock) {
        if !validator.wasUnreachable {
            moveHome(block.results, block.home)
            emit(Instruction(.branch))
            block.fixups.append(Fixup(instruction: last, offset: 4))
        }
        markLabel()
        if block.opcode == .try { block.bodyEnd = words.count }
        resetStack(to: block, .empty)
        var handler = handler(guarding: block, until: block.bodyEnd)
        handler.target = UInt32(words.count)
        // The exception stays in the block's first slot for `rethrow`; its payload lies above.
        handler.referenceSlot = Int32(pushTemporary(.exnref))
        if validator.opcode == .catch {
            handler.kind = .tag
            handler.tag = validator.index0
            handler.payloadSlot = Int32(nextHome)
            for type in tagParameters(validator.index0) { _ = pushTemporary(type) }
        }
        handlers.append(handler)
    }

    private mutating func delegate() {
        guard let block = blocks.popLast(), !block.isDead else { return }
        var handler = handler(guarding: block, until: words.count)
        handler.kind = .delegate
        handler.limit = UInt32(blockIndex(validator.index0))
        handlers.append(handler)
        markLabel()
        finish(block)
    }

    // MARK: Throwing

    /// `throw`, `throw_ref` or `rethrow`.
    mutating func throwException(_ opcode: Opcode) {
        var source = 0
        switch opcode {
        case .throw:
            let count = tagParameters(validator.index0).count
            bringTopHome(count)
            source = count > 0 ? stack[stack.count - count].home : nextHome
        case .rethrow: source = blocks[blockIndex(validator.index0)].home
        default:
            let operand = pop()
            source = slot(of: operand)
        }
        emit(
            .exception, 0, source, 0, UInt64(opcode.rawValue), UInt64(validator.index0))
        words.append(0)
    }
}
