internal import Platform

/// Records of an instance's functions, made when they are first referred to, one behind the other:
/// there may be 100,000 functions, of which few are ever referred to.
///
/// Plain memory, so that reaching a record counts no references.
@safe
struct RecordArena {
    private static let chunkCount = 256

    /// By position among the instance's own functions: 0, or one more than the record's number.
    private let numbers: UnsafeMutablePointer<UInt32>
    private let chunks: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>?>
    private let count: UnsafeMutablePointer<Int>

    /// - Parameter functionCount: the instance's own functions.
    init(functionCount: Int) {
        // Written at once: pages of `ZeroedMemory` that are read first and written then fault twice.
        unsafe numbers = .allocate(capacity: max(functionCount, 1))
        unsafe numbers.initialize(repeating: 0, count: functionCount)
        unsafe chunks = ZeroedMemory.allocate(
            UnsafeMutablePointer<FunctionRecord>?.self, count: functionCount / Self.chunkCount + 1)
        unsafe count = ZeroedMemory.allocate(Int.self, count: 1)
    }

    func deallocate() {
        for number in 0..<chunkLimit { unsafe chunks[number]?.deallocate() }
        unsafe numbers.deallocate()
        unsafe ZeroedMemory.free(chunks)
        unsafe ZeroedMemory.free(count)
    }

    /// Chunks in use.
    private var chunkLimit: Int {
        unsafe (count.pointee + Self.chunkCount - 1) / Self.chunkCount
    }

    /// The record of a function; nil when it has none yet.
    func record(_ position: Int) -> UnsafeMutablePointer<FunctionRecord>? {
        // SAFETY: positions are the instance's own functions'; numbers are of records that are there.
        let number = unsafe Int(numbers[position]) - 1
        guard number >= 0, let chunk = unsafe chunks[number / Self.chunkCount] else { return nil }
        return unsafe chunk + number % Self.chunkCount
    }

    /// Keeps the record of a function that has none yet, where it never moves.
    func add(
        _ record: FunctionRecord, at position: Int
    ) -> UnsafeMutablePointer<FunctionRecord> {
        let number = unsafe count.pointee
        // SAFETY: each function is added once, so there are chunks for all.
        let chunk =
            unsafe chunks[number / Self.chunkCount] ?? .allocate(capacity: Self.chunkCount)
        unsafe chunks[number / Self.chunkCount] = chunk
        unsafe (chunk + number % Self.chunkCount).initialize(to: record)
        unsafe count.pointee = number + 1
        unsafe numbers[position] = UInt32(number + 1)
        return unsafe chunk + number % Self.chunkCount
    }
}
