/// A relocatable object file of x86-64 (System V ABI, "Object Files"; AMD64 supplement, §4).
///
/// Only what a compiler's output needs is read, and strictly: every offset and index is checked.
struct ELFObject {
    struct Section {
        var name: String
        /// `SHT_…`.
        var type: UInt32
        /// `SHF_…`.
        var flags: UInt64
        var alignment: Int
        var range: Range<Int>
        /// Bytes in memory, for a section without contents too.
        var size: Int
        var link: Int
        var info: Int

        static let progbits: UInt32 = 1
        static let symbols: UInt32 = 2
        static let relocations: UInt32 = 4
        static let nobits: UInt32 = 8
        static let unwind: UInt32 = 0x7000_0001

        /// Has a place in memory.
        var isAllocated: Bool { flags & 2 != 0 }
        var isWritable: Bool { flags & 1 != 0 }
        var isCode: Bool { flags & 4 != 0 }
    }

    struct Symbol {
        var name: String
        /// Index of its section; 0 when it is defined elsewhere.
        var section: Int
        var value: UInt64
        var size: UInt64
        /// `STT_…`.
        var type: UInt8

        static let object: UInt8 = 1
        static let function: UInt8 = 2
        /// Section indices from here on have other meanings.
        static let reservedSections = 0xFF00
    }

    struct Relocation {
        var offset: Int
        /// `R_X86_64_…`.
        var type: UInt32
        var symbol: Int
        var addend: Int64

        /// Address, 64 bits.
        static let absolute64: UInt32 = 1
        /// Distance, 32 bits.
        static let relative32: UInt32 = 2
        /// Distance to a function, 32 bits.
        static let function32: UInt32 = 4
        /// Address, 32 bits.
        static let absolute32: UInt32 = 10
    }

    let bytes: [UInt8]
    private(set) var sections: [Section] = []
    private(set) var symbols: [Symbol] = []

    init(_ bytes: [UInt8]) throws(MalformedObject) {
        self.bytes = bytes
        let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1]
        guard bytes.count >= 64, Array(bytes[..<7]) == magic else {
            throw MalformedObject("not a 64-bit little-endian ELF file")
        }
        let (type, machine) = (try number(16, 2), try number(18, 2))
        guard type == 1, machine == 62 else {
            throw MalformedObject("type \(type) for machine \(machine); wanted 1 for 62 (x86-64)")
        }
        try readSections()
        try readSymbols()
    }

    /// A little-endian number of 1 to 8 bytes.
    func number(_ offset: Int, _ width: Int) throws(MalformedObject) -> UInt64 {
        guard offset >= 0, offset <= bytes.count, width <= bytes.count - offset else {
            throw MalformedObject("needs \(width) bytes at offset \(offset) of \(bytes.count)")
        }
        var value: UInt64 = 0
        for position in 0..<width { value |= UInt64(bytes[offset + position]) << (8 * position) }
        return value
    }

    private func size(_ offset: Int) throws(MalformedObject) -> Int {
        let value = try number(offset, 8)
        guard let size = Int(exactly: value), size <= 1 << 40 else {
            throw MalformedObject("size \(value) at offset \(offset)")
        }
        return size
    }

    private mutating func readSections() throws(MalformedObject) {
        let start = try size(40)
        let width = Int(try number(58, 2))
        var count = Int(try number(60, 2))
        var nameIndex = Int(try number(62, 2))
        guard width == 64 else { throw MalformedObject("section headers of \(width) bytes") }
        // More sections than the header can count: the first header has the numbers.
        if count == 0 { count = try size(start + 32) }
        if nameIndex == 0xFFFF { nameIndex = Int(try number(start + 40, 4)) }
        guard start <= bytes.count, count <= (bytes.count - start) / width else {
            throw MalformedObject("\(count) sections do not fit")
        }
        var names: [Int] = []
        for index in 0..<count {
            let header = start + index * width
            names.append(Int(try number(header, 4)))
            sections.append(try section(header))
        }
        guard sections.indices.contains(nameIndex) else {
            throw MalformedObject("no section of names")
        }
        for index in sections.indices {
            sections[index].name = try string(sections[nameIndex], names[index])
        }
    }

    private func section(_ header: Int) throws(MalformedObject) -> Section {
        let type = UInt32(truncatingIfNeeded: try number(header + 4, 4))
        let (offset, size) = (try size(header + 24), try size(header + 32))
        let isStored = type != Section.nobits && type != 0
        guard !isStored || (offset <= bytes.count && size <= bytes.count - offset) else {
            throw MalformedObject("a section of \(size) bytes at offset \(offset)")
        }
        let alignment = max(1, try self.size(header + 48))
        guard alignment <= 1 << 16, alignment & (alignment - 1) == 0 else {
            throw MalformedObject("alignment \(alignment)")
        }
        return Section(
            name: "", type: type, flags: try number(header + 8, 8), alignment: alignment,
            range: isStored ? offset..<offset + size : 0..<0, size: size,
            link: Int(try number(header + 40, 4)), info: Int(try number(header + 44, 4)))
    }

    private func string(_ table: Section, _ start: Int) throws(MalformedObject) -> String {
        guard start < table.range.count else { return "" }
        let tail = bytes[(table.range.lowerBound + start)..<table.range.upperBound]
        guard let end = tail.firstIndex(of: 0) else { throw MalformedObject("a name without end") }
        return String(decoding: tail[..<end], as: UTF8.self)
    }

    private mutating func readSymbols() throws(MalformedObject) {
        guard let table = sections.first(where: { $0.type == Section.symbols }) else { return }
        guard sections.indices.contains(table.link), table.range.count % 24 == 0 else {
            throw MalformedObject("the symbol table")
        }
        for entry in stride(from: table.range.lowerBound, to: table.range.upperBound, by: 24) {
            symbols.append(
                Symbol(
                    name: try string(sections[table.link], Int(try number(entry, 4))),
                    section: Int(try number(entry + 6, 2)), value: try number(entry + 8, 8),
                    size: try number(entry + 16, 8), type: bytes[entry + 4] & 15))
        }
    }

    /// The relocations of a section.
    func relocations(of target: Int) throws(MalformedObject) -> [Relocation] {
        var result: [Relocation] = []
        for section in sections where section.type == Section.relocations && section.info == target
        {
            guard section.range.count % 24 == 0 else { throw MalformedObject("relocations") }
            for entry in stride(
                from: section.range.lowerBound, to: section.range.upperBound, by: 24)
            {
                let info = try number(entry + 8, 8)
                let offset = try size(entry)
                let symbol = Int(info >> 32)
                guard symbol < symbols.count, offset < sections[target].range.count else {
                    throw MalformedObject("a relocation at \(offset) to symbol \(symbol)")
                }
                result.append(
                    Relocation(
                        offset: offset, type: UInt32(truncatingIfNeeded: info), symbol: symbol,
                        addend: Int64(bitPattern: try number(entry + 16, 8))))
            }
        }
        return result
    }
}
