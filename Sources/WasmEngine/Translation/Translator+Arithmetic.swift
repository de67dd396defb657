internal import Wasm

extension Translator {
    mutating func unary(_ form: UnaryForm) {
        let operand = pop()
        let source = slot(of: operand)
        let home = pushTemporary(form.result)
        emit(form.operation, home, source, 0, result: home)
        canonicalize(form.result, home)
    }

    /// An instruction of one operand and a constant in its second word.
    mutating func unary(
        _ operation: Operation, _ operand: Operand, _ result: ValueType, second: UInt64
    ) {
        let source = slot(of: operand)
        let home = pushTemporary(result)
        emit(operation, home, source, 0, second, result: home)
    }

    /// A comparison of two slots.
    mutating func binaryCompare(_ operation: Operation, _ result: ValueType) {
        let other = pop()
        let one = pop()
        let first = slot(of: one)
        let second = slot(of: other)
        let home = pushTemporary(result)
        emit(operation, home, first, second, result: home)
    }

    mutating func binary(_ form: BinaryForm) {
        var other = pop()
        var one = pop()
        if form.isCommutative, one.kind == .constant, other.kind != .constant {
            // The homes stay with their positions: a constant is not written here.
            swap(&one, &other)
        }
        if other.kind == .constant, one.kind != .constant,
            let constant = adapted(other.bits, form), let operation = form.constant
        {
            if operation == .i32AddConstant, one.isBoundToLocal,
                let local = local(at: one.slot)
            {
                let sum = UInt32(truncatingIfNeeded: one.bits &+ constant)
                return pushSum(local, sum)
            }
            if operation == .i32AndConstant, one.kind == .sum {
                let home = pushTemporary(.i32)
                let second = one.bits | constant << 32
                return emit(.i32AddAndConstants, home, one.slot, 0, second, result: home)
            }
            if !isDeterministic, fuseConstant(operation, one, constant) { return }
            let source = slot(of: one)
            let home = pushTemporary(form.result)
            emit(operation, home, source, 0, constant, result: home)
            canonicalize(form.result, home)
            return
        }
        if one.kind == .constant, other.kind != .constant,
            let operation = reversedConstant(form.slots)
        {
            let source = slot(of: other)
            let home = pushTemporary(form.result)
            emit(operation, home, source, 0, one.bits, result: home)
            canonicalize(form.result, home)
            return
        }
        if !isDeterministic, fuse(form, one, other) { return }
        let first = slot(of: one)
        let second = slot(of: other)
        let home = pushTemporary(form.result)
        let (b, c) = form.isSwapped ? (second, first) : (first, second)
        emit(form.slots, home, b, c, result: home)
        canonicalize(form.result, home)
    }

    /// The operation with the first operand a constant.
    private func reversedConstant(_ operation: Operation) -> Operation? {
        switch operation {
        case .i32Sub: .i32SubFromConstant
        case .i64Sub: .i64SubFromConstant
        case .f32Sub: .f32SubFromConstant
        case .f64Sub: .f64SubFromConstant
        case .f32Div: .f32DivFromConstant
        case .f64Div: .f64DivFromConstant
        default: nil
        }
    }

    /// The constant as the form's operation takes it; nil when it cannot.
    private func adapted(_ bits: UInt64, _ form: BinaryForm) -> UInt64? {
        let is32: Bool
        switch form.constant {
        case .i32AddConstant, .i32LtSConstant, .i32LtUConstant, .i32GtSConstant, .i32GtUConstant,
            .i32DivSConstant, .i32DivUConstant, .i32RemSConstant, .i32RemUConstant,
            .f32AddConstant:
            is32 = true
        default: is32 = false
        }
        switch form.adaption {
        case .none: return bits
        case .negated: return is32 ? UInt64(0 &- UInt32(truncatingIfNeeded: bits)) : 0 &- bits
        case .floatNegated: return bits ^ (is32 ? 0x8000_0000 : 1 << 63)
        case .plusOne:
            return isEnd(bits, form.constant, is32)
                ? nil : (is32 ? UInt64(UInt32(truncatingIfNeeded: bits &+ 1)) : bits &+ 1)
        case .minusOne:
            return isEnd(bits, form.constant, is32)
                ? nil : (is32 ? UInt64(UInt32(truncatingIfNeeded: bits &- 1)) : bits &- 1)
        case .divisor:
            if bits == 0 { return nil }
            return bits == (is32 ? UInt64(UInt32.max) : .max) ? nil : bits
        }
    }

    /// Whether counting the constant on would pass the end of its range.
    private func isEnd(_ bits: UInt64, _ operation: Operation?, _ is32: Bool) -> Bool {
        switch operation {
        case .i32LtSConstant: bits == 0x7FFF_FFFF
        case .i32LtUConstant: bits == 0xFFFF_FFFF
        case .i32GtSConstant: bits == 0x8000_0000
        case .i32GtUConstant, .i64GtUConstant: bits == 0
        case .i64LtSConstant: bits == UInt64(Int64.max)
        case .i64LtUConstant: bits == .max
        case .i64GtSConstant: bits == 1 << 63
        default: true
        }
    }

    /// In deterministic code: makes a NaN result canonical.
    private mutating func canonicalize(_ type: ValueType, _ home: Int) {
        guard isDeterministic, type == .f32 || type == .f64 else { return }
        switch lastOperation {
        case .f32Neg, .f64Neg, .f32Abs, .f64Abs, .f32Copysign, .f64Copysign: return
        default: emit(type == .f32 ? .f32Canonicalize : .f64Canonicalize, home, 0, 0, result: -1)
        }
    }
}
