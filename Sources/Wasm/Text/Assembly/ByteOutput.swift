/// Writing the binary format (core specification 3.0, §5.2).
extension [UInt8] {
    /// LEB128, unsigned, shortest form.
    mutating func appendUnsigned(_ value: some UnsignedInteger) {
        var rest = UInt64(truncatingIfNeeded: value)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func appendCount(_ count: Int) { appendUnsigned(UInt64(count)) }

    /// LEB128, signed, shortest form.
    mutating func appendSigned(_ value: Int64) {
        var rest = value
        while rest < -64 || rest > 63 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest) & 0x7F)
    }

    mutating func appendLittleEndian(_ value: UInt64, byteCount: Int) {
        for index in 0..<byteCount {
            append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8)))
        }
    }

    /// The count of `bytes`, then `bytes`.
    mutating func appendSized(_ bytes: some Collection<UInt8>) {
        appendCount(bytes.count)
        append(contentsOf: bytes)
    }
}
