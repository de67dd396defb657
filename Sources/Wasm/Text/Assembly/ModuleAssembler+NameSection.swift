/// The name section (core specification 3.0, appendix "Custom Sections", Name Section; its subsections 3
/// to 11 as in the extended name section proposal).
extension ModuleAssembler {
    /// The section's contents; empty when nothing has a name.
    func nameSection() -> [UInt8] {
        var section: [UInt8] = []
        if let module = names.module {
            var name: [UInt8] = []
            name.appendSized(module)
            append(0, name, to: &section)
        }
        append(1, nameMap(.function), to: &section)
        append(2, indirect(names.locals), to: &section)
        append(3, indirect(names.labels), to: &section)
        append(4, nameMap(.type), to: &section)
        append(5, nameMap(.table), to: &section)
        append(6, nameMap(.memory), to: &section)
        append(7, nameMap(.global), to: &section)
        append(8, nameMap(.element), to: &section)
        append(9, nameMap(.data), to: &section)
        append(10, fieldNameMap(), to: &section)
        append(11, nameMap(.tag), to: &section)
        return section
    }

    private func append(_ id: UInt8, _ contents: [UInt8], to section: inout [UInt8]) {
        guard !contents.isEmpty else { return }
        section.append(id)
        section.appendSized(contents)
    }

    private func nameMap(_ kind: IndexSpace.Kind) -> [UInt8] {
        var replaced: [UInt32: [UInt8]] = [:]
        for (key, name) in names.replaced where key.kind == kind { replaced[key.index] = name }
        return nameMap(spaces[kind.rawValue].names, replaced)
    }

    /// A vector of index and name; empty when there are none.
    private func nameMap(
        _ identifiers: [(index: UInt32, name: UInt32)], _ replaced: [UInt32: [UInt8]]
    ) -> [UInt8] {
        var entries = identifiers.map { (index: $0.index, name: source.identifiers[$0.name]) }
        if !replaced.isEmpty {
            entries.removeAll { replaced[$0.index] != nil }
            entries += replaced.map { (index: $0.key, name: $0.value[...]) }
            entries.sort { $0.index < $1.index }
        }
        guard !entries.isEmpty else { return [] }
        var bytes: [UInt8] = []
        bytes.appendCount(entries.count)
        for entry in entries {
            bytes.appendUnsigned(entry.index)
            bytes.appendSized(entry.name)
        }
        return bytes
    }

    private func indirect(_ functions: [NameOutput.Function]) -> [UInt8] {
        guard !functions.isEmpty else { return [] }
        var bytes: [UInt8] = []
        bytes.appendCount(functions.count)
        for function in functions {
            bytes.appendUnsigned(function.index)
            bytes += nameMap(function.names, function.replaced)
        }
        return bytes
    }

    private func fieldNameMap() -> [UInt8] {
        var types: [UInt8] = []
        var typeCount = 0
        var index = 0
        let all = fieldNames.names
        while index < all.count {
            let end = all[index...].firstIndex { $0.type != all[index].type } ?? all.count
            types.appendUnsigned(all[index].type)
            types += nameMap(all[index..<end].map { ($0.field, $0.name) }, [:])
            typeCount += 1
            index = end
        }
        guard typeCount > 0 else { return [] }
        var bytes: [UInt8] = []
        bytes.appendCount(typeCount)
        return bytes + types
    }
}
