/// Tables, memories and segments (core specification 3.0, §3.4.6 to §3.4.8).
extension FunctionValidator {
    func table(_ index: UInt32) throws(WasmError) -> ModuleContext.TableEntry {
        guard index < context.tables.count else {
            throw invalid(
                "unknown table \(index)", found: "table \(index)",
                allowed: "below \(context.tables.count)")
        }
        return context.tables[Int(index)]
    }

    func addressType(ofMemory index: UInt32) throws(WasmError) -> ValueType {
        guard index < context.memories.count else {
            throw invalid(
                "unknown memory \(index)", found: "memory \(index)",
                allowed: "below \(context.memories.count)")
        }
        return context.addressType(ofMemory: index).valueType
    }

    func element(_ index: UInt32) throws(WasmError) -> ValueType {
        guard index < context.elements.count else {
            throw invalid(
                "unknown elem segment \(index)", found: "segment \(index)",
                allowed: "below \(context.elements.count)")
        }
        return context.elements[Int(index)]
    }

    /// Segments that code names must have been announced by the data count section (§5.5.17).
    func checkData(_ index: UInt32) throws(WasmError) {
        guard let count = context.dataCount else {
            throw decoder.malformed("data count section required", at: offset)
        }
        guard index < count else {
            throw invalid(
                "unknown data segment \(index)", found: "segment \(index)",
                allowed: "below \(count)")
        }
    }

    mutating func tableGet() throws(WasmError) {
        let table = try table(index0)
        try pop(table.addressType.valueType)
        try push(table.element)
    }

    mutating func tableSet() throws(WasmError) {
        let table = try table(index0)
        try pop(table.element)
        try pop(table.addressType.valueType)
    }

    mutating func tableGrow() throws(WasmError) {
        let table = try table(index0)
        try pop(table.addressType.valueType)
        try pop(table.element)
        try push(table.addressType.valueType)
    }

    mutating func tableFill() throws(WasmError) {
        let table = try table(index0)
        try pop(table.addressType.valueType)
        try pop(table.element)
        try pop(table.addressType.valueType)
    }

    mutating func tableCopy() throws(WasmError) {
        let (target, source) = (try table(index0), try table(index1))
        guard context.isSubtype(source.element, of: target.element) else {
            throw typeMismatch(source.element, target.element)
        }
        try popCopy(target.addressType, source.addressType)
    }

    mutating func tableInit() throws(WasmError) {
        let table = try table(index1)
        let segment = try element(index0)
        guard context.isSubtype(segment, of: table.element) else {
            throw typeMismatch(segment, table.element)
        }
        try popSegmentCopy(table.addressType.valueType)
    }

    mutating func memoryCopy() throws(WasmError) {
        _ = try addressType(ofMemory: index0)
        _ = try addressType(ofMemory: index1)
        try popCopy(
            context.addressType(ofMemory: index0), context.addressType(ofMemory: index1))
    }

    mutating func memoryInit() throws(WasmError) {
        let address = try addressType(ofMemory: index1)
        try checkData(index0)
        try popSegmentCopy(address)
    }

    /// Takes destination, source and length; the length is of the narrower address type.
    private mutating func popCopy(
        _ target: AddressType, _ source: AddressType
    ) throws(WasmError) {
        try pop(target == .i64 && source == .i64 ? .i64 : .i32)
        try pop(source.valueType)
        try pop(target.valueType)
    }

    /// Takes destination, offset in the segment and length.
    private mutating func popSegmentCopy(_ address: ValueType) throws(WasmError) {
        try pop(.i32)
        try pop(.i32)
        try pop(address)
    }
}
