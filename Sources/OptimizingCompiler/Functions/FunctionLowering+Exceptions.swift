internal import Wasm
internal import WasmEngine

/// Throwing and catching.
///
/// A call returns normally with the exception in the state; code looks there after every call and
/// goes to the innermost handler's dispatch, which stands out of the way with the traps.
extension FunctionLowering {
    /// Where an exception goes that is thrown with the blocks up to `index` around it.
    private mutating func handlerLabel(from index: Int) -> String {
        var index = index
        while index >= 0 {
            if let handler = blocks[index].handler { return "L\(handler)" }
            index -= 1
        }
        isUnwound = true
        return "unwind"
    }

    private mutating func innermostHandler() -> String { handlerLabel(from: blocks.count - 1) }

    /// After a call: goes to the handler when an exception is on its way.
    mutating func checkException() {
        guard plan.checksExceptions else { return }
        let place = field(NativeLayout.State.exception, of: state())
        let exception = emit("load i64, ptr \(place), align 8, !tbaa !12", .i64)
        let isThrown = emit("icmp ne \(exception.typed), 0", .i1)
        let next = newLabel()
        emit("br i1 \(isThrown.text), label %\(innermostHandler()), label %L\(next), !prof !5")
        self.place(next)
    }

    /// A `try_table` or older `try` was opened; it is not yet among the open blocks.
    mutating func openTry(_ block: inout OpenBlock) {
        block.handler = newLabel()
        block.catches = validator.opcode == .tryTable ? validator.catches : []
    }

    /// A `try_table`, or a `try` without an arm, ends; it is no longer among the open blocks.
    mutating func closeTry(_ block: inout OpenBlock) {
        if let handler = block.handler { writeDispatch(handler, block.catches) }
        if let dispatch = block.dispatch { writeDispatch(dispatch, []) }
        block.handler = nil
        block.dispatch = nil
    }

    /// Writes what a `try_table` does with an exception.
    private mutating func writeDispatch(_ handler: Int, _ clauses: [CatchClause]) {
        let saved = (body, stack)
        body = IRText()
        place(handler)
        for clause in clauses {
            let next = newLabel()
            let hasTag = clause.kind == .catch || clause.kind == .catchRef
            if hasTag { test(clause.tag, otherwise: next) }
            let hasReference = clause.kind == .catchRef || clause.kind == .catchAllRef
            take(hasTag ? clause.tag : nil, pushesReference: hasReference)
            branch(to: clause.label)
            place(next)
        }
        emit("br label %\(innermostHandler())")
        traps.append(body)
        (body, stack) = saved
    }

    /// Goes on when the exception has a tag, else to a label.
    private mutating func test(_ tag: UInt32, otherwise next: Int) {
        let matches = callHelper(.catches, "i32 \(tag)", result: "i32", .i32)
        let flag = emit("icmp ne \(matches.typed), 0", .i1)
        let yes = newLabel()
        emit("br i1 \(flag.text), label %L\(yes), label %L\(next)")
        place(yes)
    }

    /// Takes the exception: pushes the payload of its tag, and the reference if asked for.
    @discardableResult
    private mutating func take(_ tag: UInt32?, pushesReference: Bool) -> IRValue {
        let types = tag.map { tagParameters($0).map(\.ir) } ?? []
        let slots = types.isEmpty ? "null" : writeSlots(types.map { .zero($0) })
        let reference = callHelper(.catch, "ptr \(slots)", result: "i64")
        var offset = 0
        for type in types {
            let place = field(offset, of: slots)
            push("load \(type.text), ptr \(place), align 8", type)
            offset += type.isVector ? 16 : 8
        }
        if pushesReference { push(reference) }
        return reference
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
            store(block.resultSlots, block.results)
            go(to: block.label)
            block.isTarget = true
        }
        stack.removeLast(stack.count - block.height)
        // The dispatch: the first arm's stands at the handler, each other's behind the one before.
        place(block.handler ?? block.dispatch ?? newLabel())
        block.handler = nil
        block.dispatch = nil
        let isTagged = validator.opcode == .catch
        if isTagged {
            let next = newLabel()
            test(validator.index0, otherwise: next)
            block.dispatch = next
        }
        let reference = take(isTagged ? validator.index0 : nil, pushesReference: false)
        let slot = slot(.exnref)
        emit("store \(reference.typed), ptr \(slot)")
        block.exceptionSlot = slot
    }

    private mutating func delegate() {
        guard var block = blocks.popLast(), !block.isDead else { return }
        if let handler = block.handler {
            let target = handlerLabel(from: blockIndex(validator.index0))
            traps.line("L\(handler):\nbr label %\(target)")
            block.handler = nil
        }
        finish(block)
    }

    // MARK: Throwing

    /// `throw`, `throw_ref` or `rethrow`.
    mutating func throwException(_ opcode: Opcode) {
        switch opcode {
        case .throw:
            let count = tagParameters(validator.index0).count
            let values = Array(stack[(stack.count - count)...])
            stack.removeLast(count)
            let slots = writeSlots(values)
            _ = callHelper(.throw, "i32 \(validator.index0), ptr \(slots)")
        case .rethrow:
            let slot = blocks[blockIndex(validator.index0)].exceptionSlot ?? "null"
            let exception = emit("load i64, ptr \(slot)", .i64)
            _ = callHelper(.throwRef, exception.typed)
        default:
            let exception = pop(.i64)
            _ = callHelper(.throwRef, exception.typed)
        }
        emit("br label %\(innermostHandler())")
    }
}
