extension Interpreter {
    /// What came of a tail call: where to go on, or why not.
    @safe
    struct TailCallOutcome {
        var target: UnsafeRawPointer?
        var reason = TrapCode.none
        var detail: UInt = 0
    }

    /// `return_call`, `return_call_indirect` and `return_call_ref`: replaces the running function's
    /// frame by the callee's.
    ///
    /// Words: {op, a: first argument, b: argument slots, c: own header}, {d: kind, e: callee's header,
    /// f: index or reference slot}, {entry, import index, or table and type}.
    @inline(never)
    static func tailCall(
        _ code: Code, _ frame: Slots, _ context: inout UnsafeMutablePointer<InstanceContext>
    ) -> TailCallOutcome {
        var outcome = TailCallOutcome()
        var newContext = unsafe context
        let target: UnsafeRawPointer
        if code.u16(8) == TailCallKind.direct.rawValue {
            unsafe target = code.entry(16).pointee.code
        } else {
            let found = unsafe callee(code, frame, context, &outcome)
            guard let record = unsafe found else { return outcome }
            unsafe target = entryCode(record)
            if let other = unsafe record.pointee.context {
                unsafe newContext = other.assumingMemoryBound(to: InstanceContext.self)
            }
        }
        let header = frame.from(code.c)
        let saved = (header[0], header[1], header[2])
        frame.move(frame.from(code.a), count: code.b)
        let newHeader = frame.from(code.u16(10))
        (newHeader[0], newHeader[1], newHeader[2]) = saved
        guard unsafe enter(target, frame, context) else {
            outcome.reason = .stackExhausted
            return outcome
        }
        unsafe context = newContext
        unsafe outcome.target = target
        return outcome
    }

    private static func callee(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>,
        _ outcome: inout TailCallOutcome
    ) -> UnsafeMutablePointer<FunctionRecord>? {
        switch TailCallKind(rawValue: code.u16(8)) {
        case .imported:
            return unsafe context.pointee.importedFunctions[Int(code.u32(16))]
        case .reference:
            outcome.reason = .nullReference
            return unsafe functionRecord(frame[code.u16(12)])
        default:
            return unsafe indirectCallee(code, frame, context, &outcome)
        }
    }

    private static func indirectCallee(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>,
        _ outcome: inout TailCallOutcome
    ) -> UnsafeMutablePointer<FunctionRecord>? {
        let table = unsafe context.pointee.tables[Int(code.u32(16))]
        let index = frame[code.u16(12)]
        guard index < (unsafe table.pointee.count) else {
            outcome.reason = .tableOutOfBounds
            return nil
        }
        guard let record = unsafe functionRecord(table.pointee.elements[Int(index)]) else {
            outcome.reason = .uninitializedElement
            outcome.detail = UInt(index)
            return nil
        }
        let wanted = code.u32(20)
        guard unsafe record.pointee.typeNumber == wanted || isSubtype(record, wanted) else {
            outcome.reason = .indirectCallTypeMismatch
            return nil
        }
        return unsafe record
    }
}

/// How a tail call names its callee.
enum TailCallKind: Int {
    case direct, imported, indirect, reference
}
