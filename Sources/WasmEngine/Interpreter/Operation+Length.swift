extension Operation {
    /// Words that an instruction of this operation takes, the table of ``branchTable`` not counted.
    var wordCount: Int {
        switch self {
        case .copy, .copyVector, .const32, .globalGet, .globalSet, .globalGetIndirect,
            .globalSetIndirect, .globalGetVector, .globalSetVector, .i32Add, .i32Sub, .i32Mul,
            .i32And, .i32Or, .i32Xor, .i32Shl, .i32ShrS, .i32ShrU, .i32Rotl, .i32Rotr, .i32DivS,
            .i32DivU, .i32RemS, .i32RemU, .i32Clz, .i32Ctz, .i32Popcnt, .i32Extend8S,
            .i32Extend16S, .i32WrapI64, .i32Eq, .i32Ne, .i32LtS, .i32LtU, .i32LeS, .i32LeU,
            .i64Add, .i64Sub, .i64Mul, .i64And, .i64Or, .i64Xor, .i64Shl, .i64ShrS, .i64ShrU,
            .i64Rotl, .i64Rotr, .i64DivS, .i64DivU, .i64RemS, .i64RemU, .i64Clz, .i64Ctz,
            .i64Popcnt, .i64Extend8S, .i64Extend16S, .i64Extend32S, .i64Eq, .i64Ne, .i64LtS,
            .i64LtU, .i64LeS, .i64LeU, .branch, .branchIfZero, .branchIfNonzero, .branchIfNull,
            .branchIfNotNull, .branchTable, .f32Add, .f32Sub, .f32Mul, .f32Div, .f32Min, .f32Max,
            .f32Copysign, .f32Neg, .f32Abs, .f32Sqrt, .f32Ceil, .f32Floor, .f32Trunc, .f32Nearest,
            .f32Canonicalize, .f32Eq, .f32Ne, .f32Lt, .f32Le, .f64Add, .f64Sub, .f64Mul, .f64Div,
            .f64Min, .f64Max, .f64Copysign, .f64Neg, .f64Abs, .f64Sqrt, .f64Ceil, .f64Floor,
            .f64Trunc, .f64Nearest, .f64Canonicalize, .f64Eq, .f64Ne, .f64Lt, .f64Le, .load32,
            .load64, .load8U, .load8S32, .load8S64, .load16U, .load16S32, .load16S64, .load32S64,
            .store32, .store64, .store8, .store16, .i32TruncF32S, .i32TruncSatF32S, .i32TruncF32U,
            .i32TruncSatF32U, .i64TruncF32S, .i64TruncSatF32S, .i64TruncF32U, .i64TruncSatF32U,
            .i32TruncF64S, .i32TruncSatF64S, .i32TruncF64U, .i32TruncSatF64U, .i64TruncF64S,
            .i64TruncSatF64S, .i64TruncF64U, .i64TruncSatF64U, .f32ConvertI32S, .f32ConvertI32U,
            .f32ConvertI64S, .f32ConvertI64U, .f64ConvertI32S, .f64ConvertI32U, .f64ConvertI64S,
            .f64ConvertI64U, .f32DemoteF64, .f64PromoteF32, .callReference, .return0, .return1,
            .returnMany, .translate, .exit, .meter, .trapIfNull, .trapNull, .refI31, .i31GetS,
            .i31GetU, .unreachable, .interrupt, .memorySize, .i8x16Splat, .shuffle64, .i16x8Splat,
            .i32x4Splat,
            .i64x2Splat,
            .i8x16ExtractLaneS, .i8x16ExtractLaneU, .i16x8ExtractLaneS, .i16x8ExtractLaneU,
            .i32x4ExtractLane, .swizzle, .v128And, .v128AndNot, .v128Or, .v128Xor, .v128Not,
            .v128AnyTrue, .i8x16Eq, .i8x16Ne, .i8x16LtS, .i8x16LeS, .i8x16LtU, .i8x16LeU, .i16x8Eq,
            .i16x8Ne, .i16x8LtS, .i16x8LeS, .i16x8LtU, .i16x8LeU, .i32x4Eq, .i32x4Ne, .i32x4LtS,
            .i32x4LeS, .i32x4LtU, .i32x4LeU, .i64x2Eq, .i64x2Ne, .i64x2LtS, .i64x2LeS, .i8x16Add,
            .i8x16Sub, .i8x16MinS, .i8x16MinU, .i8x16MaxS, .i8x16MaxU, .i8x16AddSatS, .i8x16AddSatU,
            .i8x16SubSatS, .i8x16SubSatU, .i8x16Neg, .i8x16Abs, .i8x16AllTrue, .i16x8Add, .i16x8Sub,
            .i16x8Mul, .i16x8MinS, .i16x8MinU, .i16x8MaxS, .i16x8MaxU, .i16x8AddSatS, .i16x8AddSatU,
            .i16x8SubSatS, .i16x8SubSatU, .i16x8Neg, .i16x8Abs, .i16x8AllTrue, .i32x4Add, .i32x4Sub,
            .i32x4Mul, .i32x4MinS, .i32x4MinU, .i32x4MaxS, .i32x4MaxU, .i32x4Neg, .i32x4Abs,
            .i32x4AllTrue, .i64x2Add, .i64x2Sub, .i64x2Mul, .i64x2Neg, .i64x2Abs, .i64x2AllTrue,
            .i8x16Bitmask, .i16x8Bitmask, .i32x4Bitmask, .i64x2Bitmask, .i8x16Shl, .i8x16ShrS,
            .i8x16ShrU, .i16x8Shl, .i16x8ShlConstant, .i16x8ShrS, .i16x8ShrSConstant, .i16x8ShrU,
            .i16x8ShrUConstant, .i32x4Shl, .i32x4ShlConstant, .i32x4ShrS, .i32x4ShrSConstant,
            .i32x4ShrU, .i32x4ShrUConstant, .i64x2Shl, .i64x2ShlConstant, .i64x2ShrS,
            .i64x2ShrSConstant, .i64x2ShrU, .i64x2ShrUConstant, .i16x8ExtendLowS, .i16x8ExtendHighS,
            .i16x8ExtendLowU, .i16x8ExtendHighU, .i32x4ExtendLowS, .i32x4ExtendHighS,
            .i32x4ExtendLowU, .i32x4ExtendHighU, .i64x2ExtendLowS, .i64x2ExtendHighS,
            .i64x2ExtendLowU, .i64x2ExtendHighU, .f32x4Add, .f32x4Sub, .f32x4Mul, .f32x4Div,
            .f32x4Min, .f32x4Max, .f32x4Pmin, .f32x4Pmax, .f32x4Neg, .f32x4Abs, .f32x4Sqrt,
            .f32x4Canonicalize, .f32x4Eq, .f32x4Ne, .f32x4Lt, .f32x4Le, .f64x2Add, .f64x2Sub,
            .f64x2Mul, .f64x2Div, .f64x2Min, .f64x2Max, .f64x2Pmin, .f64x2Pmax, .f64x2Neg,
            .f64x2Abs, .f64x2Sqrt, .f64x2Canonicalize, .f64x2Eq, .f64x2Ne, .f64x2Lt, .f64x2Le,
            .v128Load, .v128Store:
            1
        case .constVector, .selectI32EqConstants, .selectI32LtUConstants, .i32XorIfBits,
            .i32MulLoadAdd, .i32MulLoad16SAdd, .f64MulConstantLoad, .f64MulLoadAdd, .f64SubMulLoad,
            .f64MulAddStore,
            .f64SubMulStore, .f64MulConstantStore, .f64MulConstantAddStore, .f64AddLoadStore,
            .f64SubLoadStore, .f64MulLoadStore, .i64MulAddConstants, .store32Constant,
            .store64Constant, .store8Constant, .store16Constant, .store32ConstantIndexed,
            .store64ConstantIndexed, .store8ConstantIndexed, .store16ConstantIndexed, .shuffle,
            .f32x4MulLoadAdd, .f32x4SubMulLoad, .f32x4MulAddStore, .f32x4SubMulStore,
            .f32x4AddLoadStore, .f32x4SubLoadStore, .f64x2MulLoadAdd, .f64x2SubMulLoad,
            .f64x2MulAddStore, .f64x2SubMulStore, .f64x2AddLoadStore, .f64x2SubLoadStore:
            3
        case .f64MulLoadLoad, .f64AddLoadLoad, .f64SubLoadLoad, .f64AddTwoLoads,
            .f64MulLoadLoadAdd, .f64SubMulLoadLoad, .f64MulLoadAddStore, .f64SubMulLoadStore,
            .tailCall, .f32x4MulLoadAddStore, .f32x4SubMulLoadStore, .f64x2MulLoadAddStore,
            .f64x2SubMulLoadStore, .vectorAccess, .atomic, .bulk, .access, .gc, .exception:
            4
        default: 2
        }
    }
}

