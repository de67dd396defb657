internal import Wasm
internal import WasmEngine

/// Calls (core specification 3.0, §4.6.11), by the engine's standard convention.
extension FunctionLowering {
    /// What is called: a function's address and the context it wants.
    private struct Callee {
        var code: String
        var context: String
        /// The call may leave the instance.
        var isForeign = false
        /// The record of a function that may be the instance's own or another's.
        var record: String?
    }

    mutating func call(_ index: UInt32) {
        let signature = plan.signature(ofFunction: index)
        let arguments = popArguments(signature)
        apply(callee(index), signature, arguments)
    }

    /// A function by its index.
    private mutating func callee(_ index: UInt32) -> Callee {
        let imported = plan.module.importedFunctionCount
        guard Int(index) < imported else {
            called.insert(index)
            return Callee(code: "@\(plan.name(index))", context: "%ctx")
        }
        let records = constantPointer(at: NativeLayout.Context.importedFunctions)
        return callee(record: constantPointer(at: 8 * Int(index), of: records))
    }

    /// The function of a record; the host's want their caller's context.
    private mutating func callee(record: String) -> Callee {
        let own = field(NativeLayout.Record.context, of: record)
        let context = emit("load ptr, ptr \(own), align 8, !tbaa !12", .i64)
        let isHost = emit("icmp eq ptr \(context.text), null", .i1)
        let chosen = emit("select i1 \(isHost.text), ptr %ctx, ptr \(context.text)", .i64)
        let place = field(NativeLayout.Record.nativeCode, of: record)
        let code = emit("load ptr, ptr \(place), align 8, !tbaa !12", .i64)
        return Callee(code: code.text, context: chosen.text, isForeign: true)
    }

    private mutating func popArguments(_ signature: IRSignature) -> [IRValue] {
        var arguments: [IRValue] = []
        for type in signature.parameters.reversed() { arguments.append(pop(type)) }
        return arguments.reversed()
    }

    /// Calls that Wasm does not call tail calls use stack: LLVM must not make loops of them, which
    /// would never exhaust it.
    private mutating func write(
        _ callee: Callee, _ signature: IRSignature, _ arguments: [IRValue], isTail: Bool
    ) -> IRValue? {
        let location = location()
        hasCalls = true
        let list = (["ptr \(callee.context)"] + arguments.map(\.typed)).joined(separator: ", ")
        let text =
            "\(isTail ? "tail" : "notail") call \(signature.result) \(callee.code)(\(list))\(location)"
        guard let type = signature.results.first else {
            emit(text)
            return nil
        }
        return emit(text, type)
    }

    private mutating func apply(
        _ callee: Callee, _ signature: IRSignature, _ arguments: [IRValue]
    ) {
        if signature.results.count > NativeLayout.resultLimit { isUnsupported = true }
        let first: IRValue?
        if plan.usesSegment, callee.isForeign {
            first = writeForeign(callee, signature, arguments)
        } else {
            first = write(callee, signature, arguments, isTail: false)
        }
        checkException()
        if let first { push(first) }
        for position in signature.results.indices.dropFirst() {
            push(loadResult(signature.results[position], at: position))
        }
    }

    mutating func callIndirect() {
        let (type, table) = (validator.index0, Int(validator.index1))
        let record = tableRecord(type, table)
        let signature = plan.signature(ofType: type)
        let arguments = popArguments(signature)
        apply(recordCallee(record), signature, arguments)
    }

    /// The function of a record that may well be the instance's own.
    private mutating func recordCallee(_ record: String) -> Callee {
        guard plan.usesSegment else { return callee(record: record) }
        return Callee(code: "", context: "%ctx", isForeign: true, record: record)
    }

    /// A call that may leave the instance: GS is set anew behind it. An own function is called
    /// past its entry, and leaves GS as it is.
    private mutating func writeForeign(
        _ target: Callee, _ signature: IRSignature, _ arguments: [IRValue]
    ) -> IRValue? {
        guard let record = target.record else {
            let result = write(target, signature, arguments, isTail: false)
            setSegment()
            return result
        }
        let (own, other, next) = (newLabel(), newLabel(), newLabel())
        let owner = field(NativeLayout.Record.fastContext, of: record)
        let context = emit("load ptr, ptr \(owner), align 8, !tbaa !12", .i64)
        let isOwn = emit("icmp eq ptr \(context.text), %ctx", .i1)
        emit("br i1 \(isOwn.text), label %L\(own), label %L\(other)")
        place(own)
        let fast = field(NativeLayout.Record.fastCode, of: record)
        let code = emit("load ptr, ptr \(fast), align 8, !tbaa !12", .i64)
        let inner = Callee(code: code.text, context: "%ctx")
        let one = write(inner, signature, arguments, isTail: false)
        go(to: next)
        place(other)
        let two = write(callee(record: record), signature, arguments, isTail: false)
        setSegment()
        go(to: next)
        place(next)
        guard let one, let two else { return nil }
        return emit(
            "phi \(one.type.text) [ \(one.text), %L\(own) ], [ \(two.text), %L\(other) ]",
            one.type)
    }

