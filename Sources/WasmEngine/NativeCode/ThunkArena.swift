internal import CPlatform
internal import Platform

/// Pieces of machine code by which guests' code enters functions that have none: one a record.
@safe
struct ThunkArena: ~Copyable {
    private struct Chunk: ~Copyable {
        var memory: MemoryReservation
        var usedByteCount = 0
    }

    private static let chunkByteCount = 16_384
    private static let thunkByteCount = 32
    /// Chunks that are full, kept for their mappings.
    private var full: [Keeper] = []
    private var current: Chunk?

    /// Holds a mapping; arrays hold no noncopyable values.
    private final class Keeper {
        let memory: MemoryReservation

        init(_ memory: consuming MemoryReservation) { self.memory = memory }
    }

    init() {}

    /// Gives records their machine code.
    mutating func serve(_ records: [UnsafeMutablePointer<FunctionRecord>]) throws(Errno) {
        var position = 0
        while unsafe position < records.count {
            try prepare()
            let count = unsafe try fill(records[position...])
            position += count
        }
    }

    /// Makes sure that the current chunk has room.
    private mutating func prepare() throws(Errno) {
        if let chunk = current.take() {
            if chunk.usedByteCount + Self.thunkByteCount <= Self.chunkByteCount {
                current = consume chunk
                return
            }
            full.append(Keeper(chunk.memory))
        }
        var memory = try MemoryReservation(reserving: Self.chunkByteCount)
        try memory.commit(upTo: Self.chunkByteCount)
        current = Chunk(memory: memory)
    }

    /// Writes thunks until the chunk or the records end; returns how many.
    private mutating func fill(
        _ records: ArraySlice<UnsafeMutablePointer<FunctionRecord>>
    ) throws(Errno) -> Int {
        guard var chunk = current.take() else { return 0 }
        // Nobody runs code of this store meanwhile: stores belong to one thread.
        try chunk.memory.protect(
            offsetBytes: 0, byteCount: Self.chunkByteCount, as: .readWrite)
        var count = 0
        for index in unsafe records.indices {
            let record = unsafe records[index]
            guard chunk.usedByteCount + Self.thunkByteCount <= Self.chunkByteCount else { break }
            let place = unsafe chunk.memory.base + chunk.usedByteCount
            unsafe Self.write(place, record)
            unsafe record.pointee.nativeCode = UnsafeRawPointer(place)
            chunk.usedByteCount += Self.thunkByteCount
            count += 1
        }
        try chunk.memory.protect(
            offsetBytes: 0, byteCount: Self.chunkByteCount, as: .readExecute)
        current = consume chunk
        return count
    }

    /// `MOV r11, record; MOV rax, call_out; JMP rax`.
    private static func write(
        _ place: UnsafeMutableRawPointer, _ record: UnsafeMutablePointer<FunctionRecord>
    ) {
        // SAFETY: the caller made sure of 32 writable bytes.
        unsafe place.storeBytes(of: 0xBB49, as: UInt16.self)
        unsafe place.storeBytes(of: UInt(bitPattern: record), toByteOffset: 2, as: UInt.self)
        unsafe place.storeBytes(of: 0xB848, toByteOffset: 10, as: UInt16.self)
        unsafe place.storeBytes(
            of: martlet_native_call_out_address(), toByteOffset: 12, as: UInt.self)
        unsafe place.storeBytes(of: 0xE0FF, toByteOffset: 20, as: UInt16.self)
    }
}
