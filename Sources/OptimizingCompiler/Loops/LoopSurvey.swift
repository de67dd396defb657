internal import Wasm

/// Follows the sums of locals and constants through one round of an innermost loop.
struct LoopSurvey {
    /// What became of the loop.
    enum Outcome {
        case counted(CountedLoop)
        case other
    }

    /// What is known of a value.
    private enum Value {
        case linear(LinearNumber)
        case condition(CountedLoop.Condition)
        case byte(CountedLoop.ByteLoad)
        case differ(CountedLoop.Comparison)
        case unknown

        var number: LinearNumber? {
            if case .linear(let number) = self { number } else { nil }
        }
    }

    private static let leaving: Set<Opcode> = [.br, .return, .unreachable]

    /// Loops with more instructions gain little by a second copy.
    private static let instructionLimit = 1_500

    /// The offset of its `loop`.
    let offset: Int
    /// The blocks that are open inside, the loop's own included.
    private let depth: Int
    private var stack: [Value]
    /// What locals hold that were set in this round.
    private var locals: [UInt32: Value] = [:]
    /// Locals set in each block open inside the loop.
    private var setInside: [Set<UInt32>] = []
    private var accesses: [(offset: Int, index: LinearNumber)] = []
    private var branch: (offset: Int, condition: CountedLoop.Condition)?
    private var instructionCount = 0
    /// Locals read in a round before they are set in it.
    private var readFirst: Set<UInt32> = []
    /// Why the loop is left before its end, if that is the only reason.
    private var comparison: CountedLoop.Comparison?
    /// It does nothing but count, load bytes and compare them.
    private var onlyCompares = true
    private var byteLoadCount = 0

    /// - Parameter walk: stands at the `loop`.
    init?(_ walk: borrowing FunctionValidator) {
        guard walk.blockParameters.isEmpty, walk.blockResults.isEmpty, !walk.wasUnreachable
        else { return nil }
        offset = walk.offset
        depth = walk.frameCount
        stack = Array(repeating: .unknown, count: walk.operandCount)
    }

    /// Takes the next instruction.
    ///
    /// - Returns: nil while the loop goes on.
    mutating func take(_ walk: borrowing FunctionValidator) -> Outcome? {
        instructionCount += 1
        guard instructionCount <= Self.instructionLimit else { return .other }
        if walk.frameCount < depth { return outcome() }
        // Behind the branch that goes on, the loop may only be left.
        guard branch == nil || Self.leaving.contains(walk.opcode) else { return .other }
        if branch == nil, !Self.comparing.contains(walk.opcode) { onlyCompares = false }
        switch walk.opcode {
        case .block, .if:
            if walk.opcode == .if { _ = pop() }
            setInside.append([])
        case .else: forgetLocals()
        case .end:
            forgetLocals()
            // What is unknown behind this block is so behind the one around it.
            let inside = setInside.popLast() ?? []
            if !setInside.isEmpty { setInside[setInside.count - 1].formUnion(inside) }
        case .br, .brIf, .brTable, .return, .unreachable:
            guard takeBranch(walk) else { return .other }
        default:
            guard takePlain(walk) else { return .other }
        }
        settle(walk)
        return nil
    }

    /// Makes the stack as high as the validator's; what a block leaves there is unknown.
    private mutating func settle(_ walk: borrowing FunctionValidator) {
        if walk.opcode == .end || walk.opcode == .else {
            let kept = walk.closedFrame.operandHeight
            if stack.count > kept { stack.removeLast(stack.count - kept) }
        }
        let count = walk.operandCount
        if stack.count > count { stack.removeLast(stack.count - count) }
        while stack.count < count { stack.append(.unknown) }
    }

    private mutating func pop() -> Value { stack.popLast() ?? .unknown }

    /// Locals that a block set hold one thing or another behind it.
    private mutating func forgetLocals() {
        for local in setInside.last ?? [] { locals[local] = .unknown }
    }

