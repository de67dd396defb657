internal import CPlatform
internal import Platform

/// Pieces of machine code by which guests' code enters functions that have none: one a record.
///
/// A chunk is a page of words and a page of code that goes by them: `MOV r11, [word]; JMP [next word]`.
/// The code is written once, before it may be run; a record takes two words, which are just written.
@safe
struct ThunkArena: ~Copyable {
    private static let pageByteCount = 4096
    private static let thunkByteCount = 16
    private static let thunkCount = pageByteCount / thunkByteCount

    /// Holds a mapping; arrays hold no noncopyable values.
    private final class Chunk {
        let memory: MemoryReservation

        init(_ memory: consuming MemoryReservation) { self.memory = memory }
    }

    private var chunks: [Chunk] = []
    private var usedCount = ThunkArena.thunkCount

    init() {}

    /// Gives a record its machine code.
    ///
    /// - Parameter usesVectors: whether its arguments or results lie in vector registers.
    mutating func serve(
        _ record: UnsafeMutablePointer<FunctionRecord>, usesVectors: Bool
    ) throws(Errno) {
        if usedCount == Self.thunkCount {
            chunks.append(try Self.chunk())
            usedCount = 0
        }
        guard let chunk = chunks.last else { return }
        // SAFETY: the number is below the thunks', each of which has two words and its code.
        let words = unsafe chunk.memory.base + usedCount * Self.thunkByteCount
        unsafe words.storeBytes(of: UInt(bitPattern: record), as: UInt.self)
        unsafe words.storeBytes(
            of: martlet_native_call_out_address(usesVectors ? 1 : 0), toByteOffset: 8,
            as: UInt.self)
        unsafe record.pointee.nativeCode = UnsafeRawPointer(words + Self.pageByteCount)
        usedCount += 1
    }

    private static func chunk() throws(Errno) -> Chunk {
        var memory = try MemoryReservation(reserving: 2 * pageByteCount)
        try memory.commit(upTo: 2 * pageByteCount)
        // Words and code are as far apart for every thunk; distances count from the end of their
        // instructions.
        let record = Int32(-pageByteCount - 7)
        let target = Int32(-pageByteCount + 8 - 13)
        for number in 0..<thunkCount {
            // SAFETY: the second page has 16 bytes for each.
            let place = unsafe memory.base + pageByteCount + number * thunkByteCount
            unsafe place.storeBytes(of: 0x1D_8B4C, as: UInt32.self)
            unsafe place.storeBytes(of: record, toByteOffset: 3, as: Int32.self)
            unsafe place.storeBytes(of: 0x25FF, toByteOffset: 7, as: UInt16.self)
            unsafe place.storeBytes(of: target, toByteOffset: 9, as: Int32.self)
        }
        try memory.protect(
            offsetBytes: pageByteCount, byteCount: pageByteCount, as: .readExecute)
        return Chunk(memory)
    }
}
