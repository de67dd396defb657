/// The entries of a directory in memory, found by name and listed by cookie.
struct MemoryEntries {
    private struct Slot {
        var cookie: UInt64
        /// nil: removed, the slot waits to be swept.
        var name: FileName?
    }

    private var nodes: [FileName: (node: MemoryNode, cookie: UInt64)] = [:]
    /// In order of cookies, which only grow.
    private var slots: [Slot] = []
    private var sweepableCount = 0
    private var nextCookie = TreeDirectory.reservedCookies + 1

    var isEmpty: Bool { nodes.isEmpty }

    /// All nodes and how many bytes their names have.
    var all: [(name: FileName, node: MemoryNode)] { nodes.map { ($0.key, $0.value.node) } }

    subscript(name: FileName) -> MemoryNode? { nodes[name]?.node }

    mutating func insert(_ node: MemoryNode, as name: FileName) {
        let cookie = nextCookie
        nextCookie += 1
        nodes[name] = (node, cookie)
        slots.append(Slot(cookie: cookie, name: name))
    }

    mutating func remove(_ name: FileName) -> MemoryNode? {
        guard let (node, cookie) = nodes.removeValue(forKey: name) else { return nil }
        slots[firstSlot(after: cookie - 1)].name = nil
        sweepableCount += 1
        if sweepableCount > 32, sweepableCount > slots.count / 2 {
            slots.removeAll { $0.name == nil }
            sweepableCount = 0
        }
        return node
    }

    func visit(after cookie: UInt64, _ visit: (FileName, MemoryNode, UInt64) -> Bool) {
        var index = firstSlot(after: cookie)
        while index < slots.count {
            let slot = slots[index]
            if let name = slot.name, let node = self[name], !visit(name, node, slot.cookie) {
                return
            }
            index += 1
        }
    }

    /// Index of the first slot with a cookie above `cookie`.
    private func firstSlot(after cookie: UInt64) -> Int {
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].cookie > cookie { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
