/// A conditional branch before it is written: its operation and operands, the distance still open.
struct BranchForm {
    var operation: Operation
    var a: Int
    var b = 0
    var c = 0
    /// The low half of the second word: a constant.
    var low: UInt32 = 0

    /// Whether the distance stands in the upper half of the first word, not of the second.
    var isShort: Bool {
        switch operation {
        case .branchIfZero, .branchIfNonzero, .branchIfNull, .branchIfNotNull: true
        default: false
        }
    }

    /// The branch that is taken exactly when this one is not. Constants at the ends of their range
    /// are kept out by ``init(comparison:at:of:)``.
    var negated: BranchForm {
        switch operation {
        case .branchIfZero: with(.branchIfNonzero)
        case .branchIfNonzero: with(.branchIfZero)
        case .branchIfNull: with(.branchIfNotNull)
        case .branchIfNotNull: with(.branchIfNull)
        case .branchIfBits: with(.branchIfNoBits)
        case .branchIfNoBits: with(.branchIfBits)
        case .branchI32Eq: with(.branchI32Ne)
        case .branchI32Ne: with(.branchI32Eq)
        case .branchI32LtS: swapped(.branchI32LeS)
        case .branchI32LtU: swapped(.branchI32LeU)
        case .branchI32LeS: swapped(.branchI32LtS)
        case .branchI32LeU: swapped(.branchI32LtU)
        case .branchI64Eq: with(.branchI64Ne)
        case .branchI64Ne: with(.branchI64Eq)
        case .branchI64LtS: swapped(.branchI64LeS)
        case .branchI64LtU: swapped(.branchI64LeU)
        case .branchI64LeS: swapped(.branchI64LtS)
        case .branchI64LeU: swapped(.branchI64LtU)
        case .branchI32EqConstant: with(.branchI32NeConstant)
        case .branchI32NeConstant: with(.branchI32EqConstant)
        case .branchI32LtSConstant: with(.branchI32GtSConstant, low &- 1)
        case .branchI32LtUConstant: with(.branchI32GtUConstant, low &- 1)
        case .branchI32GtSConstant: with(.branchI32LtSConstant, low &+ 1)
        case .branchI32GtUConstant: with(.branchI32LtUConstant, low &+ 1)
        case .branchI64EqConstant: with(.branchI64NeConstant)
        case .branchI64NeConstant: with(.branchI64EqConstant)
        case .branchI64LtSConstant: with(.branchI64GtSConstant, low &- 1)
        case .branchI64LtUConstant: with(.branchI64GtUConstant, low &- 1)
        case .branchI64GtSConstant: with(.branchI64LtSConstant, low &+ 1)
        case .branchI64GtUConstant: with(.branchI64LtUConstant, low &+ 1)
        case .branchLoad8UEq: with(.branchLoad8UNe)
        case .branchLoad8UNe: with(.branchLoad8UEq)
        case .branchLoad16UEq: with(.branchLoad16UNe)
        case .branchLoad16UNe: with(.branchLoad16UEq)
        case .branchLoad32Eq: with(.branchLoad32Ne)
        case .branchLoad32Ne: with(.branchLoad32Eq)
        case .load32BranchIfZero: with(.load32BranchIfNonzero)
        case .load32BranchIfNonzero: with(.load32BranchIfZero)
        case .branchF32Eq: with(.branchF32Ne)
        case .branchF32Ne: with(.branchF32Eq)
        case .branchF32Lt: with(.branchF32NotLt)
        case .branchF32NotLt: with(.branchF32Lt)
        case .branchF32Le: with(.branchF32NotLe)
        case .branchF32NotLe: with(.branchF32Le)
        case .branchF64Eq: with(.branchF64Ne)
        case .branchF64Ne: with(.branchF64Eq)
        case .branchF64Lt: with(.branchF64NotLt)
        case .branchF64NotLt: with(.branchF64Lt)
        case .branchF64Le: with(.branchF64NotLe)
        case .branchF64NotLe: with(.branchF64Le)
        default: preconditionFailure("\(operation) is no conditional branch")
        }
    }

    private func with(_ operation: Operation, _ low: UInt32? = nil) -> BranchForm {
        BranchForm(operation: operation, a: a, b: b, c: c, low: low ?? self.low)
    }

    private func swapped(_ operation: Operation) -> BranchForm {
        BranchForm(operation: operation, a: b, b: a)
    }
}

