internal import Wasm

/// Joining arithmetic with the loads and operations written just before it.
///
/// The loads of f64 fusions carry an offset and a wrapping displacement, packed as their own words
/// have them: offset in the low half, displacement in the high half.
extension Translator {
    /// A plain f64 load from memory 0: where its address is.
    private struct Load {
        var base: Int
        var place: UInt64
    }

    /// The load at a word; nil when there is another instruction.
    private func load(at word: Int) -> Load? {
        switch operation(at: word) {
        case .load64: Load(base: field(.b, at: word), place: UInt64(field(.c, at: word)))
        case .load64Far: Load(base: field(.b, at: word), place: words[word + 1])
        default: nil
        }
    }

    /// Writes a fused instruction for an operation if its operands were just made; false, and
    /// nothing changed, when not.
    mutating func fuse(_ form: BinaryForm, _ one: Operand, _ other: Operand) -> Bool {
        guard isInSlot(one), isInSlot(other) else { return false }
        switch form.slots {
        case .f64Add:
            return fuseAdd(one, other) || fuseLoads(.f64AddLoadLoad, one, other)
                || fuseLoad(.f64AddLoad, one, other) || fuseLoad(.f64AddLoad, other, one)
                || fuseThird(.f64Add, .f64AddAdd, .f64, other, one)
        case .f64Mul:
            return fuseLoads(.f64MulLoadLoad, one, other)
                || fuseLoad(.f64MulLoad, one, other) || fuseLoad(.f64MulLoad, other, one)
        case .f64Sub:
            return fuseSub(one, other) || fuseLoads(.f64SubLoadLoad, one, other)
                || fuseLoad(.f64SubLoad, one, other) || fuseLoad(.f64SubFromLoad, other, one)
        case .f64Div:
            return fuseLoad(.f64DivLoad, one, other) || fuseLoad(.f64DivFromLoad, other, one)
        case .i32Add:
            return fuseIntegerAdd(one, other) || fuseIntegerAdd(other, one)
        case .i32Mul:
            return fuseIntegerLoad(one, other) || fuseIntegerLoad(other, one)
        case .i32Xor:
            return fuseIntegerXor(one, other) || fuseIntegerXor(other, one)
        case .i32Or, .i64Or:
            return fuseOr(form, one, other) || fuseOr(form, other, one)
        default: return false
        }
    }

    func isInSlot(_ operand: Operand) -> Bool {
        operand.kind == .temporary || operand.kind == .local
    }

    // MARK: Integers

    /// `x + y`, where `y` was just made.
    private mutating func fuseIntegerAdd(_ x: Operand, _ y: Operand) -> Bool {
        guard isMadeByLast(y) else { return false }
        let (b, c) = (lastField(.b), lastField(.c))
        switch lastOperation {
        case .i32Add: return fuseThird(.i32Add, .i32AddAdd, .i32, x, y)
        case .i32Mul: return fuseThird(.i32Mul, .i32MulAdd, .i32, x, y)
        case .i32ShlConstant: return fuseWithConstant(.i32ShlAdd, x, b)
        case .i32MulConstant: return fuseWithConstant(.i32MulConstantAdd, x, b)
        case .i32MulLoad, .i32MulLoad16S:
            let operation: Operation =
                lastOperation == .i32MulLoad ? .i32MulLoadAdd : .i32MulLoad16SAdd
            let place = words[last + 1]
            removeLast()
            let home = pushTemporary(.i32)
            emit(operation, home, b, c, place, UInt64(x.slot), result: home)
        case .load32:
            removeLast()
            let home = pushTemporary(.i32)
            emit(.i32AddLoad, home, x.slot, b, UInt64(c), result: home)
        case .load32Far:
            let place = words[last + 1]
            removeLast()
            let home = pushTemporary(.i32)
            emit(.i32AddLoad, home, x.slot, b, place, result: home)
        default: return false
        }
        return true
    }

