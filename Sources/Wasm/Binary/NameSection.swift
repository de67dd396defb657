/// The names that a module's tool left for people: of functions, locals and more.
///
/// Names decide nothing: a name section outside its format gives no names, never an error. Source:
/// core specification 3.0, appendix "Custom Sections", name section; extended-name-section proposal.
package struct NameSection: Sendable {
    /// The kinds of names, by subsection number.
    package enum Subsection: UInt8, Sendable {
        case module, function, local, label, type, table, memory, global, element, data, field, tag
    }

    private let bytes: ModuleBytes
    private var ranges: [Subsection: Range<Int>] = [:]

    package init(_ module: Module) {
        bytes = module.bytes
        guard let section = module.customSections.first(where: { $0.name == "name" }) else {
            return
        }
        var reader = BinaryReader(bytes, range: section.range, section: "name")
        while !reader.isAtEnd, let found = try? Self.subsection(&reader) {
            if let kind = found.kind { ranges[kind] = found.range }
        }
    }

    private static func subsection(
        _ reader: inout BinaryReader
    ) throws(WasmError) -> (kind: Subsection?, range: Range<Int>) {
        let kind = Subsection(rawValue: try reader.byte())
        let size = Int(try reader.index())
        return (kind, try reader.skip(size))
    }

    /// The module's own name.
    package var moduleName: String? {
        guard let range = ranges[.module] else { return nil }
        var reader = BinaryReader(bytes, range: range)
        return try? reader.name()
    }

    /// The name of one function, found by walking the list: for errors and backtraces.
    package func functionName(_ function: UInt32) -> String? {
        name(of: function, in: .function)
    }

    /// The name of one entry of a list that is not about locals, labels or fields.
    package func name(of index: UInt32, in subsection: Subsection) -> String? {
        guard var reader = list(subsection), let count = try? reader.index() else { return nil }
        for _ in 0..<count {
            guard let entry = try? reader.index(), let length = try? reader.index(),
                let range = try? reader.skip(Int(length))
            else { return nil }
            if entry == index { return String(validating: bytes[range], as: UTF8.self) }
        }
        return nil
    }

    /// Every name of a list that is not about locals, labels or fields, by index.
    package func names(_ subsection: Subsection) -> [UInt32: String] {
        guard var reader = list(subsection) else { return [:] }
        return Self.nameMap(&reader)
    }

    /// The names of a function's locals (or labels), by index.
    package func localNames(
        function: UInt32, in subsection: Subsection = .local
    ) -> [UInt32: String] {
        guard var reader = list(subsection), let count = try? reader.index() else { return [:] }
        for _ in 0..<count {
            guard let entry = try? reader.index() else { return [:] }
            let names = Self.nameMap(&reader)
            if entry == function { return names }
        }
        return [:]
    }

    private func list(_ subsection: Subsection) -> BinaryReader? {
        ranges[subsection].map { BinaryReader(bytes, range: $0, section: "name") }
    }

    private static func nameMap(_ reader: inout BinaryReader) -> [UInt32: String] {
        var names: [UInt32: String] = [:]
        guard let count = try? reader.index() else { return names }
        for _ in 0..<count {
            guard let index = try? reader.index(), let name = try? reader.name() else { break }
            names[index] = name
        }
        return names
    }
}
