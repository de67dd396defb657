internal import Wasm

/// Translates one function body to the interpreter's register code, checking it on the way.
///
/// It walks the body once with ``FunctionValidator`` and keeps a stack of ``Operand``s: reading a
/// local or a constant writes nothing; an instruction writes its result to its stack position's
/// slot, and a following `local.set` turns that into the local's own. Instructions are fused with
/// the one or two written just before, as long as no label lies between.
///
/// A frame: parameters, the header behind the larger of parameters and results, other locals (zeroed
/// by the call), the operand stack.
struct Translator: ~Copyable {
    let module: LoadedModule
    let table: CodeTable
    let function: UInt32
    var validator: FunctionValidator
    let headerSlot: Int
    /// First slot of each local.
    var localSlots: [Int] = []
    /// How many operands on the stack stand for each local.
    var localUses: [Int32] = []
    /// Their sum.
    var lazyLocals = 0
    var stackBase = 0
    var maximumSlot = 0
    var words: [UInt64] = [0]
    var stack: [Operand] = []
    var blocks: [OpenBlock] = []
    /// Positions in ``blocks`` of those that have a meter.
    var metered: [Int] = []
    /// What catches exceptions, innermost first.
    var handlers: [ExceptionHandler] = []
    /// Word of the instruction written last, when no label came after it; else 0.
    var last = 0
    /// The one before ``last``, likewise.
    var previous = 0
    /// The one before ``previous``.
    var third = 0
    /// The slot that the last instruction writes in its field `a`; negative for none.
    var lastResult = -1
    /// Whether NaN results are made canonical.
    let isDeterministic: Bool
    let isMetered: Bool
    /// Pairs of word and module offset, when asked for.
    var marks: [(word: Int, offset: Int)] = []
    let keepsMarks: Bool
    private var localSlotCount = 0

    init(
        _ module: LoadedModule, _ table: CodeTable, function: UInt32, keepsMarks: Bool = false
    ) throws(WasmError) {
        self.module = module
        self.table = table
        self.function = function
        self.keepsMarks = keepsMarks
        isDeterministic = table.variant.isDeterministic
        isMetered = table.variant.isMetered
        validator = try FunctionValidator(module.valid, functionIndex: function)
        var parameterSlots = 0
        for type in validator.parameters { parameterSlots += type.slotCount }
        var resultSlots = 0
        for type in validator.results { resultSlots += type.slotCount }
        headerSlot = max(parameterSlots, resultSlots)
        placeLocals()
    }

    private mutating func placeLocals() {
        var slot = 0
        let parameterCount = validator.parameters.count
        let firstLocal = headerSlot + Store.frameHeaderSlots
        for index in 0..<validator.localCount {
            if index == parameterCount { slot = firstLocal }
            localSlots.append(slot)
            slot += validator.local(UInt32(index)).slotCount
        }
        localUses = Array(repeating: 0, count: validator.localCount)
        stackBase = max(slot, firstLocal)
        localSlotCount = stackBase - firstLocal
        maximumSlot = stackBase
    }

    /// Translates the whole body.
    ///
    /// - Throws: ``WasmError`` where the body is malformed or invalid, or needs more slots than an
    ///   instruction can name.
    mutating func translate() throws(WasmError) -> Translation {
        blocks.append(
            OpenBlock(
                opcode: .block, home: stackBase, parameters: .empty, results: validator.results))
        if isMetered { openMeter() }
        while try validator.next() {
            if keepsMarks { marks.append((words.count, validator.offset)) }
            if isMetered { blocks[meteredBlock].cost += 1 }
            try step()
        }
        shortenJumps()
        guard maximumSlot < 65_000 else {
            throw .invalid(
                WasmProblem(
                    "the function needs too large a frame", found: "\(maximumSlot) slots",
                    allowed: "65000", section: "code", function: function,
                    offset: validator.offset))
        }
        words[0] =
            UInt64(UInt32(maximumSlot)) | UInt64(headerSlot + Store.frameHeaderSlots) << 32
            | UInt64(localSlotCount) << 48
        return Translation(words: words, handlers: handlers)
    }

    /// The module offset of the instruction that wrote a word of a function's code.
    static func wasmOffset(
        in module: LoadedModule, _ table: CodeTable, function: UInt32, word: Int
    ) -> Int {
        guard var translator = try? Translator(module, table, function: function, keepsMarks: true),
            (try? translator.translate()) != nil
        else { return 0 }
        // The instruction that left the last word at or before this one: fusion writes an earlier
        // instruction's word again, so the latest mark wins.
        var offset = translator.validator.offset
        for mark in translator.marks.reversed() {
            offset = mark.offset
            if mark.word <= word { break }
        }
        return offset
    }
}

