internal import Wasm
internal import WasmEngine

// Floating-point instructions. NaN results are whatever the processor gives: the deterministic
// variant is left to the interpreter.
extension BodyCompiler {
    func vectorHolding(_ operand: Operand) -> VectorRegister? {
        if operand.place == .vector { return vector(operand) }
        if operand.place == .local, case .vector(let home) = homes[operand.localIndex] {
            return home
        }
        return nil
    }

    /// An operation on two operands of one kind; 16-byte operands in memory need AVX.
    mutating func floatBinary(_ operation: VectorOperation, _ kind: ValueKind) {
        var second = pop()
        var first = pop()
        vectorBinary(operation, kind, &first, &second)
    }

    mutating func vectorBinary(
        _ operation: VectorOperation, _ kind: ValueKind, _ first: inout Operand,
        _ second: inout Operand
    ) {
        if operation.commutes, second.place != .memory, vectorHolding(first) == nil,
            vectorHolding(second) != nil
        {
            swap(&first, &second)
        }
        let hasMemory = kind != .v128 || assembler.hasAVX
        let address = hasMemory ? memoryHolding(second) : nil
        if second.place == .memory, address == nil { _ = ownVector(&second) }
        let right = address == nil ? readVector(&second) : nil
        let write = nextVectorLocal()
        if write >= 0, case .vector(let home) = homes[write], assembler.hasAVX || home != right {
            let left = readVector(&first)
            detachUses(of: write)
            emit(operation, home, left, right, address, second)
            release(first)
            release(second)
            push(.local(kind, write))
            return
        }
        if assembler.hasAVX {
            let left = readVector(&first)
            release(first)
            if right != nil { release(second) }
            let target = takeVector()
            emit(operation, target, left, right, address, second)
            if right == nil { release(second) }
            push(.vector(kind, target))
        } else {
            let target = ownVector(&first)
            emit(operation, target, target, right, address, second)
            release(second)
            push(.vector(kind, target))
        }
    }

    private mutating func emit(
        _ operation: VectorOperation, _ target: VectorRegister, _ left: VectorRegister,
        _ right: VectorRegister?, _ address: Address?, _ second: Operand
    ) {
        if let right {
            assembler.vector(operation, target, left, right)
        } else if let address {
            if !assembler.hasAVX, target != left { assembler.move(target, from: left) }
            notePendingLoad(second)
            assembler.vector(operation, target, assembler.hasAVX ? left : target, address)
        }
    }

    /// An instruction from one vector register to another.
    mutating func vectorUnary(
        _ kind: ValueKind, _ emit: (inout Assembler, VectorRegister, VectorRegister) -> Void
    ) {
        var operand = pop()
        let source = readVector(&operand)
        release(operand)
        let (target, local) = resultVector()
        emit(&assembler, target, source)
        pushResult(kind, target, local: local)
    }

    // MARK: Bits

    /// All lanes of a new register: the sign bit of each float, or every bit but it.
    mutating func signMask(_ kind: ValueKind, isSign: Bool) -> VectorRegister {
        let mask = takeVector()
        let width = kind.width
        assembler.vector(.pcmpeqd, mask, mask, mask)
        if isSign {
            assembler.shiftLanes(.left, mask, mask, by: kind == .f32 ? 31 : 63, width)
        } else {
            assembler.shiftLanes(.right, mask, mask, by: 1, width)
        }
        return mask
    }

    /// `kind` says the lanes, `result` the whole.
    mutating func absolute(_ kind: ValueKind, _ result: ValueKind) {
        let mask = signMask(kind, isSign: false)
        applyMask(.andps, mask, result)
    }

    mutating func negateFloat(_ kind: ValueKind, _ result: ValueKind) {
        let mask = signMask(kind, isSign: true)
        applyMask(.xorps, mask, result)
    }

    private mutating func applyMask(
        _ operation: VectorOperation, _ mask: VectorRegister, _ result: ValueKind
    ) {
        var operand = pop()
        let source = readVector(&operand)
        assembler.vector(operation, mask, mask, source)
        release(operand)
        push(.vector(result, mask))
    }

