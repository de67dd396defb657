import Bytes
import Diagnostics

/// Takes the keys of one table of a manifest: each at most once, none left over.
struct TableReader {
    let file: String
    let name: String
    let line: Int
    private var rest: [String: TOMLValue] = [:]

    init(file: String, name: String, _ table: TOMLTable, line: Int) {
        self.file = file
        self.name = name
        self.line = line
        for (key, value) in table.entries { rest[key] = value }
    }

    func invalid(_ line: Int, _ what: String, remedy: String = "") -> Diagnostic {
        Diagnostic(
            what: name.isEmpty ? what : "\(name): \(what)", where: "\(file):\(line)",
            remedy: remedy)
    }

    mutating func take(_ key: String) -> TOMLValue? { rest.removeValue(forKey: key) }

    mutating func text(_ key: String) throws(Diagnostic) -> String? {
        guard let value = take(key) else { return nil }
        guard case .string(let text) = value.content else {
            throw invalid(value.line, "\(key) must be a string, is \(value.kind)")
        }
        return text
    }

    mutating func required(_ key: String, like example: String) throws(Diagnostic) -> String {
        guard let text = try text(key) else {
            throw invalid(line, "\(key) is missing", remedy: "write \(key) = \"\(example)\"")
        }
        return text
    }

    mutating func flag(_ key: String) throws(Diagnostic) -> Bool {
        guard let value = take(key) else { return false }
        guard case .boolean(let flag) = value.content else {
            throw invalid(value.line, "\(key) must be true or false, is \(value.kind)")
        }
        return flag
    }

    mutating func number(_ key: String) throws(Diagnostic) -> UInt64? {
        guard let value = take(key) else { return nil }
        guard case .integer(let number) = value.content, let result = UInt64(exactly: number) else {
            throw invalid(value.line, "\(key) must be a number that is not negative")
        }
        return result
    }

    mutating func port(_ key: String) throws(Diagnostic) -> UInt16 {
        guard let number = try number(key), let port = UInt16(exactly: number), port > 0 else {
            throw invalid(line, "\(key) must be from 1 to 65535", remedy: "write \(key) = 7000")
        }
        return port
    }

    /// Bytes: a number, or text such as `64MiB`.
    mutating func bytes(_ key: String) throws(Diagnostic) -> UInt64? {
        guard let value = take(key) else { return nil }
        switch value.content {
        case .integer(let number):
            if let bytes = UInt64(exactly: number) { return bytes }
        case .string(let text):
            for (unit, shift) in [("KiB", 10), ("MiB", 20), ("GiB", 30)] where text.hasSuffix(unit)
            {
                let digits = text.dropLast(3)
                if let count = UInt64(digits), count < 1 << 24 { return count << shift }
            }
        default: break
        }
        throw invalid(
            value.line, "\(key) is no number of bytes", remedy: "write \(key) = \"64MiB\"")
    }

    mutating func texts(_ key: String) throws(Diagnostic) -> [String] {
        guard let value = take(key) else { return [] }
        guard case .array(let elements) = value.content else {
            throw invalid(value.line, "\(key) must be an array, is \(value.kind)")
        }
        var result: [String] = []
        for element in elements {
            guard case .string(let text) = element.content else {
                throw invalid(element.line, "\(key) must hold strings")
            }
            result.append(text)
        }
        return result
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ usual: Choice
    ) throws(Diagnostic) -> Choice {
        guard let value = take(key) else { return usual }
        if case .string(let text) = value.content, let choice = Choice(rawValue: text) {
            return choice
        }
        throw invalid(
            value.line, "\(key) has no such choice",
            remedy: "it takes " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// A table inside, or nil.
    mutating func table(_ key: String) throws(Diagnostic) -> TableReader? {
        guard let value = take(key) else { return nil }
        guard case .table(let table) = value.content else {
            throw invalid(value.line, "\(key) must be a table, is \(value.kind)")
        }
        return TableReader(file: file, name: "[\(key)]", table, line: value.line)
    }

    /// The tables of an array of tables.
    mutating func tables(_ key: String) throws(Diagnostic) -> [TableReader] {
        guard let value = take(key) else { return [] }
        guard case .array(let elements) = value.content else {
            throw invalid(value.line, "\(key) must be written as [[\(key)]]")
        }
        var result: [TableReader] = []
        for element in elements {
            guard case .table(let table) = element.content else {
                throw invalid(element.line, "\(key) must be written as [[\(key)]]")
            }
            result.append(
                TableReader(file: file, name: "[[\(key)]]", table, line: element.line))
        }
        return result
    }

    /// Requires that no key is left.
    func finish() throws(Diagnostic) {
        guard let (key, value) = rest.min(by: { $0.value.line < $1.value.line }) else { return }
        throw invalid(
            value.line, "unknown key \(key.debugDescription)",
            remedy: "remove it, or look up its name in Documentation/Formats/Manifest.md")
    }

    /// Everything that is left, as texts.
    mutating func allTexts() throws(Diagnostic) -> [String: String] {
        var result: [String: String] = [:]
        for key in rest.keys { result[key] = try text(key) }
        return result
    }
}
