/// Reads JSON (RFC 8259) from outside: bounded, no duplicate names, nothing after the value.
package struct JSONReader {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var position = 0
    private var values = 0

    /// Decodes the one value that `bytes` hold.
    ///
    /// - Throws: ``MalformedBytes`` with the offset of the first byte that breaks the rules.
    package static func decode(
        _ bytes: ArraySlice<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(MalformedBytes) -> JSONNode {
        guard bytes.count <= limits.maximumBytes else {
            throw MalformedBytes(
                field: "JSON", offset: 0,
                problem: "\(bytes.count) bytes; at most \(limits.maximumBytes) are read")
        }
        var reader = JSONReader(Array(bytes), limits)
        reader.skipSpace()
        let node = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.position == reader.bytes.count else {
            throw reader.malformed("\(reader.bytes.count - reader.position) bytes too many")
        }
        return node
    }

    private init(_ bytes: [UInt8], _ limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private func malformed(_ problem: String, at offset: Int? = nil) -> MalformedBytes {
        MalformedBytes(field: "JSON", offset: offset ?? position, problem: problem)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            position += 1
        }
    }

    private mutating func take(_ character: Unicode.Scalar) throws(MalformedBytes) {
        guard next == UInt8(ascii: character) else { throw malformed("expected \(character)") }
        position += 1
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(MalformedBytes) -> JSONNode {
        values += 1
        guard depth <= limits.maximumDepth else {
            throw malformed("nested deeper than \(limits.maximumDepth)")
        }
        guard values <= limits.maximumValues else {
            throw malformed("more than \(limits.maximumValues) values")
        }
        let start = position
        let content = try content(depth)
        return JSONNode(content, bytes[start..<position], offset: start)
    }

    private mutating func content(_ depth: Int) throws(MalformedBytes) -> JSONNode.Content {
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth))
        case UInt8(ascii: "["): return .array(try array(depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw malformed("ends where a value should be")
        default: return try number()
        }
    }

    private mutating func word(
        _ text: String, _ content: JSONNode.Content
    ) throws(MalformedBytes) -> JSONNode.Content {
        guard bytes[position...].starts(with: text.utf8) else {
            throw malformed("expected \(text)")
        }
        position += text.utf8.count
        return content
    }

    private mutating func object(_ depth: Int) throws(MalformedBytes) -> [String: JSONNode] {
        try take("{")
        var members: [String: JSONNode] = [:]
        skipSpace()
        if takes("}") { return members }
        while true {
            skipSpace()
            let start = position
            let name = try string()
            skipSpace()
            try take(":")
            skipSpace()
            let node = try value(depth: depth + 1)
            guard members.updateValue(node, forKey: name) == nil else {
                throw malformed("member \(name.debugDescription) appears twice", at: start)
            }
            skipSpace()
            if takes("}") { return members }
            try take(",")
        }
    }

    private mutating func array(_ depth: Int) throws(MalformedBytes) -> [JSONNode] {
        try take("[")
        var elements: [JSONNode] = []
        skipSpace()
        if takes("]") { return elements }
        while true {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if takes("]") { return elements }
            try take(",")
        }
    }

    /// RFC 8259 §6: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    private mutating func number() throws(MalformedBytes) -> JSONNode.Content {
        let start = position
        _ = takes("-")
        if !takes("0") { try digits(start) }
        if takes(".") { try digits(start) }
        if takes("e") || takes("E") {
            if !takes("+") { _ = takes("-") }
            try digits(start)
        }
        return .number
    }

    private mutating func digits(_ start: Int) throws(MalformedBytes) {
        let first = position
        while let byte = next, byte >= 0x30, byte <= 0x39 { position += 1 }
        guard position > first else { throw malformed("is no JSON value", at: start) }
    }

    private mutating func string() throws(MalformedBytes) -> String {
        let start = position
        try take("\"")
        var text: [UInt8] = []
        var plain = position  // Where the bytes begin that stand for themselves.
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                text += bytes[plain..<position - 1]
                return try utf8(text, start)
            case UInt8(ascii: "\\"):
                text += bytes[plain..<position - 1]
                try escape(into: &text)
                plain = position
            case 0..<0x20: throw malformed("control character in a string", at: position - 1)
            default: continue
            }
        }
        throw malformed("string does not end", at: start)
    }

    private func utf8(_ text: [UInt8], _ start: Int) throws(MalformedBytes) -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw malformed("string is not UTF-8", at: start)
        }
        return string
    }

    private mutating func escape(into text: inout [UInt8]) throws(MalformedBytes) {
        guard let byte = next else { throw malformed("string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += try unicodeEscape().utf8
        default: throw malformed("unknown escape", at: position - 1)
        }
    }

    private mutating func unicodeEscape() throws(MalformedBytes) -> Unicode.Scalar {
        let start = position
        var unit = try codeUnit()
        if 0xd800..<0xdc00 ~= unit {
            try take("\\")
            try take("u")
            let low = try codeUnit()
            guard 0xdc00..<0xe000 ~= low else { throw malformed("lone surrogate", at: start) }
            unit = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(unit) else {
            throw malformed("lone surrogate", at: start)
        }
        return scalar
    }

    private mutating func codeUnit() throws(MalformedBytes) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Self.hexadecimalDigit(byte) else {
                throw malformed("expected four hexadecimal digits")
            }
            unit = unit << 4 | digit
            position += 1
        }
        return unit
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x37)
        case 0x61...0x66: UInt32(byte - 0x57)
        default: nil
        }
    }
}
