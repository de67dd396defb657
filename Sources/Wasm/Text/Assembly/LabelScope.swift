/// The labels of the blocks that are open, found in constant time.
struct LabelScope {
    /// A label's name and what the name stood for outside of the block.
    struct Entry {
        let name: UInt32?
        fileprivate let hidden: Int?
    }

    /// The number of open blocks.
    private(set) var count = 0
    private var depths: [UInt32: Int] = [:]
    /// Names to write into the name section: blocks count in the order of the binary.
    private(set) var names: [(index: UInt32, name: UInt32)] = []
    private var blockCount: UInt32 = 0

    /// How many blocks lie between the innermost one and the named one.
    func depth(of name: UInt32) -> UInt32? {
        depths[name].map { UInt32(truncatingIfNeeded: count - 1 - $0) }
    }

    mutating func clear() {
        count = 0
        blockCount = 0
        if !depths.isEmpty { depths = [:] }
        names.removeAll(keepingCapacity: true)
    }

    mutating func push(_ name: UInt32?) -> Entry {
        var hidden: Int?
        if let name {
            hidden = depths.updateValue(count, forKey: name)
            names.append((blockCount, name))
        }
        count += 1
        blockCount &+= 1
        return Entry(name: name, hidden: hidden)
    }

    mutating func pop(_ entry: Entry) {
        count -= 1
        if let name = entry.name { depths[name] = entry.hidden }
    }
}