extension Operation {
    /// Whether it is a conditional branch whose distance stands in the second word's upper half.
    var isLongBranch: Bool {
        switch self {
        case .branchI32Eq, .branchI32Ne, .branchI32LtS, .branchI32LtU, .branchI32LeS,
            .branchI32LeU, .branchI32EqConstant, .branchI32NeConstant, .branchI32LtSConstant,
            .branchI32LtUConstant, .branchI32GtSConstant, .branchI32GtUConstant, .branchI64Eq,
            .branchI64Ne, .branchI64LtS, .branchI64LtU, .branchI64LeS, .branchI64LeU,
            .branchI64EqConstant, .branchI64NeConstant, .branchI64LtSConstant,
            .branchI64LtUConstant, .branchI64GtSConstant, .branchI64GtUConstant, .branchIfNoBits,
            .branchIfBits, .addBranchIfNonzero, .addBranchNe, .addBranchLtS, .addBranchLtU,
            .addBranchNeConstant, .addBranchLtSConstant, .addBranchLtUConstant, .branchF32Eq,
            .branchF32Ne, .branchF32Lt, .branchF32Le, .branchF32NotLt, .branchF32NotLe,
            .branchF64Eq, .branchF64Ne, .branchF64Lt, .branchF64Le, .branchF64NotLt,
            .branchF64NotLe, .branchLoad8UEq, .branchLoad8UNe, .branchLoad16UEq, .branchLoad16UNe,
            .branchLoad32Eq, .branchLoad32Ne, .load32BranchIfZero, .load32BranchIfNonzero:
            true
        default: false
        }
    }
}
