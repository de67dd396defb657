/// Finds the features that a module uses: in its structure, and in every instruction.
struct FeatureScan {
    private(set) var features = FeatureSet()
    private let module: Module

    init(_ module: Module) throws(WasmError) {
        self.module = module
        features.insert(.core1)
        scanTypes()
        scanDefinitions()
        scanSegments()
        try scanCode()
    }

    private mutating func scanTypes() {
        if module.recursionGroups.contains(where: { $0.count != 1 }) {
            features.insert(.garbageCollection)
        }
        for type in module.types {
            if type.supertype != nil || !type.isFinal { features.insert(.garbageCollection) }
            guard case .function(let function) = type.composite else {
                features.insert(.garbageCollection)
                continue
            }
            if function.results.count > 1 { features.insert(.multiValue) }
            for value in function.parameters { scan(value) }
            for value in function.results { scan(value) }
        }
    }

    private mutating func scan(_ type: ValueType) {
        if type == .v128 { features.insert(.simd) }
        guard type.isReference else { return }
        switch type.heapType {
        case .func, .extern:
            features.insert(type.isNullable ? .referenceTypes : .functionReferences)
        case .exn, .noExn: features.insert(.exceptions)
        case let heap:
            features.insert(heap.typeIndex == nil ? .garbageCollection : .functionReferences)
        }
    }

    private mutating func scanDefinitions() {
        if module.memories.count > 1 { features.insert(.multiMemory) }
        for memory in module.memories {
            if memory.addressType == .i64 { features.insert(.memory64) }
            if memory.isShared { features.insert(.threads) }
        }
        if module.tables.count > 1 { features.insert(.referenceTypes) }
        for table in module.tables {
            if table.type.addressType == .i64 { features.insert(.memory64) }
            if table.type.element != .funcref { scan(table.type.element) }
            if table.initializer != nil { features.insert(.functionReferences) }
        }
        for global in module.globals { scan(global.type.value) }
        if !module.tags.isEmpty { features.insert(.exceptions) }
    }

    private mutating func scanSegments() {
        if module.dataCount != nil { features.insert(.bulkMemory) }
        for segment in module.data {
            if case .passive = segment.mode { features.insert(.bulkMemory) }
        }
        for segment in module.elements {
            switch segment.mode {
            case .active: break
            case .passive: features.insert(.bulkMemory)
            case .declarative: features.insert(.referenceTypes)
            }
        }
    }
}

extension FeatureScan {
    /// Walks constant expressions and bodies, without checking types.
    private mutating func scanCode() throws(WasmError) {
        for global in module.globals { try scanConstant(global.initializer) }
        for table in module.tables { try scanConstant(table.initializer) }
        for segment in module.elements {
            if case .active(_, let offset) = segment.mode { try scanConstant(offset) }
            guard case .expressions(let list) = segment.items else { continue }
            features.insert(.referenceTypes)
            for expression in list { try scanConstant(expression) }
        }
        for segment in module.data {
            if case .active(_, let offset) = segment.mode { try scanConstant(offset) }
        }
        for body in module.code { try scanBody(body.range) }
    }

    private mutating func scanConstant(
        _ expression: Module.ConstantExpression?
    ) throws(WasmError) {
        guard let expression else { return }
        var reader = ConstantExpressionReader(expression, in: module)
        while try reader.next() {
            features.insert(reader.opcode.description.feature)
            switch reader.opcode {
            case .i32Add, .i32Sub, .i32Mul, .i64Add, .i64Sub, .i64Mul:
                features.insert(.extendedConstants)
            default: break
            }
        }
    }

    private mutating func scanBody(_ range: Range<Int>) throws(WasmError) {
        let code = CodeBuffer(module.bytes, range)
        var decoder = code.decoder(at: range.lowerBound, section: "code", function: nil)
        let runs = try decoder.index()
        for _ in 0..<runs {
            _ = try decoder.index()
            scan(try decoder.valueType())
        }
        while !decoder.isAtEnd {
            try decoder.next()
            scan(decoder.info.opcode, decoder)
        }
    }

    private mutating func scan(_ opcode: Opcode, _ decoder: borrowing InstructionDecoder) {
        features.insert(InstructionLookup.shared.feature(opcode))
        switch decoder.info.immediates {
        case .memoryArgument, .memoryArgumentLane, .memory:
            if decoder.index0 != 0 { features.insert(.multiMemory) }
        case .blockType, .tryTable: scan(decoder.blockType)
        case .typeTable: if decoder.index1 != 0 { features.insert(.referenceTypes) }
        default: break
        }
    }

    private mutating func scan(_ type: BlockType) {
        switch type {
        case .empty: break
        case .value(let value): scan(value)
        case .type(let index):
            guard index < module.types.count,
                case .function(let function) = module.types[Int(index)].composite
            else { return }
            if !function.parameters.isEmpty || function.results.count > 1 {
                features.insert(.multiValue)
            }
        }
    }
}
