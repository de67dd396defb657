/// Every keyword of the text format, found by its bytes.
///
/// Open addressing over a fixed set, so foreign text can not lengthen a search beyond the longest
/// run of keywords.
package struct KeywordTable: Sendable {
    package struct Entry: Sendable {
        package let spelling: [UInt8]
        package var word: TextWord?
        package var opcode: Opcode?
    }

    package static let shared = KeywordTable()

    private var entries: [Entry] = []
    /// 1 + index into ``entries``, or 0; a power of two long and at most half full.
    private var slots = [UInt16](repeating: 0, count: 4096)

    private init() {
        for row in InstructionTable.rows {
            insert(row.mnemonic.description) { $0.opcode = $0.opcode ?? row.opcode }
        }
        for word in TextWord.allCases {
            insert(word.rawValue) { $0.word = word }
        }
    }

    /// The keyword that `bytes[range]` spells.
    package func find(_ bytes: [UInt8], _ range: Range<Int>) -> Entry? {
        let slot = slots[slot(of: bytes, range)]
        return slot == 0 ? nil : entries[Int(slot) - 1]
    }

    private mutating func insert(_ spelling: String, _ update: (inout Entry) -> Void) {
        let bytes = Array(spelling.utf8)
        let place = slot(of: bytes, 0..<bytes.count)
        if slots[place] == 0 {
            entries.append(Entry(spelling: bytes))
            slots[place] = UInt16(truncatingIfNeeded: entries.count)
        }
        update(&entries[Int(slots[place]) - 1])
    }

    /// The slot that holds the keyword, or the free slot where it belongs.
    private func slot(of bytes: [UInt8], _ range: Range<Int>) -> Int {
        var hash: UInt32 = 0x811C_9DC5
        for index in range { hash = (hash ^ UInt32(bytes[index])) &* 0x0100_0193 }
        var place = Int(hash ^ hash >> 15) & (slots.count - 1)
        while slots[place] != 0 {
            let spelling = entries[Int(slots[place]) - 1].spelling
            if spelling.count == range.count && spelling.elementsEqual(bytes[range]) { break }
            place = (place + 1) & (slots.count - 1)
        }
        return place
    }
}
