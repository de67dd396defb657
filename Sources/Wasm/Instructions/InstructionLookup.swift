/// What decoding and validation need of an instruction, packed into one word: loading the parts one
/// by one cost a third of validation's time.
package struct InstructionInfo: BitwiseCopyable {
    /// Bits 0–15 opcode, 16–23 immediates, 24–31 parameter count, 32–47 parameters, 48–51 result,
    /// 52–55 access width, 56–60 lanes, 61 constant, 62 natural alignment, 63 no instruction.
    @usableFromInline let bits: UInt64

    /// ``parameterCount`` of an instruction whose type depends on immediates or operands.
    static let variable: UInt8 = 0xFF

    /// Stands for a byte that is no instruction by itself.
    static let incomplete = InstructionInfo(bits: 1 << 63)

    private init(bits: UInt64) { self.bits = bits }

    init(_ row: InstructionDescription) {
        let codes = row.operands?.parameters ?? []
        let parameters = codes.reduce(UInt64(0)) { $0 << 4 | UInt64($1.rawValue) }
        var bits = UInt64(row.opcode.rawValue)
        bits |= UInt64(row.immediates.rawValue) << 16
        bits |= UInt64(row.operands?.parameterCount ?? Self.variable) << 24
        bits |= parameters << 32
        bits |= UInt64(row.operands?.result?.rawValue ?? 0) << 48
        bits |= UInt64(row.accessWidthLog2 ?? 0) << 52
        bits |= UInt64(Self.laneCount(row)) << 56
        if Self.isConstant(row.opcode) { bits |= 1 << 61 }
        if row.space == .atomic { bits |= 1 << 62 }
        self.bits = bits
        // The casts below rest on raw values being the enums' tags.
        precondition(opcode == row.opcode && immediates == row.immediates)
    }

    @inlinable
    @inline(__always)
    package var opcode: Opcode {
        // SAFETY: `init` stored the tag of an ``Opcode``.
        unsafe unsafeBitCast(UInt16(truncatingIfNeeded: bits), to: Opcode.self)
    }

    @inline(__always)
    var immediates: ImmediateKind {
        // SAFETY: `init` stored the tag of an ``ImmediateKind``.
        unsafe unsafeBitCast(UInt8(truncatingIfNeeded: bits >> 16), to: ImmediateKind.self)
    }

    /// The immediates are a memory argument or lanes, which have rules of their own.
    @inline(__always)
    var hasCheckedImmediates: Bool {
        let kind = immediates.rawValue
        return kind >= ImmediateKind.memoryArgument.rawValue
            && kind <= ImmediateKind.shuffle.rawValue
    }

    /// Number of operands of an instruction of fixed type; ``variable`` for the others.
    @inline(__always)
    var parameterCount: UInt8 { UInt8(truncatingIfNeeded: bits >> 24) }

    /// It is ``incomplete``.
    @inline(__always)
    var isIncomplete: Bool { Int64(bitPattern: bits) < 0 }

    /// The operands' ``OperandTypes/Operand`` codes, four bits each, the last one lowest: it is
    /// popped first.
    @inline(__always)
    var parameters: UInt16 { UInt16(truncatingIfNeeded: bits >> 32) }

    /// The result's code; zero for none.
    @inline(__always)
    var result: UInt8 { UInt8(truncatingIfNeeded: bits >> 48 & 15) }

    /// Base-two logarithm of the bytes accessed.
    var accessWidthLog2: UInt8 { UInt8(truncatingIfNeeded: bits >> 52 & 15) }

    /// Lanes that a lane immediate may name.
    var laneCount: UInt8 { UInt8(truncatingIfNeeded: bits >> 56 & 31) }

    /// May stand in a constant expression (core specification 3.0, §3.4.13).
    var isConstant: Bool { bits >> 61 & 1 != 0 }

    /// The alignment must be exactly the access's width (threads proposal).
    var needsNaturalAlignment: Bool { bits >> 62 & 1 != 0 }

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
    /// By first byte: ``InstructionInfo/incomplete`` for prefixes and for bytes that open nothing.
    let firstInfos: FrozenArray<InstructionInfo>
    private let features: FrozenArray<Feature>

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
        firstInfos = FrozenArray(
            rows.prefix(256).map { $0 < Self.prefix ? infos[Int($0)] : .incomplete })
        self.rows = FrozenArray(rows)
        self.infos = FrozenArray(infos)
        features = FrozenArray(InstructionTable.rows.map(\.feature))
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

    /// The feature that brought an instruction.
    func feature(_ opcode: Opcode) -> Feature { features[Int(opcode.rawValue)] }
}

extension InstructionTable {
    /// The row of an instruction by its code in its space; nil when there is none.
    package static func row(_ space: OpcodeSpace, code: UInt64) -> InstructionDescription? {
        guard let code = UInt32(exactly: code) else { return nil }
        let lookup = InstructionLookup.shared
        let number =
            space == .core
            ? UInt8(exactly: code).map { lookup.row(firstByte: $0) }
            : lookup.row(prefix: space.rawValue, code: code)
        guard let number, Int(number) < rows.count else { return nil }
        return rows[Int(number)]
    }
}
