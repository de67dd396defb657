/// Structures and arrays (core specification 3.0, §3.4.5).
extension FunctionValidator {
    mutating func aggregate(_ opcode: Opcode) throws(WasmError) {
        switch opcode {
        case .structNew, .structNewDefault: try structNew(isDefault: opcode == .structNewDefault)
        case .structGet, .structGetS, .structGetU: try structGet()
        case .structSet: try structSet()
        case .arrayNew, .arrayNewDefault: try arrayNew(isDefault: opcode == .arrayNewDefault)
        case .arrayNewFixed: try arrayNewFixed()
        case .arrayNewData, .arrayNewElem: try arrayNewSegment()
        case .arrayGet, .arrayGetS, .arrayGetU: try arrayGet()
        case .arraySet: try arraySet()
        case .arrayLen:
            try pop(.arrayref)
            try push(.i32)
        case .arrayFill: try arrayFill()
        case .arrayCopy: try arrayCopy()
        case .arrayInitData, .arrayInitElem: try arrayInitSegment()
        default:
            // Every other instruction has a fixed type or a case of its own.
            throw invalid("unknown operator")
        }
    }

    /// A reference to the type at `index0`, which must exist.
    private func typeReference(_ index: UInt32, nullable: Bool) -> ValueType {
        .reference(.concrete(context.canonicalTypeIndex(index)), nullable: nullable)
    }

    private func structureFieldCount(_ index: UInt32) throws(WasmError) -> Int {
        guard index < context.types.count else {
            throw invalid("unknown type \(index)", found: "type \(index)")
        }
        guard let count = context.fieldCount(ofType: index) else {
            throw invalid("type mismatch", found: "type \(index)", allowed: "a structure type")
        }
        return count
    }

    private func arrayElement(_ index: UInt32) throws(WasmError) -> FieldType {
        guard index < context.types.count else {
            throw invalid("unknown type \(index)", found: "type \(index)")
        }
        guard context.types[Int(index)].kind == .array else {
            throw invalid("type mismatch", found: "type \(index)", allowed: "an array type")
        }
        return context.field(0, ofType: index)
    }

    private func mutableArrayElement(_ index: UInt32) throws(WasmError) -> FieldType {
        let element = try arrayElement(index)
        guard element.isMutable else {
            throw invalid("immutable array", found: "type \(index)", allowed: "a mutable array")
        }
        return element
    }

    private func requireDefault(_ field: FieldType) throws(WasmError) {
        guard field.storage.isDefaultable else {
            throw invalid(
                "type mismatch: field type is not defaultable", found: "\(field.storage)",
                allowed: "a type with a default value")
        }
    }

    private mutating func structNew(isDefault: Bool) throws(WasmError) {
        let count = try structureFieldCount(index0)
        for place in (0..<count).reversed() {
            let field = context.field(place, ofType: index0)
            if isDefault { try requireDefault(field) } else { try pop(field.storage.unpacked) }
        }
        try push(typeReference(index0, nullable: false))
    }

    private func structureField() throws(WasmError) -> FieldType {
        let count = try structureFieldCount(index0)
        guard index1 < count else {
            throw invalid(
                "unknown field \(index1)", found: "field \(index1)", allowed: "below \(count)")
        }
        return context.field(Int(index1), ofType: index0)
    }

    /// Packed fields are read with an extension, others without.
    private func checkExtension(_ field: FieldType) throws(WasmError) {
        let extends = opcode != .structGet && opcode != .arrayGet
        guard extends == field.storage.isPacked else {
            throw invalid(
                "type mismatch: field is \(extends ? "unpacked" : "packed")",
                found: "\(field.storage)")
        }
    }

    private mutating func structGet() throws(WasmError) {
        let field = try structureField()
        try checkExtension(field)
        try pop(typeReference(index0, nullable: true))
        try push(field.storage.unpacked)
    }

    private mutating func structSet() throws(WasmError) {
        let field = try structureField()
        guard field.isMutable else { throw invalid("immutable field", found: "field \(index1)") }
        try pop(field.storage.unpacked)
        try pop(typeReference(index0, nullable: true))
    }

    private mutating func arrayNew(isDefault: Bool) throws(WasmError) {
        let element = try arrayElement(index0)
        try pop(.i32)
        if isDefault { try requireDefault(element) } else { try pop(element.storage.unpacked) }
        try push(typeReference(index0, nullable: false))
    }

    private mutating func arrayNewFixed() throws(WasmError) {
        let element = try arrayElement(index0)
        guard index1 <= context.limits.arrayFixedLength else {
            throw invalid(
                "array.new_fixed is too long", found: "\(index1)",
                allowed: "\(context.limits.arrayFixedLength)")
        }
        for _ in 0..<index1 { try pop(element.storage.unpacked) }
        try push(typeReference(index0, nullable: false))
    }

    private mutating func arrayNewSegment() throws(WasmError) {
        let element = try arrayElement(index0)
        try checkSegment(element)
        try pop(.i32)
        try pop(.i32)
        try push(typeReference(index0, nullable: false))
    }

    /// The segment at `index1` must suit the array's elements.
    private func checkSegment(_ element: FieldType) throws(WasmError) {
        if opcode == .arrayNewData || opcode == .arrayInitData {
            guard !element.storage.isReference else {
                throw invalid(
                    "type mismatch: array type is not numeric or vector",
                    found: "\(element.storage)")
            }
            return try checkData(index1)
        }
        let segment = try self.element(index1)
        guard context.isSubtype(segment, of: element.storage) else {
            throw typeMismatch(segment, element.storage)
        }
    }

    private mutating func arrayGet() throws(WasmError) {
        let element = try arrayElement(index0)
        try checkExtension(element)
        try pop(.i32)
        try pop(typeReference(index0, nullable: true))
        try push(element.storage.unpacked)
    }

    private mutating func arraySet() throws(WasmError) {
        let element = try mutableArrayElement(index0)
        try pop(element.storage.unpacked)
        try pop(.i32)
        try pop(typeReference(index0, nullable: true))
    }

    private mutating func arrayFill() throws(WasmError) {
        let element = try mutableArrayElement(index0)
        try pop(.i32)
        try pop(element.storage.unpacked)
        try pop(.i32)
        try pop(typeReference(index0, nullable: true))
    }

    private mutating func arrayCopy() throws(WasmError) {
        let target = try mutableArrayElement(index0)
        let source = try arrayElement(index1)
        guard context.isSubtype(source.storage, of: target.storage) else {
            throw invalid(
                "array types do not match", found: "\(source.storage)",
                allowed: "\(target.storage)")
        }
        try pop(.i32)
        try pop(.i32)
        try pop(typeReference(index1, nullable: true))
        try pop(.i32)
        try pop(typeReference(index0, nullable: true))
    }

    private mutating func arrayInitSegment() throws(WasmError) {
        let element = try mutableArrayElement(index0)
        try checkSegment(element)
        try pop(.i32)
        try pop(.i32)
        try pop(.i32)
        try pop(typeReference(index0, nullable: true))
    }
}