    mutating func copySign(_ kind: ValueKind) {
        var sign = pop()
        var value = pop()
        let mask = signMask(kind, isSign: true)
        let magnitude = takeVector()
        let source = readVector(&value)
        // andnps: not first and second.
        assembler.vector(.andnps, magnitude, mask, source)
        let signSource = readVector(&sign)
        assembler.vector(.andps, mask, mask, signSource)
        assembler.vector(.orps, magnitude, magnitude, mask)
        release(mask)
        release(sign)
        release(value)
        push(.vector(kind, magnitude))
    }

    // MARK: Minimum and maximum (core specification 3.0, §4.3.3)

    mutating func floatMinimum(_ kind: ValueKind, isMaximum: Bool) {
        var second = pop()
        var first = pop()
        let right = readVector(&second)
        let target = ownVector(&first)
        let differs = assembler.makeLabel()
        let unordered = assembler.makeLabel()
        let done = assembler.makeLabel()
        assembler.compare(target, right, kind.width)
        assembler.jump(if: .notEqual, to: differs)
        assembler.jump(if: .parity, to: unordered)
        // Equal: zeroes of both signs are the only case where it matters which.
        assembler.vector(isMaximum ? .andps : .orps, target, target, right)
        assembler.jump(to: done)
        assembler.bind(unordered)
        let isSingle = kind == .f32
        assembler.vector(isSingle ? .addss : .addsd, target, target, right)
        assembler.jump(to: done)
        assembler.bind(differs)
        let operation: VectorOperation =
            isMaximum ? (isSingle ? .maxss : .maxsd) : (isSingle ? .minss : .minsd)
        assembler.vector(operation, target, target, right)
        assembler.bind(done)
        release(second)
        push(.vector(kind, target))
    }

    // MARK: Comparisons

    enum FloatComparison { case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual }

    mutating func compareFloats(_ comparison: FloatComparison, _ width: Width) {
        var second = pop()
        var first = pop()
        let left = readVector(&first)
        let right = readVector(&second)
        release(first)
        release(second)
        switch comparison {
        case .equal, .notEqual:
            assembler.compare(left, right, width)
            pushFlags(
                comparison == .equal ? FlagsNumber.floatEqual : FlagsNumber.floatNotEqual)
        // "Above" is false for unordered operands, "below" is true: so exchange for less.
        case .less, .lessOrEqual:
            assembler.compare(right, left, width)
            pushFlags(
                (comparison == .less ? Condition.above : .aboveOrEqual).rawValue)
        case .greater, .greaterOrEqual:
            assembler.compare(left, right, width)
            pushFlags(
                (comparison == .greater ? Condition.above : .aboveOrEqual).rawValue)
        }
    }

    // MARK: Conversions

    mutating func convertToFloat(_ from: ValueKind, isSigned: Bool, _ kind: ValueKind) {
        var operand = pop()
        if from == .i64, !isSigned { return convertUnsigned(&operand, kind) }
        let source = read(&operand)
        release(operand)
        let (target, local) = resultVector()
        assembler.vector(.xorps, target, target, target)
        // An unsigned 32-bit value is a signed 64-bit one.
        assembler.convertToFloat(
            target, from: source, from == .i64 || !isSigned ? .bits64 : .bits32, to: kind.width)
        pushResult(kind, target, local: local)
    }

