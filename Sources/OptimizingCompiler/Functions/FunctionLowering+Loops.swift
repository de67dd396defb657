internal import Wasm

/// A counted loop while it is lowered, in the copy that makes addresses in 64 bits.
struct CountingLoop {
    var loop: CountedLoop
    /// The number of the round, from 0, is in this slot.
    var roundSlot: String
    /// The number of the last round.
    var lastRound: IRValue
    /// For each group of the loop, its base in the first round, as `i64`.
    var bases: [IRValue]
}

/// Counted loops are lowered twice: once with addresses made in 64 bits, for when none of the sums
/// wraps round in any round, which is looked at before the loop; and once as all other code.
extension FunctionLowering {
    /// The counted loop that begins with the instruction just checked.
    var countedLoop: CountedLoop? {
        guard validator.opcode == .loop, plan.isGuarded, !validator.wasUnreachable else {
            return nil
        }
        return survey.loops[validator.offset]
    }

    mutating func lowerTwice(_ loop: CountedLoop) throws(WasmError) {
        while follower.offset < validator.offset { guard try follower.next() else { return } }
        let (fast, slow, next) = (newLabel(), newLabel(), newLabel())
        let (counting, fits) = enter(loop)
        emit("br i1 \(fits.text), label %L\(fast), label %L\(slow), !prof !6")
        place(fast)
        if let comparison = loop.comparison, !plan.isMetered { skipEqual(comparison, counting) }
        self.counting = counting
        try lowerLoop()
        self.counting = nil
        go(to: next)
        swap(&validator, &follower)
        place(slow)
        try lowerLoop()
        go(to: next)
        place(next)
    }

    /// Lowers the loop that the validator stands at, to its end.
    private mutating func lowerLoop() throws(WasmError) {
        let count = blocks.count
        step()
        while blocks.count > count {
            guard try validator.next() else { return }
            step()
        }
    }

    // MARK: Before the loop

    /// Finds the number of rounds, and whether all sums stay below 2^32.
    private mutating func enter(_ loop: CountedLoop) -> (CountingLoop, IRValue) {
        var (lastRound, fits) = lastRound(loop)
        var bases: [IRValue] = []
        for group in loop.groups {
            let base = unsigned(group.base)
            bases.append(base)
            let way = emit("mul i64 \(lastRound.text), \(group.stride)", .i64)
            let last = emit("add i64 \(base.text), \(way.text)", .i64)
            let (low, high) = group.stride < 0 ? (last, base) : (base, last)
            let least = emit("add i64 \(low.text), \(group.addends.lowerBound)", .i64)
            let most = emit("add i64 \(high.text), \(group.addends.upperBound)", .i64)
            fits = both(fits, emit("icmp sge i64 \(least.text), 0", .i1))
            fits = both(fits, emit("icmp slt i64 \(most.text), 4294967296", .i1))
        }
        let slot = slot(.i64)
        emit("store i64 0, ptr \(slot)")
        let counting = CountingLoop(
            loop: loop, roundSlot: slot, lastRound: lastRound, bases: bases)
        return (counting, fits)
    }

    /// The last round's number, and whether it can be relied on.
    private mutating func lastRound(_ loop: CountedLoop) -> (IRValue, IRValue) {
        switch loop.condition {
        case .isNotZero(let number):
            // It reaches 0 exactly, or it misses it and goes round.
            let stride = loop.stride(number)
            let way = unsigned(stride < 0 ? number : number.times(.max))
            let rounds = emit("udiv i64 \(way.text), \(stride.magnitude)", .i64)
            let rest = emit("urem i64 \(way.text), \(stride.magnitude)", .i64)
            return (rounds, emit("icmp eq i64 \(rest.text), 0", .i1))
        case .isLess(let left, let right, let orEqual, let isSigned):
            let stride = Int64(loop.stride(left)) - Int64(loop.stride(right))
            let low = wide(left, isSigned: isSigned)
            let high = wide(right, isSigned: isSigned)
            let difference = emit("sub nsw i64 \(high.text), \(low.text)", .i64)
            let more = (orEqual ? 1 : 0) + stride - 1
            let way = emit("add nsw i64 \(difference.text), \(more)", .i64)
            let isMany = emit("icmp sge i64 \(way.text), \(stride)", .i1)
            let quotient = emit("sdiv i64 \(way.text), \(stride)", .i64)
            let rounds = emit("select i1 \(isMany.text), i64 \(quotient.text), i64 0", .i64)
            return (rounds, staysInRange(loop, rounds, low, high, isSigned))
        }
    }

