internal import Synchronization

/// Walks one function body once and checks each instruction on the way; interpreter and compilers
/// drive it and translate what it has just checked.
///
/// Value types it tells are canonical (see ``ModuleContext``); indices are as written. Source: core
/// specification 3.0, appendix "Validation Algorithm", and the exception-handling proposal's legacy
/// text for `try`.
package struct FunctionValidator: ~Copyable {
    /// An atomic pins the whole value to one address. Without it the compiler copies some 400 bytes
    /// for each call of a method that does not mutate (a fifth of the time, measured).
    private let pin = Atomic<Bool>(false)
    package let context: ModuleContext
    /// The function's index, imports counted; `nil` for a constant expression.
    package private(set) var function: UInt32?
    /// The function's parameters and results.
    package private(set) var parameters: TypeList
    package private(set) var results: TypeList

    private var code: CodeBuffer
    @usableFromInline var decoder: InstructionDecoder
    @usableFromInline var operands: GrowableStack<ValueType>
    @usableFromInline var frames: GrowableStack<ControlFrame>
    /// Parameters, then declared locals.
    var locals: LocalTypes
    /// Number of locals, parameters included.
    package private(set) var localCount = 0
    /// The rules of constant expressions hold: globals below this index may be read.
    let constantGlobalLimit: Int?

    /// How many more types of lists may be pushed, popped or compared; see
    /// ``DecoderLimits/listedTypes``.
    var listBudget: Int

    /// ``ControlFrame/operandHeight`` of the innermost frame.
    var frameHeight = 0
    /// ``ControlFrame/isUnreachable`` of the innermost frame.
    var isUnreachable = false
    /// ``ControlFrame/isDead`` of the innermost frame.
    var isDead = false
    /// There is a memory 0 and its addresses are `i32`.
    private let hasMemory32: Bool

    /// The instruction stood where it can not be reached.
    package internal(set) var wasUnreachable = false
    /// For `drop`, `select`, `ref.is_null` and others that take an operand of any type: its type;
    /// ``ValueType/bottom`` in unreachable code.
    package internal(set) var operandType = ValueType.bottom
    /// The type of a `block`, `loop`, `if`, `try` or `try_table` just opened.
    package internal(set) var blockParameters = TypeList.empty
    package internal(set) var blockResults = TypeList.empty
    /// The frame that `end`, `else`, `catch`, `catch_all` or `delegate` has just closed.
    package internal(set) var closedFrame: ControlFrame

    /// Starts on a function's body.
    ///
    /// - Throws: ``WasmError`` when the local declarations are malformed or too many.
    package init(_ module: ValidModule, functionIndex: UInt32) throws(WasmError) {
        try self.init(module.module, module.context, functionIndex: functionIndex)
    }

    /// On no function yet: ``restart(_:functionIndex:)`` comes first.
    package init(_ module: ValidModule) {
        self.init(
            module.context, bytes: module.module.bytes, range: 0..<0, section: "code",
            function: nil, parameters: .empty, results: .empty, constantGlobalLimit: nil)
    }

    init(
        _ module: borrowing Module, _ context: ModuleContext, functionIndex: UInt32
    ) throws(WasmError) {
        let place = Int(functionIndex) - module.importedFunctionCount
        precondition(place >= 0 && place < module.code.count)
        let type = context.typeIndex(ofFunction: functionIndex)
        self.init(
            context, bytes: module.bytes, range: module.code[place].range, section: "code",
            function: functionIndex, parameters: context.parameters(ofType: type) ?? .empty,
            results: context.results(ofType: type) ?? .empty, constantGlobalLimit: nil)
        try declareLocals()
    }

    /// Starts on the body of another function of the module, in the memory that served the last one.
    ///
    /// - Throws: ``WasmError`` when the local declarations are malformed or too many.
    package mutating func restart(
        _ module: ValidModule, functionIndex: UInt32
    ) throws(WasmError) {
        let place = Int(functionIndex) - module.module.importedFunctionCount
        precondition(place >= 0 && place < module.module.code.count)
        let type = context.typeIndex(ofFunction: functionIndex)
        let range = module.module.code[place].range
        code.fill(module.module.bytes, range)
        decoder = code.decoder(at: range.lowerBound, section: "code", function: functionIndex)
        function = functionIndex
        parameters = context.parameters(ofType: type) ?? .empty
        results = context.results(ofType: type) ?? .empty
        listBudget = Self.listBudget(context, range)
        locals.removeAll()
        operands.truncate(to: 0)
        frames.truncate(to: 0)
        openFunction()
        try declareLocals()
    }

    /// Starts on a constant expression.
    init(
        _ context: ModuleContext, constant expression: Module.ConstantExpression,
        bytes: ModuleBytes,
        section: String, result: ValueType, globalLimit: Int
    ) {
        self.init(
            context, bytes: bytes, range: expression.range, section: section, function: nil,
            parameters: .empty, results: TypeList(result), constantGlobalLimit: globalLimit)
    }

    private init(
        _ context: ModuleContext, bytes: ModuleBytes, range: Range<Int>, section: String,
        function: UInt32?, parameters: TypeList, results: TypeList, constantGlobalLimit: Int?
    ) {
        self.context = context
        self.function = function
        self.parameters = parameters
        self.results = results
        self.constantGlobalLimit = constantGlobalLimit
        code = CodeBuffer(bytes, range)
        listBudget = Self.listBudget(context, range)
        decoder = code.decoder(at: range.lowerBound, section: section, function: function)
        locals = LocalTypes()
        hasMemory32 = context.memories.count > 0 && context.memories[0].addressType == .i32
        operands = GrowableStack(capacity: Swift.min(context.limits.operands, 32))
        frames = GrowableStack(capacity: 8)
        closedFrame = Self.outermost(results)
        openFunction()
    }

    private static func listBudget(_ context: ModuleContext, _ range: Range<Int>) -> Int {
        context.limits.listedTypes &+ context.limits.listedTypesPerByte &* range.count
    }

    private static func outermost(_ results: TypeList) -> ControlFrame {
        ControlFrame(
            opcode: .block, isDead: false, operandHeight: 0, assignmentCount: 0,
            parameters: .empty, results: results)
    }

    /// Opens the function's own block.
    private mutating func openFunction() {
        closedFrame = Self.outermost(results)
        frames.push(closedFrame)
        frameHeight = 0
        isUnreachable = false
        isDead = false
    }

    /// Reads the local declarations (core specification 3.0, §5.5.14).
    private mutating func declareLocals() throws(WasmError) {
        for type in parameters { locals.append(type, 1) }
        let runs = try decoder.index()
        for _ in 0..<runs {
            let start = decoder.offset
            let count = Int(try decoder.index())
            let type = try check(try decoder.valueType(), at: start)
            guard count <= context.limits.locals - locals.count else {
                throw decoder.malformed(
                    "too many locals", found: "\(locals.count) and \(count) more",
                    allowed: "\(context.limits.locals)", at: start)
            }
            locals.append(type, count)
        }
        localCount = locals.count
    }
}

