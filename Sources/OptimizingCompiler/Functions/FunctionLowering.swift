internal import Wasm
internal import WasmEngine

/// Lowers one function body to LLVM IR, checking it on the way.
///
/// It walks the body once with ``FunctionValidator``. Operands are LLVM values; locals, and what
/// blocks carry to their ends, are stack slots (`alloca`) that LLVM's first pass turns into values.
struct FunctionLowering: ~Copyable {
    let plan: ModulePlan
    let function: UInt32
    var validator: FunctionValidator
    /// Slots, which LLVM wants in the function's first block.
    var entry = IRText()
    var body = IRText()
    /// Blocks that traps go to; behind everything else.
    var traps = IRText()
    var stack: [IRValue] = []
    var blocks: [OpenBlock] = []
    var nextValue = 0
    var nextLabel = 0
    /// Memories whose base the function's first block loads.
    var memoryBases: Set<Int> = []
    /// Values that were an index in the straight line being written.
    var boundLocals: Set<LocalValue> = []
    /// What those locals are that are such a value and a number.
    var sums: [LocalValue: AddressSum] = [:]
    /// How many labels were placed so far.
    var straightLine = 0
    /// How often each local was set so far.
    var localVersions: [UInt32: Int] = [:]
    /// It calls what does not fault where the stack ends: anything but the instance's own functions.
    var needsRoom = false
    /// An exception leaves it.
    var isUnwound = false
    /// It has an instruction that this compiler leaves to the interpreter.
    var isUnsupported = false
    /// The module's own functions that it calls directly.
    var called: Set<UInt32> = []
    /// The index that the last access to a table used, as `i64`.
    var wideIndex = "0"
    /// What a look at the whole body told.
    let survey: BodySurvey
    /// Walks behind ``validator``, to lower loops a second time.
    var follower: FunctionValidator
    /// The loop being lowered whose rounds are counted.
    var counting: CountingLoop?
    /// The node that tells each Wasm offset, for instructions that a backtrace may name.
    var places: [Int: Int] = [:]
    /// The number of the function's own node; those of its places follow.
    let scope: Int

    init(_ plan: ModulePlan, function: UInt32, metadata firstNode: Int) throws(WasmError) {
        let survey = try BodySurvey(plan.valid, function: function)
        let validator = try FunctionValidator(plan.valid, functionIndex: function)
        let follower = try FunctionValidator(plan.valid, functionIndex: function)
        self.plan = plan
        self.function = function
        self.survey = survey
        self.validator = validator
        self.follower = follower
        scope = firstNode
    }

    /// Lowers the whole body; the text is a definition and its metadata.
    ///
    /// - Throws: ``WasmError`` where the body is malformed or invalid.
    mutating func lower() throws(WasmError) {
        openFunction()
        while try validator.next() {
            if let loop = countedLoop { try lowerTwice(loop) } else { step() }
        }
    }

    /// The definition, once ``lower()`` is done.
    func text() -> IRText {
        var text = IRText()
        let signature = plan.signature(ofFunction: function)
        text.line(
            "define hidden \(IRSignature.ownConvention) \(signature.result) "
                + "@\(plan.name(function))(\(signature.ownParameterNames)) "
                + "\(plan.attributes) !dbg !\(scope) {")
        text.line(plan.contextFromSelf)
        text.append(entry)
        if needsRoom {
            text.append(ModulePart.stackCheck(location: ", !dbg !\(scope + 1)"))
        } else {
            text.line("br label %body\nbody:")
        }
        text.append(body)
        text.append(traps)
        if isUnwound {
            text.line(
                signature.results.isEmpty
                    ? "unwind:\nret void" : "unwind:\nret \(signature.result) undef")
        }
        text.line("}")
        return text
    }

    /// The nodes of its debug information.
    func metadata() -> IRText {
        var text = IRText()
        text.line(
            "!\(scope) = distinct !DISubprogram(name: \"f\(function)\", scope: !1, file: !1, "
                + "line: \(firstOffset), type: !3, unit: !0, spFlags: DISPFlagDefinition)")
        for (offset, node) in places.sorted(by: { $0.value < $1.value }) {
            text.line("!\(node) = !DILocation(line: \(offset), scope: !\(scope))")
        }
        return text
    }

    /// What prologues are named after, where the stack may end.
    private var firstOffset: Int { places.first { $0.value == scope + 1 }?.key ?? 0 }

