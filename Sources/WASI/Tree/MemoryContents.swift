/// The bytes of a file in memory: chunks where something was written, holes elsewhere.
@safe
struct MemoryContents: ~Copyable {
    static let chunkByteCount: UInt64 = 4096

    /// Largest file: a number that keeps all sums clear of overflow.
    static let limitBytes: UInt64 = 1 << 46

    private let space: MemorySpace
    private var chunks: [UInt64: UnsafeMutableRawPointer]
    private(set) var byteCount: UInt64 = 0

    init(space: MemorySpace) {
        self.space = space
        unsafe chunks = [:]
    }

    deinit {
        // SAFETY: each chunk is ours and goes once.
        unsafe space.give(UInt64(chunks.count) * Self.chunkByteCount)
        unsafe chunks.values.forEach { unsafe $0.deallocate() }
    }

    /// Copies bytes from `offset` on; fewer than asked only at the end.
    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard offset < byteCount, let target = buffer.baseAddress else { return 0 }
        let total = Int(min(UInt64(buffer.count), byteCount - offset))
        var done = 0
        while done < total {
            let (index, start, count) = Self.piece(offset + UInt64(done), total - done)
            // SAFETY: the piece lies inside its chunk and inside the buffer.
            if let chunk = unsafe chunks[index] {
                unsafe (target + done).copyMemory(from: chunk + start, byteCount: count)
            } else {
                unsafe (target + done).initializeMemory(as: UInt8.self, repeating: 0, count: count)
            }
            done += count
        }
        return total
    }

    /// Writes as many bytes as the budget holds.
    ///
    /// - Throws: `fbig` past ``limitBytes``; `nospc` when nothing could be written.
    mutating func write(
        at offset: UInt64, from buffer: UnsafeRawBufferPointer
    ) throws(WASIErrno) -> Int {
        guard offset < Self.limitBytes else { throw .fbig }
        guard let source = buffer.baseAddress else { return 0 }
        let total = Int(min(UInt64(buffer.count), Self.limitBytes - offset))
        var done = 0
        while done < total {
            let (index, start, count) = Self.piece(offset + UInt64(done), total - done)
            let chunk: UnsafeMutableRawPointer
            do {
                unsafe chunk = try unsafe self.chunk(index)
            } catch {
                if done == 0 { throw error }
                break
            }
            // SAFETY: the piece lies inside its chunk and inside the buffer.
            unsafe (chunk + start).copyMemory(from: source + done, byteCount: count)
            done += count
        }
        byteCount = max(byteCount, offset + UInt64(done))
        return done
    }

    mutating func setSize(_ size: UInt64) throws(WASIErrno) {
        guard size <= Self.limitBytes else { throw .fbig }
        if size < byteCount {
            let kept = (size + Self.chunkByteCount - 1) / Self.chunkByteCount
            for index in unsafe Array(chunks.keys) where index >= kept {
                // SAFETY: the chunk is ours and leaves the table with this.
                unsafe chunks.removeValue(forKey: index)?.deallocate()
                space.give(Self.chunkByteCount)
            }
            // What is cut off must read as zeros when the file grows again.
            let start = Int(size % Self.chunkByteCount)
            if start > 0, let chunk = unsafe chunks[kept - 1] {
                // SAFETY: from `start` to the chunk's end.
                unsafe (chunk + start).initializeMemory(
                    as: UInt8.self, repeating: 0, count: Int(Self.chunkByteCount) - start)
            }
        }
        byteCount = size
    }

    /// Fills the holes of a range, and grows the file to its end; on failure nothing is changed but
    /// holes filled.
    mutating func allocate(offset: UInt64, count: UInt64) throws(WASIErrno) {
        guard offset <= Self.limitBytes, count <= Self.limitBytes - offset else { throw .fbig }
        let end = offset + count
        for index in offset / Self.chunkByteCount...(end - 1) / Self.chunkByteCount {
            _ = try unsafe chunk(index)
        }
        byteCount = max(byteCount, end)
    }

    /// The chunk with that number, made when it is missing.
    private mutating func chunk(_ index: UInt64) throws(WASIErrno) -> UnsafeMutableRawPointer {
        if let chunk = unsafe chunks[index] { return unsafe chunk }
        try space.take(Self.chunkByteCount)
        let chunk = UnsafeMutableRawPointer.allocate(
            byteCount: Int(Self.chunkByteCount), alignment: 64)
        // SAFETY: just allocated with that size.
        unsafe chunk.initializeMemory(
            as: UInt8.self, repeating: 0, count: Int(Self.chunkByteCount))
        unsafe chunks[index] = chunk
        return unsafe chunk
    }

    /// The chunk that holds `offset`, where in it, and how many of `count` bytes lie in it.
    private static func piece(
        _ offset: UInt64, _ count: Int
    ) -> (index: UInt64, start: Int, count: Int) {
        let start = Int(offset % chunkByteCount)
        return (offset / chunkByteCount, start, min(count, Int(chunkByteCount) - start))
    }
}
