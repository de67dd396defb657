internal import Wasm

/// A table whose elements are known when the module is compiled: what the active segments put there
/// before any of the instance's code runs, and nothing changes afterwards.
///
/// Most modules of C, C++ and Rust have one table, and it is so. Indirect calls through it need
/// neither the table nor the records of functions: their code's distances and types lie in the image.
struct SettledTable: Sendable {
    /// The function at each index; nil where the element is null.
    private(set) var functions: [UInt32?]

    /// Elements take eight bytes of the image each.
    private static let elementLimit: UInt64 = 1 << 20

    /// The settled tables of a module, by their index.
    ///
    /// - Throws: ``WasmError`` where a body is malformed or invalid.
    static func find(in valid: ValidModule) throws(WasmError) -> [Int: SettledTable] {
        let module = valid.module
        // Code can run before all segments are applied only by way of a table from elsewhere: when a
        // later segment traps, an earlier one's functions stay in it.
        guard module.importedTableCount == 0 else { return [:] }
        var tables: [Int: SettledTable] = [:]
        for (index, table) in module.tables.enumerated() where isOwn(index, module) {
            let count = table.type.limits.minimum
            guard table.initializer == nil, 1...elementLimit ~= count else { continue }
            var settled = SettledTable(functions: Array(repeating: nil, count: Int(count)))
            if try settled.fill(index, module) { tables[index] = settled }
        }
        if !tables.isEmpty {
            for index in try changedTables(valid) { tables[index] = nil }
        }
        return tables
    }

    /// Whether nothing outside the module can name the table.
    private static func isOwn(_ index: Int, _ module: Module) -> Bool {
        !module.exports.contains { $0.kind == .table && Int($0.index) == index }
    }

    /// Applies the active segments.
    ///
    /// - Returns: whether all that they say is known. A segment that does not fit traps: then no code
    ///   runs, and what the table holds does not matter.
    private mutating func fill(_ table: Int, _ module: Module) throws(WasmError) -> Bool {
        for segment in module.elements {
            guard case .active(let target, let offset) = segment.mode, Int(target) == table else {
                continue
            }
            guard let items = try Self.items(of: segment, module),
                let start = try Self.number(offset, module)
            else { return false }
            guard start <= UInt64(functions.count),
                items.count <= functions.count - Int(start)
            else { return false }
            functions.replaceSubrange(Int(start)..<Int(start) + items.count, with: items)
        }
        return true
    }

    private static func items(
        of segment: Module.ElementSegment, _ module: Module
    ) throws(WasmError) -> [UInt32?]? {
        switch segment.items {
        case .functions(let functions): return functions
        case .expressions(let expressions):
            var items: [UInt32?] = []
            for expression in expressions {
                var reader = ConstantExpressionReader(expression, in: module)
                guard try reader.next() else { return nil }
                switch reader.opcode {
                case .refFunc: items.append(reader.index0)
                case .refNull: items.append(nil)
                default: return nil
                }
                guard try !reader.next() else { return nil }
            }
            return items
        }
    }

    /// An offset that is a constant; nil for one that depends on imports or is a sum.
    private static func number(
        _ expression: Module.ConstantExpression, _ module: Module
    ) throws(WasmError) -> UInt64? {
        var reader = ConstantExpressionReader(expression, in: module)
        guard try reader.next() else { return nil }
        let value = reader.value
        switch reader.opcode {
        case .i32Const: return try reader.next() ? nil : UInt64(UInt32(truncatingIfNeeded: value))
        case .i64Const: return try reader.next() ? nil : value
        default: return nil
        }
    }

    /// The tables that some instruction writes.
    private static func changedTables(_ valid: ValidModule) throws(WasmError) -> Set<Int> {
        var tables: Set<Int> = []
        let first = UInt32(valid.module.importedFunctionCount)
        for function in first..<first + UInt32(valid.module.code.count) {
            var walk = try FunctionValidator(valid, functionIndex: function)
            while try walk.next() {
                switch walk.opcode {
                case .tableSet, .tableGrow, .tableFill, .tableCopy: tables.insert(Int(walk.index0))
                case .tableInit: tables.insert(Int(walk.index1))
                default: break
                }
            }
        }
        return tables
    }
}

extension SettledTable {
    /// The type of no function.
    static let nullType: UInt32 = .max

    /// The table as a constant: for each element the distance of its code from the table, and its
    /// type's first index.
    func definition(_ table: Int, _ plan: ModulePlan) -> String {
        let name = plan.name(table: table)
        let elements = functions.map { function in
            guard let function else { return "{ i32, i32 } { i32 0, i32 \(Self.nullType) }" }
            let type = plan.valid.context.typeIndex(ofFunction: function)
            let code = "ptrtoint (ptr @\(plan.name(function)) to i64)"
            return
                "{ i32, i32 } { i32 trunc (i64 sub (i64 \(code), i64 ptrtoint (ptr \(name) to i64))"
                + " to i32), i32 \(plan.valid.context.canonicalTypeIndex(type)) }"
        }
        return "\(name) = hidden constant [\(functions.count) x { i32, i32 }] "
            + "[ \(elements.joined(separator: ", ")) ], align 8"
    }

    /// The table as another part knows it.
    func declaration(_ table: Int, _ plan: ModulePlan) -> String {
        "\(plan.name(table: table)) = external hidden constant "
            + "[\(functions.count) x { i32, i32 }], align 8"
    }
}
