internal import Bytes
internal import Diagnostics

/// Takes the keys of one table, each once; what nobody took is an error.
struct TableReader {
    private let table: TOMLTable
    private let file: String
    /// The table's name in errors, such as `dir`.
    let name: String
    let line: Int
    private var taken: Set<String> = []

    init(_ table: TOMLTable, _ name: String, line: Int, file: String) {
        self.table = table
        self.name = name
        self.line = line
        self.file = file
    }

    func invalid(_ line: Int, _ what: String, remedy: String = "") -> Diagnostic {
        Diagnostic(what: what, where: "\(file):\(line)", remedy: remedy)
    }

    /// The key as a person would write it from the top of the file.
    private func full(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

    mutating func value(_ key: String) -> TOMLValue? {
        taken.insert(key)
        return table[key]
    }

    /// The line of a key, or of the table.
    func line(of key: String) -> Int { table[key]?.line ?? line }

    private func wrong(_ key: String, _ value: TOMLValue, _ wanted: String) -> Diagnostic {
        invalid(value.line, "\(full(key)) is \(value.kind); it must be \(wanted)")
    }

    mutating func string(_ key: String) throws(Diagnostic) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value.content else { throw wrong(key, value, "a string") }
        return text
    }

    mutating func requiredString(_ key: String, example: String) throws(Diagnostic) -> String {
        guard let text = try string(key) else {
            throw invalid(
                line, "\(full(key)) is missing", remedy: "write \(key) = \"\(example)\"")
        }
        return text
    }

    mutating func boolean(_ key: String) throws(Diagnostic) -> Bool {
        guard let value = value(key) else { return false }
        guard case .boolean(let flag) = value.content else {
            throw wrong(key, value, "true or false")
        }
        return flag
    }

    mutating func number(_ key: String) throws(Diagnostic) -> UInt64? {
        guard let value = value(key) else { return nil }
        guard case .integer(let number) = value.content, number >= 0 else {
            throw wrong(key, value, "a number that is not negative")
        }
        return UInt64(number)
    }

    mutating func port(_ key: String) throws(Diagnostic) -> UInt16 {
        guard let number = try number(key) else {
            throw invalid(line, "\(full(key)) is missing", remedy: "write \(key) = 8080")
        }
        guard let port = UInt16(exactly: number), port > 0 else {
            throw invalid(line(of: key), "\(full(key)) is \(number); ports are 1 to 65535")
        }
        return port
    }

    /// A size such as `"64MiB"`, or a number of bytes.
    mutating func byteCount(_ key: String) throws(Diagnostic) -> UInt64? {
        guard let value = value(key) else { return nil }
        switch value.content {
        case .integer(let number) where number >= 0: return UInt64(number)
        case .string(let text):
            let units: [(String, UInt64)] = [
                ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
            ]
            for (unit, scale) in units where text.hasSuffix(unit) {
                guard let number = UInt64(text.dropLast(3)) else { break }
                let (bytes, overflow) = number.multipliedReportingOverflow(by: scale)
                if !overflow { return bytes }
            }
        default: break
        }
        throw wrong(key, value, "a size such as \"64MiB\"")
    }

    mutating func strings(_ key: String) throws(Diagnostic) -> [String] {
        guard let value = value(key) else { return [] }
        guard case .array(let elements) = value.content else {
            throw wrong(key, value, "an array of strings")
        }
        var result: [String] = []
        for element in elements {
            guard case .string(let text) = element.content else {
                throw wrong(key, element, "an array of strings")
            }
            result.append(text)
        }
        return result
    }

    /// One of an enumeration's words.
    mutating func word<T: RawRepresentable & CaseIterable>(
        _ key: String, _: T.Type
    ) throws(Diagnostic) -> T? where T.RawValue == String {
        guard let text = try string(key) else { return nil }
        guard let word = T(rawValue: text) else {
            let known = T.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid(
                line(of: key), "\(full(key)) is \(text.debugDescription)",
                remedy: "known are \(known)")
        }
        return word
    }

    /// A table inside this one.
    mutating func table(_ key: String) throws(Diagnostic) -> TableReader? {
        guard let value = value(key) else { return nil }
        guard case .table(let table) = value.content else { throw wrong(key, value, "a table") }
        return TableReader(table, full(key), line: value.line, file: file)
    }

    /// The tables of `[[key]]`.
    mutating func tables(_ key: String) throws(Diagnostic) -> [TableReader] {
        guard let value = value(key) else { return [] }
        guard case .array(let elements) = value.content else {
            throw wrong(key, value, "an array of tables, [[\(key)]]")
        }
        var result: [TableReader] = []
        for element in elements {
            guard case .table(let table) = element.content else {
                throw wrong(key, element, "an array of tables, [[\(key)]]")
            }
            result.append(TableReader(table, full(key), line: element.line, file: file))
        }
        return result
    }

    /// Every key with its string.
    func stringEntries() throws(Diagnostic) -> [(key: String, value: String)] {
        var result: [(String, String)] = []
        for (key, value) in table.entries {
            guard case .string(let text) = value.content else {
                throw wrong(key, value, "a string")
            }
            result.append((key, text))
        }
        return result
    }

    /// Requires that every key was taken.
    func finish() throws(Diagnostic) {
        for (key, value) in table.entries where !taken.contains(key) {
            throw invalid(
                value.line, "unknown key \(full(key).debugDescription)",
                remedy: "known here are \(taken.sorted().joined(separator: ", "))")
        }
    }
}
