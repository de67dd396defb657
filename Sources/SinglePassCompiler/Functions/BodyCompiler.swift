internal import Wasm
internal import WasmEngine

/// Compiles function bodies, each in one walk: types are checked, registers assigned and code written
/// instruction by instruction. What a body needs lies in memory that served the one before.
///
/// - Locals have a fixed home, a register for those that a survey finds heavy, else memory.
/// - The operand stack is virtual: constants, values of locals and conditions stay unevaluated until
///   an instruction needs them; other values are in temporary registers.
/// - At every block's start, values below it are in memory; where paths join, a single result is in
///   RAX or XMM0, so that joining paths agree without shuffling.
///
/// R14 holds the instance's context, R15 the base of memory 0, RBP the frame.
/// `Documentation/Formats/CodeImage.md` has the calling convention.
struct BodyCompiler: ~Copyable {
    let module: ValidModule
    let context: ModuleContext
    let importedFunctionCount: Int
    let importedGlobalCount: Int
    let options: CompilationOptions
    /// Accesses of memory 0 need no check.
    private let isMemory0Reserved: Bool
    var validator: FunctionValidator
    var assembler: Assembler
    var survey = FunctionSurvey()
    private(set) var function: UInt32 = 0
    private var bodyByteCount = 0
    /// Something in the body is left to the interpreter.
    var isLeftOut = false

    // MARK: Frame

    var homes = Stack<LocalHome>(capacity: 1)
    /// What ``assignRegisters()`` sorts: weights of locals, and their indices below.
    var order: [UInt64] = []
    var localKinds = Stack<ValueKind>(capacity: 1)
    /// Registers that hold locals and that a call destroys, with the place that saves each.
    var callerSavedHomes = Stack<CallerSaved>(capacity: 16)
    /// Registers that this function must restore; each has eight bytes below RBP, in this order.
    var savedRegisters = Stack<Register>(capacity: 4)
    /// Bytes below RBP that saved registers and locals take; operands' slots follow.
    var localBytes: Int32 = 0
    /// The most operands that ever had a slot; each has 16 bytes.
    var slotCount = 0
    /// Bytes at the stack pointer for outgoing arguments.
    var outgoingBytes = 0
    /// Where the code holds the frame's size.
    var frameSizePatch = 0
    var checksStack = true
    private var epilogue: Assembler.Label

    // MARK: Operands and registers

    var operands = Stack<Operand>(capacity: 32)
    /// Operands below this position are constants or in their slots.
    var flushedCount = 0
    /// Topmost operand that is the value of each local, or -1.
    var topmostUse = Stack<Int32>(capacity: 1)
    var temporaries = RegisterSet()
    var freeRegisters = RegisterSet()
    var vectorTemporaries = RegisterSet()
    var freeVectors = RegisterSet()
    /// The operand in each temporary register, or -1.
    var registerOwner = InlineArray<16, Int32>(repeating: -1)
    var vectorOwner = InlineArray<16, Int32>(repeating: -1)
    /// The place of an operand that is ``Operand/Place/memory``.
    var pendingLoad = (address: Address(.r15), wasmOffset: 0)
    /// The top operand is still to be shifted left by this, in the addition that follows.
    var pendingScale: UInt8 = 0
    /// The flags tell whether a register is zero, if no code was written after `offset`.
    var zeroFlag = (offset: -1, register: Register.rax)

    // MARK: Control

    var frames = Stack<BlockFrame>(capacity: 16)
    /// Whether the next instruction can be reached.
    var isReachable = true
    var trapStubs = Stack<TrapStub>(capacity: 16)
    var slowPaths: [SlowPath] = []
    var nanPaths: [NaNPath] = []
    var bulkPaths: [BulkPath] = []
    var calleeChecks = Stack<CalleeCheck>(capacity: 16)
    var fuelPaths: [(slow: Assembler.Label, done: Assembler.Label, wasmOffset: Int)] = []
    /// What catches exceptions, innermost last.
    var handlers: [Handler] = []
    /// Where a function returns with an exception on its way.
    private(set) var exceptionExit: Assembler.Label
    var jumpTables: [(table: Assembler.Label, targets: Range<Int>)] = []
    /// What the entries of all jump tables go to.
    var jumpTargets = Stack<Assembler.Label>(capacity: 16)

    // MARK: What the image says of the code

    var traps = Stack<TrapSite>(capacity: 64)
    var places = Stack<CodeSite>(capacity: 256)
    var calls = Stack<CodeRelocation>(capacity: 64)

