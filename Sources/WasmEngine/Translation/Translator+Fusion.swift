internal import Wasm

/// Joining f64 arithmetic with the loads and multiplications written just before it.
extension Translator {
    /// A plain f64 load from memory 0: where its address is.
    private struct Load {
        var base: Int
        var offset: UInt32
    }

    /// The load at a word; nil when there is another instruction.
    private func load(at word: Int) -> Load? {
        switch operation(at: word) {
        case .load64: return Load(base: field(.b, at: word), offset: UInt32(field(.c, at: word)))
        case .load64Far where words[word + 1] >> 32 == 0:
            return Load(
                base: field(.b, at: word), offset: UInt32(truncatingIfNeeded: words[word + 1]))
        default: return nil
        }
    }

    /// Writes a fused instruction for an f64 operation if its operands were just made; false, and
    /// nothing changed, when not.
    mutating func fuse(_ form: BinaryForm, _ one: Operand, _ other: Operand) -> Bool {
        guard one.kind != .constant, other.kind != .constant else { return false }
        switch form.slots {
        case .f64Add: return fuseAdd(one, other) || fuseLoads(.f64AddLoadLoad, one, other)
            || fuseLoad(.f64AddLoad, one, other) || fuseLoad(.f64AddLoad, other, one)
        case .f64Mul: return fuseLoads(.f64MulLoadLoad, one, other)
            || fuseLoad(.f64MulLoad, one, other) || fuseLoad(.f64MulLoad, other, one)
        case .f64Sub: return fuseSub(one, other)
            || fuseLoad(.f64SubLoad, one, other) || fuseLoad(.f64SubFromLoad, other, one)
        case .f64Div:
            return fuseLoad(.f64DivLoad, one, other) || fuseLoad(.f64DivFromLoad, other, one)
        default: return false
        }
    }

    /// `x op load`: `loaded` was just loaded, `x` is in a slot.
    private mutating func fuseLoad(_ operation: Operation, _ x: Operand, _ loaded: Operand) -> Bool {
        guard isMadeByLast(loaded), let load = load(at: last) else { return false }
        removeLast()
        let home = pushTemporary(.f64)
        emit(operation, home, x.slot, load.base, UInt64(load.offset), result: home)
        return true
    }

    /// `load op load`: both were just loaded, one after the other.
    private mutating func fuseLoads(
        _ operation: Operation, _ one: Operand, _ other: Operand
    ) -> Bool {
        guard isMadeByLast(other), let second = load(at: last), one.kind == .temporary,
            previous != 0, let first = load(at: previous), field(.a, at: previous) == one.slot,
            one.slot != second.base
        else { return false }
        removeLast()
        removeLast()
        let home = pushTemporary(.f64)
        emit(
            operation, home, 0, first.base, UInt64(first.offset) | UInt64(second.base) << 32,
            UInt64(second.offset), result: home)
        return true
    }

    /// `x + a * b`, where the product was just made.
    private mutating func fuseAdd(_ one: Operand, _ other: Operand) -> Bool {
        fuseProduct(one, other, .f64MulAdd, .f64MulLoadAdd, .f64MulLoadLoadAdd)
            || fuseProduct(other, one, .f64MulAdd, .f64MulLoadAdd, .f64MulLoadLoadAdd)
    }

    private mutating func fuseSub(_ one: Operand, _ other: Operand) -> Bool {
        fuseProduct(one, other, .f64SubMul, .f64SubMulLoad, .f64SubMulLoadLoad)
            || fuseProduct(other, one, .f64MulSub, nil, nil)
    }

    private mutating func fuseProduct(
        _ x: Operand, _ product: Operand, _ plain: Operation, _ loaded: Operation?,
        _ loadedTwice: Operation?
    ) -> Bool {
        guard isMadeByLast(product) else { return false }
        let (b, c) = (lastField(.b), lastField(.c))
        switch lastOperation {
        case .f64Mul:
            removeLast()
            let home = pushTemporary(.f64)
            emit(plain, home, b, c, UInt64(x.slot), result: home)
        case .f64MulLoad:
            guard let loaded else { return false }
            let second = words[last + 1]
            removeLast()
            let home = pushTemporary(.f64)
            emit(loaded, home, b, c, second | UInt64(x.slot) << 32, result: home)
        case .f64MulLoadLoad:
            guard let loadedTwice else { return false }
            let (second, third) = (words[last + 1], words[last + 2])
            removeLast()
            let home = pushTemporary(.f64)
            emit(loadedTwice, home, x.slot, c, second, third, result: home)
        default: return false
        }
        return true
    }

    /// A store of an f64 that was just computed; false, and nothing changed, when it cannot be
    /// joined with the computation.
    mutating func fuseStore(_ value: Operand, base: Int, offset: UInt32) -> Bool {
        guard isMadeByLast(value) else { return false }
        let (a, b) = (lastField(.b), lastField(.c))
        let low = UInt64(offset)
        switch lastOperation {
        case .f64Add, .f64Sub, .f64Mul, .f64Div:
            guard let operation = storing(lastOperation) else { return false }
            removeLast()
            emit(operation, a, b, base, low)
        case .f64MulAdd, .f64SubMul:
            guard let operation = storing(lastOperation) else { return false }
            let x = words[last + 1] & 0xFFFF
            removeLast()
            emit(operation, a, b, base, low | x << 32)
        case .f64AddLoad, .f64SubLoad, .f64MulLoad:
            guard let operation = storing(lastOperation) else { return false }
            let source = words[last + 1] & 0xFFFF_FFFF
            removeLast()
            emit(operation, a, b, base, low, source)
        case .f64MulLoadAdd, .f64SubMulLoad:
            guard let operation = storing(lastOperation) else { return false }
            let source = words[last + 1] & 0xFFFF_FFFF
            let x = words[last + 1] >> 32 & 0xFFFF
            removeLast()
            emit(operation, a, b, base, low | x << 32, source)
        default: return false
        }
        return true
    }

    private func storing(_ operation: Operation?) -> Operation? {
        switch operation {
        case .f64Add: .f64AddStore
        case .f64Sub: .f64SubStore
        case .f64Mul: .f64MulStore
        case .f64Div: .f64DivStore
        case .f64MulAdd: .f64MulAddStore
        case .f64SubMul: .f64SubMulStore
        case .f64AddLoad: .f64AddLoadStore
        case .f64SubLoad: .f64SubLoadStore
        case .f64MulLoad: .f64MulLoadStore
        case .f64MulLoadAdd: .f64MulLoadAddStore
        case .f64SubMulLoad: .f64SubMulLoadStore
        default: nil
        }
    }
}