/// What stands where: the instruction just checked.
extension FunctionValidator {
    @inlinable package var opcode: Opcode { decoder.info.opcode }
    /// Offset of the opcode's first byte in the module.
    @inlinable package var offset: Int { decoder.start }
    /// Immediates in encoding order: an index, count or lane; a memory argument's memory.
    @inlinable package var index0: UInt32 { decoder.index0 }
    /// The second index; the lane of a `*_lane` memory instruction.
    @inlinable package var index1: UInt32 { decoder.index1 }
    /// A constant's bits (`i32` zero-extended), a memory argument's offset, or the low eight bytes of
    /// a vector or shuffle.
    @inlinable package var value: UInt64 { decoder.value }
    /// The high eight bytes of a vector or shuffle.
    @inlinable package var value2: UInt64 { decoder.value2 }
    /// A memory argument's alignment, as base-two logarithm of bytes.
    @inlinable package var alignment: UInt32 { decoder.alignment }
    /// The labels of `br_table`, default last.
    package var labels: [UInt32] { decoder.labels }
    /// The clauses of `try_table`.
    package var catches: [CatchClause] { decoder.catches }
    /// The type of a `select` with a type.
    package var selectType: ValueType { operandType }
    /// The source type of `br_on_cast`.
    package var castSource: ValueType { context.canonical(decoder.castSource) }
    /// The target type of a cast or test, or the type of `ref.null`.
    package var castTarget: ValueType { context.canonical(decoder.castTarget) }

    /// The type of a local that exists.
    package func local(_ index: UInt32) -> ValueType { locals[Int(index)] }

    /// Number of values on the operand stack; in unreachable code only those pushed since.
    @inlinable package var operandCount: Int { operands.count }
    /// The operand `depth` places below the top, which must exist.
    @inlinable package func operand(at depth: Int) -> ValueType {
        operands[operands.count - 1 - depth]
    }

    /// Number of open blocks, the function's own included; zero after its last `end`.
    @inlinable package var frameCount: Int { frames.count }
    /// The block that label `depth` names; zero is the innermost.
    @inlinable package func frame(at depth: Int) -> ControlFrame {
        frames[frames.count - 1 - depth]
    }
}

