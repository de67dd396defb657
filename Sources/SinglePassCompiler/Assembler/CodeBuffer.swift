/// Growing machine code: raw bytes, written little-endian.
/// Safe from outside: every write goes through ``reserve()`` or a checked offset.
///
/// Each instruction calls ``reserve()`` once: first of all, or behind its operands, where nothing
/// needs to be kept across the call. It takes 15 bytes at most, an immediate behind its operands four,
/// and a store reaches no further than eight bytes beyond. So from one call to the next no byte is
/// touched that is more than 40 bytes ahead.
@safe package struct CodeBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes written so far, which is the offset of the next one.
    package private(set) var count = 0

    package init(capacity: Int = 4096) {
        self.capacity = max(capacity, Self.room)
        unsafe base = .allocate(capacity: self.capacity)
    }

    deinit { unsafe base.deallocate() }

    mutating func removeAll() { count = 0 }

    /// What there is room for after ``reserve()``.
    private static let room = 64

    /// Makes room for an instruction.
    @inline(__always)
    mutating func reserve() {
        if count &+ Self.room > capacity { grow() }
    }

    @inline(never)
    private mutating func grow() {
        let larger = max(capacity * 2, count + Self.room)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        // SAFETY: `count` bytes are initialised in `base`, and `moved` holds at least as many.
        unsafe moved.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = moved
        capacity = larger
    }

    /// Writes `value` after ``reserve()`` made room for it.
    @inline(__always)
    mutating func put<T: FixedWidthInteger>(_ value: T) {
        // SAFETY: `reserve()` left more bytes than instructions touch before they call it again.
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(
            of: value.littleEndian, as: T.self)
        count &+= MemoryLayout<T>.size
    }

    /// Writes the bytes of `word` after ``reserve()`` made room for them.
    @inline(__always)
    mutating func put(_ word: ByteWord) {
        // SAFETY: as above; the bytes beyond the word's own lie in that room too.
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(
            of: word.bits.littleEndian, as: UInt64.self)
        count &+= word.count
    }

    /// Overwrites four bytes that were written before.
    package mutating func patch(_ value: Int32, at offset: Int) {
        precondition(offset >= 0 && offset + 4 <= count, "a patch lies inside the code")
        // SAFETY: the precondition keeps the four bytes inside the written ones.
        unsafe UnsafeMutableRawPointer(base + offset).storeBytes(
            of: value.littleEndian, as: Int32.self)
    }

    /// The four bytes at `offset`, which were written before.
    func word(at offset: Int) -> Int32 {
        precondition(offset >= 0 && offset + 4 <= count, "a word lies inside the code")
        // SAFETY: the precondition keeps the four bytes inside the written ones.
        return unsafe Int32(
            littleEndian: UnsafeRawPointer(base + offset).loadUnaligned(as: Int32.self))
    }

    /// Appends constant data, byte by byte.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            reserve()
            put(byte)
        }
    }

    /// Pads with `filler` up to a multiple of `alignment`, a power of two.
    package mutating func align(to alignment: Int, filler: UInt8) {
        while count & (alignment - 1) != 0 {
            reserve()
            put(filler)
        }
    }

    /// A copy of the code.
    package var bytes: [UInt8] {
        // SAFETY: `count` bytes are initialised.
        unsafe Array(UnsafeBufferPointer(start: base, count: count))
    }

    /// Calls `body` with the code, valid during the call.
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        // SAFETY: `count` bytes are initialised and outlive the call.
        unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    }
}
