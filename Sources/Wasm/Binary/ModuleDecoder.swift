internal import Bytes

/// Decodes a module's structure; function bodies stay byte ranges.
///
/// Source: core specification 3.0, §5.5 (Modules), with the threads proposal's limits.
package struct ModuleDecoder {
    /// What is read of the code section.
    package enum Bodies: Sendable {
        /// Where every function's body is.
        case found
        /// How many there are; the rest when somebody first asks. For a module that was decoded
        /// before: bodies that do not fit are told when they are translated, if ever.
        case later
    }

    var reader: BinaryReader
    var module: Module
    let limits: DecoderLimits
    let bodies: Bodies
    /// Type indices of the function section, which the code section must match.
    var declaredFunctionCount = 0
    private var lastOrder = 0

    /// Decodes `bytes`, which stay in the module as they are.
    ///
    /// - Throws: ``WasmError/malformed(_:)`` for bytes outside the format, ``WasmError/invalid(_:)``
    ///   for a limit passed or an index no module can have.
    package static func decode(
        _ bytes: [UInt8], limits: DecoderLimits = .standard
    ) throws(WasmError) -> Module {
        try decode(ModuleBytes(bytes), limits: limits)
    }

    /// As above, of bytes that may lie in a file.
    package static func decode(
        _ bytes: ModuleBytes, bodies: Bodies = .found, limits: DecoderLimits = .standard
    ) throws(WasmError) -> Module {
        var decoder = ModuleDecoder(bytes, bodies, limits)
        try decoder.preamble()
        while !decoder.reader.isAtEnd { try decoder.section() }
        try decoder.finish()
        return decoder.module
    }

    private init(_ bytes: ModuleBytes, _ bodies: Bodies, _ limits: DecoderLimits) {
        reader = BinaryReader(bytes)
        module = Module(bytes: bytes)
        self.bodies = bodies
        self.limits = limits
    }

    private mutating func preamble() throws(WasmError) {
        try magic([0x00, 0x61, 0x73, 0x6D], "magic header not detected")
        try magic([0x01, 0x00, 0x00, 0x00], "unknown binary version")
    }

    private mutating func magic(_ expected: [UInt8], _ message: String) throws(WasmError) {
        let start = reader.offset
        for byte in expected {
            guard !reader.isAtEnd else { throw reader.malformed("unexpected end", at: start) }
            guard try reader.byte() == byte else {
                throw reader.malformed(message, allowed: "bytes \(expected.hexadecimal)", at: start)
            }
        }
    }

    private mutating func section() throws(WasmError) {
        let start = reader.offset
        let code = try reader.byte()
        guard let id = SectionID(rawValue: code) else {
            throw reader.malformed(
                "malformed section id", found: "\(code)", allowed: "0 to 13", at: start)
        }
        let size = Int(try reader.index())
        let outer = reader
        reader = try reader.slice(size, section: id.name)
        if id == .custom {
            try customSection()
        } else {
            try checkOrder(id, at: start)
            module.sections[id] = reader.offset..<reader.end
            try contents(id)
            guard reader.isAtEnd else {
                throw reader.malformed(
                    "section size mismatch", found: "\(reader.remaining) bytes too many")
            }
        }
        let end = reader.end
        reader = outer
        reader.advance(to: end)
    }

    private mutating func checkOrder(_ id: SectionID, at start: Int) throws(WasmError) {
        guard id.order > lastOrder else {
            throw reader.malformed(
                "unexpected content after last section", found: "another \(id.name) section",
                allowed: "each section once and in order", at: start)
        }
        lastOrder = id.order
    }

    private mutating func customSection() throws(WasmError) {
        let name = try reader.name()
        let range = try reader.skip(reader.remaining)
        module.customSections.append(Module.CustomSection(name: name, range: range))
    }

    private mutating func contents(_ id: SectionID) throws(WasmError) {
        switch id {
        case .custom: break
        case .type: try typeSection()
        case .import: try importSection()
        case .function: try functionSection()
        case .table: try tableSection()
        case .memory: try memorySection()
        case .tag: try tagSection()
        case .global: try globalSection()
        case .export: try exportSection()
        case .start: module.start = try reader.index()
        case .element: try elementSection()
        case .dataCount: module.dataCount = try reader.index()
        case .code: try codeSection()
        case .data: try dataSection()
        }
    }

    private func finish() throws(WasmError) {
        guard module.code.count == declaredFunctionCount else {
            throw reader.malformed(
                "function and code section have inconsistent lengths",
                found: "\(module.code.count) bodies", allowed: "\(declaredFunctionCount)")
        }
        guard module.dataCount.map({ Int($0) == module.data.count }) ?? true else {
            throw reader.malformed(
                "data count and data section have inconsistent lengths",
                found: "\(module.data.count) segments", allowed: "\(module.dataCount ?? 0)")
        }
    }
}

/// A section's number in the binary format (§5.5.2).
package enum SectionID: UInt8, Sendable {
    case custom, type, `import`, function, table, memory, global, export, start, element, code
    case data, dataCount, tag

    /// The place that the format gives the section; zero for custom sections.
    var order: Int {
        switch self {
        case .custom: 0
        case .type: 1
        case .import: 2
        case .function: 3
        case .table: 4
        case .memory: 5
        case .tag: 6
        case .global: 7
        case .export: 8
        case .start: 9
        case .element: 10
        case .dataCount: 11
        case .code: 12
        case .data: 13
        }
    }

    package var name: String {
        switch self {
        case .custom: "custom"
        case .type: "type"
        case .import: "import"
        case .function: "function"
        case .table: "table"
        case .memory: "memory"
        case .tag: "tag"
        case .global: "global"
        case .export: "export"
        case .start: "start"
        case .element: "element"
        case .dataCount: "data count"
        case .code: "code"
        case .data: "data"
        }
    }
}
