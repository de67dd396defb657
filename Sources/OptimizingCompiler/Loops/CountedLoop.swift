/// A loop whose number of rounds is known when it is entered, unless it is left earlier, and the
/// addresses in it that go up or down by the same number in each round.
///
/// Wasm counts in 32 bits and wraps round, which hides from LLVM that addresses follow each other.
/// Where a look at the first and last round shows that no sum wraps, the sums can be made in 64 bits.
struct CountedLoop: Sendable {
    /// Why the loop goes on after a round.
    enum Condition: Sendable {
        /// A number is not 0.
        case isNotZero(LinearNumber)
        /// One number is less than another, or equal to it where `orEqual`. One of them stays.
        case isLess(LinearNumber, LinearNumber, orEqual: Bool, isSigned: Bool)
    }

    /// Indices that differ by a constant only.
    struct Group: Sendable {
        /// What they have in common; its constant is 0.
        var base: LinearNumber
        /// How much they grow in a round.
        var stride: Int32
        /// The least and greatest number added to it.
        var addends: ClosedRange<Int32>
    }

    /// The index of one access.
    struct Place: Sendable {
        /// In ``groups``.
        var group: Int
        var addend: Int32
    }

    /// A load of a byte of memory 0.
    struct ByteLoad: Sendable {
        /// The offset of its instruction.
        var offset: Int
        /// What the instruction adds to the index.
        var displacement: UInt64
        var isSigned: Bool
    }

    /// Two bytes that a loop compares, each behind the one of the round before. It is left where they
    /// differ, and does nothing else.
    struct Comparison: Sendable {
        var left: ByteLoad
        var right: ByteLoad
    }

    var condition: Condition
    /// What locals grow by in a round, for those that do.
    var steps: [UInt32: UInt32]
    /// The offset of the `br_if` that goes on.
    var branch: Int
    var groups: [Group] = []
    /// By the offset of the access.
    var places: [Int: Place] = [:]
    /// What the loop compares, if that is all.
    var comparison: Comparison?

    /// How much a number grows in a round; nil if that is not the same in each.
    func stride(_ number: LinearNumber) -> Int32 {
        var stride: UInt32 = 0
        for term in number.terms { stride &+= term.factor &* (steps[term.local] ?? 0) }
        return Int32(bitPattern: stride)
    }

    /// Adds an access.
    mutating func add(_ index: LinearNumber, at offset: Int) {
        var base = index
        base.constant = 0
        let addend = Int32(bitPattern: index.constant)
        if let known = groups.firstIndex(where: { $0.base == base }) {
            let addends = groups[known].addends
            groups[known].addends =
                min(addends.lowerBound, addend)...max(addends.upperBound, addend)
            places[offset] = Place(group: known, addend: addend)
        } else {
            places[offset] = Place(group: groups.count, addend: addend)
            groups.append(Group(base: base, stride: stride(base), addends: addend...addend))
        }
    }
}
