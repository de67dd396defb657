/// Element and data segments (core specification 3.0, §6.6.9–6.6.10).
extension ModuleAssembler {
    // MARK: Elements

    mutating func assembleElement() throws(TextError) {
        _ = cursor.identifier()
        if cursor.take(.declare) {
            return addElements(.declarative, try elementList(mayOmitFunc: false))
        }
        if isAtElementType {
            return addElements(.passive, try elementList(mayOmitFunc: false))
        }
        // The first version's `(elem 0 (i32.const 0) $f)` is still in use: a bare table index.
        let hasTable = cursor.isAt(open: .table)
        let table = try segmentTarget(.table, .table)
        let offset = try offset()
        addElements(
            .active(table: table, offset: offset), try elementList(mayOmitFunc: !hasTable))
    }

    /// Whether `func` or a reference type follows.
    private var isAtElementType: Bool {
        if cursor.token.kind == .leftParenthesis { return cursor.following.word == .ref }
        return cursor.token.word != nil
    }

    /// `(table x)` or `(memory x)`, or a bare index; 0 when there is none.
    private mutating func segmentTarget(
        _ word: TextWord, _ kind: IndexSpace.Kind
    ) throws(TextError) -> UInt32 {
        guard cursor.open(word) else { return try optionalIndex(kind) }
        let index = try index(kind)
        try cursor.expectClose()
        return index
    }

    /// `(offset expr)`, or one folded instruction.
    private mutating func offset() throws(TextError) -> [UInt8] {
        try itemExpression(.offset)
    }

    /// `(word expr)`, or one folded instruction.
    private mutating func itemExpression(_ word: TextWord) throws(TextError) -> [UInt8] {
        guard cursor.token.kind == .leftParenthesis else {
            throw cursor.unexpected("`(\(word.rawValue)` or a folded instruction")
        }
        let close = cursor.partner(of: cursor.position)
        guard cursor.open(word) else { return try expression(until: close + 1) }
        let bytes = try expression(until: close)
        cursor.position = close + 1
        return bytes
    }

    private mutating func elementList(
        mayOmitFunc: Bool
    ) throws(TextError) -> ElementItems {
        if cursor.take(.func) { return try functionItems() }
        if mayOmitFunc, isAtIndex || cursor.token.kind == .rightParenthesis {
            return try functionItems()
        }
        return try expressionItems(try referenceType())
    }

    mutating func functionItems() throws(TextError) -> ElementItems {
        var items = ElementItems()
        while isAtIndex {
            let function = try index(.function)
            items.functions.append(function)
            items.bytes.appendUnsigned(function)
            items.count += 1
        }
        return items
    }

    mutating func expressionItems(_ type: EncodedType) throws(TextError) -> ElementItems {
        var items = ElementItems(type: type)
        while cursor.token.kind != .rightParenthesis {
            items.bytes += try itemExpression(.item)
            items.count += 1
        }
        return items
    }

    mutating func addElements(_ mode: ElementMode, _ items: ElementItems) {
        sections.elements.add { bytes in
            let flags: UInt8 = items.type == nil ? 0 : 4
            switch mode {
            case .active(0, let offset) where items.type == nil || items.type == .funcref:
                bytes.append(flags)
                bytes += offset
            case .active(let table, let offset):
                bytes.append(flags | 2)
                bytes.appendUnsigned(table)
                bytes += offset
                Self.appendElementType(items, to: &bytes)
            case .passive, .declarative:
                var isDeclarative = false
                if case .declarative = mode { isDeclarative = true }
                bytes.append(flags | (isDeclarative ? 3 : 1))
                Self.appendElementType(items, to: &bytes)
            }
            bytes.appendCount(items.count)
            bytes += items.bytes
        }
    }

    /// The element kind `func`, or the type of expressions.
    private static func appendElementType(_ items: ElementItems, to bytes: inout [UInt8]) {
        if let type = items.type {
            type.write(to: &bytes)
        } else {
            bytes.append(0x00)
        }
    }

    // MARK: Data

    mutating func assembleData() throws(TextError) {
        _ = cursor.identifier()
        let isPassive =
            cursor.token.kind == .string || cursor.token.kind == .rightParenthesis
        if isPassive {
            let contents = try cursor.strings()
            sections.data.add { bytes in
                bytes.append(1)
                bytes.appendSized(contents)
            }
            return
        }
        let memory = try segmentTarget(.memory, .memory)
        let offset = try offset()
        addData(memory: memory, offset: offset, try cursor.strings())
    }

    mutating func addData(memory: UInt32, offset: [UInt8], _ contents: [UInt8]) {
        sections.data.add { bytes in
            if memory == 0 {
                bytes.append(0)
            } else {
                bytes.append(2)
                bytes.appendUnsigned(memory)
            }
            bytes += offset
            bytes.appendSized(contents)
        }
    }
}
