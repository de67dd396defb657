/// What decoding and validation need of an instruction, in a few bytes.
struct InstructionInfo: BitwiseCopyable {
    let opcode: Opcode
    let immediates: ImmediateKind
    /// Number of operands of an instruction of fixed type; ``variable`` for the others.
    let parameterCount: UInt8
    /// The operands' ``OperandTypes/Operand`` codes, four bits each, the first one lowest.
    let parameters: UInt16
    /// The result's code; zero for none.
    let result: UInt8
    /// Base-two logarithm of the bytes accessed.
    let accessWidthLog2: UInt8
    /// Lanes that a lane immediate may name.
    let laneCount: UInt8
    let traits: Traits

    /// ``parameterCount`` of an instruction whose type depends on immediates or operands.
    static let variable: UInt8 = 0xFF

    struct Traits: OptionSet, BitwiseCopyable {
        let rawValue: UInt8
        /// May stand in a constant expression (core specification 3.0, §3.3.10).
        static let constant = Traits(rawValue: 1)
        /// The alignment must be exactly the access's width (threads proposal).
        static let naturalAlignment = Traits(rawValue: 2)
    }

    init(_ row: InstructionDescription) {
        opcode = row.opcode
        immediates = row.immediates
        parameterCount = row.operands?.parameterCount ?? Self.variable
        let codes = row.operands?.parameters ?? []
        parameters = codes.reversed().reduce(0) { $0 << 4 | UInt16($1.rawValue) }
        result = row.operands?.result?.rawValue ?? 0
        accessWidthLog2 = row.accessWidthLog2 ?? 0
        laneCount = Self.laneCount(row)
        var traits: Traits = row.space == .atomic ? .naturalAlignment : []
        if Self.isConstant(row.opcode) { traits.insert(.constant) }
        self.traits = traits
    }

    private static func laneCount(_ row: InstructionDescription) -> UInt8 {
        if row.immediates == .memoryArgumentLane { return 16 >> (row.accessWidthLog2 ?? 0) }
        switch row.opcode {
        case .i8x16ExtractLaneS, .i8x16ExtractLaneU, .i8x16ReplaceLane: return 16
        case .i16x8ExtractLaneS, .i16x8ExtractLaneU, .i16x8ReplaceLane: return 8
        case .i32x4ExtractLane, .i32x4ReplaceLane, .f32x4ExtractLane, .f32x4ReplaceLane: return 4
        case .i64x2ExtractLane, .i64x2ReplaceLane, .f64x2ExtractLane, .f64x2ReplaceLane: return 2
        default: return 0
        }
    }

    private static func isConstant(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .i32Const, .i64Const, .f32Const, .f64Const, .v128Const, .refNull, .refFunc,
            .globalGet, .i32Add, .i32Sub, .i32Mul, .i64Add, .i64Sub, .i64Mul, .refI31, .structNew,
            .structNewDefault, .arrayNew, .arrayNewDefault, .arrayNewFixed, .anyConvertExtern,
            .externConvertAny, .end:
            true
        default: false
        }
    }
}

/// ``InstructionTable`` turned around: from an opcode's bytes to its row.
final class InstructionLookup: Sendable {
    static let shared = InstructionLookup()

    /// Row numbers by first byte: 256 of them, then those of each prefixed space.
    private let rows: FrozenArray<UInt16>
    private let infos: FrozenArray<InstructionInfo>

    /// What ``rows`` holds for a byte that opens no instruction.
    static let illegal: UInt16 = 0xFFFF
    /// What ``rows`` holds for a prefix byte.
    static let prefix: UInt16 = 0xFFFE

    /// Codes of a prefixed space are below this.
    private static let spaceSize = 0x140

    private init() {
        var rows = [UInt16](repeating: Self.illegal, count: 256 + 4 * Self.spaceSize)
        for space in OpcodeSpace.allCases where space != .core {
            rows[Int(space.rawValue)] = Self.prefix
        }
        var infos: [InstructionInfo] = []
        infos.reserveCapacity(InstructionTable.rows.count)
        for row in InstructionTable.rows {
            rows[Self.place(row.space, Int(row.code))] = row.opcode.rawValue
            infos.append(InstructionInfo(row))
        }
        self.rows = FrozenArray(rows)
        self.infos = FrozenArray(infos)
    }

    private static func place(_ space: OpcodeSpace, _ code: Int) -> Int {
        switch space {
        case .core: code
        case .gc: 256 + code
        case .misc: 256 + spaceSize + code
        case .simd: 256 + 2 * spaceSize + code
        case .atomic: 256 + 3 * spaceSize + code
        }
    }

    /// The row number for a first byte, or ``illegal`` or ``prefix``.
    @inline(__always)
    func row(firstByte: UInt8) -> UInt16 { rows[Int(firstByte)] }

    /// The row number for a code behind a prefix byte, or ``illegal``.
    func row(prefix: UInt8, code: UInt32) -> UInt16 {
        guard let space = OpcodeSpace(rawValue: prefix), code < Self.spaceSize else {
            return Self.illegal
        }
        return rows[Self.place(space, Int(code))]
    }

    @inline(__always)
    func info(_ row: UInt16) -> InstructionInfo { infos[Int(row)] }
}