extension BranchForm {
    /// The branch that a comparison written before can become; nil when there is none.
    ///
    /// - Parameters:
    ///   - one: the comparison's first slot.
    ///   - other: its second slot, where it has two.
    ///   - constant: its constant, where it has one.
    init?(comparison: Operation, _ one: Int, _ other: Int, constant: UInt64) {
        switch comparison {
        case .i32Eq: self.init(operation: .branchI32Eq, a: one, b: other)
        case .i32Ne: self.init(operation: .branchI32Ne, a: one, b: other)
        case .i32LtS: self.init(operation: .branchI32LtS, a: one, b: other)
        case .i32LtU: self.init(operation: .branchI32LtU, a: one, b: other)
        case .i32LeS: self.init(operation: .branchI32LeS, a: one, b: other)
        case .i32LeU: self.init(operation: .branchI32LeU, a: one, b: other)
        case .i64Eq: self.init(operation: .branchI64Eq, a: one, b: other)
        case .i64Ne: self.init(operation: .branchI64Ne, a: one, b: other)
        case .i64LtS: self.init(operation: .branchI64LtS, a: one, b: other)
        case .i64LtU: self.init(operation: .branchI64LtU, a: one, b: other)
        case .i64LeS: self.init(operation: .branchI64LeS, a: one, b: other)
        case .i64LeU: self.init(operation: .branchI64LeU, a: one, b: other)
        case .f32Eq: self.init(operation: .branchF32Eq, a: one, b: other)
        case .f32Ne: self.init(operation: .branchF32Ne, a: one, b: other)
        case .f32Lt: self.init(operation: .branchF32Lt, a: one, b: other)
        case .f32Le: self.init(operation: .branchF32Le, a: one, b: other)
        case .f64Eq: self.init(operation: .branchF64Eq, a: one, b: other)
        case .f64Ne: self.init(operation: .branchF64Ne, a: one, b: other)
        case .f64Lt: self.init(operation: .branchF64Lt, a: one, b: other)
        case .f64Le: self.init(operation: .branchF64Le, a: one, b: other)
        default: self.init(constantComparison: comparison, one, constant)
        }
    }

    private init?(constantComparison: Operation, _ one: Int, _ constant: UInt64) {
        let low = UInt32(truncatingIfNeeded: constant)
        let signed = Int32(bitPattern: low)
        let isZero = low == 0
        let isOdd: Bool
        switch constantComparison {
        case .i32EqConstant where isZero:
            self.init(operation: .branchIfZero, a: one)
            return
        case .i32NeConstant where isZero:
            self.init(operation: .branchIfNonzero, a: one)
            return
        case .i32EqConstant, .i32NeConstant, .i32AndConstant: isOdd = false
        case .i32LtSConstant: isOdd = signed == .min
        case .i32GtSConstant: isOdd = signed == .max
        case .i32LtUConstant: isOdd = isZero
        case .i32GtUConstant: isOdd = low == .max
        case .i64EqConstant, .i64NeConstant: isOdd = !Self.fits(constant)
        case .i64LtSConstant: isOdd = !Self.fits(constant) || signed == .min
        case .i64GtSConstant: isOdd = !Self.fits(constant) || signed == .max
        // The constant is sign-extended; keep to those that stay small when counted up or down.
        case .i64LtUConstant, .i64GtUConstant:
            isOdd = signed <= 0 || signed == .max || !Self.fits(constant)
        default: return nil
        }
        guard !isOdd, let operation = Self.constantBranch(constantComparison) else { return nil }
        self.init(operation: operation, a: one, low: low)
    }

    /// Whether a constant is its low half, sign-extended.
    private static func fits(_ constant: UInt64) -> Bool {
        Int64(bitPattern: constant) == Int64(Int32(truncatingIfNeeded: constant))
    }

    private static func constantBranch(_ comparison: Operation) -> Operation? {
        switch comparison {
        case .i32EqConstant: .branchI32EqConstant
        case .i32NeConstant: .branchI32NeConstant
        case .i32AndConstant: .branchIfBits
        case .i32LtSConstant: .branchI32LtSConstant
        case .i32LtUConstant: .branchI32LtUConstant
        case .i32GtSConstant: .branchI32GtSConstant
        case .i32GtUConstant: .branchI32GtUConstant
        case .i64EqConstant: .branchI64EqConstant
        case .i64NeConstant: .branchI64NeConstant
        case .i64LtSConstant: .branchI64LtSConstant
        case .i64LtUConstant: .branchI64LtUConstant
        case .i64GtSConstant: .branchI64GtSConstant
        case .i64GtUConstant: .branchI64GtUConstant
        default: nil
        }
    }
}

