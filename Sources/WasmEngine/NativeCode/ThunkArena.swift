internal import CPlatform
internal import Platform

/// Pieces of machine code by which guests' code enters functions that have none: one a record.
///
/// A chunk is a page of words and pages of code that go by them: `MOV r11, [word]; JMP [first word]`.
/// The code is written once, before it may be run; a record takes a word, which is just written.
@safe
struct ThunkArena: ~Copyable {
    private static let wordsByteCount = 4096
    private static let thunkByteCount = 16
    /// The first word is where all thunks go.
    private static let thunkCount = wordsByteCount / 8 - 1
    private static let codeByteCount = (thunkCount * thunkByteCount + 4095) & -4096

    /// Holds a mapping; arrays hold no noncopyable values.
    private final class Chunk {
        let memory: MemoryReservation

        init(_ memory: consuming MemoryReservation) { self.memory = memory }
    }

    private var chunks: [Chunk] = []
    private var usedCount = ThunkArena.thunkCount

    init() {}

    /// Gives a record its machine code.
    mutating func serve(_ record: UnsafeMutablePointer<FunctionRecord>) throws(Errno) {
        if usedCount == Self.thunkCount {
            chunks.append(try Self.chunk())
            usedCount = 0
        }
        guard let chunk = chunks.last else { return }
        let words = unsafe chunk.memory.base
        // SAFETY: the number is below the thunks', each of which has a word and its code.
        unsafe words.storeBytes(
            of: UInt(bitPattern: record), toByteOffset: 8 * (usedCount + 1), as: UInt.self)
        unsafe record.pointee.nativeCode = UnsafeRawPointer(
            words + Self.wordsByteCount + usedCount * Self.thunkByteCount)
        usedCount += 1
    }

    private static func chunk() throws(Errno) -> Chunk {
        let byteCount = wordsByteCount + codeByteCount
        var memory = try MemoryReservation(reserving: byteCount)
        try memory.commit(upTo: byteCount)
        unsafe memory.base.storeBytes(of: martlet_native_call_out_address(), as: UInt.self)
        for number in 0..<thunkCount {
            unsafe write(number, memory.base)
        }
        try memory.protect(
            offsetBytes: wordsByteCount, byteCount: codeByteCount, as: .readExecute)
        return Chunk(memory)
    }

    private static func write(_ number: Int, _ words: UnsafeMutableRawPointer) {
        let offset = wordsByteCount + number * thunkByteCount
        // Distances count from the end of their instructions.
        let record = Int32(truncatingIfNeeded: 8 * (number + 1) - (offset + 7))
        let target = Int32(truncatingIfNeeded: -(offset + 13))
        // SAFETY: the number is below the thunks', each of which has 16 bytes.
        let place = unsafe words + offset
        unsafe place.storeBytes(of: 0x1D_8B4C, as: UInt32.self)
        unsafe place.storeBytes(of: record, toByteOffset: 3, as: Int32.self)
        unsafe place.storeBytes(of: 0x25FF, toByteOffset: 7, as: UInt16.self)
        unsafe place.storeBytes(of: target, toByteOffset: 9, as: Int32.self)
    }
}
