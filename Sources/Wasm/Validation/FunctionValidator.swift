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
    package let function: UInt32?
    /// Parameters, then declared locals.
    package private(set) var localTypes: GrowableStack<ValueType>
    /// The function's parameters and results.
    package let parameters: TypeList
    package let results: TypeList

    private let code: CodeBuffer
    var decoder: InstructionDecoder
    var operands: GrowableStack<ValueType>
    var frames: GrowableStack<ControlFrame>
    /// Whether each local has a value; empty when all of them start with one.
    private var initialized: GrowableStack<Bool>
    /// Locals that have been given their first value, in order.
    private var initializations: GrowableStack<UInt32>
    /// The rules of constant expressions hold: globals below this index may be read.
    let constantGlobalLimit: Int?

    /// ``ControlFrame/operandHeight`` of the innermost frame.
    var frameHeight = 0
    /// ``ControlFrame/isUnreachable`` of the innermost frame.
    var isUnreachable = false

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

    /// Starts on a constant expression.
    init(
        _ context: ModuleContext, constant expression: Module.ConstantExpression, bytes: [UInt8],
        section: String, result: ValueType, globalLimit: Int
    ) {
        self.init(
            context, bytes: bytes, range: expression.range, section: section, function: nil,
            parameters: .empty, results: TypeList(result), constantGlobalLimit: globalLimit)
    }

    private init(
        _ context: ModuleContext, bytes: [UInt8], range: Range<Int>, section: String,
        function: UInt32?, parameters: TypeList, results: TypeList, constantGlobalLimit: Int?
    ) {
        self.context = context
        self.function = function
        self.parameters = parameters
        self.results = results
        self.constantGlobalLimit = constantGlobalLimit
        code = CodeBuffer(bytes, range)
        decoder = code.decoder(at: range.lowerBound, section: section, function: function)
        localTypes = GrowableStack(capacity: 16)
        operands = GrowableStack(capacity: 32)
        frames = GrowableStack(capacity: 8)
        initialized = GrowableStack(capacity: 1)
        initializations = GrowableStack(capacity: 1)
        let frame = ControlFrame(
            opcode: .block, isDead: false, operandHeight: 0, initializedCount: 0,
            parameters: .empty, results: results)
        frames.push(frame)
        closedFrame = frame
    }

    /// Reads the local declarations (core specification 3.0, §5.5.14).
    private mutating func declareLocals() throws(WasmError) {
        for type in parameters { localTypes.push(type) }
        let runs = try decoder.index()
        var needsTracking = false
        for _ in 0..<runs {
            let start = decoder.offset
            let count = Int(try decoder.index())
            let type = try check(try decoder.valueType(), at: start)
            guard count <= context.limits.locals - localTypes.count else {
                throw decoder.malformed(
                    "too many locals", found: "\(localTypes.count) and \(count) more",
                    allowed: "\(context.limits.locals)", at: start)
            }
            localTypes.push(type, repeated: count)
            if !type.isDefaultable { needsTracking = true }
        }
        guard needsTracking else { return }
        for index in 0..<localTypes.count {
            initialized.push(index < parameters.count || localTypes[index].isDefaultable)
        }
    }
}

/// What stands where: the instruction just checked.
extension FunctionValidator {
    package var opcode: Opcode { decoder.info.opcode }
    /// Offset of the opcode's first byte in the module.
    package var offset: Int { decoder.start }
    /// Immediates in encoding order: an index, count or lane; a memory argument's memory.
    package var index0: UInt32 { decoder.index0 }
    /// The second index; the lane of a `*_lane` memory instruction.
    package var index1: UInt32 { decoder.index1 }
    /// A constant's bits (`i32` zero-extended), a memory argument's offset, or the low eight bytes of
    /// a vector or shuffle.
    package var value: UInt64 { decoder.value }
    /// The high eight bytes of a vector or shuffle.
    package var value2: UInt64 { decoder.value2 }
    /// A memory argument's alignment, as base-two logarithm of bytes.
    package var alignment: UInt32 { decoder.alignment }
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

