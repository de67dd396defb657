/// The names of structures' fields.
struct FieldNames {
    private struct Key: Hashable {
        let type: UInt32
        let name: UInt32
    }

    private var indices: [Key: UInt32] = [:]
    /// Names to write into the name section, by type and field.
    private(set) var names: [(type: UInt32, field: UInt32, name: UInt32)] = []

    func index(of name: UInt32, inType type: UInt32) -> UInt32? {
        indices[Key(type: type, name: name)]
    }

    /// Returns whether the name is new in that type.
    mutating func add(_ name: UInt32, index: UInt32, inType type: UInt32) -> Bool {
        names.append((type, index, name))
        return indices.updateValue(index, forKey: Key(type: type, name: name)) == nil
    }
}
