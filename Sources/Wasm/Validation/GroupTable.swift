/// Finds the first recursion group written with the same words.
///
/// A hash table with open addressing over one long array of words: a few bytes for each type, where
/// a dictionary of arrays would take a hundred.
package struct GroupTable: Sendable {
    private struct Group: Sendable {
        /// The group's first type.
        var start: UInt32
        /// Where its words begin and end.
        var words: Range<UInt32>
    }

    private var words: [UInt32] = []
    private var groups: [Group] = []
    /// Positions in ``groups`` plus one; zero is free. The count is a power of two.
    private var slots = [UInt32](repeating: 0, count: 16)

    /// Of a function type that stands alone.
    private static let usualWordCount = 24

    package init() {}

    /// Makes room for more groups at once.
    package mutating func reserve(_ count: Int) {
        var size = slots.count
        while (groups.count + count) * 2 > size { size *= 2 }
        if size > slots.count { resize(to: size) }
        if count > groups.count {
            groups.reserveCapacity(groups.count + count)
            words.reserveCapacity(words.count + count * Self.usualWordCount)
        }
    }

    /// The first type of the group with these words, which is `start` when there is none yet.
    package mutating func first(equalTo key: [UInt32], orAdd start: UInt32) -> UInt32 {
        if groups.count * 2 >= slots.count { resize(to: slots.count * 2) }
        let place = place(of: key)
        if slots[place] != 0 { return groups[Int(slots[place]) - 1].start }
        let begin = UInt32(words.count)
        words += key
        groups.append(Group(start: start, words: begin..<UInt32(words.count)))
        slots[place] = UInt32(groups.count)
        return start
    }

    /// The first type of the group with these words; nil when there is none.
    package func first(equalTo key: [UInt32]) -> UInt32? {
        let slot = slots[place(of: key)]
        return slot == 0 ? nil : groups[Int(slot) - 1].start
    }

    /// Where the group with these words stands, or would.
    private func place(of key: [UInt32]) -> Int {
        unsafe key.withUnsafeBufferPointer { key in
            unsafe words.withUnsafeBufferPointer { words in
                var place = unsafe Self.hash(key) & (slots.count - 1)
                while slots[place] != 0 {
                    let group = groups[Int(slots[place]) - 1]
                    if unsafe key.elementsEqual(Self.words(of: group, in: words)) { return place }
                    place = (place + 1) & (slots.count - 1)
                }
                return place
            }
        }
    }

    private static func words(
        of group: Group, in words: UnsafeBufferPointer<UInt32>
    ) -> UnsafeBufferPointer<UInt32> {
        let range = Int(group.words.lowerBound)..<Int(group.words.upperBound)
        return unsafe UnsafeBufferPointer(rebasing: words[range])
    }

    /// The hash's seed is random, so a module can not choose its collisions.
    private static func hash(_ key: UnsafeBufferPointer<UInt32>) -> Int {
        var hasher = Hasher()
        unsafe hasher.combine(bytes: UnsafeRawBufferPointer(key))
        return hasher.finalize()
    }

    private mutating func resize(to size: Int) {
        slots = [UInt32](repeating: 0, count: size)
        unsafe words.withUnsafeBufferPointer { words in
            for (index, group) in groups.enumerated() {
                var place = unsafe Self.hash(Self.words(of: group, in: words)) & (size - 1)
                while slots[place] != 0 { place = (place + 1) & (size - 1) }
                slots[place] = UInt32(index + 1)
            }
        }
    }
}
