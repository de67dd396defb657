internal import Wasm

/// How a vector instruction is translated, when it is not left to ``Operation/vector``.
enum VectorForm {
    /// Result and operands are as the instruction's row says; the operation takes two slots the
    /// other way round when swapped.
    case plain(Operation, isSwapped: Bool = false)
    /// By a slot, or by a constant if there is an operation for that.
    case shift(Operation, constant: Operation?)
    /// The lane is a field of the instruction.
    case extractLane(Operation)
    case extractHalf
    case replaceLane(Operation)
    case shuffle
    /// A load that makes more of fewer bytes.
    case loadPart(Operation)
    case loadLane(Operation)
    case storeLane(Operation)
}

extension VectorForm {
    /// The form of an instruction; nil for all others.
    init?(_ opcode: Opcode) {
        if let operation = Self.comparison(opcode) ?? Self.arithmetic(opcode) {
            self = .plain(operation)
        } else if let operation = Self.swapped(opcode) {
            self = .plain(operation, isSwapped: true)
        } else if let form = Self.shift(opcode) ?? Self.lanes(opcode) ?? Self.access(opcode) {
            self = form
        } else {
            return nil
        }
    }

    private static func comparison(_ opcode: Opcode) -> Operation? {
        switch opcode {
        case .i8x16LtS: .i8x16LtS
        case .i8x16LeS: .i8x16LeS
        case .i8x16LtU: .i8x16LtU
        case .i8x16LeU: .i8x16LeU
        case .i8x16Eq: .i8x16Eq
        case .i8x16Ne: .i8x16Ne
        case .i16x8LtS: .i16x8LtS
        case .i16x8LeS: .i16x8LeS
        case .i16x8LtU: .i16x8LtU
        case .i16x8LeU: .i16x8LeU
        case .i16x8Eq: .i16x8Eq
        case .i16x8Ne: .i16x8Ne
        case .i32x4LtS: .i32x4LtS
        case .i32x4LeS: .i32x4LeS
        case .i32x4LtU: .i32x4LtU
        case .i32x4LeU: .i32x4LeU
        case .i32x4Eq: .i32x4Eq
        case .i32x4Ne: .i32x4Ne
        case .i64x2LtS: .i64x2LtS
        case .i64x2LeS: .i64x2LeS
        case .i64x2Eq: .i64x2Eq
        case .i64x2Ne: .i64x2Ne
        case .f32x4Eq: .f32x4Eq
        case .f32x4Ne: .f32x4Ne
        case .f32x4Lt: .f32x4Lt
        case .f32x4Le: .f32x4Le
        case .f64x2Eq: .f64x2Eq
        case .f64x2Ne: .f64x2Ne
        case .f64x2Lt: .f64x2Lt
        case .f64x2Le: .f64x2Le
        default: nil
        }
    }

    /// Comparisons that are others with their operands exchanged.
    private static func swapped(_ opcode: Opcode) -> Operation? {
        switch opcode {
        case .i8x16GtS: .i8x16LtS
        case .i8x16GeS: .i8x16LeS
        case .i8x16GtU: .i8x16LtU
        case .i8x16GeU: .i8x16LeU
        case .i16x8GtS: .i16x8LtS
        case .i16x8GeS: .i16x8LeS
        case .i16x8GtU: .i16x8LtU
        case .i16x8GeU: .i16x8LeU
        case .i32x4GtS: .i32x4LtS
        case .i32x4GeS: .i32x4LeS
        case .i32x4GtU: .i32x4LtU
        case .i32x4GeU: .i32x4LeU
        case .i64x2GtS: .i64x2LtS
        case .i64x2GeS: .i64x2LeS
        case .f32x4Gt: .f32x4Lt
        case .f32x4Ge: .f32x4Le
        case .f64x2Gt: .f64x2Lt
        case .f64x2Ge: .f64x2Le
        default: nil
        }
    }