    /// How many nodes ``metadata()`` writes.
    var metadataCount: Int { places.count + 1 }

    private mutating func openFunction() {
        _ = location()
        if validator.results.count > NativeLayout.resultLimit { isUnsupported = true }
        if validator.localCount > Self.valueLimit { isUnsupported = true }
        let parameters = validator.parameters
        for index in 0..<validator.localCount {
            let type = validator.local(UInt32(index)).ir
            entry.line("%l\(index) = alloca \(type.text)")
            let initial =
                index < parameters.count ? "%p\(index)" : IRValue.zero(type).text
            body.line("store \(type.text) \(initial), ptr %l\(index)")
        }
        var block = OpenBlock(opcode: .block, parameters: .empty, results: validator.results)
        block.label = newLabel()
        makeSlots(&block)
        blocks.append(block)
        openFrame()
    }
}

/// Writing.
extension FunctionLowering {
    /// A new name for a value.
    mutating func newName() -> String {
        nextValue += 1
        return "%v\(nextValue)"
    }

    mutating func newLabel() -> Int {
        nextLabel += 1
        return nextLabel
    }

    /// Writes an instruction that has a result.
    mutating func emit(_ text: String, _ type: IRType) -> IRValue {
        let name = newName()
        body.line("\(name) = \(text)")
        return IRValue(name, type)
    }

    /// Writes an instruction without result.
    mutating func emit(_ text: String) { body.line(text) }

    /// Starts the block of a label.
    mutating func place(_ label: Int) {
        boundLocals.removeAll(keepingCapacity: true)
        sums.removeAll(keepingCapacity: true)
        straightLine += 1
        body.line("L\(label):")
    }

    /// Goes to a label.
    mutating func go(to label: Int) { body.line("br label %L\(label)") }

    /// `!dbg` of the instruction being lowered, for those that a backtrace may name.
    mutating func location() -> String {
        let offset = validator.offset
        if let node = places[offset] { return ", !dbg !\(node)" }
        let node = scope + 1 + places.count
        places[offset] = node
        return ", !dbg !\(node)"
    }
}

/// The operand stack.
extension FunctionLowering {
    /// Locals, and operands, of a function; one with more is left to the interpreter: its frame could
    /// be larger than the room that is kept for what it calls.
    fileprivate static var valueLimit: Int { 1 << 13 }

    mutating func push(_ value: IRValue) {
        stack.append(value)
        if stack.count > Self.valueLimit { isUnsupported = true }
    }

    mutating func push(_ text: String, _ type: IRType) {
        let value = emit(text, type)
        push(value)
    }

    /// Takes the top operand as it is.
    mutating func popAny() -> IRValue {
        guard let value = stack.popLast() else {
            preconditionFailure("the validator keeps the operand stack balanced")
        }
        return value
    }

    /// Takes the top operand as a value of this type.
    mutating func pop(_ type: IRType) -> IRValue {
        let value = popAny()
        return convert(value, to: type)
    }

    /// Takes an index of a memory or table, of 32 bits or 64: a comparison's outcome is no number yet.
    mutating func popIndex() -> IRValue {
        let index = popAny()
        return convert(index, to: index.type == .i64 ? .i64 : .i32)
    }

    /// The same bits as another type: a comparison's outcome as a number, or other lanes.
    mutating func convert(_ value: IRValue, to type: IRType) -> IRValue {
        if value.type == type { return value }
        var result: IRValue
        if value.text == "zeroinitializer" {
            result = .zero(type)
        } else if value.type == .i1 {
            result = emit("zext i1 \(value.text) to i32", .i32)
        } else if type == .i1 {
            result = emit("icmp ne \(value.typed), 0", .i1)
        } else {
            result = emit("bitcast \(value.typed) to \(type.text)", type)
        }
        result.holdsLoad = value.holdsLoad
        return result
    }

    /// Lets a value's loads happen though nothing uses it: an out-of-bounds access must trap.
    mutating func keep(_ value: IRValue) {
        guard value.holdsLoad, value.text.utf8.first == UInt8(ascii: "%") else { return }
        let value = value.type == .i1 ? convert(value, to: .i32) : value
        let isInteger = value.type == .i32 || value.type == .i64
        emit("call void asm sideeffect \"\", \"\(isInteger ? "r" : "x")\"(\(value.typed))")
    }
}