    init(_ module: ValidModule, _ options: CompilationOptions) {
        self.module = module
        context = module.context
        let structure = module.module
        importedFunctionCount = structure.importedFunctionCount
        importedGlobalCount = structure.importedGlobalCount
        self.options = options
        let memory = structure.memories.first
        isMemory0Reserved = options.guardedMemory && memory?.addressType == .i32
        validator = FunctionValidator(module)
        assembler = Assembler(hasAVX: options.features.contains(.avx))
        epilogue = assembler.makeLabel()
        exceptionExit = assembler.makeLabel()
    }

    /// Compiles a function's body; nil when it is left to the interpreter.
    ///
    /// - Throws: the body's fault, when it does not validate.
    mutating func compile(_ function: UInt32) throws(WasmError) -> CompiledFunction? {
        start(function)
        try validator.restart(module, functionIndex: function)
        guard mayCompile else { return nil }
        layOutFrame()
        notePlace(Int(validator.offset))
        writePrologue()
        frames.append(
            BlockFrame(
                opcode: .block, label: epilogue, height: 0, results: validator.results,
                parameters: .empty))
        while try validator.next() {
            if let top = operands.last, top.place == .flags {
                materializeFlags(unlessUsedBy: validator.opcode)
            }
            translate(validator.opcode)
            if options.isDeterministic, isReachable { canonicalizeResult(validator.opcode) }
            if isLeftOut { return nil }
        }
        writeEpilogue()
        for path in slowPaths { writeTruncation(path) }
        writeNaNPaths()
        writeBulkPaths()
        writeCalleeChecks()
        writeTrapStubs()
        let standardEntry = writeStandardEntry()
        writeJumpTables()
        assembler.resolveLabels()
        return finish(standardEntry)
    }

    /// Forgets the function before, wherever its compilation ended.
    private mutating func start(_ function: UInt32) {
        self.function = function
        bodyByteCount = module.module.code[Int(function) - importedFunctionCount].range.count
        isLeftOut = false
        callerSavedHomes.removeAll()
        savedRegisters.removeAll()
        slotCount = 0
        outgoingBytes = 0
        operands.removeAll()
        flushedCount = 0
        registerOwner = InlineArray(repeating: -1)
        vectorOwner = InlineArray(repeating: -1)
        pendingScale = 0
        zeroFlag.offset = -1
        frames.removeAll()
        isReachable = true
        trapStubs.removeAll()
        slowPaths.removeAll(keepingCapacity: true)
        nanPaths.removeAll(keepingCapacity: true)
        bulkPaths.removeAll(keepingCapacity: true)
        calleeChecks.removeAll()
        fuelPaths.removeAll(keepingCapacity: true)
        handlers.removeAll(keepingCapacity: true)
        jumpTables.removeAll(keepingCapacity: true)
        jumpTargets.removeAll()
        traps.removeAll()
        places.removeAll()
        calls.removeAll()
        assembler.removeAll()
        epilogue = assembler.makeLabel()
        exceptionExit = assembler.makeLabel()
    }

    /// Whether accesses of a memory need no check.
    @inline(__always)
    func isReserved(_ memory: Int) -> Bool {
        memory == 0
            ? isMemory0Reserved
            : options.guardedMemory
                && context.addressType(ofMemory: UInt32(truncatingIfNeeded: memory)) == .i32
    }

    /// Functions that are all declaration would take memory and time out of proportion.
    private var mayCompile: Bool {
        validator.localCount < 2048 + bodyByteCount
    }

    private mutating func finish(_ standardEntry: Int) -> CompiledFunction? {
        let size = frameByteCount
        if size > 4096, !checksStack { return nil }
        guard size < 1 << 24 else { return nil }
        let saved = Int32(truncatingIfNeeded: savedRegisters.count * 8)
        assembler.code.patch(size - saved, at: frameSizePatch)
        return CompiledFunction(
            index: function, code: assembler.code.bytes,
            standardEntry: UInt32(truncatingIfNeeded: standardEntry),
            fastEntry: UInt32(0), calls: calls.array, traps: traps.array, places: places.array)
    }
}

/// Code at the function's end that traps.
struct TrapStub: BitwiseCopyable {
    var label: Assembler.Label
    var code: TrapCode
    var wasmOffset: Int
}

/// A register that holds a local and that a call destroys.
struct CallerSaved: BitwiseCopyable {
    var home: LocalHome
    var kind: ValueKind
    /// Where it is saved, from RBP.
    var memory: Int32
}

/// The clauses of a `try_table` that is open.
struct Handler {
    var label: Assembler.Label
    var clauses: [CatchClause]
    var isUsed = false
}

/// A block that is open.
struct BlockFrame: BitwiseCopyable {
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
