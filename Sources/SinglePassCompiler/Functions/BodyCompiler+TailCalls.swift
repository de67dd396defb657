internal import Wasm
internal import WasmEngine

// Tail calls: arguments go to registers, the frame goes, and the callee returns to our caller. A
// callee that takes arguments on the stack is left to the interpreter.
extension BodyCompiler {
    @inline(never)
    mutating func translateTailCall(_ opcode: Opcode) {
        let type =
            opcode == .returnCall
            ? context.typeIndex(ofFunction: validator.index0) : validator.index0
        var arguments = ArgumentPlaces()
        for parameter in context.parameters(ofType: type) ?? .empty {
            _ = arguments.next(ValueKind(parameter))
        }
        guard arguments.stackBytes == 0 else { return isLeftOut = true }
        switch opcode {
        case .returnCall: tailCall(type)
        case .returnCallIndirect:
            let table = validator.index1
            popCallee()
            beginCall(type, isTail: true)
            loadTableElement(table, type)
            jumpToRecord()
        default:
            popCallee()
            beginCall(type, isTail: true)
            assembler.test(.rax, .rax, .bits64)
            assembler.jump(if: .equal, to: trapLabel(.nullReference))
            jumpToRecord()
        }
        if opcode != .returnCall { release(.rax) }
        leaveBlock()
    }

    private mutating func tailCall(_ type: UInt32) {
        let index = validator.index0
        beginCall(type, isTail: true)
        guard Int(index) < importedFunctionCount else {
            dropFrame()
            let place = assembler.jumpPatchable()
            calls.append(
                CodeRelocation(
                    offset: UInt32(truncatingIfNeeded: place), function: index, isFast: true))
            return
        }
        assembler.load(
            .rax, Address(.r14, NativeLayout.Context.importedFunctions), .bits64)
        assembler.load(.rax, Address(.rax, Int32(truncatingIfNeeded: index) * 8), .bits64)
        dropFrame()
        jumpToStandardEntry()
    }

    /// Restores what the caller wants to find again, and takes the frame away.
    mutating func dropFrame() {
        for index in 0..<savedRegisters.count {
            assembler.load(
                savedRegisters[index], Address(.rbp, Int32(truncatingIfNeeded: -8 * (index + 1))),
                .bits64)
        }
        assembler.leave()
    }

    /// Goes on in the record in RAX.
    private mutating func jumpToRecord() {
        dropFrame()
        let standard = assembler.makeLabel()
        assembler.arithmetic(
            .cmp, .r14, Address(.rax, NativeLayout.Record.fastContext), .bits64)
        assembler.jump(if: .notEqual, to: standard)
        assembler.jump(to: Address(.rax, NativeLayout.Record.fastCode))
        assembler.bind(standard)
        jumpToStandardEntry()
    }

    private mutating func jumpToStandardEntry() {
        assembler.load(.rdi, Address(.rax, NativeLayout.Record.context), .bits64)
        assembler.test(.rdi, .rdi, .bits64)
        assembler.moveIf(.equal, .rdi, from: .r14, .bits64)
        assembler.jump(to: Address(.rax, NativeLayout.Record.nativeCode))
    }
}
