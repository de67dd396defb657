package import Bytes

/// A kernel module's own account of itself: the strings of its `.modinfo` section.
package struct KernelDriver: Equatable, Sendable {
    /// Names of the modules that it needs, with `_` for `-`.
    package var dependencies: [String]

    /// Decodes an ELF64 little-endian relocatable file (System V ABI, "Object Files").
    package init(decoding file: [UInt8]) throws(MalformedBytes) {
        let information = try Self.section(".modinfo", of: file)
        dependencies = []
        for entry in information.split(separator: 0) {
            let text = String(decoding: entry, as: UTF8.self)
            guard text.hasPrefix("depends=") else { continue }
            dependencies += text.dropFirst(8).split(separator: ",").map(Self.name)
        }
    }

    /// A module's name as the kernel writes it.
    package static func name(_ text: some StringProtocol) -> String {
        String(text.map { $0 == "-" ? "_" : $0 })
    }

    private struct Section {
        var name: Int
        var content: Range<Int>
    }

    private static func section(
        _ wanted: String, of file: [UInt8]
    ) throws(MalformedBytes) -> ArraySlice<UInt8> {
        guard file.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else {
            throw MalformedBytes(field: "e_ident", offset: 0, problem: "is no 64-bit ELF file")
        }
        let sections = try sections(of: file)
        let nameTable = Int(try integer(file, at: 62, "e_shstrndx", UInt16.self))
        guard nameTable < sections.count else {
            throw MalformedBytes(field: "e_shstrndx", offset: 62, problem: "names no section")
        }
        let names = file[sections[nameTable].content]
        for section in sections {
            let name = names.dropFirst(section.name).prefix { $0 != 0 }
            if name.elementsEqual(wanted.utf8) { return file[section.content] }
        }
        throw MalformedBytes(field: wanted, offset: 0, problem: "is missing")
    }

    private static func sections(of file: [UInt8]) throws(MalformedBytes) -> [Section] {
        let start = try integer(file, at: 40, "e_shoff", UInt64.self)
        let size = try integer(file, at: 58, "e_shentsize", UInt16.self)
        let count = try integer(file, at: 60, "e_shnum", UInt16.self)
        guard size == 64, start <= UInt64(file.count),
            Int(count) * 64 <= file.count - Int(start)
        else {
            throw MalformedBytes(field: "e_shoff", offset: 40, problem: "section headers outside")
        }
        var result: [Section] = []
        for index in 0..<Int(count) {
            let header = Int(start) + index * 64
            let name = try integer(file, at: header, "sh_name", UInt32.self)
            let kind = try integer(file, at: header + 4, "sh_type", UInt32.self)
            let offset = try integer(file, at: header + 24, "sh_offset", UInt64.self)
            let bytes = try integer(file, at: header + 32, "sh_size", UInt64.self)
            let occupiesNothing = kind == 8
            let (end, overflow) = offset.addingReportingOverflow(occupiesNothing ? 0 : bytes)
            guard !overflow, end <= UInt64(file.count) else {
                throw MalformedBytes(
                    field: "sh_offset", offset: header + 24, problem: "section outside the file")
            }
            result.append(Section(name: Int(name), content: Int(offset)..<Int(end)))
        }
        return result
    }

    private static func integer<T: FixedWidthInteger>(
        _ file: [UInt8], at offset: Int, _ field: String, _: T.Type
    ) throws(MalformedBytes) -> T {
        guard offset <= file.count else {
            throw MalformedBytes(field: field, offset: offset, problem: "lies outside the file")
        }
        var reader = ByteReader(file[offset...])
        return try reader.integer(field)
    }
}
