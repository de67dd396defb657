internal import Bytes

extension [UInt8] {
    /// Appends a fixed-width integer, little-endian.
    mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
        for shift in stride(from: 0, to: T.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Appends an unsigned LEB128 integer: seven bits a byte, low bits first.
    mutating func append(leb128 value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Appends zeros up to `count` bytes in all.
    mutating func pad(to count: Int) {
        precondition(self.count <= count, "an encoding grew past its place")
        append(contentsOf: repeatElement(0, count: count - self.count))
    }
}

extension ByteReader {
    /// Reads an unsigned LEB128 integer of at most 64 bits in its shortest form.
    mutating func leb128(_ field: @autoclosure () -> String) throws(MalformedBytes) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            let byte: UInt8 = try integer(field())
            let part = UInt64(byte & 0x7f)
            if shift == 63, part > 1 { break }
            value |= part << shift
            if byte & 0x80 == 0 {
                guard byte != 0 || shift == 0 else { break }
                return value
            }
        }
        throw MalformedBytes(field: field(), offset: start, problem: "not a shortest-form integer")
    }
}
