/// Blocks and branches (core specification 3.0, §3.4.3 and the appendix "Validation Algorithm").
extension FunctionValidator {
    mutating func openBlock(_ opcode: Opcode) throws(WasmError) {
        let (parameters, results) = try blockTypes()
        try pop(parameters)
        try openFrame(opcode, parameters, results)
    }

    /// The block type's parameters and results.
    private func blockTypes() throws(WasmError) -> (TypeList, TypeList) {
        switch decoder.blockType {
        case .empty: return (.empty, .empty)
        case .value(let type): return (.empty, TypeList(try check(type, at: offset)))
        case .type(let index):
            let signature = try signature(ofType: index)
            return (signature.parameters, signature.results)
        }
    }

    private mutating func openFrame(
        _ opcode: Opcode, _ parameters: TypeList, _ results: TypeList
    ) throws(WasmError) {
        blockParameters = parameters
        blockResults = results
        frames.push(
            ControlFrame(
                opcode: opcode, isDead: wasUnreachable, operandHeight: operands.count,
                assignmentCount: locals.assignmentCount, parameters: parameters, results: results))
        frameHeight = operands.count
        isUnreachable = false
        isDead = wasUnreachable
        try push(parameters)
    }

    /// Takes the innermost frame's results and forgets what its locals were given; the frame is
    /// ``closedFrame`` then.
    private mutating func closeArm() throws(WasmError) {
        closedFrame = frames[frames.count - 1]
        try pop(closedFrame.results)
        guard operands.count == frameHeight else {
            throw invalid(
                "type mismatch", found: "\(operands.count - frameHeight) values too many",
                allowed: "[\(closedFrame.results.names)] at the block's end")
        }
        locals.forgetAssignments(from: closedFrame.assignmentCount)
    }

    private mutating func dropFrame() {
        frames.removeLast()
        guard frames.count > 0 else { return }
        let innermost = frames.count - 1
        frameHeight = frames[innermost].operandHeight
        isUnreachable = frames[innermost].isUnreachable
        isDead = frames[innermost].isDead
    }

    mutating func end() throws(WasmError) {
        try closeArm()
        // An `if` without `else` gives its parameters as its results.
        if closedFrame.opcode == .if, !matches(closedFrame.parameters, closedFrame.results) {
            throw invalid(
                "type mismatch",
                found: "if without else of type [\(closedFrame.parameters.names)]",
                allowed: "results [\(closedFrame.results.names)]")
        }
        dropFrame()
        try push(closedFrame.results)
    }

    /// Goes on with the next arm of the innermost frame.
    private mutating func reopen(
        as opcode: Opcode, with parameters: TypeList
    ) throws(WasmError) {
        frames[frames.count - 1].opcode = opcode
        frames[frames.count - 1].isUnreachable = false
        isUnreachable = false
        try push(parameters)
    }

    mutating func elseBranch() throws(WasmError) {
        guard frames[frames.count - 1].opcode == .if else {
            throw decoder.malformed(
                "unexpected token: else", allowed: "else inside an if only", at: offset)
        }
        try closeArm()
        try reopen(as: .else, with: closedFrame.parameters)
    }

    /// The types that a branch to `label` carries.
    func labelTypes(_ label: UInt32) throws(WasmError) -> TypeList {
        guard label < frames.count else {
            throw invalid(
                "unknown label \(label)", found: "label \(label)", allowed: "below \(frames.count)")
        }
        return frames[frames.count - 1 - Int(label)].labelTypes
    }

    mutating func branchTable() throws(WasmError) {
        try pop(.i32)
        let arity = try labelTypes(decoder.labels[decoder.labels.count - 1]).count
        for label in decoder.labels {
            let types = try labelTypes(label)
            try spend(arity)
            let place = frames.count - 1 - Int(label)
            // A label is checked once however often the table names it.
            guard frames[place].checkedBy != offset else { continue }
            frames[place].checkedBy = offset
            guard types.count == arity else {
                throw invalid(
                    "type mismatch", found: "label \(label) of \(types.count) values",
                    allowed: "\(arity) values as the default label")
            }
            try checkTop(types)
        }
        markUnreachable()
    }
}

/// Exceptions: `try_table` (§3.4.3) and the older `try` (exception handling, legacy text).
extension FunctionValidator {
    func tagParameters(_ tag: UInt32) throws(WasmError) -> TypeList {
        guard tag < context.tags.count else {
            throw invalid(
                "unknown tag \(tag)", found: "tag \(tag)", allowed: "below \(context.tags.count)")
        }
        return try signature(ofType: context.typeIndex(ofTag: tag)).parameters
    }

    mutating func tryTable() throws(WasmError) {
        let (parameters, results) = try blockTypes()
        for clause in decoder.catches { try check(clause) }
        try pop(parameters)
        try openFrame(.tryTable, parameters, results)
    }

    private func check(_ clause: CatchClause) throws(WasmError) {
        let hasTag = clause.kind == .catch || clause.kind == .catchRef
        let hasReference = clause.kind == .catchRef || clause.kind == .catchAllRef
        let values = hasTag ? try tagParameters(clause.tag) : .empty
        let label = try labelTypes(clause.label)
        var fits = label.count == values.count + (hasReference ? 1 : 0)
        if fits, hasReference {
            let exception = ValueType.reference(.exn, nullable: false)
            fits = context.isSubtype(exception, of: label[label.count - 1])
        }
        guard fits, values.indices.allSatisfy({ context.isSubtype(values[$0], of: label[$0]) })
        else {
            throw invalid(
                "type mismatch",
                found: "a catch of [\(values.names)]\(hasReference ? " and (ref exn)" : "")",
                allowed: "label \(clause.label)'s types [\(label.names)]")
        }
    }

    /// Closes the arm before a `catch` or `catch_all`.
    private mutating func openHandler(_ opcode: Opcode) throws(WasmError) {
        let current = frames[frames.count - 1].opcode
        guard current == .try || current == .catch else {
            throw decoder.malformed(
                "unexpected token: \(opcode.description.mnemonic)",
                allowed: "inside a try, before its catch_all", at: offset)
        }
        try closeArm()
    }

    mutating func catchTag() throws(WasmError) {
        try openHandler(.catch)
        try reopen(as: .catch, with: try tagParameters(index0))
    }

    mutating func catchEverything() throws(WasmError) {
        try openHandler(.catchAll)
        try reopen(as: .catchAll, with: .empty)
    }

    mutating func delegate() throws(WasmError) {
        guard frames[frames.count - 1].opcode == .try else {
            throw decoder.malformed(
                "unexpected token: delegate", allowed: "at the end of a try", at: offset)
        }
        try closeArm()
        dropFrame()
        // The label counts from outside the `try`.
        _ = try labelTypes(index0)
        try push(closedFrame.results)
    }

    mutating func rethrow() throws(WasmError) {
        _ = try labelTypes(index0)
        let target = frames[frames.count - 1 - Int(index0)].opcode
        guard target == .catch || target == .catchAll else {
            throw invalid(
                "invalid rethrow label", found: "label \(index0)",
                allowed: "the label of a catch or catch_all")
        }
        markUnreachable()
    }
}
