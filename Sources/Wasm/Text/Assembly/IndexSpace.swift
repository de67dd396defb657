/// An index space of a module: how many things it holds and what the text calls them.
struct IndexSpace {
    enum Kind: Int, CaseIterable {
        case type, function, table, memory, global, tag, element, data

        /// The name in the conformance suite's messages.
        var word: String {
            switch self {
            case .type: "type"
            case .function: "func"
            case .table: "table"
            case .memory: "memory"
            case .global: "global"
            case .tag: "tag"
            case .element: "elem"
            case .data: "data"
            }
        }
    }

    private(set) var count: UInt32 = 0
    private var indices: [UInt32: UInt32] = [:]
    /// Names to write into the name section, by index.
    private(set) var names: [(index: UInt32, name: UInt32)] = []

    func index(of name: UInt32) -> UInt32? { indices[name] }

    /// Takes the next index; returns `nil` when `name` stands for another one already.
    mutating func add(_ name: UInt32?) -> UInt32? {
        let index = count
        count += 1
        if let name {
            guard indices.updateValue(index, forKey: name) == nil else { return nil }
            names.append((index, name))
        }
        return index
    }
}