    /// `u64` to float: values with the top bit set are halved, the lost bit kept for rounding.
    private mutating func convertUnsigned(_ operand: inout Operand, _ kind: ValueKind) {
        let source = own(&operand)
        let half = takeRegister()
        let target = takeVector()
        let isLarge = assembler.makeLabel()
        let done = assembler.makeLabel()
        assembler.vector(.xorps, target, target, target)
        assembler.test(source, source, .bits64)
        assembler.jump(if: .sign, to: isLarge)
        assembler.convertToFloat(target, from: source, .bits64, to: kind.width)
        assembler.jump(to: done)
        assembler.bind(isLarge)
        assembler.move(half, from: source, .bits64)
        assembler.shift(.shr, half, by: 1, .bits64)
        assembler.arithmetic(.and, source, immediate: 1, .bits32)
        assembler.arithmetic(.or, half, source, .bits64)
        assembler.convertToFloat(target, from: half, .bits64, to: kind.width)
        assembler.vector(kind == .f32 ? .addss : .addsd, target, target, target)
        assembler.bind(done)
        release(half)
        release(operand)
        push(.vector(kind, target))
    }

    mutating func reinterpretToInteger(_ kind: ValueKind) {
        var operand = pop()
        if operand.place == .constant || operand.place == .slot
            || operand.place == .local && vectorHolding(operand) == nil
        {
            // The bits are the same wherever they are in memory.
            if operand.place == .constant { return push(.constant(kind, operand.bits)) }
            let address = memoryHolding(operand) ?? Address(.rbp)
            let (target, local) = resultRegister()
            assembler.load(target, address, kind.width)
            return pushResult(kind, target, local: local)
        }
        let source = readVector(&operand)
        release(operand)
        let (target, local) = resultRegister()
        assembler.move(target, from: source, kind.width)
        pushResult(kind, target, local: local)
    }

    mutating func reinterpretToFloat(_ kind: ValueKind) {
        var operand = pop()
        if operand.place == .constant { return push(.constant(kind, operand.bits)) }
        let source = read(&operand)
        release(operand)
        let (target, local) = resultVector()
        assembler.move(target, from: source, kind.width)
        pushResult(kind, target, local: local)
    }

    // MARK: Truncation

    /// A float to an integer; traps, or saturates, when it does not fit.
    mutating func truncate(
        _ from: ValueKind, isSigned: Bool, saturates: Bool, _ kind: ValueKind
    ) {
        var operand = pop()
        let source = readVector(&operand)
        let target = takeRegister()
        let scratch = takeRegister()
        let spare = takeVector()
        let slow = assembler.makeLabel()
        let done = assembler.makeLabel()
        let width = from.width
        if kind == .i32 {
            // Every 32-bit result is exact in 64 bits; anything else differs from its low half.
            assembler.convertToInteger(target, from: source, width, to: .bits64)
            if isSigned {
                assembler.signExtend(scratch, from: target, .bits32, to: .bits64)
            } else {
                assembler.move(scratch, from: target, .bits32)
            }
            assembler.arithmetic(.cmp, scratch, target, .bits64)
            assembler.jump(if: .notEqual, to: slow)
            if isSigned { assembler.move(target, from: target, .bits32) }
        } else if isSigned {
            assembler.convertToInteger(target, from: source, width, to: .bits64)
            assembler.arithmetic(.cmp, target, immediate: 1, .bits64)
            assembler.jump(if: .overflow, to: slow)
        } else {
            assembler.convertToInteger(target, from: source, width, to: .bits64)
            assembler.test(target, target, .bits64)
            assembler.jump(if: .sign, to: slow)
        }
        assembler.bind(done)
        slowPaths.append(
            SlowPath(
                entry: slow, exit: done, wasmOffset: validator.offset,
                truncation: Truncation(
                    source: source, target: target, scratch: scratch, spare: spare, from: from,
                    to: kind, isSigned: isSigned, saturates: saturates)))
        release(spare)
        release(scratch)
        release(operand)
        push(.register(kind, target))
    }

