internal import Wasm

/// Gives a new instance its first contents: globals, tables and active segments, in the order of the
/// specification (core specification 3.0, §4.5.4).
struct InstanceInitializer {
    private let instance: Instance
    private var module: Module { instance.module.module }

    init(_ instance: Instance) { self.instance = instance }

    mutating func run() throws(Trap) {
        try setGlobals()
        try fillTables()
        try readElements()
        try copyActiveElements()
        try copyActiveData()
    }

    private func evaluate(_ expression: Module.ConstantExpression) throws(Trap) -> V128 {
        var evaluator = ConstantEvaluator(instance)
        return try evaluator.evaluate(expression.range)
    }

    private func setGlobals() throws(Trap) {
        for (index, global) in module.globals.enumerated() {
            guard let initializer = global.initializer else { continue }
            let value = try evaluate(initializer)
            let slots = instance.globals[index].slots
            slots[0] = value.low
            if global.type.value == .v128 { slots[1] = value.high }
        }
    }

    private func fillTables() throws(Trap) {
        for (index, table) in module.tables.enumerated() {
            guard let initializer = table.initializer else { continue }
            let value = Reference(bits: try evaluate(initializer).low)
            if value.isNull { continue }
            let made = instance.tables[index]
            for element in 0..<made.count { _ = made.set(element, to: value) }
        }
    }

    /// Evaluates the segments' items; each is at once where the collector finds it.
    private func readElements() throws(Trap) {
        for (index, segment) in module.elements.enumerated() {
            switch segment.items {
            case .functions(let indices):
                instance.elements.append(
                    indices.map { UInt64(UInt(bitPattern: unsafe instance.record($0))) })
            case .expressions(let expressions):
                instance.elements.append([])
                for expression in expressions {
                    instance.elements[index].append(try evaluate(expression).low)
                }
            }
        }
    }

    private func copyActiveElements() throws(Trap) {
        for (index, segment) in module.elements.enumerated() {
            switch segment.mode {
            case .passive: continue
            case .declarative: instance.elements[index] = []
            case .active(let table, let offset):
                let start = try address(offset, instance.tables[Int(table)].type.addressType)
                try instance.initializeTable(
                    Int(table), segment: index, at: start, from: 0,
                    count: UInt64(instance.elements[index].count))
                instance.elements[index] = []
            }
        }
    }

    private func copyActiveData() throws(Trap) {
        if mapActiveData() { return }
        for (index, segment) in module.data.enumerated() {
            guard case .active(let memory, let offset) = segment.mode else { continue }
            let start = try address(offset, instance.memories[Int(memory)].type.addressType)
            try instance.initializeMemory(
                Int(memory), segment: index, at: start, from: 0, count: UInt64(segment.range.count))
            instance.droppedData[index] = true
        }
    }

    /// Maps what the segments would make of memory 0 when the code image has it.
    private func mapActiveData() -> Bool {
        guard module.importedMemoryCount == 0, let memory = instance.memories.first,
            let file = instance.nativeImage?.file, file.map(into: memory)
        else { return false }
        for (index, segment) in module.data.enumerated() {
            if case .active = segment.mode { instance.droppedData[index] = true }
        }
        return true
    }

    private func address(
        _ offset: Module.ConstantExpression, _ type: AddressType
    ) throws(Trap) -> UInt64 {
        let value = try evaluate(offset).low
        return type == .i32 ? UInt64(UInt32(truncatingIfNeeded: value)) : value
    }
}
