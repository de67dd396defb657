/// Types of definitions (core specification 3.0, §5.3).
extension BinaryReader {
    /// Reads a recursion group's types and appends them (§5.3.11).
    mutating func recursionGroup(
        into types: inout [SubType], limits: DecoderLimits
    ) throws(WasmError) {
        guard try peek() == 0x4E else { return types.append(try subType(limits)) }
        _ = try byte()
        let count = try count("types", limit: limits.types - types.count)
        for _ in 0..<count { types.append(try subType(limits)) }
    }

    private mutating func subType(_ limits: DecoderLimits) throws(WasmError) -> SubType {
        let code = try peek()
        guard code == 0x50 || code == 0x4F else { return SubType(try compositeType(limits)) }
        _ = try byte()
        let start = offset
        let count = try index()
        guard count <= 1 else {
            throw invalid(
                "sub type: too many supertypes", found: "\(count)", allowed: "at most 1", at: start)
        }
        let supertype = count == 1 ? try index() : nil
        return SubType(
            try compositeType(limits), supertype: supertype, isFinal: code == 0x4F)
    }

    private mutating func compositeType(
        _ limits: DecoderLimits
    ) throws(WasmError) -> CompositeType {
        let start = offset
        let code = try byte()
        switch code {
        case 0x60:
            let parameters = try valueTypes("parameters", limit: limits.parameters)
            return .function(
                FunctionType(parameters, try valueTypes("results", limit: limits.results)))
        case 0x5F:
            let count = try count("fields", limit: limits.structureFields)
            var fields: [FieldType] = []
            fields.reserveCapacity(count)
            for _ in 0..<count { fields.append(try fieldType()) }
            return .structure(fields)
        case 0x5E: return .array(try fieldType())
        default:
            throw malformed(
                "malformed definition type", found: hexadecimalByte(code),
                allowed: "0x60 (func), 0x5f (struct) or 0x5e (array)", at: start)
        }
    }

    private mutating func valueTypes(
        _ what: String, limit: Int
    ) throws(WasmError) -> [ValueType] {
        let count = try count(what, limit: limit)
        var types: [ValueType] = []
        types.reserveCapacity(count)
        for _ in 0..<count { types.append(try valueType()) }
        return types
    }

    private mutating func fieldType() throws(WasmError) -> FieldType {
        let storage = try storageType()
        return FieldType(storage, isMutable: try mutability())
    }

    private mutating func mutability() throws(WasmError) -> Bool {
        let start = offset
        let code = try byte()
        guard code <= 1 else {
            throw malformed(
                "malformed mutability", found: hexadecimalByte(code), allowed: "0 or 1", at: start)
        }
        return code == 1
    }

    /// Reads a global's type (§5.3.13).
    mutating func globalType() throws(WasmError) -> GlobalType {
        let value = try valueType()
        return GlobalType(value, isMutable: try mutability())
    }

    /// Reads a memory's type (§5.3.14; bit 1 of the flags: threads proposal).
    mutating func memoryType() throws(WasmError) -> MemoryType {
        let (limits, flags) = try limits(allowedFlags: 7)
        return MemoryType(
            limits, addressType: flags & 4 == 0 ? .i32 : .i64, isShared: flags & 2 != 0)
    }

    /// Reads a table's type (§5.3.15).
    mutating func tableType() throws(WasmError) -> TableType {
        let element = try referenceType()
        let (limits, flags) = try limits(allowedFlags: 5)
        return TableType(element, limits, addressType: flags & 4 == 0 ? .i32 : .i64)
    }

    /// Reads limits (§5.3.12) and their flags: 1 has a maximum, 2 shared, 4 64-bit addresses.
    private mutating func limits(allowedFlags: UInt8) throws(WasmError) -> (Limits, UInt8) {
        let start = offset
        let flags = try byte()
        guard flags & ~allowedFlags == 0 else {
            throw malformed("malformed limits flags", found: hexadecimalByte(flags), at: start)
        }
        let minimum = try unsigned(bits: 64)
        let maximum = flags & 1 != 0 ? try unsigned(bits: 64) : nil
        return (Limits(minimum: minimum, maximum: maximum), flags)
    }

    /// Reads a tag's type: the attribute byte and a type index (§5.3.16).
    mutating func tagType() throws(WasmError) -> UInt32 {
        let start = offset
        guard try byte() == 0 else {
            throw malformed("malformed tag attribute", allowed: "0", at: start)
        }
        return try index()
    }

    /// Reads an import's or export's kind.
    mutating func externalKind(_ what: String) throws(WasmError) -> ExternalKind {
        let start = offset
        let code = try byte()
        guard let kind = ExternalKind(rawValue: code) else {
            throw malformed(
                "malformed \(what) kind", found: hexadecimalByte(code), allowed: "0 to 4",
                at: start)
        }
        return kind
    }
}