    /// Number of locals, parameters included.
    package var localCount: Int { localTypes.count }
    package func local(_ index: UInt32) -> ValueType { localTypes[Int(index)] }

    /// Number of values on the operand stack; in unreachable code only those pushed since.
    package var operandCount: Int { operands.count }
    /// The operand `depth` places below the top, which must exist.
    package func operand(at depth: Int) -> ValueType {
        operands[operands.count - 1 - depth]
    }

    /// Number of open blocks, the function's own included; zero after its last `end`.
    package var frameCount: Int { frames.count }
    /// The block that label `depth` names; zero is the innermost.
    package func frame(at depth: Int) -> ControlFrame {
        frames[frames.count - 1 - depth]
    }
}

extension FunctionValidator {
    /// Reads and checks the next instruction.
    ///
    /// - Returns: `false`, with nothing read, when the body's last `end` came before.
    /// - Throws: ``WasmError`` with section, function and byte offset.
    package mutating func next() throws(WasmError) -> Bool {
        guard frames.count > 0 else {
            try finish()
            return false
        }
        try decoder.next()
        let info = decoder.info
        wasUnreachable = isUnreachable || frames[frames.count - 1].isDead
        if info.parameterCount != InstructionInfo.variable {
            try fixed(info)
        } else {
            try variable(info.opcode)
        }
        return true
    }

    private func finish() throws(WasmError) {
        guard decoder.isAtEnd else {
            throw decoder.malformed(
                "section size mismatch: END opcode expected",
                found: "bytes after the function's last end")
        }
    }

    /// An instruction whose type stands in the table.
    @inline(__always)
    private mutating func fixed(_ info: InstructionInfo) throws(WasmError) {
        var address = ValueType.i32
        switch info.immediates {
        case .none, .i32: break
        case .memoryArgument, .memoryArgumentLane: address = try memoryAccess(info)
        case .lane, .shuffle: try checkLanes(info)
        default: break
        }
        if constantGlobalLimit != nil { try checkConstant() }
        var shift = UInt16(info.parameterCount) &* 4
        while shift > 0 {
            shift &-= 4
            let code = UInt32(info.parameters >> shift & 15)
            try pop(code == 6 ? address : ValueType(rawValue: code))
        }
        if info.result != 0 { try push(ValueType(rawValue: UInt32(info.result))) }
    }

    func checkConstant() throws(WasmError) {
        guard decoder.info.traits.contains(.constant) else {
            throw decoder.invalid(
                "constant expression required", found: "\(opcode.description.mnemonic)",
                at: decoder.start)
        }
    }

