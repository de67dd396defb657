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
            .i31GetU, .unreachable, .memorySize:
            1
        case .constVector, .f64MulConstantLoad, .f64MulLoadAdd, .f64SubMulLoad, .f64MulAddStore,
            .f64SubMulStore, .f64MulConstantStore, .f64MulConstantAddStore, .f64AddLoadStore,
            .f64SubLoadStore, .f64MulLoadStore, .i64MulAddConstants, .store32Constant,
            .store64Constant, .store8Constant, .store16Constant, .store32ConstantIndexed,
            .store64ConstantIndexed, .store8ConstantIndexed, .store16ConstantIndexed:
            3
        case .f64MulLoadLoad, .f64AddLoadLoad, .f64SubLoadLoad, .f64AddTwoLoads,
            .f64MulLoadLoadAdd, .f64SubMulLoadLoad, .f64MulLoadAddStore, .f64SubMulLoadStore,
            .tailCall, .vector, .atomic, .bulk, .access, .gc, .exception:
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
            .branchLoad32Eq, .branchLoad32Ne:
            true
        default: false
        }
    }
}
