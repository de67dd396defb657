/// Reads numbers of the DWARF formats from a section, every step checked.
struct SectionCursor {
    let bytes: [UInt8]
    private(set) var offset: Int
    let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) throws(MalformedObject) {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
            throw MalformedObject("a table of \(range.count) bytes at \(range.lowerBound)")
        }
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset >= end }

    mutating func byte() throws(MalformedObject) -> UInt8 {
        guard offset < end else { throw MalformedObject("a table ends at \(offset)") }
        offset += 1
        return bytes[offset - 1]
    }

    mutating func number(_ width: Int) throws(MalformedObject) -> UInt64 {
        var value: UInt64 = 0
        for position in 0..<width { value |= UInt64(try byte()) << UInt64(8 * position) }
        return value
    }

    /// ULEB128, at most 64 bits.
    mutating func unsigned() throws(MalformedObject) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            if shift < 64 { value |= UInt64(next & 0x7F) << shift }
            if next & 0x80 == 0 { return value }
            shift += 7
        }
    }

    /// SLEB128, at most 64 bits.
    mutating func signed() throws(MalformedObject) -> Int64 {
        var value: Int64 = 0
        var shift: Int64 = 0
        while true {
            let next = try byte()
            if shift < 64 { value |= Int64(next & 0x7F) << shift }
            shift += 7
            if next & 0x80 == 0 {
                if shift < 64, next & 0x40 != 0 { value |= -1 << shift }
                return value
            }
        }
    }

    mutating func skip(_ count: Int) throws(MalformedObject) {
        guard count >= 0, count <= end - offset else {
            throw MalformedObject("a table of \(count) more bytes at \(offset)")
        }
        offset += count
    }

    /// A text that ends with zero.
    mutating func text() throws(MalformedObject) -> String {
        var characters: [UInt8] = []
        while true {
            let next = try byte()
            if next == 0 { return String(decoding: characters, as: UTF8.self) }
            characters.append(next)
        }
    }
}
