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
        if let number = expression.number {
            return V128(low: UInt64(UInt32(bitPattern: number)), high: 0)
        }
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

    /// Evaluates the segments' items; each is at once where the collector finds it. Functions of an
    /// active segment go to their table without being kept here.
    private func readElements() throws(Trap) {
        for (index, segment) in module.elements.enumerated() {
            instance.elements.append([])
            switch segment.items {
            case .functions:
                if case .active = segment.mode { continue }
                readFunctions(index)
            case .expressions(let expressions):
                for expression in expressions {
                    instance.elements[index].append(try evaluate(expression).low)
                }
            }
        }
    }

    private func readFunctions(_ index: Int) {
        guard case .functions(let list) = module.elements[index].items, !list.isEmpty else {
            return
        }
        let references = UnsafeMutablePointer<UInt64>.allocate(capacity: list.count)
        // SAFETY: there is room for one reference for each.
        unsafe instance.writeReferences(to: list, at: references)
        instance.elements[index] = unsafe Array(
            UnsafeBufferPointer(start: references, count: list.count))
        unsafe references.deallocate()
    }

    private func copyActiveElements() throws(Trap) {
        for (index, segment) in module.elements.enumerated() {
            do throws(Trap) {
                try copyElements(index, segment)
            } catch {
                // The segments from here on are not dropped, and functions that are in tables already
                // may use them.
                for later in index..<module.elements.count {
                    if case .active = module.elements[later].mode { readFunctions(later) }
                }
                throw error
            }
        }
    }

    private func copyElements(
        _ index: Int, _ segment: Module.ElementSegment
    ) throws(Trap) {
        switch segment.mode {
        case .passive: break
        case .declarative: instance.elements[index] = []
        case .active(let table, let offset):
            let start = try address(offset, instance.tables[Int(table)].type.addressType)
            if case .functions(let list) = segment.items {
                return try instance.initializeTable(Int(table), at: start, with: list)
            }
            try instance.initializeTable(
                Int(table), segment: index, at: start, from: 0,
                count: UInt64(instance.elements[index].count))
            instance.elements[index] = []
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