    /// Takes a branch; false when it goes to the loop's start from another place than its end.
    private mutating func takeBranch(_ walk: borrowing FunctionValidator) -> Bool {
        let inner = UInt32(walk.frameCount - depth)
        switch walk.opcode {
        case .brIf:
            let condition = pop()
            guard walk.index0 == inner else {
                leave(condition)
                return true
            }
            guard inner == 0, !walk.wasUnreachable else { return false }
            switch condition {
            case .linear(let number): branch = (walk.offset, .isNotZero(number))
            case .condition(let condition): branch = (walk.offset, condition)
            case .byte, .differ, .unknown: return false
            }
            return true
        case .br: return walk.index0 != inner
        case .brTable: return !walk.labels.contains(inner)
        default: return true
        }
    }

    /// Takes a branch out of the loop.
    private mutating func leave(_ condition: Value) {
        if case .differ(let found) = condition, comparison == nil {
            comparison = found
        } else {
            onlyCompares = false
        }
    }

    /// What a loop that only compares is made of.
    private static let comparing: Set<Opcode> = [
        .localGet, .localSet, .localTee, .i32Const, .i32Add, .i32Sub, .i32Load8U, .i32Load8S,
        .i32Ne, .i32Eqz, .i32LtS, .i32LtU, .i32GtS, .i32GtU, .i32LeS, .i32LeU, .i32GeS, .i32GeU,
        .brIf, .drop,
    ]

    /// Takes an instruction that is no block's and no branch; false when it is not understood.
    private mutating func takePlain(_ walk: borrowing FunctionValidator) -> Bool {
        switch walk.opcode {
        case .localGet:
            let known = locals[walk.index0]
            let isNumber = walk.local(walk.index0) == .i32
            if known == nil { readFirst.insert(walk.index0) }
            stack.append(
                known ?? (isNumber ? .linear(LinearNumber(local: walk.index0)) : .unknown))
        case .localSet: set(walk.index0, pop())
        case .localTee:
            let value = pop()
            set(walk.index0, value)
            stack.append(value)
        case .i32Const:
            stack.append(
                .linear(LinearNumber(constant: UInt32(truncatingIfNeeded: walk.value))))
        case .drop, .globalSet: _ = pop()
        case .globalGet: stack.append(.unknown)
        case .select, .selectTyped:
            for _ in 0..<3 { _ = pop() }
            stack.append(.unknown)
        default: return takeTyped(walk)
        }
        return true
    }

    private mutating func set(_ local: UInt32, _ value: Value) {
        locals[local] = value
        if !setInside.isEmpty { setInside[setInside.count - 1].insert(local) }
    }

    /// Takes an instruction whose type stands in the table.
    private mutating func takeTyped(_ walk: borrowing FunctionValidator) -> Bool {
        let description = walk.opcode.description
        guard let operands = description.operands else { return false }
        let count = Int(operands.parameterCount)
        if description.accessWidthLog2 != nil, stack.count >= count,
            let index = stack[stack.count - count].number, !index.terms.isEmpty
        {
            accesses.append((walk.offset, index))
        }
        var values: [Value] = []
        for _ in 0..<count { values.append(pop()) }
        guard operands.result != nil else { return true }
        let isByteLoad = walk.opcode == .i32Load8U || walk.opcode == .i32Load8S
        if isByteLoad { byteLoadCount += 1 }
        if isByteLoad, walk.index0 == 0 {
            let load = CountedLoop.ByteLoad(
                offset: walk.offset, displacement: walk.value,
                isSigned: walk.opcode == .i32Load8S)
            stack.append(.byte(load))
            return true
        }
        stack.append(
            count == 2
                ? Self.result(walk.opcode, values[1], values[0])
                : walk.opcode == .i32Eqz ? Self.inverse(values[0]) : .unknown)
        return true
    }