    /// `x * y`, where `y` was just loaded.
    private mutating func fuseIntegerLoad(_ x: Operand, _ y: Operand) -> Bool {
        guard isMadeByLast(y) else { return false }
        let base = lastField(.b)
        let operation: Operation
        let place: UInt64
        switch lastOperation {
        case .load32: (operation, place) = (.i32MulLoad, UInt64(lastField(.c)))
        case .load32Far: (operation, place) = (.i32MulLoad, words[last + 1])
        case .load16S32: (operation, place) = (.i32MulLoad16S, UInt64(lastField(.c)))
        case .load16S32Far: (operation, place) = (.i32MulLoad16S, words[last + 1])
        default: return false
        }
        removeLast()
        let home = pushTemporary(.i32)
        emit(operation, home, x.slot, base, place, result: home)
        return true
    }

    private mutating func fuseIntegerXor(_ x: Operand, _ y: Operand) -> Bool {
        guard isMadeByLast(y) else { return false }
        switch lastOperation {
        case .i32Xor: return fuseThird(.i32Xor, .i32XorXor, .i32, x, y)
        case .i32RotlConstant: return fuseWithConstant(.i32RotlXor, x, lastField(.b))
        case .i32ShrUConstant: return fuseWithConstant(.i32ShrUXor, x, lastField(.b))
        case .i32ShlConstant: return fuseWithConstant(.i32ShlXor, x, lastField(.b))
        default: return false
        }
    }

    /// `x | y << k`, where the shift was just made.
    private mutating func fuseOr(_ form: BinaryForm, _ x: Operand, _ y: Operand) -> Bool {
        guard isMadeByLast(y) else { return false }
        switch (form.slots, lastOperation) {
        case (.i32Or, .i32ShlConstant): return fuseWithConstant(.i32ShlOr, x, lastField(.b))
        case (.i64Or, .i64ShlConstant):
            return fuseWithConstant(.i64ShlOr, x, lastField(.b), .i64)
        default: return false
        }
    }

    /// `y` made by `first` of two slots, joined with `x`, whose slot goes to the second word.
    private mutating func fuseThird(
        _ first: Operation, _ joined: Operation, _ type: ValueType, _ x: Operand, _ y: Operand
    ) -> Bool {
        guard isMadeByLast(y), lastOperation == first else { return false }
        let (b, c) = (lastField(.b), lastField(.c))
        removeLast()
        let home = pushTemporary(type)
        emit(joined, home, b, c, UInt64(x.slot), result: home)
        return true
    }

    /// The last instruction, of slot `b` and a constant, joined with `x`.
    private mutating func fuseWithConstant(
        _ joined: Operation, _ x: Operand, _ b: Int, _ type: ValueType = .i32
    ) -> Bool {
        let constant = words[last + 1] & 0xFFFF_FFFF
        removeLast()
        let home = pushTemporary(type)
        emit(joined, home, b, x.slot, constant, result: home)
        return true
    }

    /// An operation with a constant, joined with the instruction that made its operand.
    mutating func fuseConstant(
        _ operation: Operation, _ operand: Operand, _ constant: UInt64
    ) -> Bool {
        guard isMadeByLast(operand) else { return false }
        switch (operation, lastOperation) {
        case (.f64MulConstant, .load64), (.f64MulConstant, .load64Far):
            guard let load = load(at: last) else { return false }
            removeLast()
            let home = pushTemporary(.f64)
            emit(.f64MulConstantLoad, home, 0, load.base, load.place, constant, result: home)
        case (.i32AndConstant, .i32ShrUConstant):
            let (b, shift) = (lastField(.b), words[last + 1] & 0xFFFF_FFFF)
            removeLast()
            let home = pushTemporary(.i32)
            emit(.i32ShrUAnd, home, b, 0, shift | constant << 32, result: home)
        case (.i64AddConstant, .i64MulConstant):
            let (b, factor) = (lastField(.b), words[last + 1])
            removeLast()
            let home = pushTemporary(.i64)
            emit(.i64MulAddConstants, home, b, 0, factor, constant, result: home)
        default: return false
        }
        return true
    }

    // MARK: f64

