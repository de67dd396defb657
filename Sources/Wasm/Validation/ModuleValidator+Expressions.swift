/// Constant expressions of tables, globals and segments (core specification 3.0, §3.5.5 to §3.5.12).
extension ModuleValidator {
    func checkExpressions(_ context: ModuleContext) throws(WasmError) {
        for index in module.tables.indices { try checkTable(index, context) }
        for (index, global) in module.globals.enumerated() {
            guard let initializer = global.initializer else { continue }
            // A global may read those before it.
            try check(
                initializer, context.globals[index].value, context, section: .global,
                globalLimit: index)
        }
        for index in module.elements.indices { try checkElements(index, context) }
        for segment in module.data {
            guard case .active(let memory, let offset) = segment.mode else { continue }
            guard memory < module.memories.count else {
                throw invalid(
                    "unknown memory \(memory)", found: "memory \(memory)",
                    allowed: "below \(module.memories.count)", section: .data)
            }
            let type = context.addressType(ofMemory: memory).valueType
            try check(offset, type, context, section: .data)
        }
    }

    private func checkTable(_ index: Int, _ context: ModuleContext) throws(WasmError) {
        let element = context.tables[index].element
        guard let initializer = module.tables[index].initializer else {
            guard index < module.importedTableCount || element.isDefaultable else {
                throw invalid(
                    "type mismatch: non-defaultable element type",
                    found: "table \(index) of \(element) without initialiser", section: .table)
            }
            return
        }
        try check(
            initializer, element, context, section: .table,
            globalLimit: module.importedGlobalCount)
    }

    private func checkElements(_ index: Int, _ context: ModuleContext) throws(WasmError) {
        let segment = module.elements[index]
        let type = context.elements[index]
        if case .active(let table, let offset) = segment.mode {
            guard table < module.tables.count else {
                throw invalid(
                    "unknown table \(table)", found: "table \(table)",
                    allowed: "below \(module.tables.count)", section: .element)
            }
            let entry = context.tables[Int(table)]
            guard context.isSubtype(type, of: entry.element) else {
                throw invalid(
                    "type mismatch", found: "elements of \(type)",
                    allowed: "\(entry.element) as table \(table)", section: .element)
            }
            try check(offset, entry.addressType.valueType, context, section: .element)
        }
        switch segment.items {
        case .functions(let functions):
            for function in functions where function >= module.functions.count {
                throw invalid(
                    "unknown function \(function)", found: "function \(function)",
                    allowed: "below \(module.functions.count)", section: .element)
            }
        case .expressions(let expressions):
            for expression in expressions {
                try check(expression, type, context, section: .element)
            }
        }
    }

    private func check(
        _ expression: Module.ConstantExpression, _ type: ValueType, _ context: ModuleContext,
        section: SectionID, globalLimit: Int? = nil
    ) throws(WasmError) {
        if expression.number != nil, type == .i32 { return }
        var validator = FunctionValidator(
            context, constant: expression, bytes: module.bytes, section: section.name,
            result: type, globalLimit: globalLimit ?? module.globals.count)
        while try validator.next() {}
    }
}
