internal import Wasm
internal import WasmEngine

// Exceptions: a call returns normally with the exception in the execution state, so that registers
// are as the call left them.
extension BodyCompiler {
    mutating func throwException() {
        let tag = validator.index0
        let type = context.typeIndex(ofTag: tag)
        let count = context.parameters(ofType: type)?.count ?? 0
        guard count <= 64 else { return isLeftOut = true }
        let start = operands.count - count
        flush(keeping: count <= 16 ? count : 0)
        shelterLocals()
        var offset: Int32 = 0
        for position in start..<operands.count {
            storeArgument(position, offset)
            offset += operands[position].kind == .v128 ? 16 : 8
        }
        outgoingBytes = max(outgoingBytes, Int(offset))
        assembler.move(.rdx, from: .rsp, .bits64)
        assembler.move(.rsi, immediate: Int64(tag))
        callHelper(.throw)
        assembler.jump(to: handlerLabel())
        leaveBlock()
    }

    mutating func throwReference() {
        var operand = pop()
        shelterLocals()
        let register = read(&operand)
        if register != .rsi { assembler.move(.rsi, from: register, .bits64) }
        release(operand)
        callHelper(.throwRef)
        assembler.jump(to: handlerLabel())
        leaveBlock()
    }

    /// Where an exception goes that comes up here.
    mutating func handlerLabel() -> Assembler.Label {
        guard !handlers.isEmpty else { return exceptionExit }
        handlers[handlers.count - 1].isUsed = true
        return handlers[handlers.count - 1].label
    }

    mutating func openTry() {
        openBlock(.tryTable)
        guard isReachable else { return }
        // Each clause is written with the operands below as they were: both many would take long.
        let work = validator.catches.count.multipliedReportingOverflow(by: operands.count)
        if work.overflow || work.partialValue > 1 << 20 { return isLeftOut = true }
        handlers.append(Handler(label: assembler.makeLabel(), clauses: validator.catches))
    }

    /// Writes what catches a `try_table`'s exceptions, behind its body; its frame is off already.
    mutating func writeHandler(_ handler: Handler, height: Int) {
        bind(handler.label)
        dropOperands(to: height)
        isReachable = true
        let below = operands.array
        let belowFlushed = flushedCount
        for clause in handler.clauses {
            restore(below)
            flushedCount = belowFlushed
            isReachable = true
            writeClause(clause, height)
        }
        restore(below)
        flushedCount = belowFlushed
        assembler.jump(to: handlerLabel())
        isReachable = false
    }

    private mutating func restore(_ saved: [Operand]) {
        operands.truncate(to: 0)
        for operand in saved { operands.append(operand) }
    }

    private mutating func writeClause(_ clause: CatchClause, _ height: Int) {
        let next = assembler.makeLabel()
        let hasTag = clause.kind == .catch || clause.kind == .catchRef
        var payload = TypeList.empty
        if hasTag {
            assembler.move(.rsi, immediate: Int64(clause.tag))
            callHelper(.catches)
            assembler.test(.rax, .rax, .bits32)
            assembler.jump(if: .equal, to: next)
            let type = context.typeIndex(ofTag: clause.tag)
            payload = context.parameters(ofType: type) ?? .empty
        }
        assembler.move(.rsi, from: .rsp, .bits64)
        callHelper(.catch)
        restoreLocals()
        var offset: Int32 = 0
        let hasReference = clause.kind == .catchRef || clause.kind == .catchAllRef
        if hasReference {
            assembler.store(slotAddress(height + payload.count), .rax, .bits64)
        }
        for (index, type) in payload.enumerated() {
            let kind = ValueKind(type)
            if kind == .v128 {
                assembler.loadVector(.xmm0, Address(.rsp, offset))
                assembler.storeVector(slotAddress(height + index), .xmm0)
            } else {
                assembler.load(.rax, Address(.rsp, offset), kind.width)
                assembler.store(slotAddress(height + index), .rax, .bits64)
            }
            offset += kind == .v128 ? 16 : 8
            push(.slot(kind))
        }
        if hasReference { push(.slot(.reference)) }
        slotCount = max(slotCount, operands.count)
        outgoingBytes = max(outgoingBytes, Int(offset))
        branch(Int(clause.label))
        bind(next)
    }
}
