/// Up to eight bytes that are put together in a register and written at once: one store costs less
/// than one a byte.
struct ByteWord: BitwiseCopyable {
    private(set) var bits: UInt64 = 0
    private(set) var count = 0

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        bits |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 8 &* count)
        count &+= 1
    }

    /// Appends the low `size` bytes of a number, at most four.
    @inline(__always)
    mutating func append(_ value: Int32, size: Int) {
        bits |= UInt64(UInt32(bitPattern: value)) &<< UInt64(truncatingIfNeeded: 8 &* count)
        count &+= size
    }
}
