import Attestation
import Bytes
import Diagnostics

/// Turns a layout in TOML into the areas of an enclave.
struct EnclaveLayoutReader {
    let file: String
    let contents: (String) throws(Diagnostic) -> [UInt8]

    /// The version of the format, which the key `layout` names.
    static let version: Int64 = 1

    private func invalid(_ line: Int, _ what: String, remedy: String = "") -> Diagnostic {
        Diagnostic(what: what, where: "\(file):\(line)", remedy: remedy)
    }

    /// Runs what complains about bytes and tells it with a line.
    private func at<Value>(
        _ line: Int, _ body: () throws(MalformedBytes) -> Value
    ) throws(Diagnostic) -> Value {
        do {
            return try body()
        } catch {
            throw invalid(line, "\(error.field): \(error.problem)")
        }
    }

    mutating func read(_ document: TOMLTable) throws(Diagnostic) -> EnclaveLayout {
        guard case .integer(Self.version)? = document["layout"]?.content else {
            throw invalid(
                document["layout"]?.line ?? 1, "the file does not say which format it is in",
                remedy: "write `layout = \(Self.version)` at its top")
        }
        var size: UInt64?
        var frames: UInt64 = 1
        var areas: [TOMLValue] = []
        for (key, value) in document.entries where key != "layout" {
            switch key {
            case "enclave-size": size = try number(value, key)
            case "ssa-frame-pages": frames = try number(value, key)
            case "area":
                guard case .array(let list) = value.content else {
                    throw invalid(value.line, "areas are written as [[area]]")
                }
                areas = list
            default:
                throw invalid(
                    value.line, "unknown key \(key.debugDescription)",
                    remedy: "known are layout, enclave-size, ssa-frame-pages and [[area]]")
            }
        }
        guard let size else { throw invalid(1, "enclave-size is missing") }
        var layout = try at(1) { () throws(MalformedBytes) in
            try EnclaveLayout(
                size: size, frameSize: UInt32(truncatingIfNeeded: min(frames, 1 << 20)))
        }
        for value in areas {
            for area in try self.areas(value) {
                try at(value.line) { () throws(MalformedBytes) in try layout.add(area) }
            }
        }
        return layout
    }

    private static let keys: Set<String> = [
        "name", "offset", "pages", "permissions", "thread-control", "measured", "file", "elf",
        "words",
    ]

    /// The areas of one `[[area]]`: those of an ELF file's segments, or one.
    private func areas(_ value: TOMLValue) throws(Diagnostic) -> [EnclaveLayout.Area] {
        guard case .table(let table) = value.content else {
            throw invalid(value.line, "an area is a table")
        }
        for (key, member) in table.entries where !Self.keys.contains(key) {
            throw invalid(
                member.line, "unknown key \(key.debugDescription)",
                remedy: "an area has " + Self.keys.sorted().joined(separator: ", "))
        }
        guard let place = table["offset"] else { throw invalid(value.line, "offset is missing") }
        let offset = try number(place, "offset")
        if let elf = table["elf"] {
            guard table.entries.allSatisfy({ ["name", "offset", "elf"].contains($0.key) }) else {
                throw invalid(
                    elf.line, "an ELF file says itself what its pages are",
                    remedy: "leave away all but name, offset and elf")
            }
            let bytes = try contents(try string(elf, "elf"))
            return try at(elf.line) { () throws(MalformedBytes) in
                try ELFImage(bytes).areas(at: offset)
            }
        }
        return [try area(table, value.line, offset)]
    }

    private func area(
        _ table: TOMLTable, _ line: Int, _ offset: UInt64
    ) throws(Diagnostic) -> EnclaveLayout.Area {
        var content: [UInt8] = []
        if let file = table["file"] { content = try contents(try string(file, "file")) }
        let page = EnclaveLayout.pageSize
        var pages = (content.count + page - 1) / page
        if let given = table["pages"] {
            let count = try number(given, "pages")
            pages = Int(truncatingIfNeeded: min(count, UInt64(EnclaveLayout.maximumPages) + 1))
        }
        if let words = table["words"] { try put(words, into: &content, limit: pages * page) }
        return EnclaveLayout.Area(
            offset: offset, pageCount: pages, flags: try flags(table, line),
            isMeasured: try flag(table["measured"], "measured") ?? true, content: content)
    }

    /// `words = { 0x10 = 1 }`: numbers of 64 bits, little-endian, at offsets in the area.
    private func put(
        _ value: TOMLValue, into content: inout [UInt8], limit: Int
    ) throws(Diagnostic) {
        guard case .table(let words) = value.content else {
            throw invalid(value.line, "words is a table of offsets and numbers")
        }
        for (key, word) in words.entries {
            let digits = key.hasPrefix("0x") ? key.dropFirst(2) : key[...]
            guard let offset = Int(digits, radix: key.hasPrefix("0x") ? 16 : 10), offset >= 0,
                limit >= 8, offset <= limit - 8, limit <= EnclaveLayout.maximumPages
            else {
                throw invalid(word.line, "\(key.debugDescription) is no offset within the area")
            }
            let number = try number(word, key)
            if content.count < offset + 8 {
                content += [UInt8](repeating: 0, count: offset + 8 - content.count)
            }
            for index in 0..<8 {
                content[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
            }
        }
    }

    private func flags(
        _ table: TOMLTable, _ line: Int
    ) throws(Diagnostic) -> EnclaveLayout.Flags {
        let isControl = try flag(table["thread-control"], "thread-control") ?? false
        guard let value = table["permissions"] else {
            guard isControl else {
                throw invalid(
                    line, "permissions are missing", remedy: "write permissions = \"rw\" or such")
            }
            return [.threadControl]
        }
        guard !isControl else { throw invalid(value.line, "a thread's control has no permissions") }
        var flags: EnclaveLayout.Flags = [.regular]
        for letter in try string(value, "permissions") {
            let flag: EnclaveLayout.Flags? =
                switch letter {
                case "r": .read
                case "w": .write
                case "x": .execute
                default: nil
                }
            guard let flag, flags.insert(flag).inserted else {
                throw invalid(value.line, "permissions are r, w and x, each at most once")
            }
        }
        return flags
    }

    private func number(_ value: TOMLValue, _ key: String) throws(Diagnostic) -> UInt64 {
        guard case .integer(let number) = value.content, let result = UInt64(exactly: number) else {
            throw invalid(value.line, "\(key) must be a number that is not negative")
        }
        return result
    }

    private func string(_ value: TOMLValue, _ key: String) throws(Diagnostic) -> String {
        guard case .string(let text) = value.content else {
            throw invalid(value.line, "\(key) must be a string, is \(value.kind)")
        }
        return text
    }

    private func flag(_ value: TOMLValue?, _ key: String) throws(Diagnostic) -> Bool? {
        guard let value else { return nil }
        guard case .boolean(let flag) = value.content else {
            throw invalid(value.line, "\(key) must be true or false, is \(value.kind)")
        }
        return flag
    }
}
