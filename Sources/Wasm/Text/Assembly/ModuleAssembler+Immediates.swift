/// Instructions' opcodes and immediates (core specification 3.0, §5.4 and §6.5).
extension ModuleAssembler {
    mutating func writeOpcode(_ opcode: Opcode) {
        let row = opcode.description
        if row.space != .core { code.append(row.space.rawValue) }
        if row.code < 0x80 || row.space == .core {
            code.append(UInt8(truncatingIfNeeded: row.code))
        } else {
            code.appendUnsigned(row.code)
        }
    }

    /// Reads the instruction's immediates and writes it; its keyword has been read.
    mutating func encode(_ opcode: Opcode) throws(TextError) {
        switch opcode {
        case .select: return try select()
        case .refTest, .refCast: return try referenceCast(opcode)
        case .brOnCast, .brOnCastFail: return try branchOnCast(opcode)
        default: break
        }
        writeOpcode(opcode)
        switch opcode.description.immediates {
        case .none: break
        case .blockType: try blockType()
        case .label: code.appendUnsigned(try labelIndex())
        case .labelTable: try labelTable()
        case .function: code.appendUnsigned(try index(.function))
        case .typeTable: try typeTable()
        case .type: code.appendUnsigned(try index(.type))
        case .local: code.appendUnsigned(try localIndex())
        case .global: code.appendUnsigned(try index(.global))
        case .table: code.appendUnsigned(try optionalIndex(.table))
        case .tableTable: try pair(.table)
        case .memory: code.appendUnsigned(try optionalIndex(.memory))
        case .memoryMemory: try pair(.memory)
        case .memoryArgument: try memoryArgument(opcode)
        case .memoryArgumentLane: try memoryArgumentLane(opcode)
        case .lane: try lane()
        case .shuffle: try shuffle()
        case .v128: try vector()
        case .i32: try signed(bits: 32)
        case .i64: try signed(bits: 64)
        case .f32: code.appendLittleEndian(try cursor.float(.f32), byteCount: 4)
        case .f64: code.appendLittleEndian(try cursor.float(.f64), byteCount: 8)
        case .heapType: code.appendSigned(try heapType())
        case .valueTypes, .branchOnCast, .tryTable: throw cursor.unexpected("an instruction")
        case .element: code.appendUnsigned(try index(.element))
        case .elementTable: try segmentAndTarget(.element, .table)
        case .data: try dataIndex()
        case .dataMemory:
            usesDataIndex = true
            try segmentAndTarget(.data, .memory)
        case .typeField: try typeField()
        case .typeCount:
            code.appendUnsigned(try index(.type))
            code.appendUnsigned(try cursor.natural32("a number of elements"))
        case .typeData:
            code.appendUnsigned(try index(.type))
            try dataIndex()
        case .typeElement:
            code.appendUnsigned(try index(.type))
            code.appendUnsigned(try index(.element))
        case .typeType:
            code.appendUnsigned(try index(.type))
            code.appendUnsigned(try index(.type))
        case .tag: code.appendUnsigned(try index(.tag))
        case .fence: code.append(0)
        }
    }

    // MARK: Control

    /// A block type (§6.5.1): nothing, one result, or a type use.
    mutating func blockType() throws(TextError) {
        let explicit = try explicitType()
        let signature = try signature(naming: .forbidden)
        if explicit == nil, signature.parameterCount == 0, signature.resultCount <= 1 {
            code += signature.isEmpty ? [0x40] : signature.results
        } else {
            code.appendSigned(Int64(try typeUse(explicit, signature, .forbidden)))
        }
    }

    /// `try_table`'s catch clauses; their labels lie outside of the block.
    mutating func catchClauses() throws(TextError) {
        var clauses: [UInt8] = []
        var count = 0
        while cursor.token.kind == .leftParenthesis {
            let kind: UInt8
            switch cursor.following.word {
            case .catch: kind = 0
            case .catchRef: kind = 1
            case .catchAll: kind = 2
            case .catchAllRef: kind = 3
            default: kind = 4
            }
            if kind == 4 { break }
            cursor.position += 2
            clauses.append(kind)
            if kind < 2 { clauses.appendUnsigned(try index(.tag)) }
            clauses.appendUnsigned(try labelIndex())
            try cursor.expectClose()
            count += 1
        }
        code.appendCount(count)
        code += clauses
    }

    private mutating func labelTable() throws(TextError) {
        var bytes: [UInt8] = []
        var count = 0
        var last = try labelIndex()
        while isAtIndex {
            bytes.appendUnsigned(last)
            last = try labelIndex()
            count += 1
        }
        code.appendCount(count)
        code += bytes
        code.appendUnsigned(last)
    }

    /// `call_indirect`: an optional table, then a type use.
    private mutating func typeTable() throws(TextError) {
        let table = try optionalIndex(.table)
        code.appendUnsigned(try typeUse(naming: .forbidden))
        code.appendUnsigned(table)
    }

    private mutating func select() throws(TextError) {
        guard cursor.isAt(open: .result) else { return writeOpcode(.select) }
        var types: [UInt8] = []
        var count = 0
        while cursor.open(.result) { count += try results(to: &types) }
        writeOpcode(.selectTyped)
        code.appendCount(count)
        code += types
    }

    // MARK: References

    private mutating func referenceCast(_ opcode: Opcode) throws(TextError) {
        let type = try referenceType()
        switch (opcode, type.isNullable) {
        case (.refTest, true): writeOpcode(.refTestNull)
        case (.refCast, true): writeOpcode(.refCastNull)
        default: writeOpcode(opcode)
        }
        code.appendSigned(type.heap)
    }

