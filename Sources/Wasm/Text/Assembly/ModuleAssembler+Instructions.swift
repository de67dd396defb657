/// Instruction sequences, flat and folded (core specification 3.0, §6.5).
extension ModuleAssembler {
    /// A constant expression that ends before the token at `end`, encoded, `end` opcode included.
    mutating func expression(until end: Int) throws(TextError) -> [UInt8] {
        locals.clear()
        labels.clear()
        code.removeAll(keepingCapacity: true)
        try assembleInstructions(until: end)
        code.append(0x0B)
        // A copy of its own size: `code` keeps its buffer, which may be large, to itself.
        return Array(code[...])
    }

    /// Appends the instructions before the token at `end` to `code`.
    mutating func assembleInstructions(until end: Int) throws(TextError) {
        while true {
            if cursor.position == end {
                guard let frame = frames.last else { return }
                guard frame.isFlat else { throw cursor.unexpected("a closed instruction") }
                throw cursor.error(
                    "unexpected token: the block opened by "
                        + "\(source.quote(cursor[frame.open])) has no `end`")
            }
            switch cursor.token.kind {
            case .leftParenthesis: try openFolded()
            case .rightParenthesis: try closeFolded()
            default: try assembleFlat()
            }
        }
    }

    // MARK: Flat instructions

    private mutating func assembleFlat() throws(TextError) {
        guard frames.last?.allowsFlat ?? true, let opcode = cursor.token.opcode else {
            throw cursor.unexpected(expectation)
        }
        let open = cursor.position
        try annotations.takeBranchHint(at: open, opcode, code.count, source)
        cursor.position += 1
        switch opcode {
        case .block, .loop, .tryTable: try openBlock(opcode, .flatBlock, open)
        case .if: try openBlock(opcode, .flatIf, open)
        case .try: try openBlock(opcode, .flatTry, open)
        case .else: try flatElse(open)
        case .catch, .catchAll: try flatCatch(opcode, open)
        case .delegate: try flatDelegate(open)
        case .end: try flatEnd(open)
        default: try encode(opcode)
        }
    }

    /// What may follow here, for an error.
    private var expectation: String {
        switch frames.last?.kind {
        case .operands: "a folded instruction or `)`"
        case .ifCondition: "a folded instruction or `(then`"
        case .thenDone: "`(else` or `)`"
        case .tryStart: "`(do`"
        case .tryDone: "`(catch`, `(catch_all`, `(delegate` or `)`"
        case .catchDone: "`(catch`, `(catch_all` or `)`"
        case .ifDone, .catchAllDone, .delegateDone: "`)`"
        default: "an instruction"
        }
    }

    private mutating func flatElse(_ open: Int) throws(TextError) {
        guard let frame = frames.last, frame.kind == .flatIf else {
            throw misplaced(open, "no `if` is open here")
        }
        try expectLabel(of: frame)
        code.append(0x05)
        frames[frames.count - 1].kind = .flatElse
    }

    private mutating func flatCatch(_ opcode: Opcode, _ open: Int) throws(TextError) {
        guard let frame = frames.last, frame.kind == .flatTry || frame.kind == .flatCatch else {
            throw misplaced(open, "no `try` is open here")
        }
        try encode(opcode)
        frames[frames.count - 1].kind = opcode == .catch ? .flatCatch : .flatCatchAll
    }

    private mutating func flatDelegate(_ open: Int) throws(TextError) {
        guard let frame = frames.last, frame.kind == .flatTry else {
            throw misplaced(open, "no `try` without `catch` is open here")
        }
        popFrame()
        try encode(.delegate)
    }

    private mutating func flatEnd(_ open: Int) throws(TextError) {
        guard let frame = frames.last, frame.isFlat else {
            throw misplaced(open, "no block is open here")
        }
        try expectLabel(of: frame)
        code.append(0x0B)
        popFrame()
    }

    func misplaced(_ position: Int, _ reason: String) -> TextError {
        cursor.error(
            "unexpected token \(source.quote(cursor[position])): \(reason)", at: position)
    }

    /// The identifier that may follow `else` and `end` must be the block's.
    private mutating func expectLabel(of frame: InstructionFrame) throws(TextError) {
        guard let name = cursor.identifier(), name != frame.label?.name else { return }
        cursor.position -= 1
        throw cursor.error(
            "mismatching label \(source.quote(cursor.token)): it is not the label of the block "
                + "opened by \(source.quote(cursor[frame.open]))")
    }

    private mutating func popFrame() {
        if let label = frames.popLast()?.label { labels.pop(label) }
    }

    // MARK: Blocks

    /// Reads label and block type, writes the opcode and its immediates, and enters the block.
    private mutating func openBlock(
        _ opcode: Opcode, _ kind: InstructionFrame.Kind, _ open: Int
    ) throws(TextError) {
        let name = cursor.identifier()
        try writeBlockHead(opcode)
        let label = labels.push(name)
        frames.append(
            InstructionFrame(
                kind: kind, label: label, pendingStart: pending.count, open: open))
    }

    private mutating func writeBlockHead(_ opcode: Opcode) throws(TextError) {
        writeOpcode(opcode)
        try blockType()
        if opcode == .tryTable { try catchClauses() }
    }

