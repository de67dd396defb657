internal import Platform

/// Records of an instance's functions, made when they are first referred to, one behind the other:
/// there may be 100,000 functions, of which few are ever referred to.
///
/// Plain memory, so that reaching a record counts no references.
@safe
struct RecordArena {
    /// By position among the instance's own functions: 0, or one more than the record's number.
    private let numbers: UnsafeMutablePointer<UInt32>
    /// Room for all; only what is used takes memory.
    private let records: UnsafeMutablePointer<FunctionRecord>
    private let count: UnsafeMutablePointer<Int>
    private let capacity: Int
    /// Records are prepared for by so many at most, because some may be there already.
    private static let preparedCount = 1 << 14

    /// - Parameter functionCount: the instance's own functions.
    init(functionCount: Int) {
        capacity = functionCount
        unsafe numbers = ZeroedMemory.allocate(UInt32.self, count: functionCount)
        // Pages that are read first and written then would be faulted in twice.
        unsafe ResidentMemory.prepare(numbers, count: functionCount)
        unsafe records = .allocate(capacity: max(functionCount, 1))
        unsafe count = .allocate(capacity: 1)
        unsafe count.initialize(to: 0)
    }

    func deallocate() {
        unsafe ZeroedMemory.free(numbers)
        unsafe records.deallocate()
        unsafe count.deallocate()
    }

    /// Has memory for `more` records, which will be added soon.
    func prepare(more: Int) {
        let used = unsafe count.pointee
        let prepared = min(more, capacity - used, Self.preparedCount)
        unsafe ResidentMemory.prepare(records + used, count: prepared)
    }

    /// The record of a function; nil when it has none yet.
    @inline(__always)
    func record(_ position: Int) -> UnsafeMutablePointer<FunctionRecord>? {
        // SAFETY: positions are the instance's own functions'; numbers are of records that are there.
        let number = unsafe Int(numbers[position]) - 1
        return unsafe number < 0 ? nil : records + number
    }

    /// Keeps the record of a function that has none yet, where it never moves.
    @inline(__always)
    func add(
        _ record: FunctionRecord, at position: Int
    ) -> UnsafeMutablePointer<FunctionRecord> {
        let number = unsafe count.pointee
        // SAFETY: each function is added once, so there is room for all.
        unsafe (records + number).initialize(to: record)
        unsafe count.pointee = number + 1
        unsafe numbers[position] = UInt32(truncatingIfNeeded: number + 1)
        return unsafe records + number
    }
}