    /// Makes GS the base of memory 0.
    private mutating func setSegment() {
        let place = field(NativeLayout.Context.memory0Base)
        let base = emit("load i64, ptr \(place), align 8, !invariant.load !4, !tbaa !12", .i64)
        emit("call void @llvm.x86.wrgsbase.64(\(base.typed))")
    }

    /// The record in a table at the index on top of the stack, if its type is the wanted one.
    private mutating func tableRecord(_ type: UInt32, _ table: Int) -> String {
        var index = popAny()
        index = convert(index, to: index.type == .i64 ? .i64 : .i32)
        let place = element(table, index)
        let record = emit("load ptr, ptr \(place), align 8, !tbaa !12", .i64).text
        let (empty, next) = (newLabel(), newLabel())
        let isNull = emit("icmp eq ptr \(record), null", .i1)
        emit("br i1 \(isNull.text), label %L\(empty), label %L\(next), !prof !5")
        traps.line("L\(empty):")
        let wide = newName()
        traps.line("\(wide) = add i64 \(wideIndex), 0")
        writeState("i64 \(wide)", at: NativeLayout.State.trapAddress)
        writeTrap(.uninitializedElement)
        self.place(next)
        checkType(record, type)
        return record
    }

    /// A pointer to a table's element, which must exist.
    mutating func element(_ table: Int, _ index: IRValue) -> String {
        let wide = index.type == .i32 ? emit("zext \(index.typed) to i64", .i64) : index
        wideIndex = wide.text
        let cell = tableCell(table)
        let length = field(8, of: cell)
        let count = emit("load i64, ptr \(length), align 8, !tbaa !12", .i64)
        trap(.tableOutOfBounds, if: emit("icmp uge i64 \(wide.text), \(count.text)", .i1))
        let elements = emit("load ptr, ptr \(cell), align 8, !tbaa !12", .i64).text
        return emit("getelementptr i64, ptr \(elements), i64 \(wide.text)", .i64).text
    }

    private mutating func checkType(_ record: String, _ type: UInt32) {
        let place = field(NativeLayout.Record.typeNumber, of: record)
        let found = emit("load i32, ptr \(place), align 8, !tbaa !12", .i32)
        let wanted = typeNumber(type)
        let differs = emit("icmp ne i32 \(found.text), \(wanted.text)", .i1)
        if plan.module.types[Int(type)].isFinal {
            return trap(.indirectCallTypeMismatch, if: differs)
        }
        let (slow, next) = (newLabel(), newLabel())
        emit("br i1 \(differs.text), label %L\(slow), label %L\(next), !prof !5")
        self.place(slow)
        let isBelow = callHelper(
            .isSubtype, "ptr \(record), i32 \(wanted.text)", result: "i32", .i32)
        trap(.indirectCallTypeMismatch, if: emit("icmp eq \(isBelow.typed), 0", .i1))
        go(to: next)
        self.place(next)
    }

    private mutating func popRecord() -> String {
        let reference = pop(.i64)
        trap(.nullReference, if: emit("icmp eq \(reference.typed), 0", .i1))
        return emit("inttoptr \(reference.typed) to ptr", .i64).text
    }

    mutating func callReference() {
        let signature = plan.signature(ofType: validator.index0)
        let record = popRecord()
        let arguments = popArguments(signature)
        apply(recordCallee(record), signature, arguments)
    }

    /// `return_call…`: a jump, which the machine's convention allows while all arguments fit in
    /// registers; a function with any other is left to the interpreter.
    mutating func tailCall() {
        let signature: IRSignature
        let target: Callee
        let arguments: [IRValue]
        switch validator.opcode {
        case .returnCall:
            signature = plan.signature(ofFunction: validator.index0)
            arguments = popArguments(signature)
            target = callee(validator.index0)
        case .returnCallIndirect:
            signature = plan.signature(ofType: validator.index0)
            let record = tableRecord(validator.index0, Int(validator.index1))
            arguments = popArguments(signature)
            target = callee(record: record)
        default:
            signature = plan.signature(ofType: validator.index0)
            let record = popRecord()
            arguments = popArguments(signature)
            target = callee(record: record)
        }
        if !signature.fitsRegisters { isUnsupported = true }
        let result = write(target, signature, arguments, isTail: true)
        emit(result.map { "ret \($0.typed)" } ?? "ret void")
    }
}