extension FunctionValidator {
    /// Reads and checks the next instruction.
    ///
    /// - Returns: `false`, with nothing read, when the body's last `end` came before.
    /// - Throws: ``WasmError`` with section, function and byte offset.
    package mutating func next() throws(WasmError) -> Bool {
        if frames.count == 0 { return try finish() }
        try decoder.next()
        let info = decoder.info
        wasUnreachable = isUnreachable || isDead
        if constantGlobalLimit != nil { try checkConstant() }
        // One instruction in three.
        if info.opcode == .localGet {
            try localGet()
        } else if info.parameterCount != InstructionInfo.variable {
            try fixed(info)
        } else {
            try variable(info.opcode)
        }
        return true
    }

    /// The body is over: false.
    @inline(never)
    private func finish() throws(WasmError) -> Bool {
        guard decoder.isAtEnd else {
            throw decoder.malformed(
                "section size mismatch: END opcode expected",
                found: "bytes after the function's last end")
        }
        return false
    }

    /// An instruction whose type stands in the table.
    @inline(__always)
    private mutating func fixed(_ info: InstructionInfo) throws(WasmError) {
        let address = info.hasCheckedImmediates ? try checkImmediates(info) : .i32
        let result = ValueType(rawValue: UInt32(info.result))
        let base = operands.count &- Int(info.parameterCount)
        guard base >= frameHeight, topMatches(info, address, above: base) else {
            try popEach(info, address)
            if info.result != 0 { try push(result) }
            return
        }
        operands.truncate(to: base)
        if info.result != 0 { try push(result) }
    }

    /// Whether the operands above `base` are exactly what an instruction takes.
    @inline(__always)
    private func topMatches(
        _ info: InstructionInfo, _ address: ValueType, above base: Int
    ) -> Bool {
        var codes = UInt32(info.parameters)
        var top = operands.count &- 1
        while top >= base {
            let code = codes & 15
            if operands[top] != (code == 6 ? address : ValueType(rawValue: code)) { return false }
            codes >>= 4
            top &-= 1
        }
        return true
    }

    /// Takes the operands of an instruction one by one.
    @inline(never)
    private mutating func popEach(
        _ info: InstructionInfo, _ address: ValueType
    ) throws(WasmError) {
        var codes = UInt32(info.parameters)
        for _ in 0..<info.parameterCount {
            let code = codes & 15
            codes >>= 4
            try pop(code == 6 ? address : ValueType(rawValue: code))
        }
    }

    /// Checks a memory argument or lanes; gives the address's type.
    @inline(__always)
    private func checkImmediates(_ info: InstructionInfo) throws(WasmError) -> ValueType {
        if info.immediates == .memoryArgument, hasMemory32, decoder.index0 == 0,
            !info.needsNaturalAlignment, decoder.alignment <= UInt32(info.accessWidthLog2),
            decoder.value <= UInt64(UInt32.max)
        {
            return .i32
        }
        return try checkOtherImmediates(info)
    }

    @inline(never)
    private func checkOtherImmediates(_ info: InstructionInfo) throws(WasmError) -> ValueType {
        switch info.immediates {
        case .memoryArgument, .memoryArgumentLane: return try memoryAccess(info)
        default:
            try checkLanes(info)
            return .i32
        }
    }

    func checkConstant() throws(WasmError) {
        guard decoder.info.isConstant else {
            throw decoder.invalid(
                "constant expression required", found: "\(opcode.description.mnemonic)",
                at: decoder.start)
        }
    }

    /// Checks a memory argument and gives the address's type (§3.4.7).
    private func memoryAccess(_ info: InstructionInfo) throws(WasmError) -> ValueType {
        let address = try addressType(ofMemory: decoder.index0)
        let width = UInt32(info.accessWidthLog2)
        if info.needsNaturalAlignment {
            guard decoder.alignment == width else {
                throw invalid(
                    "atomic alignment must be natural", found: "2^\(decoder.alignment)",
                    allowed: "2^\(width)")
            }
        } else if decoder.alignment > width {
            throw invalid(
                "alignment must not be larger than natural", found: "2^\(decoder.alignment)",
                allowed: "at most 2^\(width)")
        }
        if address == .i32, decoder.value > UInt64(UInt32.max) {
            throw invalid(
                "offset out of range", found: "\(decoder.value)", allowed: "below 2^32")
        }
        if info.immediates == .memoryArgumentLane, decoder.index1 >= info.laneCount {
            throw invalid(
                "invalid lane index", found: "\(decoder.index1)",
                allowed: "below \(info.laneCount)")
        }
        return address
    }

    private func checkLanes(_ info: InstructionInfo) throws(WasmError) {
        if info.immediates == .lane {
            guard decoder.index0 < info.laneCount else {
                throw invalid(
                    "invalid lane index", found: "\(decoder.index0)",
                    allowed: "below \(info.laneCount)")
            }
            return
        }
        // Each of the sixteen bytes must be below 32.
        guard (decoder.value | decoder.value2) & 0xE0E0_E0E0_E0E0_E0E0 == 0 else {
            throw invalid("invalid lane index", allowed: "below 32")
        }
    }
}
