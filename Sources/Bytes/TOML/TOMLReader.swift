/// Reads TOML 1.0.0, all but floating-point numbers and dates, for which nothing here has a use.
///
/// Every value knows its line, so that a complaint about a file can point at it.
package struct TOMLReader {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var values = 0

    /// Most bytes of text that are read.
    package static let maximumBytes = 256 << 10
    /// Most values and headers in all.
    package static let maximumValues = 4096
    private static let maximumDepth = 32

    /// Decodes a document.
    ///
    /// - Throws: ``MalformedTOML`` with the line of the first thing that is wrong.
    package static func decode(_ text: String) throws(MalformedTOML) -> TOMLTable {
        var reader = TOMLReader(Array(text.utf8))
        guard reader.bytes.count <= maximumBytes else {
            throw MalformedTOML(line: 1, problem: "more than \(maximumBytes) bytes")
        }
        return try reader.document()
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func malformed(_ problem: String) -> MalformedTOML {
        MalformedTOML(line: line, problem: problem)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func looksAt(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private mutating func takes(_ text: String) -> Bool {
        guard looksAt(text) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func take(_ text: String) throws(MalformedTOML) {
        guard takes(text) else { throw malformed("expected \(text)") }
    }

    private mutating func skipBlanks() {
        while next == 0x20 || next == 0x09 { position += 1 }
    }

    /// Skips blanks, comments and line ends.
    private mutating func skipLines() throws(MalformedTOML) {
        while true {
            skipBlanks()
            if next == UInt8(ascii: "#") { try skipComment() }
            guard takes("\n") || takes("\r\n") else { return }
            line += 1
        }
    }

    private mutating func skipComment() throws(MalformedTOML) {
        while let byte = next, byte != 0x0a {
            let ends = byte == 0x0d && position + 1 < bytes.count && bytes[position + 1] == 0x0a
            if ends { return }
            guard byte >= 0x20 && byte != 0x7f || byte == 0x09 else {
                throw malformed("control character in a comment")
            }
            position += 1
        }
    }

    /// Nothing but a comment may follow on the line.
    private mutating func endLine() throws(MalformedTOML) {
        skipBlanks()
        if next == UInt8(ascii: "#") { try skipComment() }
        guard next == nil || looksAt("\n") || looksAt("\r\n") else {
            throw malformed("something follows the value on its line")
        }
    }

    private mutating func document() throws(MalformedTOML) -> TOMLTable {
        var root = TOMLTable()
        var path: [String] = []
        while true {
            try skipLines()
            guard let byte = next else { return root }
            if byte == UInt8(ascii: "[") {
                path = try header(&root)
            } else {
                let (key, value) = try keyValue(depth: 0)
                let problem = root.insert(value, at: path[...], key[...])
                if let problem { throw MalformedTOML(line: value.line, problem: problem) }
            }
            try endLine()
        }
    }

    private mutating func countValue() throws(MalformedTOML) {
        values += 1
        guard values <= Self.maximumValues else {
            throw malformed("more than \(Self.maximumValues) values")
        }
    }

    /// `[table]` or `[[array of tables]]`; returns the path that following keys belong to.
    private mutating func header(_ root: inout TOMLTable) throws(MalformedTOML) -> [String] {
        try countValue()
        let isArray = takes("[[")
        if !isArray { try take("[") }
        skipBlanks()
        let path = try dottedKey()
        skipBlanks()
        try take(isArray ? "]]" : "]")
        if let problem = root.open(path[...], line: line, isArray: isArray) {
            throw malformed(problem)
        }
        return path
    }

    private mutating func keyValue(depth: Int) throws(MalformedTOML) -> ([String], TOMLValue) {
        let key = try dottedKey()
        skipBlanks()
        try take("=")
        skipBlanks()
        return (key, try value(depth: depth))
    }

    private mutating func dottedKey() throws(MalformedTOML) -> [String] {
        var keys: [String] = []
        while true {
            keys.append(try simpleKey())
            guard keys.count <= Self.maximumDepth else { throw malformed("key has too many parts") }
            skipBlanks()
            guard takes(".") else { return keys }
            skipBlanks()
        }
    }

    private mutating func simpleKey() throws(MalformedTOML) -> String {
        switch next {
        case UInt8(ascii: "\""): return try basicString()
        case UInt8(ascii: "'"): return try literalString()
        default:
            let start = position
            while let byte = next, Self.isBare(byte) { position += 1 }
            guard position > start else { throw malformed("expected a key") }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5a, 0x61...0x7a, 0x30...0x39, 0x2d, 0x5f: true
        default: false
        }
    }

    private mutating func value(depth: Int) throws(MalformedTOML) -> TOMLValue {
        guard depth <= Self.maximumDepth else { throw malformed("nested too deeply") }
        try countValue()
        let start = line
        let content: TOMLValue.Content
        switch next {
        case UInt8(ascii: "\"") where takes("\"\"\""):
            content = .string(try multiline("\"\"\"", escapes: true))
        case UInt8(ascii: "'") where takes("'''"):
            content = .string(try multiline("'''", escapes: false))
        case UInt8(ascii: "\""): content = .string(try basicString())
        case UInt8(ascii: "'"): content = .string(try literalString())
        case UInt8(ascii: "["): content = .array(try array(depth))
        case UInt8(ascii: "{"): content = .table(try inlineTable(depth))
        case nil: throw malformed("a value is missing")
        default: content = try word()
        }
        return TOMLValue(content: content, line: start)
    }

    private mutating func word() throws(MalformedTOML) -> TOMLValue.Content {
        let start = position
        while let byte = next, Self.isBare(byte) || [0x2b, 0x2e, 0x3a].contains(byte) {
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default:
            guard let number = Self.integer(text) else {
                throw malformed("\(text.debugDescription) is no value; text needs quotes")
            }
            return .integer(number)
        }
    }

    private static func integer(_ text: String) -> Int64? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
            return digits(text.dropFirst(2)).flatMap { Int64($0, radix: radix) }
        }
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard unsigned == "0" || !unsigned.hasPrefix("0"), let clean = digits(unsigned) else {
            return nil
        }
        return Int64(text.hasPrefix("-") ? "-" + clean : clean)
    }

    /// Digits without their underscores, each of which must stand between two digits.
    private static func digits(_ text: Substring) -> String? {
        let groups = text.split(separator: "_", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ !$0.isEmpty && !"+-".contains($0.first ?? "+") }) else {
            return nil
        }
        return groups.joined()
    }

    private mutating func array(_ depth: Int) throws(MalformedTOML) -> [TOMLValue] {
        try take("[")
        var elements: [TOMLValue] = []
        while true {
            try skipLines()
            if takes("]") { return elements }
            elements.append(try value(depth: depth + 1))
            try skipLines()
            if takes("]") { return elements }
            try take(",")
        }
    }

    private mutating func inlineTable(_ depth: Int) throws(MalformedTOML) -> TOMLTable {
        try take("{")
        var table = TOMLTable()
        skipBlanks()
        if !takes("}") {
            while true {
                skipBlanks()
                let (key, value) = try keyValue(depth: depth + 1)
                if let problem = table.insert(value, at: [], key[...]) { throw malformed(problem) }
                skipBlanks()
                if takes("}") { break }
                try take(",")
            }
        }
        table.isClosed = true
        table.isImplicit = false
        return table
    }

    private mutating func literalString() throws(MalformedTOML) -> String {
        try take("'")
        let start = position
        while let byte = next, byte != UInt8(ascii: "'") {
            guard byte >= 0x20 && byte != 0x7f || byte == 0x09 else {
                throw malformed("control character or line end in a string")
            }
            position += 1
        }
        let text = try utf8(Array(bytes[start..<position]))
        try take("'")
        return text
    }

    private mutating func basicString() throws(MalformedTOML) -> String {
        try take("\"")
        var text: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\"") {
            position += 1
            if byte == UInt8(ascii: "\\") {
                text += try escape()
            } else {
                guard byte >= 0x20 && byte != 0x7f || byte == 0x09 else {
                    throw malformed("control character or line end in a string")
                }
                text.append(byte)
            }
        }
        try take("\"")
        return try utf8(text)
    }

    private mutating func multiline(
        _ quotes: String, escapes: Bool
    ) throws(MalformedTOML) -> String {
        if takes("\n") || takes("\r\n") { line += 1 }
        var text: [UInt8] = []
        while !takes(quotes) {
            guard let byte = next else { throw malformed("string does not end") }
            position += 1
            if escapes, byte == UInt8(ascii: "\\") {
                if next == 0x0a || next == 0x0d || next == 0x20 {
                    skipFold()
                } else {
                    text += try escape()
                }
                continue
            }
            guard byte >= 0x20 && byte != 0x7f || [0x09, 0x0a, 0x0d].contains(byte) else {
                throw malformed("control character in a string")
            }
            if byte == 0x0a { line += 1 }
            text.append(byte)
        }
        for quote in quotes.utf8.dropLast() where next == quote {
            // Up to two quotes may stand right before the closing three.
            position += 1
            text.append(quote)
        }
        return try utf8(text)
    }

    /// A backslash at the end of a line swallows the break and the blanks that follow.
    private mutating func skipFold() {
        while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) {
            if byte == 0x0a { line += 1 }
            position += 1
        }
    }

    private mutating func escape() throws(MalformedTOML) -> [UInt8] {
        let byte = next
        position += 1
        switch byte {
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "\""): return [0x22]
        case UInt8(ascii: "\\"): return [0x5c]
        case UInt8(ascii: "u"): return try unicode(4)
        case UInt8(ascii: "U"): return try unicode(8)
        default: throw malformed("unknown escape")
        }
    }

    private mutating func unicode(_ digits: Int) throws(MalformedTOML) -> [UInt8] {
        guard bytes.count - position >= digits,
            let value = UInt32(
                String(decoding: bytes[position..<position + digits], as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw malformed("escape is no character") }
        position += digits
        return Array(String(Character(scalar)).utf8)
    }

    private func utf8(_ text: [UInt8]) throws(MalformedTOML) -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw malformed("string is not UTF-8")
        }
        return string
    }
}
