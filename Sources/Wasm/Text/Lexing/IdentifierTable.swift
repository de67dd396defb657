/// The identifiers of one source, each with a number of its own.
///
/// Identifiers are compared by their bytes (not by Unicode equivalence, as `String` would).
struct IdentifierTable: Sendable {
    /// The names' bytes, without `$`, end to end.
    private var storage: [UInt8] = []
    private var ranges: [Range<Int>] = []
    /// 1 + index into ``ranges``, or 0; a power of two long and at most half full.
    private var slots = [UInt32](repeating: 0, count: 64)

    /// The bytes of an identifier's name.
    subscript(number: UInt32) -> ArraySlice<UInt8> { storage[ranges[Int(number)]] }

    /// The number of the identifier `bytes[range]`; equal bytes have equal numbers.
    mutating func number(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        var place = slot(of: bytes[range])
        if slots[place] == 0 {
            if ranges.count * 2 >= slots.count {
                grow()
                place = slot(of: bytes[range])
            }
            ranges.append(storage.count..<storage.count + range.count)
            storage.append(contentsOf: bytes[range])
            slots[place] = UInt32(truncatingIfNeeded: ranges.count)
        }
        return slots[place] - 1
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for (index, range) in ranges.enumerated() {
            slots[slot(of: storage[range])] = UInt32(truncatingIfNeeded: index + 1)
        }
    }

    private func slot(of name: ArraySlice<UInt8>) -> Int {
        var place = Self.hash(name) & (slots.count - 1)
        while slots[place] != 0 {
            let range = ranges[Int(slots[place]) - 1]
            if range.count == name.count && storage[range].elementsEqual(name) { break }
            place = (place + 1) & (slots.count - 1)
        }
        return place
    }

    /// Seeded anew in every process, so that foreign text can not choose names that collide.
    private static func hash(_ name: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        var word: UInt64 = 1
        for byte in name {
            word = word << 8 | UInt64(byte)
            if word >> 56 != 0 {
                hasher.combine(word)
                word = 1
            }
        }
        hasher.combine(word)
        return hasher.finalize()
    }
}
