/// The types of a function's locals and whether each has a value yet.
///
/// The first locals lie one by one, the others as runs of one type as declared, so that four bytes
/// that declare 50,000 locals cost no more than four others.
struct LocalTypes: ~Copyable {
    struct Run: BitwiseCopyable {
        /// Index of the first local past the run.
        var end: Int
        var type: ValueType
    }

    private(set) var count = 0
    private var direct: GrowableStack<ValueType>
    private var runs: GrowableStack<Run>
    /// Whether a local without default value has been set; missing means not.
    private var assigned: GrowableStack<Bool>
    /// Locals without default value that have been set, in order.
    private var assignments: GrowableStack<UInt32>

    /// Locals below this index lie one by one.
    private static let directCount = 128

    init() {
        direct = GrowableStack(capacity: 16)
        runs = GrowableStack(capacity: 1)
        assigned = GrowableStack(capacity: 1)
        assignments = GrowableStack(capacity: 1)
    }

    mutating func removeAll() {
        count = 0
        direct.truncate(to: 0)
        runs.truncate(to: 0)
        assigned.truncate(to: 0)
        assignments.truncate(to: 0)
    }

    /// Adds `number` locals of one type.
    mutating func append(_ type: ValueType, _ number: Int) {
        let here = Swift.min(number, Swift.max(Self.directCount - count, 0))
        direct.push(type, repeated: here)
        count += number
        if number > here { runs.push(Run(end: count, type: type)) }
    }

    /// The type of a local that is among the first; nil for others, and for those that do not exist.
    @inline(__always)
    func first(_ index: Int) -> ValueType? { index < direct.count ? direct[index] : nil }

    /// The type of a local that exists.
    subscript(index: Int) -> ValueType {
        @inline(__always) get { index < direct.count ? direct[index] : typeOfRun(index) }
    }

    private func typeOfRun(_ index: Int) -> ValueType {
        var (low, high) = (0, runs.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if index < runs[middle].end { high = middle } else { low = middle + 1 }
        }
        return runs[low].type
    }

    /// Whether a local of this type, which starts without a value, has one.
    func isAssigned(_ index: Int) -> Bool { index < assigned.count && assigned[index] }

    mutating func assign(_ index: Int) {
        if index >= assigned.count {
            assigned.push(false, repeated: index + 1 - assigned.count)
        }
        guard !assigned[index] else { return }
        assigned[index] = true
        assignments.push(UInt32(truncatingIfNeeded: index))
    }

    /// How many locals without default value have been set.
    var assignmentCount: Int { assignments.count }

    /// Forgets all but the first `count` assignments: a block that made the others ends.
    mutating func forgetAssignments(from count: Int) {
        while assignments.count > count {
            assigned[Int(assignments[assignments.count - 1])] = false
            assignments.removeLast()
        }
    }
}
