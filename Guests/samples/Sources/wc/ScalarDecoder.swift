/// Decodes UTF-8 byte by byte; bytes that are not part of a scalar count for nothing.
struct ScalarDecoder {
    private var value: UInt32 = 0
    private var missing = 0
    private var lowest: UInt32 = 0

    /// The scalar that this byte completes.
    mutating func take(_ byte: UInt8) -> UInt32? {
        if byte & 0xC0 == 0x80 { return missing > 0 ? follow(byte) : nil }
        missing = 0
        switch byte {
        case 0x00...0x7F: return UInt32(byte)
        case 0xC2...0xDF: begin(byte & 0x1F, missing: 1, lowest: 0x80)
        case 0xE0...0xEF: begin(byte & 0x0F, missing: 2, lowest: 0x800)
        case 0xF0...0xF4: begin(byte & 0x07, missing: 3, lowest: 0x10000)
        default: break
        }
        return nil
    }

    private mutating func begin(_ bits: UInt8, missing: Int, lowest: UInt32) {
        value = UInt32(bits)
        self.missing = missing
        self.lowest = lowest
    }

    private mutating func follow(_ byte: UInt8) -> UInt32? {
        value = value << 6 | UInt32(byte & 0x3F)
        missing -= 1
        guard missing == 0, value >= lowest, Unicode.Scalar(value) != nil else { return nil }
        return value
    }
}
