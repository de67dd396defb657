/// The items of an element segment: function indices, or constant expressions.
///
/// Source: core specification 3.0, §5.5.12 (Element Section).
struct ElementItems {
    /// The type of expressions; `nil` for function indices, whose type is `(ref func)`.
    var type: EncodedType?
    var count = 0
    /// Indices or expressions, encoded.
    var bytes: [UInt8] = []
    /// The function indices; empty when ``type`` is set.
    var functions: [UInt32] = []

    /// The same items as a table of `tableType` takes them: for other tables than `funcref` ones
    /// function indices become expressions of the table's own type.
    func typed(_ tableType: EncodedType) -> ElementItems {
        let isFunctionTable = tableType == .funcref || tableType == .nonNullFunction
        guard type == nil, !isFunctionTable else { return self }
        var items = ElementItems(type: tableType, count: count)
        for function in functions {
            items.bytes.append(0xD2)
            items.bytes.appendUnsigned(function)
            items.bytes.append(0x0B)
        }
        return items
    }
}

/// When and where a segment is copied.
enum ElementMode {
    case passive
    case declarative
    /// The offset is an encoded constant expression.
    case active(table: UInt32, offset: [UInt8])
}