/// The operand stack.
extension Translator {
    var nextHome: Int { stack.last?.homeEnd ?? stackBase }

    /// Pushes a value that the instruction being written leaves in its home; returns the home.
    mutating func pushTemporary(_ type: ValueType) -> Int {
        let home = nextHome
        let operand = Operand(kind: .temporary, type: type, home: home, slot: home)
        stack.append(operand)
        if operand.homeEnd > maximumSlot { maximumSlot = operand.homeEnd }
        return home
    }

    mutating func pushLocal(_ index: Int, _ type: ValueType) {
        stack.append(
            Operand(kind: .local, type: type, home: nextHome, slot: localSlots[index]))
        noteHome()
        localUses[index] += 1
        lazyLocals += 1
    }

    /// Pushes a local plus a constant.
    mutating func pushSum(_ local: Int, _ constant: UInt32) {
        stack.append(
            Operand(
                kind: .sum, type: .i32, home: nextHome, slot: localSlots[local],
                bits: UInt64(constant)))
        noteHome()
        localUses[local] += 1
        lazyLocals += 1
    }

    mutating func pushConstant(_ bits: UInt64, _ type: ValueType) {
        stack.append(
            Operand(kind: .constant, type: type, home: nextHome, slot: 0, bits: bits))
        noteHome()
    }

    private mutating func noteHome() {
        if let end = stack.last?.homeEnd, end > maximumSlot { maximumSlot = end }
    }

    mutating func pop() -> Operand {
        guard let operand = stack.popLast() else {
            preconditionFailure("the validator keeps the operand stack balanced")
        }
        if operand.isBoundToLocal { forgetLocal(operand) }
        return operand
    }

    private mutating func forgetLocal(_ operand: Operand) {
        lazyLocals -= 1
        if let index = local(at: operand.slot) { localUses[index] -= 1 }
    }

    /// The local whose first slot this is.
    func local(at slot: Int) -> Int? {
        var low = 0
        var high = localSlots.count
        while low < high {
            let middle = (low + high) / 2
            if localSlots[middle] < slot { low = middle + 1 } else { high = middle }
        }
        return low < localSlots.count && localSlots[low] == slot ? low : nil
    }

    /// The slot of an operand just popped; a constant or sum is written to its home first.
    mutating func slot(of operand: Operand) -> Int {
        switch operand.kind {
        case .temporary, .local: return operand.slot
        case .constant, .sum:
            write(operand, to: operand.home)
            return operand.home
        }
    }

    /// Leaves an operand's value in a slot.
    mutating func write(_ operand: Operand, to slot: Int) {
        switch operand.kind {
        case .temporary, .local: emitCopy(from: operand.slot, to: slot, operand.type)
        case .constant: writeConstant(operand.bits, to: slot)
        case .sum: emit(.i32AddConstant, slot, operand.slot, 0, operand.bits, result: slot)
        }
    }

    mutating func writeConstant(_ bits: UInt64, to slot: Int) {
        if bits <= UInt64(UInt32.max) {
            if lastOperation == .const32 {
                words[last] = words[last] & ~0xFFFF | UInt64(Operation.const32Pair.number)
                words.append(UInt64(slot) | bits << 32)
                lastResult = -1
                return
            }
            emit(Instruction(.const32, a: slot, immediate32: UInt32(bits)), result: slot)
        } else {
            emit(.const64, slot, 0, 0, bits, result: slot)
        }
    }

    /// Brings the operand at a stack position home.
    mutating func bringHome(_ position: Int) {
        let operand = stack[position]
        if operand.kind == .temporary { return }
        write(operand, to: operand.home)
        if operand.isBoundToLocal { forgetLocal(operand) }
        stack[position].kind = .temporary
        stack[position].slot = operand.home
    }

    /// Brings every operand home that stands for a local: before blocks, which may set it on one of
    /// several ways.
    mutating func bringLocalsHome() {
        var position = stack.count
        while lazyLocals > 0, position > 0 {
            position -= 1
            if stack[position].isBoundToLocal { bringHome(position) }
        }
    }