    private mutating func branchOnCast(_ opcode: Opcode) throws(TextError) {
        writeOpcode(opcode)
        let label = try labelIndex()
        let source = try referenceType()
        let target = try referenceType()
        code.append((source.isNullable ? 1 : 0) | (target.isNullable ? 2 : 0))
        code.appendUnsigned(label)
        code.appendSigned(source.heap)
        code.appendSigned(target.heap)
    }

    private mutating func typeField() throws(TextError) {
        let type = try index(.type)
        code.appendUnsigned(type)
        guard cursor.token.kind == .identifier else {
            return code.appendUnsigned(try cursor.natural32("a field index"))
        }
        guard let field = fieldNames.index(of: cursor.token.value, inType: type) else {
            throw cursor.error("unknown field \(source.quote(cursor.token)) of type \(type)")
        }
        code.appendUnsigned(field)
        cursor.position += 1
    }

    // MARK: Tables, memories, segments

    /// Destination and source, or neither.
    private mutating func pair(_ kind: IndexSpace.Kind) throws(TextError) {
        guard isAtIndex else {
            code += [0, 0]
            return
        }
        code.appendUnsigned(try index(kind))
        code.appendUnsigned(try index(kind))
    }

    private mutating func dataIndex() throws(TextError) {
        usesDataIndex = true
        code.appendUnsigned(try index(.data))
    }

    /// `table.init` and `memory.init`: the target may be left out and comes first in the text, but
    /// second in the binary format.
    private mutating func segmentAndTarget(
        _ segment: IndexSpace.Kind, _ target: IndexSpace.Kind
    ) throws(TextError) {
        let hasTarget =
            cursor.following.kind == .number || cursor.following.kind == .identifier
        let targetIndex = hasTarget ? try index(target) : 0
        code.appendUnsigned(try index(segment))
        code.appendUnsigned(targetIndex)
    }

    /// A memory argument (§6.5.8): memory, `offset=`, `align=`, each optional.
    private mutating func memoryArgument(_ opcode: Opcode) throws(TextError) {
        try memoryArgument(opcode, memory: try optionalIndex(.memory))
    }

    private mutating func memoryArgument(
        _ opcode: Opcode, memory: UInt32
    ) throws(TextError) {
        let offset = try assigned("offset=") ?? 0
        var alignment = UInt64(opcode.description.accessWidthLog2 ?? 0)
        if let bytes = try assigned("align=") {
            guard bytes.nonzeroBitCount == 1 else {
                cursor.position -= 1
                throw cursor.error(
                    "alignment must be a power of two: \(source.quote(cursor.token))")
            }
            alignment = UInt64(bytes.trailingZeroBitCount)
        }
        code.appendUnsigned(alignment | (memory == 0 ? 0 : 0x40))
        if memory != 0 { code.appendUnsigned(memory) }
        code.appendUnsigned(offset)
    }

    /// The number behind `prefix`, when the current token starts so.
    private mutating func assigned(_ prefix: String) throws(TextError) -> UInt64? {
        let token = cursor.token
        guard token.kind == .word, source.bytes[token.range].starts(with: prefix.utf8) else {
            return nil
        }
        let digits = token.range.dropFirst(prefix.utf8.count)
        switch IntegerLiteral.unsigned(source.bytes, digits) {
        case .value(let value):
            cursor.position += 1
            return value
        case .tooLarge:
            throw cursor.error("constant out of range: \(source.quote(token)) needs 64 bits")
        case .malformed:
            throw cursor.error(
                "unknown operator \(source.quote(token)): expected digits after `\(prefix)`")
        }
    }

    /// A lone number is the lane; with two, or an `offset=` between, the first is the memory.
    private mutating func memoryArgumentLane(_ opcode: Opcode) throws(TextError) {
        let isLone =
            cursor.token.kind == .number && cursor.following.kind != .number
            && !(cursor.following.kind == .word && cursor.following.opcode == nil)
        try memoryArgument(opcode, memory: isLone ? 0 : try optionalIndex(.memory))
        try lane()
    }

    // MARK: Constants and lanes

    private mutating func signed(bits: Int) throws(TextError) {
        let value = Int64(bitPattern: try cursor.integer(bits: bits))
        code.appendSigned(bits == 32 ? Int64(Int32(truncatingIfNeeded: value)) : value)
    }

    private mutating func lane() throws(TextError) {
        guard cursor.token.kind == .number else { throw cursor.unexpected("a lane index") }
        let value = IntegerLiteral.signed(source.bytes, cursor.token.range)
        switch value.magnitude {
        case .value(let lane) where lane <= 255 && !value.hasSign:
            code.append(UInt8(truncatingIfNeeded: lane))
            cursor.position += 1
        case .value, .tooLarge:
            throw cursor.error("i8 constant out of range: \(source.quote(cursor.token))")
        case .malformed: _ = try cursor.integer(bits: 8)
        }
    }

    private mutating func shuffle() throws(TextError) {
        for lane in 0..<16 {
            guard cursor.token.kind == .number else {
                throw cursor.error("invalid lane length: 16 lane indices are needed, found \(lane)")
            }
            try self.lane()
        }
        guard cursor.token.kind != .number else {
            throw cursor.error("invalid lane length: 16 lane indices are needed, found more")
        }
    }

    private mutating func vector() throws(TextError) {
        let value = try cursor.vector()
        code.appendLittleEndian(value.low, byteCount: 8)
        code.appendLittleEndian(value.high, byteCount: 8)
    }
}
