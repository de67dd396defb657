internal import Wasm
internal import WasmEngine

// Copying and filling memory 0: the processor's string instructions, once the bounds are checked. What
// traps or overlaps upwards goes to the engine.
extension BodyCompiler {
    /// A copy or fill whose fast way does not do.
    struct BulkPath {
        var entry: Assembler.Label
        var exit: Assembler.Label
        var isCopy: Bool
        var wasmOffset: Int
    }

    mutating func memoryCopy() {
        guard validator.index0 == 0, validator.index1 == 0, isReserved(0) else {
            return callHelper(
                .memoryCopy, immediates: [validator.index0, validator.index1], operandCount: 3,
                result: nil)
        }
        let path = beginBulk(.rsi, isCopy: true)
        assembler.loadAddress(.rdx, Address(.rsi, index: .rcx))
        assembler.arithmetic(.cmp, .rdx, .rax, .bits64)
        assembler.jump(if: .above, to: path.entry)
        assembler.move(.rdx, from: .rdi, .bits64)
        assembler.arithmetic(.sub, .rdx, .rsi, .bits64)
        assembler.arithmetic(.cmp, .rdx, .rcx, .bits64)
        assembler.jump(if: .below, to: path.entry)
        assembler.arithmetic(.add, .rdi, .r15, .bits64)
        assembler.arithmetic(.add, .rsi, .r15, .bits64)
        assembler.copyBytes()
        endBulk(path)
    }

    mutating func memoryFill() {
        guard validator.index0 == 0, isReserved(0) else {
            return callHelper(
                .memoryFill, immediates: [validator.index0], operandCount: 3, result: nil)
        }
        let path = beginBulk(.rsi, isCopy: false)
        assembler.arithmetic(.add, .rdi, .r15, .bits64)
        assembler.move(.rax, from: .rsi, .bits32)
        assembler.fillBytes()
        endBulk(path)
    }

    /// Takes three operands to RDI, `second` and RCX; RAX becomes the memory's size, and what lies
    /// past it from RDI on goes to the slow path.
    private mutating func beginBulk(_ second: Register, isCopy: Bool) -> BulkPath {
        flush(keeping: 3)
        shelterRDI(isRestored: false)
        let targets: [Register] = [.rdi, second, .rcx]
        let start = operands.count - 3
        var moves = ParallelMove()
        for index in 0..<3 {
            if let source = registerHolding(operands[start + index]) {
                moves.add(targets[index], source)
            }
        }
        moves.emit(&assembler)
        for index in 0..<3 where registerHolding(operands[start + index]) == nil {
            load(operands[start + index], into: targets[index], slot: slotAddress(start + index))
        }
        dropOperands(to: start)
        let path = BulkPath(
            entry: assembler.makeLabel(), exit: assembler.makeLabel(), isCopy: isCopy,
            wasmOffset: validator.offset)
        assembler.load(.rax, Address(.r14, NativeLayout.Context.memory0), .bits64)
        assembler.load(.rax, Address(.rax, NativeLayout.Cell.count), .bits64)
        assembler.loadAddress(.rdx, Address(.rdi, index: .rcx))
        assembler.arithmetic(.cmp, .rdx, .rax, .bits64)
        assembler.jump(if: .above, to: path.entry)
        return path
    }

    private mutating func endBulk(_ path: BulkPath) {
        bind(path.exit)
        shelterRDI(isRestored: true)
        bulkPaths.append(path)
    }

    /// RDI may be a local's home.
    private mutating func shelterRDI(isRestored: Bool) {
        for index in 0..<callerSavedHomes.count {
            let saved = callerSavedHomes[index]
            guard case .register(.rdi) = saved.home else { continue }
            if isRestored {
                assembler.load(.rdi, Address(.rbp, saved.memory), .bits64)
            } else {
                assembler.store(Address(.rbp, saved.memory), .rdi, .bits64)
            }
        }
    }

    mutating func writeBulkPaths() {
        for path in bulkPaths {
            assembler.bind(path.entry)
            shelterLocals(exceptRDI: true)
            if path.isCopy {
                assembler.move(.r8, from: .rsi, .bits64)
                assembler.move(.r9, from: .rcx, .bits64)
                assembler.move(.rcx, from: .rdi, .bits64)
                assembler.move(.rsi, immediate: 0)
                assembler.move(.rdx, immediate: 0)
                callHelper(.memoryCopy, at: path.wasmOffset)
            } else {
                assembler.move(.r8, from: .rcx, .bits64)
                assembler.move(.rcx, from: .rsi, .bits64)
                assembler.move(.rdx, from: .rdi, .bits64)
                assembler.move(.rsi, immediate: 0)
                callHelper(.memoryFill, at: path.wasmOffset)
            }
            restoreLocals()
            assembler.jump(to: path.exit)
        }
    }
}