    private static func result(_ opcode: Opcode, _ left: Value, _ right: Value) -> Value {
        if opcode == .i32Ne, case .byte(let one) = left, case .byte(let other) = right,
            one.isSigned == other.isSigned
        {
            return .differ(CountedLoop.Comparison(left: one, right: other))
        }
        guard let left = left.number, let right = right.number else { return .unknown }
        switch opcode {
        case .i32Add: return sum(left, right)
        case .i32Sub: return sum(left, right.times(.max))
        case .i32Mul where right.terms.isEmpty: return .linear(left.times(right.constant))
        case .i32Mul where left.terms.isEmpty: return .linear(right.times(left.constant))
        case .i32Shl where right.terms.isEmpty:
            return .linear(left.times(1 << (right.constant & 31)))
        case .i32Ne:
            guard let distance = left.adding(right.times(.max)) else { return .unknown }
            return .condition(.isNotZero(distance))
        case .i32LtS: return less(left, right, isSigned: true)
        case .i32LtU: return less(left, right, isSigned: false)
        case .i32GtS: return less(right, left, isSigned: true)
        case .i32GtU: return less(right, left, isSigned: false)
        case .i32LeS: return less(left, right, orEqual: true, isSigned: true)
        case .i32LeU: return less(left, right, orEqual: true, isSigned: false)
        case .i32GeS: return less(right, left, orEqual: true, isSigned: true)
        case .i32GeU: return less(right, left, orEqual: true, isSigned: false)
        default: return .unknown
        }
    }

    private static func sum(_ left: LinearNumber, _ right: LinearNumber) -> Value {
        left.adding(right).map { .linear($0) } ?? .unknown
    }

    private static func less(
        _ left: LinearNumber, _ right: LinearNumber, orEqual: Bool = false, isSigned: Bool
    ) -> Value {
        .condition(.isLess(left, right, orEqual: orEqual, isSigned: isSigned))
    }

    /// What `i32.eqz` makes of a condition.
    private static func inverse(_ value: Value) -> Value {
        guard case .condition(.isLess(let left, let right, let orEqual, let isSigned)) = value
        else { return .unknown }
        return less(right, left, orEqual: !orEqual, isSigned: isSigned)
    }

    /// What the loop is, at its end.
    private func outcome() -> Outcome {
        guard let branch else { return .other }
        var steps: [UInt32: UInt32] = [:]
        var others: Set<UInt32> = []
        for (local, value) in locals {
            guard let number = value.number, number.terms == LinearNumber(local: local).terms
            else {
                others.insert(local)
                continue
            }
            steps[local] = number.constant
        }
        var loop = CountedLoop(condition: branch.condition, steps: steps, branch: branch.offset)
        guard loop.canCount(without: others) else { return .other }
        for access in accesses
        where !access.index.terms.contains(where: { others.contains($0.local) }) {
            loop.add(access.index, at: access.offset)
        }
        guard loop.groups.contains(where: { $0.stride != 0 }),
            loop.groups.count <= Self.groupLimit
        else { return .other }
        if onlyCompares, byteLoadCount == 2, others.isDisjoint(with: readFirst) {
            loop.comparison = comparison.flatMap { loop.isForward($0) ? $0 : nil }
        }
        return .counted(loop)
    }

    /// Loops with more kinds of addresses have too much to look at when they begin.
    private static let groupLimit = 16
}

extension CountedLoop {
    /// Whether both bytes compared move by one from round to round, and nothing else is read.
    fileprivate func isForward(_ comparison: Comparison) -> Bool {
        places.count == 2
            && [comparison.left, comparison.right].allSatisfy { load in
                places[load.offset].map { groups[$0.group].stride == 1 } ?? false
            }
    }

    /// Whether the condition tells the number of rounds.
    fileprivate func canCount(without others: Set<UInt32>) -> Bool {
        func isLinear(_ number: LinearNumber) -> Bool {
            !number.terms.contains { others.contains($0.local) }
        }
        switch condition {
        case .isNotZero(let number):
            return isLinear(number) && stride(number) != 0 && stride(number) != .min
        case .isLess(let left, let right, _, _):
            guard isLinear(left), isLinear(right) else { return false }
            let (up, down) = (stride(left), stride(right))
            return up > 0 && down == 0 || up == 0 && down < 0 && down != .min
        }
    }
}