    /// Whether the number that moves does not wrap round before the last comparison.
    private mutating func staysInRange(
        _ loop: CountedLoop, _ rounds: IRValue, _ low: IRValue, _ high: IRValue, _ isSigned: Bool
    ) -> IRValue {
        guard case .isLess(let left, let right, _, _) = loop.condition else { return rounds }
        let (up, down) = (loop.stride(left), loop.stride(right))
        let way = emit("mul nsw i64 \(rounds.text), \(up == 0 ? down : up)", .i64)
        let end = emit("add nsw i64 \(up == 0 ? high.text : low.text), \(way.text)", .i64)
        let limit =
            up == 0
            ? isSigned ? Int64(Int32.min) : 0 : isSigned ? Int64(Int32.max) : Int64(UInt32.max)
        return emit("icmp \(up == 0 ? "sge" : "sle") i64 \(end.text), \(limit)", .i1)
    }

    /// What a number is before the loop.
    private mutating func number(_ number: LinearNumber) -> IRValue {
        var sum = IRValue.constant(Int32(bitPattern: number.constant))
        for term in number.terms {
            var value = emit("load i32, ptr %l\(term.local)", .i32)
            if term.factor != 1 {
                value = emit("mul i32 \(value.text), \(Int32(bitPattern: term.factor))", .i32)
            }
            sum = sum.text == "0" ? value : emit("add i32 \(sum.text), \(value.text)", .i32)
        }
        return sum
    }

    private mutating func wide(_ linear: LinearNumber, isSigned: Bool) -> IRValue {
        let narrow = number(linear)
        return emit("\(isSigned ? "sext" : "zext") i32 \(narrow.text) to i64", .i64)
    }

    private mutating func unsigned(_ linear: LinearNumber) -> IRValue {
        wide(linear, isSigned: false)
    }

    private mutating func both(_ one: IRValue, _ other: IRValue) -> IRValue {
        emit("and i1 \(one.text), \(other.text)", .i1)
    }

    // MARK: In the loop

    /// The place of the access being lowered, if it is one of a counted loop's.
    ///
    /// - Parameter base: the memory's start.
    mutating func countedAddress(_ base: String) -> String? {
        guard let counting, let access = counting.loop.places[validator.offset]
        else { return nil }
        var place = pointer(base, plus: counting.bases[access.group].text)
        let stride = counting.loop.groups[access.group].stride
        if stride != 0 {
            let round = emit("load i64, ptr \(counting.roundSlot)", .i64)
            let way = emit("mul nsw i64 \(round.text), \(stride)", .i64)
            place = pointer(place, plus: way.text)
        }
        return pointer(place, plus: "\(Int64(validator.value) + Int64(access.addend))")
    }

    /// Whether another round follows, where the instruction being lowered is the branch that goes on.
    mutating func nextRound() -> IRValue? {
        guard let counting, counting.loop.branch == validator.offset else { return nil }
        let round = emit("load i64, ptr \(counting.roundSlot)", .i64)
        let next = emit("add nuw nsw i64 \(round.text), 1", .i64)
        emit("store i64 \(next.text), ptr \(counting.roundSlot)")
        return emit("icmp ne i64 \(round.text), \(counting.lastRound.text)", .i1)
    }
}