    private static func arithmetic(_ opcode: Opcode) -> Operation? {
        switch opcode {
        case .i8x16Splat: .i8x16Splat
        case .i16x8Splat: .i16x8Splat
        case .i32x4Splat, .f32x4Splat: .i32x4Splat
        case .i64x2Splat, .f64x2Splat: .i64x2Splat
        case .i8x16Swizzle, .i8x16RelaxedSwizzle: .swizzle
        case .v128And: .v128And
        case .v128Andnot: .v128AndNot
        case .v128Or: .v128Or
        case .v128Xor: .v128Xor
        case .v128Not: .v128Not
        case .v128AnyTrue: .v128AnyTrue
        case .v128Bitselect, .i8x16RelaxedLaneselect, .i16x8RelaxedLaneselect,
            .i32x4RelaxedLaneselect, .i64x2RelaxedLaneselect:
            .v128SelectBits
        case .i8x16Add: .i8x16Add
        case .i8x16Sub: .i8x16Sub
        case .i8x16Neg: .i8x16Neg
        case .i8x16Abs: .i8x16Abs
        case .i8x16AllTrue: .i8x16AllTrue
        case .i8x16Bitmask: .i8x16Bitmask
        case .i8x16MinS: .i8x16MinS
        case .i8x16MinU: .i8x16MinU
        case .i8x16MaxS: .i8x16MaxS
        case .i8x16MaxU: .i8x16MaxU
        case .i8x16AddSatS: .i8x16AddSatS
        case .i8x16AddSatU: .i8x16AddSatU
        case .i8x16SubSatS: .i8x16SubSatS
        case .i8x16SubSatU: .i8x16SubSatU
        case .i16x8Add: .i16x8Add
        case .i16x8Sub: .i16x8Sub
        case .i16x8Neg: .i16x8Neg
        case .i16x8Abs: .i16x8Abs
        case .i16x8AllTrue: .i16x8AllTrue
        case .i16x8Bitmask: .i16x8Bitmask
        case .i16x8Mul: .i16x8Mul
        case .i16x8MinS: .i16x8MinS
        case .i16x8MinU: .i16x8MinU
        case .i16x8MaxS: .i16x8MaxS
        case .i16x8MaxU: .i16x8MaxU
        case .i16x8AddSatS: .i16x8AddSatS
        case .i16x8AddSatU: .i16x8AddSatU
        case .i16x8SubSatS: .i16x8SubSatS
        case .i16x8SubSatU: .i16x8SubSatU
        case .i32x4Add: .i32x4Add
        case .i32x4Sub: .i32x4Sub
        case .i32x4Neg: .i32x4Neg
        case .i32x4Abs: .i32x4Abs
        case .i32x4AllTrue: .i32x4AllTrue
        case .i32x4Bitmask: .i32x4Bitmask
        case .i32x4Mul: .i32x4Mul
        case .i32x4MinS: .i32x4MinS
        case .i32x4MinU: .i32x4MinU
        case .i32x4MaxS: .i32x4MaxS
        case .i32x4MaxU: .i32x4MaxU
        case .i64x2Add: .i64x2Add
        case .i64x2Sub: .i64x2Sub
        case .i64x2Neg: .i64x2Neg
        case .i64x2Abs: .i64x2Abs
        case .i64x2AllTrue: .i64x2AllTrue
        case .i64x2Bitmask: .i64x2Bitmask
        case .i64x2Mul: .i64x2Mul
        case .i16x8ExtendLowI8x16S: .i16x8ExtendLowS
        case .i16x8ExtendLowI8x16U: .i16x8ExtendLowU
        case .i16x8ExtendHighI8x16S: .i16x8ExtendHighS
        case .i16x8ExtendHighI8x16U: .i16x8ExtendHighU
        case .i32x4ExtendLowI16x8S: .i32x4ExtendLowS
        case .i32x4ExtendLowI16x8U: .i32x4ExtendLowU
        case .i32x4ExtendHighI16x8S: .i32x4ExtendHighS
        case .i32x4ExtendHighI16x8U: .i32x4ExtendHighU
        case .i64x2ExtendLowI32x4S: .i64x2ExtendLowS
        case .i64x2ExtendLowI32x4U: .i64x2ExtendLowU
        case .i64x2ExtendHighI32x4S: .i64x2ExtendHighS
        case .i64x2ExtendHighI32x4U: .i64x2ExtendHighU
        case .f32x4Add: .f32x4Add
        case .f32x4Sub: .f32x4Sub
        case .f32x4Mul: .f32x4Mul
        case .f32x4Div: .f32x4Div
        case .f32x4Pmin: .f32x4Pmin
        case .f32x4Pmax: .f32x4Pmax
        case .f32x4Neg: .f32x4Neg
        case .f32x4Abs: .f32x4Abs
        case .f32x4Sqrt: .f32x4Sqrt
        case .f32x4Min, .f32x4RelaxedMin: .f32x4Min
        case .f32x4Max, .f32x4RelaxedMax: .f32x4Max
        case .f64x2Add: .f64x2Add
        case .f64x2Sub: .f64x2Sub
        case .f64x2Mul: .f64x2Mul
        case .f64x2Div: .f64x2Div
        case .f64x2Pmin: .f64x2Pmin
        case .f64x2Pmax: .f64x2Pmax
        case .f64x2Neg: .f64x2Neg
        case .f64x2Abs: .f64x2Abs
        case .f64x2Sqrt: .f64x2Sqrt
        case .f64x2Min, .f64x2RelaxedMin: .f64x2Min
        case .f64x2Max, .f64x2RelaxedMax: .f64x2Max
        default: nil
        }
    }

