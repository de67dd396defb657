/// Up to eight bytes that are put together in a register and written at once: one store costs less
/// than one a byte.
struct ByteWord: BitwiseCopyable {
    private(set) var bits: UInt64
    private(set) var count: Int

    /// - Parameter bits: the bytes, the first lowest; what lies above `count` bytes is not meant.
    @inline(__always)
    init(bits: UInt64 = 0, count: Int = 0) {
        self.bits = bits
        self.count = count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        bits |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 8 &* count)
        count &+= 1
    }

    /// The word behind another byte when a condition holds; it must be shorter than eight bytes.
    @inline(__always)
    func preceded(by byte: UInt8, if condition: Bool) -> ByteWord {
        let bit = Int(condition.bit)
        let first = UInt64(byte &* condition.bit)
        return ByteWord(
            bits: bits &<< UInt64(truncatingIfNeeded: 8 &* bit) | first, count: count &+ bit)
    }
}

extension Bool {
    /// 1 or 0: a number to reckon with, where `&&` and `? :` would become branches.
    @inline(__always)
    var bit: UInt8 { self ? 1 : 0 }
}