    /// Brings home every operand that stands for a local about to be set.
    mutating func bringHome(usesOf local: Int) {
        var position = stack.count
        while localUses[local] > 0, position > 0 {
            position -= 1
            if stack[position].isBoundToLocal, stack[position].slot == localSlots[local] {
                bringHome(position)
            }
        }
    }

    /// Brings the top operands home.
    mutating func bringTopHome(_ count: Int) {
        for position in stack.count - count..<stack.count { bringHome(position) }
    }
}

/// Writing instructions.
extension Translator {
    /// Writes an instruction of one word; `result` is the slot that it writes in field `a`.
    mutating func emit(_ instruction: Instruction, result: Int = -1) {
        third = previous
        previous = last
        last = words.count
        lastResult = result
        words.append(instruction.bits)
    }

    mutating func emit(_ operation: Operation, _ a: Int, _ b: Int, _ c: Int, result: Int = -1) {
        emit(Instruction(operation, a: a, b: b, c: c), result: result)
    }

    /// Writes an instruction of two words.
    mutating func emit(
        _ operation: Operation, _ a: Int, _ b: Int, _ c: Int, _ second: UInt64, result: Int = -1
    ) {
        emit(Instruction(operation, a: a, b: b, c: c), result: result)
        words.append(second)
    }

    /// Writes an instruction of three words.
    mutating func emit(
        _ operation: Operation, _ a: Int, _ b: Int, _ c: Int, _ second: UInt64, _ third: UInt64,
        result: Int = -1
    ) {
        emit(operation, a, b, c, second, result: result)
        words.append(third)
    }

    /// Writes an instruction of four words.
    mutating func emit(
        _ operation: Operation, _ a: Int, _ b: Int, _ c: Int, _ second: UInt64, _ third: UInt64,
        _ fourth: UInt64, result: Int = -1
    ) {
        emit(operation, a, b, c, second, third, result: result)
        words.append(fourth)
    }

    /// Copies a value between slots; joins up to three copies into one instruction.
    mutating func emitCopy(from source: Int, to target: Int, _ type: ValueType) {
        if source == target { return }
        if type == .v128 { return emit(.copyVector, target, source, 0, result: target) }
        switch lastOperation {
        case .copy:
            let first = words[last]
            words[last] =
                Instruction(
                    .copy2, a: Int(first >> 16 & 0xFFFF), b: Int(first >> 32 & 0xFFFF), c: target
                ).bits
            words.append(UInt64(source))
            lastResult = -1
        case .copy2:
            words[last] = words[last] & ~0xFFFF | UInt64(Operation.copy3.number)
            words[last + 1] |= UInt64(target) << 16 | UInt64(source) << 32
            lastResult = -1
        default: emit(.copy, target, source, 0, result: target)
        }
    }

    /// A label stands here: what came before can not be fused with what comes after.
    mutating func markLabel() {
        last = 0
        previous = 0
        third = 0
        lastResult = -1
    }

    /// Takes the last instruction back.
    mutating func removeLast() {
        words.removeLast(words.count - last)
        last = previous
        previous = third
        third = 0
        lastResult = -1
        if last != 0 { lastResult = lastField(.a) }
    }

    enum Field: UInt64 { case a = 16, b = 32, c = 48 }

    func field(_ field: Field, at word: Int) -> Int {
        Int(words[word] >> field.rawValue & 0xFFFF)
    }

    func lastField(_ field: Field) -> Int { self.field(field, at: last) }

    /// The operation at a word; nil when the word is 0 (no instruction).
    func operation(at word: Int) -> Operation? {
        guard word != 0 else { return nil }
        // SAFETY: only `Operation.number` is written there.
        return unsafe unsafeBitCast(UInt16(truncatingIfNeeded: words[word]), to: Operation.self)
    }

    var lastOperation: Operation? { operation(at: last) }

    /// Whether the last instruction made this operand, which was just popped and is used only here.
    func isMadeByLast(_ operand: Operand) -> Bool {
        operand.kind == .temporary && last != 0 && lastResult == operand.slot
    }

    /// Fills a distance in.
    mutating func patch(_ fixup: Fixup, to target: Int) {
        let distance = UInt64(UInt32(truncatingIfNeeded: (target - fixup.instruction) * 8))
        let word = fixup.instruction + fixup.offset / 8
        if fixup.offset % 8 == 0 {
            words[word] = words[word] & 0xFFFF_FFFF_0000_0000 | distance
        } else {
            words[word] = words[word] & 0xFFFF_FFFF | distance << 32
        }
    }
}
