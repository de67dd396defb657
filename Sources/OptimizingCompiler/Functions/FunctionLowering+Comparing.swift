internal import WasmEngine

/// Loops that compare bytes one by one, as `memcmp` does: what is equal is found many bytes at a
/// time, and the loop itself begins where two bytes differ, or in its last round.
extension FunctionLowering {
    /// Bytes compared at once. What is left over by some is looked at by those that are narrower.
    private static let widths: [Int64] = [16, 8, 4]

    /// Skips the rounds in which the bytes are equal; all locals become what they are then.
    mutating func skipEqual(_ comparison: CountedLoop.Comparison, _ counting: CountingLoop) {
        let base = memoryBase(0)
        let left = start(comparison.left, counting)
        let right = start(comparison.right, counting)
        let bytes = bytesToCompare(left, right, counting)
        let (one, other) = (pointer(base, plus: left.text), pointer(base, plus: right.text))
        let end = newLabel()
        for width in Self.widths {
            let (some, next) = (newLabel(), newLabel())
            let fits = emit("icmp sge i64 \(bytes.text), \(width)", .i1)
            emit("br i1 \(fits.text), label %L\(some), label %L\(next)")
            place(some)
            compare(one, other, bytes, width, counting.roundSlot, end)
            place(next)
        }
        go(to: end)
        place(end)
        let round = emit("load i64, ptr \(counting.roundSlot)", .i64)
        let narrow = emit("trunc i64 \(round.text) to i32", .i32)
        for (local, step) in counting.loop.steps.sorted(by: { $0.key < $1.key }) where step != 0 {
            let before = emit("load i32, ptr %l\(local)", .i32)
            let way = emit("mul i32 \(narrow.text), \(Int32(bitPattern: step))", .i32)
            let after = emit("add i32 \(before.text), \(way.text)", .i32)
            emit("store i32 \(after.text), ptr %l\(local)")
        }
    }

    /// The address of a byte in the first round.
    private mutating func start(
        _ load: CountedLoop.ByteLoad, _ counting: CountingLoop
    ) -> IRValue {
        guard let place = counting.loop.places[load.offset] else {
            preconditionFailure("the survey knows where both bytes are")
        }
        let addend = Int64(place.addend) + Int64(load.displacement)
        return emit("add i64 \(counting.bases[place.group].text), \(addend)", .i64)
    }

    /// How many bytes may be compared ahead: of all rounds but the last, and inside the memory. Not
    /// positive when there are none.
    private mutating func bytesToCompare(
        _ left: IRValue, _ right: IRValue, _ counting: CountingLoop
    ) -> IRValue {
        let length = field(NativeLayout.Cell.count, of: memoryCell(0))
        let limit = emit("load i64, ptr \(length), align 8, !tbaa !12", .i64)
        var count = counting.lastRound
        for start in [left, right] {
            let room = emit("sub i64 \(limit.text), \(start.text)", .i64)
            let isLess = emit("icmp slt i64 \(room.text), \(count.text)", .i1)
            count = emit("select i1 \(isLess.text), i64 \(room.text), i64 \(count.text)", .i64)
        }
        return count
    }

    /// Compares `count` bytes, at least `width`, so many at once: the last ones overlap those before.
    ///
    /// The place of the first difference, or `count`, goes to a slot.
    private mutating func compare(
        _ one: String, _ other: String, _ count: IRValue, _ width: Int64, _ slot: String, _ end: Int
    ) {
        let (round, differs, same) = (newLabel(), newLabel(), newLabel())
        let last = emit("sub i64 \(count.text), \(width)", .i64)
        go(to: round)
        place(round)
        let index = emit("load i64, ptr \(slot)", .i64)
        let found = difference(
            pointer(one, plus: index.text), pointer(other, plus: index.text), width)
        let isSame = emit("icmp eq i64 \(found.text), 0", .i1)
        emit("br i1 \(isSame.text), label %L\(same), label %L\(differs)")
        place(differs)
        let zeros = emit("call i64 @llvm.cttz.i64(i64 \(found.text), i1 true)", .i64)
        let distance = width == 16 ? zeros : emit("lshr i64 \(zeros.text), 3", .i64)
        let first = emit("add i64 \(index.text), \(distance.text)", .i64)
        emit("store i64 \(first.text), ptr \(slot)")
        go(to: end)
        place(same)
        let next = emit("add i64 \(index.text), \(width)", .i64)
        let isBehind = emit("icmp sgt i64 \(next.text), \(last.text)", .i1)
        let following = emit(
            "select i1 \(isBehind.text), i64 \(last.text), i64 \(next.text)", .i64)
        let isDone = emit("icmp eq i64 \(next.text), \(count.text)", .i1)
        let stored = emit(
            "select i1 \(isDone.text), i64 \(count.text), i64 \(following.text)", .i64)
        emit("store i64 \(stored.text), ptr \(slot)")
        emit("br i1 \(isDone.text), label %L\(end), label %L\(round)")
    }

    /// A number whose lowest bit that is set stands in the first of so many bytes that differs: a bit
    /// for each of 16 bytes, else eight. 0 when all are equal.
    private mutating func difference(_ one: String, _ other: String, _ width: Int64) -> IRValue {
        let type = width == 16 ? "<16 x i8>" : "i\(8 * width)"
        let left = emit("load \(type), ptr \(one), align 1, !tbaa !11", .i64)
        let right = emit("load \(type), ptr \(other), align 1, !tbaa !11", .i64)
        if width == 16 {
            let lanes = emit("icmp ne \(type) \(left.text), \(right.text)", .i64)
            let bits = emit("bitcast <16 x i1> \(lanes.text) to i16", .i64)
            return emit("zext i16 \(bits.text) to i64", .i64)
        }
        let bits = emit("xor \(type) \(left.text), \(right.text)", .i64)
        return width == 8 ? bits : emit("zext \(type) \(bits.text) to i64", .i64)
    }
}