    /// What the fast path of a truncation left: NaN, values out of range and, for 64 bits, some at
    /// the edge.
    mutating func writeTruncation(_ path: SlowPath) {
        let it = path.truncation
        let width = it.from.width
        let isNaN = assembler.makeLabel()
        let isNegative = assembler.makeLabel()
        let trap = assembler.makeLabel()
        assembler.bind(path.entry)
        assembler.compare(it.source, it.source, width)
        assembler.jump(if: .parity, to: isNaN)
        let limit: Double = 9_223_372_036_854_775_808
        if it.to == .i64, !it.isSigned {
            // 2^63 and above: take 2^63 off, convert, put it back.
            assembler.vector(.xorps, it.spare, it.spare, it.spare)
            assembler.compare(it.source, it.spare, width)
            assembler.jump(if: .below, to: isNegative)
            loadFloat(limit, into: it.spare, it.scratch, it.from)
            subtract(it)
            assembler.convertToInteger(it.target, from: it.spare, width, to: .bits64)
            assembler.test(it.target, it.target, .bits64)
            assembler.jump(if: .sign, to: trap)
            assembler.move(it.scratch, immediate: .min)
            assembler.arithmetic(.xor, it.target, it.scratch, .bits64)
            assembler.jump(to: path.exit)
        } else if it.to == .i64 {
            // -2^63 itself is right already.
            loadFloat(-limit, into: it.spare, it.scratch, it.from)
            assembler.compare(it.source, it.spare, width)
            assembler.jump(if: .equal, to: path.exit)
            assembler.jump(if: .below, to: isNegative)
        } else {
            assembler.vector(.xorps, it.spare, it.spare, it.spare)
            assembler.compare(it.source, it.spare, width)
            assembler.jump(if: .below, to: isNegative)
        }
        assembler.bind(trap)
        finishTruncation(path, isNaN: isNaN, isNegative: isNegative)
    }

    private mutating func finishTruncation(
        _ path: SlowPath, isNaN: Assembler.Label, isNegative: Assembler.Label
    ) {
        let it = path.truncation
        guard it.saturates else {
            assembler.bind(isNegative)
            trapNow(.integerOverflow, path.wasmOffset)
            assembler.bind(isNaN)
            trapNow(.invalidConversion, path.wasmOffset)
            return
        }
        let (low, high) = it.bounds
        assembler.move(it.target, immediate: high)
        assembler.jump(to: path.exit)
        assembler.bind(isNegative)
        assembler.move(it.target, immediate: low)
        assembler.jump(to: path.exit)
        assembler.bind(isNaN)
        assembler.move(it.target, immediate: 0)
        assembler.jump(to: path.exit)
    }

    private mutating func loadFloat(
        _ value: Double, into target: VectorRegister, _ scratch: Register, _ kind: ValueKind
    ) {
        let bits =
            kind == .f32 ? Int64(Float(value).bitPattern) : Int64(bitPattern: value.bitPattern)
        assembler.move(scratch, immediate: bits)
        assembler.move(target, from: scratch, kind.width)
    }

    /// `spare = source - spare`.
    private mutating func subtract(_ it: Truncation) {
        let operation: VectorOperation = it.from == .f32 ? .subss : .subsd
        if assembler.hasAVX {
            assembler.vector(operation, it.spare, it.source, it.spare)
        } else {
            // source - 2^63 = -(2^63 - source); exact either way, so add the negated limit.
            loadFloat(-9_223_372_036_854_775_808, into: it.spare, it.scratch, it.from)
            assembler.vector(
                it.from == .f32 ? .addss : .addsd, it.spare, it.spare, it.source)
        }
    }
}

/// A truncation whose fast path failed.
struct Truncation: BitwiseCopyable {
    var source: VectorRegister
    var target: Register
    var scratch: Register
    var spare: VectorRegister
    var from: ValueKind
    var to: ValueKind
    var isSigned: Bool
    var saturates: Bool

    /// The least and greatest integer.
    var bounds: (Int64, Int64) {
        switch (to == .i32, isSigned) {
        case (true, true): (0x8000_0000, 0x7FFF_FFFF)
        case (true, false): (0, 0xFFFF_FFFF)
        case (false, true): (.min, .max)
        case (false, false): (0, -1)
        }
    }
}

/// Code at the function's end for what happens rarely.
struct SlowPath {
    var entry: Assembler.Label
    var exit: Assembler.Label
    var wasmOffset: Int
    var truncation: Truncation
}
