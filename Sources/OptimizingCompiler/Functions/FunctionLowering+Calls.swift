internal import Wasm
internal import WasmEngine

/// Calls (core specification 3.0, §4.6.11), by the engine's standard convention.
extension FunctionLowering {
    /// What is called: a function's address and the context it wants.
    private struct Callee {
        var code: String
        /// Of a function that may be another instance's, called by the engine's convention; nil for
        /// the instance's own.
        var context: String?
    }

    mutating func call(_ index: UInt32) {
        let signature = plan.signature(ofFunction: index)
        let arguments = popArguments(signature)
        let callee = callee(index)
        let result = write(callee, signature, arguments, isTail: false)
        finishCall(signature, result)
    }

    /// A function by its index.
    private mutating func callee(_ index: UInt32) -> Callee {
        let imported = plan.module.importedFunctionCount
        guard Int(index) < imported else {
            called.insert(index)
            return Callee(code: "@\(plan.name(index))")
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
        return Callee(code: code.text, context: chosen.text)
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
        if callee.context != nil { needsRoom = true }
        let convention = callee.context == nil ? IRSignature.ownConvention + " " : ""
        let context = callee.context.map { "ptr \($0)" } ?? "ptr swiftself %self"
        let list = ([context] + arguments.map(\.typed)).joined(separator: ", ")
        let text =
            "\(isTail ? "tail" : "notail") call \(convention)\(signature.result) "
            + "\(callee.code)(\(list))\(location)"
        guard let type = signature.results.first else {
            emit(text)
            return nil
        }
        return emit(text, type)
    }

    /// Takes a call's results, or goes where an exception goes that left it.
    private mutating func finishCall(_ signature: IRSignature, _ result: IRValue?) {
        if signature.results.count > NativeLayout.resultLimit { isUnsupported = true }
        checkException()
        if let result { push(result) }
        for position in signature.results.indices.dropFirst() {
            push(loadResult(signature.results[position], at: position))
        }
    }

    mutating func callIndirect() {
        let (type, table) = (validator.index0, Int(validator.index1))
        if let settled = settledTable(table, calledAs: type) {
            let callee = callee(in: settled, table, calledAs: type)
            let signature = plan.signature(ofType: type)
            let arguments = popArguments(signature)
            let result = write(callee, signature, arguments, isTail: false)
            return finishCall(signature, result)
        }
        let record = tableRecord(type, table)
        callRecord(record, plan.signature(ofType: type))
    }

    /// Calls the function of a record that may well be the instance's own.
    ///
    /// Own functions get a branch of their own: their context is known before the record is read,
    /// and so is what they load through it.
    private mutating func callRecord(_ record: String, _ signature: IRSignature) {
        let arguments = popArguments(signature)
        let (own, other, next) = (newLabel(), newLabel(), newLabel())
        let owner = field(NativeLayout.Record.fastContext, of: record)
        let context = emit("load ptr, ptr \(owner), align 8, !tbaa !12", .i64)
        let isOwn = emit("icmp eq ptr \(context.text), %ctx", .i1)
        emit("br i1 \(isOwn.text), label %L\(own), label %L\(other)")
        place(own)
        let fast = field(NativeLayout.Record.fastCode, of: record)
        let code = emit("load ptr, ptr \(fast), align 8, !tbaa !12", .i64)
        let one = write(Callee(code: code.text), signature, arguments, isTail: false)
        go(to: next)
        place(other)
        let two = write(callee(record: record), signature, arguments, isTail: false)
        go(to: next)
        place(next)
        var result: IRValue?
        if let one, let two {
            result = emit(
                "phi \(one.type.text) [ \(one.text), %L\(own) ], [ \(two.text), %L\(other) ]",
                one.type)
        }
        finishCall(signature, result)
    }

    /// The table, if it is settled and a look at a number tells whether an element has the type.
    private func settledTable(_ table: Int, calledAs type: UInt32) -> SettledTable? {
        plan.module.types[Int(type)].isFinal ? plan.settledTables[table] : nil
    }

    /// The function in a settled table at the index on top of the stack, if its type is the wanted
    /// one.
    private mutating func callee(
        in settled: SettledTable, _ table: Int, calledAs type: UInt32
    ) -> Callee {
        let index = popIndex()
        let wide = index.type == .i32 ? emit("zext \(index.typed) to i64", .i64) : index
        let isPast = emit("icmp uge i64 \(wide.text), \(settled.functions.count)", .i1)
        trap(.tableOutOfBounds, if: isPast)
        let name = plan.name(table: table)
        let element = emit("getelementptr { i32, i32 }, ptr \(name), i64 \(wide.text)", .i64).text
        let found = emit("load i32, ptr \(field(4, of: element)), align 4", .i32)
        let wanted = plan.valid.context.canonicalTypeIndex(type)
        let (other, next) = (newLabel(), newLabel())
        let differs = emit("icmp ne i32 \(found.text), \(Int32(bitPattern: wanted))", .i1)
        emit("br i1 \(differs.text), label %L\(other), label %L\(next), !prof !5")
        trapOtherElement(wide, found, at: other)
        place(next)
        let distance = emit("load i32, ptr \(element), align 8", .i32)
        let far = emit("sext i32 \(distance.text) to i64", .i64)
        return Callee(code: emit("getelementptr i8, ptr \(name), i64 \(far.text)", .i64).text)
    }

    /// Traps at an element that is null or has another type.
    private mutating func trapOtherElement(_ index: IRValue, _ type: IRValue, at label: Int) {
        let (empty, mismatch, isNull) = (newLabel(), newLabel(), newName())
        traps.line("L\(label):")
        traps.line(
            "\(isNull) = icmp eq i32 \(type.text), \(Int32(bitPattern: SettledTable.nullType))")
        traps.line("br i1 \(isNull), label %L\(empty), label %L\(mismatch)\nL\(empty):")
        writeState("i64 \(index.text)", at: NativeLayout.State.trapAddress)
        writeTrap(.uninitializedElement)
        traps.line("L\(mismatch):")
        writeTrap(.indirectCallTypeMismatch)
    }

    /// The record in a table at the index on top of the stack, if its type is the wanted one.
    private mutating func tableRecord(_ type: UInt32, _ table: Int) -> String {
        let index = popIndex()
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
        callRecord(popRecord(), signature)
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
            let (type, table) = (validator.index0, Int(validator.index1))
            if let settled = settledTable(table, calledAs: type) {
                target = callee(in: settled, table, calledAs: type)
                arguments = popArguments(signature)
            } else {
                let record = tableRecord(type, table)
                arguments = popArguments(signature)
                target = callee(record: record)
            }
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
