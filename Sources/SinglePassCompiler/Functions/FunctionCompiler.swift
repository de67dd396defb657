internal import Wasm
internal import WasmEngine

/// Compiles one function body in one walk: types are checked, registers assigned and code written
/// instruction by instruction.
///
/// - Locals have a fixed home, a register for those that a survey finds heavy, else memory.
/// - The operand stack is virtual: constants, values of locals and conditions stay unevaluated until
///   an instruction needs them; other values are in temporary registers.
/// - At every block's start and end, values below it are in memory, and a single result is in RAX or
///   XMM0, so that joining paths agree without shuffling.
///
/// R14 holds the instance's context, R15 the base of memory 0. `Documentation/Formats/CodeImage.md`
/// has the calling convention.
struct FunctionCompiler: ~Copyable {
    let module: ValidModule
    let options: CompilerOptions
    var validator: FunctionValidator
    var assembler: Assembler
    let function: UInt32

    // MARK: Frame

    var homes: [LocalHome] = []
    var localKinds: [ValueKind] = []
    /// Registers that hold locals and that a call destroys, with the place that saves each.
    var callerSavedHomes: [(home: LocalHome, memory: Int32, kind: ValueKind)] = []
    /// Registers that this function must restore, with the place that saves each.
    var savedRegisters: [(register: Register, memory: Int32)] = []
    /// Where the slot of operand 0 is; each operand has 16 bytes.
    var operandBase: Int32 = 0
    /// The most operands that ever had a slot.
    var slotCount = 0
    /// Places in the code that hold the frame's size, added to what stands there.
    var frameSizePatches: [Int] = []
    let epilogue: Assembler.Label

    // MARK: Operands and registers

    var operands: [Operand] = []
    /// Operands below this position are constants or in their slots.
    var flushedCount = 0
    /// Topmost operand that is the value of each local, or -1.
    var topmostUse: [Int32] = []
    var temporaries = RegisterSet()
    var freeRegisters = RegisterSet()
    var vectorTemporaries = RegisterSet()
    var freeVectors = RegisterSet()
    /// The operand in each temporary register, or -1.
    var registerOwner = [Int32](repeating: -1, count: 16)
    var vectorOwner = [Int32](repeating: -1, count: 16)

    // MARK: Control

    var frames: [BlockFrame] = []
    /// Whether the next instruction can be reached.
    var isReachable = true
    var trapStubs: [TrapStub] = []
    var slowPaths: [SlowPath] = []
    var traps: [TrapEntry] = []

    init(
        _ module: ValidModule, function: UInt32, options: CompilerOptions
    ) throws(WasmError) {
        self.module = module
        self.function = function
        self.options = options
        validator = try FunctionValidator(module, functionIndex: function)
        let body = module.module.code[Int(function) - module.module.importedFunctionCount]
        assembler = Assembler(capacity: body.range.count * 4 + 512, hasAVX: options.features.avx)
        epilogue = assembler.makeLabel()
    }

    /// Compiles the body.
    ///
    /// - Throws: the body's fault, when it does not validate.
    consuming func compile() throws(WasmError) -> CompiledFunction {
        layOutFrame()
        writePrologue()
        let end = assembler.makeLabel()
        frames.append(
            BlockFrame(
                opcode: .block, label: end, height: 0, results: validator.results,
                parameters: .empty))
        while try validator.next() {
            if !operands.isEmpty, operands[operands.count - 1].place == .flags {
                materializeFlags(unlessUsedBy: validator.opcode)
            }
            translate(validator.opcode)
        }
        writeEpilogue()
        writeSlowPaths()
        writeTrapStubs()
        assembler.resolveLabels()
        return finish()
    }

    private consuming func finish() -> CompiledFunction {
        let size = frameByteCount
        for place in frameSizePatches {
            assembler.code.add(size, at: place)
        }
        return CompiledFunction(
            function: function, code: assembler.code.bytes, frameByteCount: size,
            traps: traps)
    }
}

/// A function's code and what must be known of it.
package struct CompiledFunction: Sendable {
    package var function: UInt32
    /// Begins with the fast entry.
    package var code: [UInt8]
    /// Bytes between the stack pointer in the body and the return address.
    package var frameByteCount: Int32
    /// In ascending order of code offsets.
    package var traps: [TrapEntry]
}

/// What a place in the code means: an instruction that may trap, or the return address of a call.
package struct TrapEntry: Sendable, Equatable {
    /// Offset from the function's start; of the instruction, or just after a call.
    package var codeOffset: UInt32
    /// ``TrapCode``'s raw value; 0 for a call.
    package var code: UInt8
    /// Offset of the Wasm instruction in the module.
    package var wasmOffset: UInt32
}

/// Code at the function's end that traps.
struct TrapStub {
    var label: Assembler.Label
    var code: TrapCode
    var wasmOffset: Int
}

/// Code at the function's end for what happens rarely.
struct SlowPath {
    var entry: Assembler.Label
    var exit: Assembler.Label
    var wasmOffset: Int
    var kind: Kind

    enum Kind {
        case refillFuel(saved: [Operand])
        case truncation(Truncation)
    }
}

/// A block that is open.
struct BlockFrame {
    var opcode: Opcode
    /// Where branches to the block go.
    var label: Assembler.Label
    /// Operands below the block's own.
    var height: Int
    var results: TypeList
    var parameters: TypeList
    /// Where the `else` part begins.
    var elseLabel: Assembler.Label?
    /// Whether any branch goes to ``label``, for blocks other than loops.
    var isBranchedTo = false
    /// Opened where no instruction could be reached.
    var isDead = false

    var labelTypes: TypeList { opcode == .loop ? parameters : results }
}

extension CodeBuffer {
    /// Adds to the four bytes at `offset`.
    mutating func add(_ value: Int32, at offset: Int) {
        patch(word(at: offset) &+ value, at: offset)
    }
}