    private static func shift(_ opcode: Opcode) -> VectorForm? {
        switch opcode {
        case .i8x16Shl: .shift(.i8x16Shl, constant: nil)
        case .i8x16ShrS: .shift(.i8x16ShrS, constant: nil)
        case .i8x16ShrU: .shift(.i8x16ShrU, constant: nil)
        case .i16x8Shl: .shift(.i16x8Shl, constant: .i16x8ShlConstant)
        case .i16x8ShrS: .shift(.i16x8ShrS, constant: .i16x8ShrSConstant)
        case .i16x8ShrU: .shift(.i16x8ShrU, constant: .i16x8ShrUConstant)
        case .i32x4Shl: .shift(.i32x4Shl, constant: .i32x4ShlConstant)
        case .i32x4ShrS: .shift(.i32x4ShrS, constant: .i32x4ShrSConstant)
        case .i32x4ShrU: .shift(.i32x4ShrU, constant: .i32x4ShrUConstant)
        case .i64x2Shl: .shift(.i64x2Shl, constant: .i64x2ShlConstant)
        case .i64x2ShrS: .shift(.i64x2ShrS, constant: .i64x2ShrSConstant)
        case .i64x2ShrU: .shift(.i64x2ShrU, constant: .i64x2ShrUConstant)
        default: nil
        }
    }

    private static func lanes(_ opcode: Opcode) -> VectorForm? {
        switch opcode {
        case .i8x16Shuffle: .shuffle
        case .i8x16ExtractLaneS: .extractLane(.i8x16ExtractLaneS)
        case .i8x16ExtractLaneU: .extractLane(.i8x16ExtractLaneU)
        case .i16x8ExtractLaneS: .extractLane(.i16x8ExtractLaneS)
        case .i16x8ExtractLaneU: .extractLane(.i16x8ExtractLaneU)
        case .i32x4ExtractLane, .f32x4ExtractLane: .extractLane(.i32x4ExtractLane)
        case .i64x2ExtractLane, .f64x2ExtractLane: .extractHalf
        case .i8x16ReplaceLane: .replaceLane(.i8x16ReplaceLane)
        case .i16x8ReplaceLane: .replaceLane(.i16x8ReplaceLane)
        case .i32x4ReplaceLane, .f32x4ReplaceLane: .replaceLane(.i32x4ReplaceLane)
        case .i64x2ReplaceLane, .f64x2ReplaceLane: .replaceLane(.i64x2ReplaceLane)
        default: nil
        }
    }

    private static func access(_ opcode: Opcode) -> VectorForm? {
        switch opcode {
        case .v128Load8x8S: .loadPart(.v128Load8x8S)
        case .v128Load8x8U: .loadPart(.v128Load8x8U)
        case .v128Load16x4S: .loadPart(.v128Load16x4S)
        case .v128Load16x4U: .loadPart(.v128Load16x4U)
        case .v128Load32x2S: .loadPart(.v128Load32x2S)
        case .v128Load32x2U: .loadPart(.v128Load32x2U)
        case .v128Load8Splat: .loadPart(.v128Load8Splat)
        case .v128Load16Splat: .loadPart(.v128Load16Splat)
        case .v128Load32Splat: .loadPart(.v128Load32Splat)
        case .v128Load64Splat: .loadPart(.v128Load64Splat)
        case .v128Load32Zero: .loadPart(.v128Load32Zero)
        case .v128Load64Zero: .loadPart(.v128Load64Zero)
        case .v128Load8Lane: .loadLane(.v128Load8Lane)
        case .v128Store8Lane: .storeLane(.v128Store8Lane)
        case .v128Load16Lane: .loadLane(.v128Load16Lane)
        case .v128Store16Lane: .storeLane(.v128Store16Lane)
        case .v128Load32Lane: .loadLane(.v128Load32Lane)
        case .v128Store32Lane: .storeLane(.v128Store32Lane)
        case .v128Load64Lane: .loadLane(.v128Load64Lane)
        case .v128Store64Lane: .storeLane(.v128Store64Lane)
        default: nil
        }
    }
}

extension Opcode {
    /// What makes NaN results of this vector instruction canonical; nil when it gives none of its
    /// own.
    var vectorCanonicalization: Operation? {
        switch self {
        case .f32x4Add, .f32x4Sub, .f32x4Mul, .f32x4Div, .f32x4Min, .f32x4Max, .f32x4Sqrt,
            .f32x4Ceil, .f32x4Floor, .f32x4Trunc, .f32x4Nearest, .f32x4DemoteF64x2Zero,
            .f32x4RelaxedMin, .f32x4RelaxedMax, .f32x4RelaxedMadd, .f32x4RelaxedNmadd:
            .f32x4Canonicalize
        case .f64x2Add, .f64x2Sub, .f64x2Mul, .f64x2Div, .f64x2Min, .f64x2Max, .f64x2Sqrt,
            .f64x2Ceil, .f64x2Floor, .f64x2Trunc, .f64x2Nearest, .f64x2PromoteLowF32x4,
            .f64x2RelaxedMin, .f64x2RelaxedMax, .f64x2RelaxedMadd, .f64x2RelaxedNmadd:
            .f64x2Canonicalize
        default: nil
        }
    }
}
