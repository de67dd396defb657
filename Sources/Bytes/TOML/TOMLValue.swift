/// One value of a TOML document (TOML 1.0.0), with the line it begins on.
package struct TOMLValue: Sendable {
    /// What the value is.
    package indirect enum Content: Sendable {
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
    package internal(set) var entries: [(key: String, value: TOMLValue)] = []
    /// Whether the table was given whole (`{ … }` or by its header), so that nothing may be added.
    var isClosed = false
    /// Whether only dotted keys or headers of tables inside it made this table.
    var isImplicit = true

    package init() {}

    /// The value of a key.
    package subscript(key: String) -> TOMLValue? { entries.first { $0.key == key }?.value }
}
