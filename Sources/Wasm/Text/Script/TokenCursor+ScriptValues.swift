/// Constants and expected results of scripts.
extension TokenCursor {
    /// An argument such as `(i32.const 1)`.
    mutating func scriptValue() throws(TextError) -> ScriptValue {
        let value: ScriptValue
        try expectOpen()
        let (opcode, word) = (token.opcode, token.word)
        position += 1
        switch (opcode, word) {
        case (.i32Const, _): value = .i32(UInt32(truncatingIfNeeded: try integer(bits: 32)))
        case (.i64Const, _): value = .i64(try integer(bits: 64))
        case (.f32Const, _): value = .f32(UInt32(truncatingIfNeeded: try float(.f32)))
        case (.f64Const, _): value = .f64(try float(.f64))
        case (.v128Const, _): value = .v128(try vector())
        case (.refNull, _): value = .refNull(try nullType())
        case (_, .refExtern): value = .refExtern(try natural32("a reference's number"))
        case (_, .refHost): value = .refHost(try natural32("a reference's number"))
        default:
            position -= 1
            throw unexpected("a constant")
        }
        try expectClose()
        return value
    }

    /// A result such as `(f32.const nan:canonical)`, `(ref.func)` or `(either …)`.
    mutating func expectedValue(mayChoose: Bool) throws(TextError) -> ExpectedValue {
        try expectOpen()
        let value: ExpectedValue
        if mayChoose, take(.either) {
            var choices: [ExpectedValue] = []
            while token.kind == .leftParenthesis {
                choices.append(try expectedValue(mayChoose: false))
            }
            value = .either(choices)
        } else {
            position += 1
            value = try expectedConstant(self[position - 1])
        }
        try expectClose()
        return value
    }

    private mutating func expectedConstant(
        _ token: TextToken
    ) throws(TextError) -> ExpectedValue {
        switch token.opcode {
        case .i32Const: return .i32(UInt32(truncatingIfNeeded: try integer(bits: 32)))
        case .i64Const: return .i64(try integer(bits: 64))
        case .f32Const: return .f32(try expectedFloat(.f32))
        case .f64Const: return .f64(try expectedFloat(.f64))
        case .v128Const: return try expectedVector()
        case .refNull: return .refNull(try nullType())
        case .refFunc:
            _ = try optionalNumber()
            return .reference(.func)
        case .refI31: return .reference(.i31)
        case .refEq: return .reference(.eq)
        default: return try expectedReference(token.word)
        }
    }

    private mutating func expectedReference(
        _ word: TextWord?
    ) throws(TextError) -> ExpectedValue {
        switch word {
        case .refExtern: return .refExtern(try optionalNumber())
        case .refHost: return .refHost(try optionalNumber())
        case .refAny: return .reference(.any)
        case .refStruct: return .reference(.struct)
        case .refArray: return .reference(.array)
        case .refExn: return .reference(.exn)
        default:
            position -= 1
            throw unexpected("an expected result")
        }
    }

    private mutating func optionalNumber() throws(TextError) -> UInt32? {
        guard token.kind == .number else {
            _ = identifier()
            return nil
        }
        return try natural32("a reference's number")
    }

    /// The heap type of `ref.null`; `nil` when there is none, or it is an index or a name.
    private mutating func nullType() throws(TextError) -> HeapType? {
        if token.kind == .rightParenthesis || identifier() != nil { return nil }
        if token.kind == .number {
            _ = try natural32("a type index")
            return nil
        }
        guard let type = Self.heapType(token.word) else { throw unexpected("a heap type") }
        position += 1
        return type
    }

    private static func heapType(_ word: TextWord?) -> HeapType? {
        switch word {
        case .any: .any
        case .eq: .eq
        case .i31: .i31
        case .struct: .struct
        case .array: .array
        case TextWord.none?: HeapType.none
        case .func: .func
        case .nofunc: .noFunc
        case .extern: .extern
        case .noextern: .noExtern
        case .exn: .exn
        case .noexn: .noExn
        default: nil
        }
    }

    private mutating func expectedFloat(
        _ format: FloatFormat
    ) throws(TextError) -> ExpectedFloat {
        if take(.nanCanonical) { return .canonicalNaN }
        if take(.nanArithmetic) { return .arithmeticNaN }
        return .bits(try float(format))
    }

    private mutating func expectedVector() throws(TextError) -> ExpectedValue {
        let shape = try vectorShape()
        var lanes: [ExpectedFloat] = []
        for lane in 0..<shape.laneCount {
            try expectLane(lane, of: shape)
            if let format = shape.format {
                lanes.append(try expectedFloat(format))
            } else {
                lanes.append(.bits(try integer(bits: shape.laneBits)))
            }
        }
        return .v128(shape, lanes)
    }
}
