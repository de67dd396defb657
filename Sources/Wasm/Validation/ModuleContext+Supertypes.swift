/// Declared supertypes (core specification 3.0, §3.2.12 and §3.3.8).
extension ModuleContext {
    /// Checks that every declared supertype may be extended and matches its subtype.
    func checkSupertypes(_ module: Module) throws(WasmError) {
        for (index, type) in module.types.enumerated() {
            guard let supertype = type.supertype else { continue }
            let (entry, parent) = (types[index], types[Int(supertype)])
            guard !parent.isFinal, matches(entry, parent) else {
                throw .invalid(
                    module.problem(
                        "sub type \(index) does not match super type \(supertype)",
                        found: parent.isFinal ? "a final supertype" : "another composite type",
                        section: .type))
            }
        }
    }

    private func matches(_ entry: TypeEntry, _ parent: TypeEntry) -> Bool {
        guard entry.kind == parent.kind else { return false }
        if entry.kind == .function { return functionMatches(entry, parent) }
        guard entry.count >= parent.count else { return false }
        return (0..<Int(parent.count)).allSatisfy {
            matches(
                fieldStorage[Int(entry.start) + $0], fieldStorage[Int(parent.start) + $0])
        }
    }

    private func functionMatches(_ entry: TypeEntry, _ parent: TypeEntry) -> Bool {
        guard entry.count == parent.count, entry.resultCount == parent.resultCount else {
            return false
        }
        let (start, base, split) = (Int(entry.start), Int(parent.start), Int(entry.count))
        return (0..<split).allSatisfy {
            isSubtype(typeStorage[base + $0], of: typeStorage[start + $0])
        }
            && (split..<split + Int(entry.resultCount)).allSatisfy {
                isSubtype(typeStorage[start + $0], of: typeStorage[base + $0])
            }
    }

    private func matches(_ field: FieldType, _ parent: FieldType) -> Bool {
        guard field.isMutable == parent.isMutable else { return false }
        return field.isMutable
            ? field.storage == parent.storage : isSubtype(field.storage, of: parent.storage)
    }
}