extension Translator {
    /// The branch taken when a popped condition is not zero; takes back the comparison that made it.
    mutating func branchForm(_ condition: Operand) -> BranchForm {
        if isMadeByLast(condition), let comparison = lastOperation {
            let constant = words.count > last + 1 ? words[last + 1] : 0
            if let form = BranchForm(
                comparison: comparison, lastField(.b), lastField(.c), constant: constant)
            {
                removeLast()
                return joinLoad(form)
            }
            let form = joinLoad(BranchForm(operation: .branchIfNonzero, a: condition.slot))
            if form.operation != .branchIfNonzero { return form }
        }
        let form = BranchForm(operation: .branchIfNonzero, a: slot(of: condition))
        return condition.kind == .local ? joinLoad(form) : form
    }

    /// Joins a branch with the load that was written last, if that made what it looks at.
    private mutating func joinLoad(_ form: BranchForm) -> BranchForm {
        guard last != 0, lastResult == form.a else { return form }
        guard form.a >= stackBase else { return joinLoadOfLocal(form) }
        let isEqual: Bool
        switch form.operation {
        case .branchIfZero, .branchI32EqConstant: isEqual = true
        case .branchIfNonzero, .branchI32NeConstant: isEqual = false
        default: return form
        }
        let operation: Operation
        switch lastOperation {
        case .load8U: operation = isEqual ? .branchLoad8UEq : .branchLoad8UNe
        case .load16U: operation = isEqual ? .branchLoad16UEq : .branchLoad16UNe
        case .load32: operation = isEqual ? .branchLoad32Eq : .branchLoad32Ne
        default: return form
        }
        let joined = BranchForm(
            operation: operation, a: 0, b: lastField(.b), c: lastField(.c), low: form.low)
        removeLast()
        return joined
    }

    /// Joins a branch on a local with the load that just set it, as walks of lists have it.
    private mutating func joinLoadOfLocal(_ form: BranchForm) -> BranchForm {
        guard lastOperation == .load32 else { return form }
        let operation: Operation
        switch form.operation {
        case .branchIfZero: operation = .load32BranchIfZero
        case .branchIfNonzero: operation = .load32BranchIfNonzero
        default: return form
        }
        let joined = BranchForm(
            operation: operation, a: form.a, b: lastField(.b), c: lastField(.c))
        removeLast()
        return joined
    }

    /// Writes a branch with its distance open.
    mutating func emitBranch(_ form: BranchForm) -> Fixup {
        if let fused = emitCounterBranch(form) { return fused }
        if form.isShort {
            emit(Instruction(form.operation, a: form.a))
            return Fixup(instruction: last, offset: 4)
        }
        emit(form.operation, form.a, form.b, form.c, UInt64(form.low))
        return Fixup(instruction: last, offset: 12)
    }

    /// Joins the addition written last with a branch on its result, as loops end; nil when the two
    /// do not fit.
    private mutating func emitCounterBranch(_ form: BranchForm) -> Fixup? {
        guard lastOperation == .i32AddConstant else { return nil }
        let step = Int32(truncatingIfNeeded: Int64(bitPattern: words[last + 1]))
        let (counter, source) = (lastField(.a), lastField(.b))
        guard step == Int32(Int16(truncatingIfNeeded: step)), form.a == counter else { return nil }
        let operation: Operation
        var second = UInt64(form.low)
        switch form.operation {
        case .branchIfNonzero: operation = .addBranchIfNonzero
        case .branchI32Ne: operation = .addBranchNe
        case .branchI32LtS: operation = .addBranchLtS
        case .branchI32LtU: operation = .addBranchLtU
        case .branchI32NeConstant: operation = .addBranchNeConstant
        case .branchI32LtSConstant: operation = .addBranchLtSConstant
        case .branchI32LtUConstant: operation = .addBranchLtUConstant
        default: return nil
        }
        switch operation {
        case .addBranchNe, .addBranchLtS, .addBranchLtU: second = UInt64(form.b)
        default: break
        }
        removeLast()
        emit(operation, counter, source, Int(step), second)
        return Fixup(instruction: last, offset: 12)
    }
}
