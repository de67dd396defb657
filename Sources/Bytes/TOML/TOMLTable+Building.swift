extension TOMLTable {
    /// Puts a value under a dotted key of the table at `path`; returns what forbids it, if anything.
    mutating func insert(
        _ value: TOMLValue, at path: ArraySlice<String>, _ key: ArraySlice<String>
    ) -> String? {
        guard let first = path.first else { return insert(value, key) }
        return withTable(first, line: value.line) { $0.insert(value, at: path.dropFirst(), key) }
    }

    private mutating func insert(_ value: TOMLValue, _ key: ArraySlice<String>) -> String? {
        guard let first = key.first else { return "a key is missing" }
        guard key.count > 1 else {
            guard index(of: first) == nil else { return "\(first.debugDescription) appears twice" }
            append(first, value)
            return nil
        }
        return withTable(first, line: value.line) { $0.insert(value, key.dropFirst()) }
    }

    /// Opens the table of a header.
    mutating func open(_ path: ArraySlice<String>, line: Int, isArray: Bool) -> String? {
        guard let first = path.first else { return "a key is missing" }
        guard path.count == 1 else {
            return withTable(first, line: line) { table in
                table.open(path.dropFirst(), line: line, isArray: isArray)
            }
        }
        return isArray ? appendTable(first, line: line) : defineTable(first, line: line)
    }

    private mutating func defineTable(_ name: String, line: Int) -> String? {
        guard let index = index(of: name) else {
            var table = TOMLTable()
            table.isImplicit = false
            append(name, TOMLValue(content: .table(table), line: line))
            return nil
        }
        guard case .table(var table) = take(index), table.isImplicit, !table.isClosed else {
            return "\(name.debugDescription) appears twice"
        }
        table.isImplicit = false
        put(.table(table), at: index)
        return nil
    }

    private mutating func appendTable(_ name: String, line: Int) -> String? {
        var table = TOMLTable()
        table.isImplicit = false
        let element = TOMLValue(content: .table(table), line: line)
        guard let index = index(of: name) else {
            append(name, TOMLValue(content: .array([element]), line: line))
            return nil
        }
        guard case .array(var elements) = take(index),
            case .table(let last)? = elements.last?.content, !last.isClosed
        else { return "\(name.debugDescription) is no array of tables" }
        elements.append(element)
        put(.array(elements), at: index)
        return nil
    }

    /// Runs `body` on the table of that name, or on the last of an array of tables; makes it when
    /// there is none.
    private mutating func withTable(
        _ name: String, line: Int, _ body: (inout TOMLTable) -> String?
    ) -> String? {
        guard let index = index(of: name) else {
            var table = TOMLTable()
            let problem = body(&table)
            append(name, TOMLValue(content: .table(table), line: line))
            return problem
        }
        // Whatever is complained about ends the reading, so nothing need be put back then.
        switch take(index) {
        case .table(var table):
            guard !table.isClosed else { return "\(name.debugDescription) was given whole before" }
            let problem = body(&table)
            put(.table(table), at: index)
            return problem
        case .array(var elements):
            guard let last = elements.popLast(), case .table(var table) = last.content,
                !table.isClosed
            else { return "\(name.debugDescription) is no table" }
            let problem = body(&table)
            elements.append(TOMLValue(content: .table(table), line: last.line))
            put(.array(elements), at: index)
            return problem
        case .string, .integer, .boolean: return "\(name.debugDescription) is no table"
        }
    }
}
