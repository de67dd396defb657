/// The sections of the module being assembled, each with the number of its entries.
///
/// Source: core specification 3.0, §5.5 (Modules).
struct SectionOutput {
    /// A section's entries.
    struct Entries {
        var bytes: [UInt8] = []
        var count = 0

        mutating func add(_ write: (inout [UInt8]) -> Void) {
            count += 1
            write(&bytes)
        }
    }

    /// The sections in the order in which they stand in a module.
    enum Slot: Int, CaseIterable {
        case type, `import`, function, table, memory, tag, global, export, start, element
        case dataCount, code, data

        /// The section's number (§5.5.2).
        var id: UInt8 {
            switch self {
            case .type: 1
            case .import: 2
            case .function: 3
            case .table: 4
            case .memory: 5
            case .tag: 13
            case .global: 6
            case .export: 7
            case .start: 8
            case .element: 9
            case .dataCount: 12
            case .code: 10
            case .data: 11
            }
        }
    }

    /// A custom section and where it stands.
    struct Custom {
        /// Before the slot with this number; ``Slot`` has 13, so 13 is behind all of them.
        var place: Int
        var name: [UInt8]
        var contents: [UInt8]
    }

    var types: [UInt8] = []
    var typeCount = 0
    var imports = Entries()
    var functions = Entries()
    var tables = Entries()
    var memories = Entries()
    var tags = Entries()
    var globals = Entries()
    var exports = Entries()
    var start: UInt32?
    var elements = Entries()
    var code = Entries()
    var data = Entries()

    /// The whole module.
    func module(
        needsDataCount: Bool, nameSection: [UInt8], custom: [Custom]
    ) -> [UInt8] {
        var bytes: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]
        for slot in Slot.allCases {
            for section in custom where section.place == slot.rawValue {
                Self.append(section.name, section.contents, to: &bytes)
            }
            let contents = contents(of: slot, needsDataCount)
            if !contents.isEmpty {
                bytes.append(slot.id)
                bytes.appendSized(contents)
            }
        }
        for section in custom where section.place == Slot.allCases.count {
            Self.append(section.name, section.contents, to: &bytes)
        }
        if !nameSection.isEmpty { Self.append(Array("name".utf8), nameSection, to: &bytes) }
        return bytes
    }

    private static func append(_ name: [UInt8], _ contents: [UInt8], to bytes: inout [UInt8]) {
        var section: [UInt8] = []
        section.appendSized(name)
        section += contents
        bytes.append(0)
        bytes.appendSized(section)
    }

    /// A section's contents; empty when there is nothing to say.
    private func contents(of slot: Slot, _ needsDataCount: Bool) -> [UInt8] {
        switch slot {
        case .type: Self.list(types, typeCount)
        case .import: Self.list(imports)
        case .function: Self.list(functions)
        case .table: Self.list(tables)
        case .memory: Self.list(memories)
        case .tag: Self.list(tags)
        case .global: Self.list(globals)
        case .export: Self.list(exports)
        case .start: start.map(Self.number) ?? []
        case .element: Self.list(elements)
        case .dataCount: needsDataCount ? Self.number(UInt32(truncatingIfNeeded: data.count)) : []
        case .code: Self.list(code)
        case .data: Self.list(data)
        }
    }

    private static func number(_ value: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendUnsigned(value)
        return bytes
    }

    private static func list(_ entries: Entries) -> [UInt8] { list(entries.bytes, entries.count) }

    private static func list(_ contents: [UInt8], _ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(contents.count + 5)
        bytes.appendCount(count)
        bytes += contents
        return bytes
    }
}