    /// `x op load`: `loaded` was just loaded, `x` is in a slot.
    private mutating func fuseLoad(
        _ operation: Operation, _ x: Operand, _ loaded: Operand
    ) -> Bool {
        guard isMadeByLast(loaded), let load = load(at: last) else { return false }
        if operation == .f64AddLoad, fuseTwoLoads(x, load) { return true }
        removeLast()
        let home = pushTemporary(.f64)
        emit(operation, home, x.slot, load.base, load.place, result: home)
        return true
    }

    /// `(y + load) + load`, where `x` is the first sum, made just before the second load.
    private mutating func fuseTwoLoads(_ x: Operand, _ second: Load) -> Bool {
        guard x.kind == .temporary, operation(at: previous) == .f64AddLoad,
            field(.a, at: previous) == x.slot, previous + 3 >= last, second.base != x.slot
        else { return false }
        let (y, base) = (field(.b, at: previous), field(.c, at: previous))
        let place = words[previous + 1]
        removeLast()
        removeLast()
        let home = pushTemporary(.f64)
        emit(
            .f64AddTwoLoads, home, y, base, place, second.place, UInt64(second.base), result: home)
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
            operation, home, 0, first.base, first.place, second.place, UInt64(second.base),
            result: home)
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
        let second = words.count > last + 1 ? words[last + 1] : 0
        switch lastOperation {
        case .f64Mul:
            removeLast()
            let home = pushTemporary(.f64)
            emit(plain, home, b, c, UInt64(x.slot), result: home)
        case .f64MulConstant:
            // x − a·k is x + a·(−k) to the last bit; a·k − x is not one of these.
            if plain == .f64MulSub { return false }
            removeLast()
            let home = pushTemporary(.f64)
            let factor = plain == .f64SubMul ? second ^ 1 << 63 : second
            emit(.f64MulConstantAdd, home, b, x.slot, factor, result: home)
        case .f64MulLoad:
            guard let loaded else { return false }
            removeLast()
            let home = pushTemporary(.f64)
            emit(loaded, home, b, c, second, UInt64(x.slot), result: home)
        case .f64MulLoadLoad:
            guard let loadedTwice else { return false }
            let (third, fourth) = (words[last + 2], words[last + 3])
            removeLast()
            let home = pushTemporary(.f64)
            emit(loadedTwice, home, x.slot, c, second, third, fourth, result: home)
        default: return false
        }
        return true
    }

    /// A store of an f64 that was just computed; false, and nothing changed, when it cannot be
    /// joined with the computation. `place` packs offset and displacement.
    mutating func fuseStore(_ value: Operand, base: Int, place: UInt64) -> Bool {
        guard isMadeByLast(value), let operation = storing(lastOperation) else { return false }
        let (b, c) = (lastField(.b), lastField(.c))
        let second = words.count > last + 1 ? words[last + 1] : 0
        let third = words.count > last + 2 ? words[last + 2] : 0
        removeLast()
        switch operation {
        case .f64MulConstantStore: emit(operation, b, 0, base, place, second)
        case .f64MulConstantAddStore: emit(operation, b, c, base, place, second)
        case .f64MulAddStore, .f64SubMulStore: emit(operation, b, c, base, place, second & 0xFFFF)
        case .f64AddLoadStore, .f64SubLoadStore, .f64MulLoadStore:
            emit(operation, b, c, base, place, second)
        case .f64MulLoadAddStore, .f64SubMulLoadStore:
            emit(operation, b, c, base, place, second, third)
        default: emit(operation, b, c, base, place)
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
        case .f64MulConstant: .f64MulConstantStore
        case .f64MulConstantAdd: .f64MulConstantAddStore
        case .f64AddLoad: .f64AddLoadStore
        case .f64SubLoad: .f64SubLoadStore
        case .f64MulLoad: .f64MulLoadStore
        case .f64MulLoadAdd: .f64MulLoadAddStore
        case .f64SubMulLoad: .f64SubMulLoadStore
        default: nil
        }
    }
}