    // MARK: Folded instructions

    private mutating func openFolded() throws(TextError) {
        let open = cursor.position
        if let kind = frames.last?.kind, try openPart(kind) { return }
        guard let frame = frames.last, !frame.allowsFlat else { return try openInstruction(open) }
        guard frame.kind == .operands || frame.kind == .ifCondition else {
            throw cursor.unexpected(expectation)
        }
        try openInstruction(open)
    }

    /// `(then`, `(else`, `(do`, `(catch`, `(catch_all` and `(delegate`, where they may stand.
    private mutating func openPart(_ kind: InstructionFrame.Kind) throws(TextError) -> Bool {
        switch (kind, cursor.following.word) {
        case (.ifCondition, .then): openThen()
        case (.thenDone, .else): enterPart(.elseBody, 0x05)
        case (.tryStart, .do): enterPart(.tryBody, nil)
        case (.tryDone, .catch), (.catchDone, .catch):
            enterPart(.catchBody, 0x07)
            code.appendUnsigned(try index(.tag))
        case (.tryDone, .catchAll), (.catchDone, .catchAll): enterPart(.catchAllBody, 0x19)
        case (.tryDone, .delegate): try foldedDelegate()
        default: return false
        }
        return true
    }

    private mutating func enterPart(_ kind: InstructionFrame.Kind, _ byte: UInt8?) {
        cursor.position += 2
        if let byte { code.append(byte) }
        frames[frames.count - 1].kind = kind
    }

    /// The condition is complete: the `if` itself follows, and its label comes into scope.
    private mutating func openThen() {
        let top = frames.count - 1
        annotations.setBranchHintOffset(for: frames[top].open, code.count)
        movePending(from: frames[top].pendingStart)
        frames[top].label = labels.push(frames[top].name)
        enterPart(.thenBody, nil)
    }

    private mutating func foldedDelegate() throws(TextError) {
        cursor.position += 2
        let top = frames.count - 1
        if let label = frames[top].label { labels.pop(label) }
        frames[top].label = nil
        frames[top].kind = .delegateDone
        try encode(.delegate)
        try cursor.expectClose()
    }

    private mutating func openInstruction(_ open: Int) throws(TextError) {
        cursor.position += 1
        guard let opcode = cursor.token.opcode else { throw cursor.unexpected("an instruction") }
        try annotations.takeBranchHint(at: open, opcode, nil, source)
        cursor.position += 1
        switch opcode {
        case .block, .loop, .tryTable: try openBlock(opcode, .foldedBlock, open)
        case .if: try openIf(open)
        case .try: try openBlock(opcode, .tryStart, open)
        case .else, .end, .catch, .catchAll, .delegate:
            cursor.position -= 1
            throw misplaced(cursor.position, "it can not stand here")
        default: try openOperation(opcode, open)
        }
    }

    private mutating func openIf(_ open: Int) throws(TextError) {
        let name = cursor.identifier()
        let start = code.count
        try writeBlockHead(.if)
        let pendingStart = keepPending(from: start)
        frames.append(
            InstructionFrame(
                kind: .ifCondition, name: name, pendingStart: pendingStart, open: open))
    }

    private mutating func openOperation(_ opcode: Opcode, _ open: Int) throws(TextError) {
        let start = code.count
        try encode(opcode)
        if cursor.token.kind == .rightParenthesis {
            annotations.setBranchHintOffset(for: open, start)
            cursor.position += 1
            return
        }
        let pendingStart = keepPending(from: start)
        frames.append(
            InstructionFrame(kind: .operands, pendingStart: pendingStart, open: open))
    }

    /// Moves what `code` holds from `start` on to `pending`; returns where it is there.
    private mutating func keepPending(from start: Int) -> Int {
        let pendingStart = pending.count
        pending.append(contentsOf: code[start...])
        code.removeSubrange(start...)
        return pendingStart
    }

    private mutating func movePending(from start: Int) {
        code.append(contentsOf: pending[start...])
        pending.removeSubrange(start...)
    }

    private mutating func closeFolded() throws(TextError) {
        guard let frame = frames.last else { throw cursor.unexpected("an instruction") }
        let top = frames.count - 1
        switch frame.kind {
        case .operands:
            annotations.setBranchHintOffset(for: frame.open, code.count)
            movePending(from: frame.pendingStart)
            frames.removeLast()
        case .foldedBlock, .thenDone, .ifDone, .tryDone, .catchDone, .catchAllDone:
            code.append(0x0B)
            popFrame()
        case .delegateDone: frames.removeLast()
        case .thenBody: frames[top].kind = .thenDone
        case .elseBody: frames[top].kind = .ifDone
        case .tryBody: frames[top].kind = .tryDone
        case .catchBody: frames[top].kind = .catchDone
        case .catchAllBody: frames[top].kind = .catchAllDone
        case .ifCondition, .tryStart: throw cursor.unexpected(expectation)
        case .flatBlock, .flatIf, .flatElse, .flatTry, .flatCatch, .flatCatchAll:
            throw cursor.unexpected("an instruction or `end`")
        }
        cursor.position += 1
    }
}