    /// Checks a memory argument and gives the address's type (§3.4.7).
    private func memoryAccess(_ info: InstructionInfo) throws(WasmError) -> ValueType {
        let address = try addressType(ofMemory: decoder.index0)
        let width = UInt32(info.accessWidthLog2)
        if info.traits.contains(.naturalAlignment) {
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

/// The operand stack.
extension FunctionValidator {
    @inline(__always)
    mutating func push(_ type: ValueType) throws(WasmError) {
        if operands.count >= context.limits.operands { throw tooManyOperands() }
        operands.push(type)
    }

    @inline(never)
    private func tooManyOperands() -> WasmError {
        invalid("too many operands on the stack", allowed: "\(context.limits.operands)")
    }

    mutating func push(_ types: TypeList) throws(WasmError) {
        for type in types { try push(type) }
    }

    /// Takes an operand of type `expected` or of a subtype.
    @inline(__always)
    mutating func pop(_ expected: ValueType) throws(WasmError) {
        let top = operands.count &- 1
        if top >= frameHeight, operands[top] == expected {
            operands.removeLast()
        } else {
            try popSubtype(expected)
        }
    }

    @inline(never)
    private mutating func popSubtype(_ expected: ValueType) throws(WasmError) {
        let found = try popAny(expected)
        guard context.isSubtype(found, of: expected) else {
            throw typeMismatch(found, expected)
        }
    }

    /// Takes any operand; ``ValueType/bottom`` when unreachable code has none.
    mutating func popAny(_ expected: ValueType? = nil) throws(WasmError) -> ValueType {
        guard operands.count > frameHeight else {
            if isUnreachable { return .bottom }
            throw invalid(
                "type mismatch", found: "an empty operand stack",
                allowed: expected.map { "\($0)" } ?? "a value")
        }
        let type = operands[operands.count - 1]
        operands.removeLast()
        return type
    }

    mutating func pop(_ types: TypeList) throws(WasmError) {
        for type in types.reversed() { try pop(type) }
    }

    /// Checks that the top operands match `types` and leaves them.
    func checkTop(_ types: TypeList) throws(WasmError) {
        var top = operands.count - 1
        for type in types.reversed() {
            guard top >= frameHeight else {
                if isUnreachable { return }
                throw invalid(
                    "type mismatch", found: "an empty operand stack", allowed: "\(type)")
            }
            guard context.isSubtype(operands[top], of: type) else {
                throw typeMismatch(operands[top], type)
            }
            top -= 1
        }
    }

    /// Puts `types` in the place of operands that ``checkTop(_:)`` has accepted.
    mutating func replaceTop(_ types: TypeList) throws(WasmError) {
        let present = Swift.min(types.count, operands.count - frameHeight)
        operands.truncate(to: operands.count - present)
        try push(types)
    }

    /// Takes a reference of any type; ``ValueType/bottom`` becomes a reference to ``HeapType/bottom``.
    mutating func popReference() throws(WasmError) -> ValueType {
        let type = try popAny()
        operandType = type
        if type == .bottom { return .reference(.bottom, nullable: false) }
        guard type.isReference else {
            throw invalid("type mismatch", found: "\(type)", allowed: "a reference")
        }
        return type
    }

    /// Nothing after this instruction, up to the block's end, can be reached.
    mutating func markUnreachable() {
        operands.truncate(to: frameHeight)
        isUnreachable = true
        frames[frames.count - 1].isUnreachable = true
    }
}

/// Errors and locals.
extension FunctionValidator {
    /// A broken rule at the instruction being checked.
    @inline(never)
    func invalid(_ message: String, found: String = "", allowed: String = "") -> WasmError {
        decoder.invalid(
            "\(message) (\(opcode.description.mnemonic))", found: found, allowed: allowed,
            at: decoder.start)
    }

    func typeMismatch(_ found: ValueType, _ expected: ValueType) -> WasmError {
        invalid("type mismatch", found: "\(found)", allowed: "\(expected)")
    }

    /// `type` made canonical, once its type index is known to exist.
    func check(_ type: ValueType, at place: Int) throws(WasmError) -> ValueType {
        guard type.isReference, let index = type.heapType.typeIndex else { return type }
        guard index < context.types.count else {
            throw decoder.invalid("unknown type \(index)", found: "type \(index)", at: place)
        }
        return context.canonical(type)
    }

    func localType(_ index: UInt32) throws(WasmError) -> ValueType {
        guard index < localTypes.count else {
            throw invalid(
                "unknown local \(index)", found: "local \(index)",
                allowed: "below \(localTypes.count)")
        }
        return localTypes[Int(index)]
    }

    func requireInitialized(_ index: UInt32) throws(WasmError) {
        guard initialized.count == 0 || initialized[Int(index)] else {
            throw invalid(
                "uninitialized local", found: "local \(index)", allowed: "a local set before")
        }
    }

    mutating func markInitialized(_ index: UInt32) {
        guard initialized.count > 0, !initialized[Int(index)] else { return }
        initialized[Int(index)] = true
        initializations.push(index)
    }

    var initializedCount: Int { initializations.count }

    /// Forgets the first values given inside a block that ends.
    mutating func forgetInitializations(from count: Int) {
        while initializations.count > count {
            initialized[Int(initializations[initializations.count - 1])] = false
            initializations.removeLast()
        }
    }
}
