/// One value of a TOML document (TOML 1.0.0), with the line it begins on.
package struct TOMLValue: Sendable {
    /// What the value is.
    package enum Content: Sendable {
        case string(String)
        case integer(Int64)
        case boolean(Bool)
        case array([TOMLValue])
        case table(TOMLTable)
    }

    package var content: Content
    /// The line of its first character, counted from 1.
    package let line: Int

    /// What kind of value it is, for errors.
    package var kind: String {
        switch content {
        case .string: "a string"
        case .integer: "a number"
        case .boolean: "true or false"
        case .array: "an array"
        case .table: "a table"
        }
    }
}

/// The keys and values of a TOML table, in the order of the document.
package struct TOMLTable: Sendable {
    /// Keys with their values.
    package private(set) var entries: [(key: String, value: TOMLValue)] = []
    /// Places of the keys among the entries, so that reading takes time in proportion to the text.
    private var indices: [String: Int] = [:]
    /// Whether the table was given whole (`{ … }` or by its header), so that nothing may be added.
    var isClosed = false
    /// Whether only dotted keys or headers of tables inside it made this table.
    var isImplicit = true

    package init() {}

    /// The value of a key.
    package subscript(key: String) -> TOMLValue? { indices[key].map { entries[$0].value } }

    /// The place of a key.
    func index(of key: String) -> Int? { indices[key] }

    /// Adds a key that is not there yet.
    mutating func append(_ key: String, _ value: TOMLValue) {
        indices[key] = entries.count
        entries.append((key, value))
    }

    /// Takes a value out, so that it can be changed without a copy; ``put(_:at:)`` brings it back.
    mutating func take(_ index: Int) -> TOMLValue.Content {
        let content = entries[index].value.content
        entries[index].value.content = .boolean(false)
        return content
    }

    /// Puts a value where one was.
    mutating func put(_ content: TOMLValue.Content, at index: Int) {
        entries[index].value.content = content
    }
}
