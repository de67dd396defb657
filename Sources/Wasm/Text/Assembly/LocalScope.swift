/// The parameters and locals of the function being read.
struct LocalScope {
    private(set) var count: UInt32 = 0
    private var indices: [UInt32: UInt32] = [:]
    private(set) var names: [(index: UInt32, name: UInt32)] = []

    func index(of name: UInt32) -> UInt32? { indices[name] }

    mutating func clear() {
        count = 0
        // Emptying costs time in proportion to capacity, so a large one is given up.
        indices.removeAll(keepingCapacity: indices.count < 256)
        names.removeAll(keepingCapacity: true)
    }

    /// Returns whether the name is new in this function.
    mutating func add(_ name: UInt32?) -> Bool {
        let index = count
        count &+= 1
        guard let name else { return true }
        names.append((index, name))
        return indices.updateValue(index, forKey: name) == nil
    }

    /// Takes the indices of parameters that only the type names.
    mutating func skip(_ parameterCount: Int) {
        count = UInt32(truncatingIfNeeded: parameterCount)
    }
}
