internal import Wasm

/// Vector instructions that one instruction or intrinsic of LLVM stands for.
extension Opcode {
    /// Two integer vectors, no trap.
    var vectorBinary: (String, IRType)? {
        switch self {
        case .i8x16Add: ("add", .i8x16)
        case .i8x16Sub: ("sub", .i8x16)
        case .i16x8Add: ("add", .i16x8)
        case .i16x8Sub: ("sub", .i16x8)
        case .i16x8Mul: ("mul", .i16x8)
        case .i32x4Add: ("add", .i32x4)
        case .i32x4Sub: ("sub", .i32x4)
        case .i32x4Mul: ("mul", .i32x4)
        case .i64x2Add: ("add", .i64x2)
        case .i64x2Sub: ("sub", .i64x2)
        case .i64x2Mul: ("mul", .i64x2)
        case .v128And: ("and", .i64x2)
        case .v128Or: ("or", .i64x2)
        case .v128Xor: ("xor", .i64x2)
        default: nil
        }
    }

    /// Two vectors of floats.
    var vectorFloatBinary: (String, IRType)? {
        switch self {
        case .f32x4Add: ("fadd", .floatx4)
        case .f32x4Sub: ("fsub", .floatx4)
        case .f32x4Mul: ("fmul", .floatx4)
        case .f32x4Div: ("fdiv", .floatx4)
        case .f64x2Add: ("fadd", .doublex2)
        case .f64x2Sub: ("fsub", .doublex2)
        case .f64x2Mul: ("fmul", .doublex2)
        case .f64x2Div: ("fdiv", .doublex2)
        default: nil
        }
    }

    /// A comparison of lanes, by its predicate.
    var vectorComparison: (String, IRType)? {
        switch self {
        case .i8x16Eq: ("eq", .i8x16)
        case .i8x16Ne: ("ne", .i8x16)
        case .i8x16LtS: ("slt", .i8x16)
        case .i8x16LtU: ("ult", .i8x16)
        case .i8x16GtS: ("sgt", .i8x16)
        case .i8x16GtU: ("ugt", .i8x16)
        case .i8x16LeS: ("sle", .i8x16)
        case .i8x16LeU: ("ule", .i8x16)
        case .i8x16GeS: ("sge", .i8x16)
        case .i8x16GeU: ("uge", .i8x16)
        case .i16x8Eq: ("eq", .i16x8)
        case .i16x8Ne: ("ne", .i16x8)
        case .i16x8LtS: ("slt", .i16x8)
        case .i16x8LtU: ("ult", .i16x8)
        case .i16x8GtS: ("sgt", .i16x8)
        case .i16x8GtU: ("ugt", .i16x8)
        case .i16x8LeS: ("sle", .i16x8)
        case .i16x8LeU: ("ule", .i16x8)
        case .i16x8GeS: ("sge", .i16x8)
        case .i16x8GeU: ("uge", .i16x8)
        case .i32x4Eq: ("eq", .i32x4)
        case .i32x4Ne: ("ne", .i32x4)
        case .i32x4LtS: ("slt", .i32x4)
        case .i32x4LtU: ("ult", .i32x4)
        case .i32x4GtS: ("sgt", .i32x4)
        case .i32x4GtU: ("ugt", .i32x4)
        case .i32x4LeS: ("sle", .i32x4)
        case .i32x4LeU: ("ule", .i32x4)
        case .i32x4GeS: ("sge", .i32x4)
        case .i32x4GeU: ("uge", .i32x4)
        case .i64x2Eq: ("eq", .i64x2)
        case .i64x2Ne: ("ne", .i64x2)
        case .i64x2LtS: ("slt", .i64x2)
        case .i64x2GtS: ("sgt", .i64x2)
        case .i64x2LeS: ("sle", .i64x2)
        case .i64x2GeS: ("sge", .i64x2)
        case .f32x4Eq: ("oeq", .floatx4)
        case .f32x4Ne: ("une", .floatx4)
        case .f32x4Lt: ("olt", .floatx4)
        case .f32x4Gt: ("ogt", .floatx4)
        case .f32x4Le: ("ole", .floatx4)
        case .f32x4Ge: ("oge", .floatx4)
        case .f64x2Eq: ("oeq", .doublex2)
        case .f64x2Ne: ("une", .doublex2)
        case .f64x2Lt: ("olt", .doublex2)
        case .f64x2Gt: ("ogt", .doublex2)
        case .f64x2Le: ("ole", .doublex2)
        case .f64x2Ge: ("oge", .doublex2)
        default: nil
        }
    }

    /// Two vectors, by an intrinsic.
    var vectorIntrinsic: (String, IRType)? {
        switch self {
        case .i8x16MinS: ("smin", .i8x16)
        case .i8x16MinU: ("umin", .i8x16)
        case .i8x16MaxS: ("smax", .i8x16)
        case .i8x16MaxU: ("umax", .i8x16)
        case .i8x16AddSatS: ("sadd.sat", .i8x16)
        case .i8x16AddSatU: ("uadd.sat", .i8x16)
        case .i8x16SubSatS: ("ssub.sat", .i8x16)
        case .i8x16SubSatU: ("usub.sat", .i8x16)
        case .i16x8MinS: ("smin", .i16x8)
        case .i16x8MinU: ("umin", .i16x8)
        case .i16x8MaxS: ("smax", .i16x8)
        case .i16x8MaxU: ("umax", .i16x8)
        case .i16x8AddSatS: ("sadd.sat", .i16x8)
        case .i16x8AddSatU: ("uadd.sat", .i16x8)
        case .i16x8SubSatS: ("ssub.sat", .i16x8)
        case .i16x8SubSatU: ("usub.sat", .i16x8)
        case .i32x4MinS: ("smin", .i32x4)
        case .i32x4MinU: ("umin", .i32x4)
        case .i32x4MaxS: ("smax", .i32x4)
        case .i32x4MaxU: ("umax", .i32x4)
        case .f32x4Min: ("minimum", .floatx4)
        case .f32x4Max: ("maximum", .floatx4)
        case .f32x4RelaxedMin: ("minimum", .floatx4)
        case .f32x4RelaxedMax: ("maximum", .floatx4)
        case .f64x2Min: ("minimum", .doublex2)
        case .f64x2Max: ("maximum", .doublex2)
        case .f64x2RelaxedMin: ("minimum", .doublex2)
        case .f64x2RelaxedMax: ("maximum", .doublex2)
        default: nil
        }
    }

    /// One vector, by an intrinsic.
    var vectorUnaryIntrinsic: (String, IRType)? {
        switch self {
        case .i8x16Abs: ("abs", .i8x16)
        case .i16x8Abs: ("abs", .i16x8)
        case .i32x4Abs: ("abs", .i32x4)
        case .i64x2Abs: ("abs", .i64x2)
        case .i8x16Popcnt: ("ctpop", .i8x16)
        case .f32x4Abs: ("fabs", .floatx4)
        case .f32x4Sqrt: ("sqrt", .floatx4)
        case .f32x4Ceil: ("ceil", .floatx4)
        case .f32x4Floor: ("floor", .floatx4)
        case .f32x4Trunc: ("trunc", .floatx4)
        case .f32x4Nearest: ("roundeven", .floatx4)
        case .f64x2Abs: ("fabs", .doublex2)
        case .f64x2Sqrt: ("sqrt", .doublex2)
        case .f64x2Ceil: ("ceil", .doublex2)
        case .f64x2Floor: ("floor", .doublex2)
        case .f64x2Trunc: ("trunc", .doublex2)
        case .f64x2Nearest: ("roundeven", .doublex2)
        default: nil
        }
    }
}
