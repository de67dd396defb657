/// The interpreter's instructions: what ``Translator`` writes and ``Interpreter`` runs.
///
/// An instruction is one to four words of 64 bits. The operation is in bits 0–15 of the first word;
/// `a`, `b` and `c` are 16-bit slot numbers in its other three quarters. `a` is where the result goes
/// unless said otherwise. Further words hold constants, offsets and more slots; the comments in
/// ``Interpreter/run(entry:slots:headerSlot:context:state:)`` are the code itself.
///
/// No raw values: the tag in memory is the case's position, so that loading one is a plain load and
/// switching over all cases needs no range check.
enum Operation {
    // Moves.
    case copy, copy2, copy3, copyVector, const32, const64, constVector, select, selectVector
    case globalGet, globalSet, globalGetIndirect, globalSetIndirect, globalGetVector
    case globalSetVector
    // i32 arithmetic of two slots.
    case i32Add, i32Sub, i32Mul, i32And, i32Or, i32Xor, i32Shl, i32ShrS, i32ShrU, i32Rotl, i32Rotr
    case i32DivS, i32DivU, i32RemS, i32RemU
    // i32 arithmetic of a slot and a constant.
    case i32AddConstant, i32SubFromConstant, i32MulConstant, i32AndConstant, i32OrConstant
    case i32XorConstant, i32ShlConstant, i32ShrSConstant, i32ShrUConstant, i32RotlConstant
    case i32DivSConstant, i32DivUConstant, i32RemSConstant, i32RemUConstant
    // i32 of one slot.
    case i32Clz, i32Ctz, i32Popcnt, i32Extend8S, i32Extend16S, i32WrapI64
    // i32 comparisons.
    case i32Eq, i32Ne, i32LtS, i32LtU, i32LeS, i32LeU, i32EqConstant, i32NeConstant
    case i32LtSConstant, i32LtUConstant, i32GtSConstant, i32GtUConstant
    // Branches on i32 comparisons.
    case branchI32Eq, branchI32Ne, branchI32LtS, branchI32LtU, branchI32LeS, branchI32LeU
    case branchI32EqConstant, branchI32NeConstant, branchI32LtSConstant, branchI32LtUConstant
    case branchI32GtSConstant, branchI32GtUConstant
    // i64 arithmetic of two slots.
    case i64Add, i64Sub, i64Mul, i64And, i64Or, i64Xor, i64Shl, i64ShrS, i64ShrU, i64Rotl, i64Rotr
    case i64DivS, i64DivU, i64RemS, i64RemU
    // i64 arithmetic of a slot and a constant.
    case i64AddConstant, i64SubFromConstant, i64MulConstant, i64AndConstant, i64OrConstant
    case i64XorConstant, i64ShlConstant, i64ShrSConstant, i64ShrUConstant, i64RotlConstant
    case i64DivSConstant, i64DivUConstant, i64RemSConstant, i64RemUConstant
    // i64 of one slot.
    case i64Clz, i64Ctz, i64Popcnt, i64Extend8S, i64Extend16S, i64Extend32S
    // i64 comparisons.
    case i64Eq, i64Ne, i64LtS, i64LtU, i64LeS, i64LeU, i64EqConstant, i64NeConstant
    case i64LtSConstant, i64LtUConstant, i64GtSConstant, i64GtUConstant
    // Branches on i64 comparisons.
    case branchI64Eq, branchI64Ne, branchI64LtS, branchI64LtU, branchI64LeS, branchI64LeU
    case branchI64EqConstant, branchI64NeConstant, branchI64LtSConstant, branchI64LtUConstant
    case branchI64GtSConstant, branchI64GtUConstant
    // Branches.
    case branch, branchIfZero, branchIfNonzero, branchIfNull, branchIfNotNull, branchIfNoBits
    case branchIfBits, branchTable
    // Loop ends: add to a counter, store it, compare and branch.
    case addBranchIfNonzero, addBranchNe, addBranchLtS, addBranchLtU, addBranchNeConstant
    case addBranchLtSConstant, addBranchLtUConstant, add2
    // f32 arithmetic.
    case f32Add, f32Sub, f32Mul, f32Div, f32Min, f32Max, f32Copysign, f32AddConstant
    case f32MulConstant, f32DivConstant, f32SubFromConstant, f32DivFromConstant, f32Neg, f32Abs
    case f32Sqrt, f32Ceil, f32Floor, f32Trunc, f32Nearest, f32Canonicalize
    // f32 comparisons and branches on them.
    case f32Eq, f32Ne, f32Lt, f32Le, branchF32Eq, branchF32Ne, branchF32Lt, branchF32Le
    case branchF32NotLt, branchF32NotLe
    // f64 arithmetic.
    case f64Add, f64Sub, f64Mul, f64Div, f64Min, f64Max, f64Copysign, f64AddConstant
    case f64MulConstant, f64DivConstant, f64SubFromConstant, f64DivFromConstant, f64Neg, f64Abs
    case f64Sqrt, f64Ceil, f64Floor, f64Trunc, f64Nearest, f64Canonicalize
    // f64 comparisons and branches on them.
    case f64Eq, f64Ne, f64Lt, f64Le, branchF64Eq, branchF64Ne, branchF64Lt, branchF64Le
    case branchF64NotLt, branchF64NotLe
    // Fused f64 arithmetic: each operation rounds, so the results are those of the single instructions.
    case f64MulAdd, f64MulSub, f64SubMul, f64MulConstantAdd, f64AddAdd, f64AddLoad, f64SubLoad
    case f64SubFromLoad, f64MulLoad, f64DivLoad, f64DivFromLoad, f64MulConstantLoad, f64MulLoadAdd
    case f64SubMulLoad, f64MulLoadLoad, f64AddLoadLoad, f64SubLoadLoad, f64AddTwoLoads
    case f64MulLoadLoadAdd, f64SubMulLoadLoad
    // f64 arithmetic that ends in a store.
    case f64AddStore, f64SubStore, f64MulStore, f64DivStore, f64MulAddStore, f64SubMulStore
    case f64MulConstantStore, f64MulConstantAddStore, f64AddLoadStore, f64SubLoadStore
    case f64MulLoadStore, f64MulLoadAddStore, f64SubMulLoadStore
    // Fused integer arithmetic.
    case i32AddAdd, i32XorXor, i32RotlXor, i32ShlAdd, i32ShrUXor, i32ShlXor, i32ShlOr, i64ShlOr
    case globalAddTee, globalSetSum, i32MulAdd, i32MulConstantAdd, i32ShrUAnd, i32AddLoad
    case i64MulAddConstants, const32Pair, i32AddAndConstants, i32MulLoad, i32MulLoadAdd
    case i32MulLoad16S, i32MulLoad16SAdd
    // Through a pointer in memory, and to memory's own values.
    case load32Load32, load32Load16U, load32Load8U, memoryAdd32
    // Comparisons that choose: a := comparison ? b : c.
    case selectI32Eq, selectI32LtS, selectI32LtU, selectI32EqConstant, selectI32LtSConstant
    case selectI32EqConstants, selectI32LtUConstants, selectConstant, selectOrConstant
    case selectI32LtUConstant, selectBits, i32XorIfBits, selectI64Eq, selectI64LtS, selectI64LtU,
        selectF64Lt
    // Loads that also keep the address they add up.
    case load32AddTee, load32AddConstantTee, load64AddTee, load64AddConstantTee, load8UAddTee
    case load8UAddConstantTee, load16UAddTee, load16UAddConstantTee, load16S32AddTee
    case load16S32AddConstantTee
    // Loads from memory 0: slot + 16-bit offset.
    case load32, load64, load8U, load8S32, load8S64, load16U, load16S32, load16S64, load32S64
    // Loads: slot + 32-bit offset.
    case load32Far, load64Far, load8UFar, load8S32Far, load8S64Far, load16UFar, load16S32Far
    case load16S64Far, load32S64Far
    // Loads: slot + (slot << shift) + 32-bit offset.
    case load32Indexed, load64Indexed, load8UIndexed, load8S32Indexed, load8S64Indexed
    case load16UIndexed, load16S32Indexed, load16S64Indexed, load32S64Indexed
    // Loads: constant address.
    case load32Absolute, load64Absolute, load8UAbsolute, load8S32Absolute, load8S64Absolute
    case load16UAbsolute, load16S32Absolute, load16S64Absolute, load32S64Absolute
    // Stores to memory 0: slot + 16-bit offset.
    case store32, store64, store8, store16
    // Stores: slot + 32-bit offset.
    case store32Far, store64Far, store8Far, store16Far
    // Stores: slot + (slot << shift) + 32-bit offset.
    case store32Indexed, store64Indexed, store8Indexed, store16Indexed
    // Stores: constant address.
    case store32Absolute, store64Absolute, store8Absolute, store16Absolute
    // Stores of a constant: slot + displacement + 32-bit offset.
    case store32Constant, store64Constant, store8Constant, store16Constant, store32ConstantIndexed
    case store64ConstantIndexed, store8ConstantIndexed, store16ConstantIndexed
    // Loads compared with a constant, to branch.
    case branchLoad8UEq, branchLoad8UNe, branchLoad16UEq, branchLoad16UNe, branchLoad32Eq
    case branchLoad32Ne, load32BranchIfZero, load32BranchIfNonzero
    // Conversions.
    case i32TruncF32S, i32TruncSatF32S, i32TruncF32U, i32TruncSatF32U, i64TruncF32S
    case i64TruncSatF32S, i64TruncF32U, i64TruncSatF32U, i32TruncF64S, i32TruncSatF64S
    case i32TruncF64U, i32TruncSatF64U, i64TruncF64S, i64TruncSatF64S, i64TruncF64U
    case i64TruncSatF64U, f32ConvertI32S, f32ConvertI32U, f32ConvertI64S, f32ConvertI64U
    case f64ConvertI32S, f64ConvertI32U, f64ConvertI64S, f64ConvertI64U, f32DemoteF64
    case f64PromoteF32
    // Calls and returns.
    case call, callImported, callIndirect, callReference, tailCall, return0, return1, returnMany
    case hostCall, translate, exit, meter, trapIfNull, trapNull, refI31, i31GetS, i31GetU
    case unreachable, interrupt
    // Memory 0's size.
    case memorySize
    // Vectors: lanes from and to numbers.
    case i8x16Splat, i16x8Splat, i32x4Splat, i64x2Splat, i8x16ExtractLaneS, i8x16ExtractLaneU
    case i16x8ExtractLaneS, i16x8ExtractLaneU, i32x4ExtractLane, i8x16ReplaceLane
    case i16x8ReplaceLane, i32x4ReplaceLane, i64x2ReplaceLane, shuffle, shuffle64, swizzle
    // Vectors: all 128 bits.
    case v128And, v128AndNot, v128Or, v128Xor, v128Not, v128SelectBits, v128AnyTrue
    // Vectors: integer comparisons.
    case i8x16Eq, i8x16Ne, i8x16LtS, i8x16LeS, i8x16LtU, i8x16LeU, i16x8Eq, i16x8Ne, i16x8LtS
    case i16x8LeS, i16x8LtU, i16x8LeU, i32x4Eq, i32x4Ne, i32x4LtS, i32x4LeS, i32x4LtU, i32x4LeU
    case i64x2Eq, i64x2Ne, i64x2LtS, i64x2LeS
    // Vectors: integer arithmetic.
    case i8x16Add, i8x16Sub, i8x16MinS, i8x16MinU, i8x16MaxS, i8x16MaxU, i8x16AddSatS
    case i8x16AddSatU, i8x16SubSatS, i8x16SubSatU, i8x16Neg, i8x16Abs, i8x16AllTrue, i16x8Add
    case i16x8Sub, i16x8Mul, i16x8MinS, i16x8MinU, i16x8MaxS, i16x8MaxU, i16x8AddSatS
    case i16x8AddSatU, i16x8SubSatS, i16x8SubSatU, i16x8Neg, i16x8Abs, i16x8AllTrue, i32x4Add
    case i32x4Sub, i32x4Mul, i32x4MinS, i32x4MinU, i32x4MaxS, i32x4MaxU, i32x4Neg, i32x4Abs
    case i32x4AllTrue, i64x2Add, i64x2Sub, i64x2Mul, i64x2Neg, i64x2Abs, i64x2AllTrue
    case i8x16Bitmask, i16x8Bitmask, i32x4Bitmask, i64x2Bitmask
    // Vectors: shifts by a slot, and by a constant.
    case i8x16Shl, i8x16ShrS, i8x16ShrU, i16x8Shl, i16x8ShlConstant, i16x8ShrS, i16x8ShrSConstant
    case i16x8ShrU, i16x8ShrUConstant, i32x4Shl, i32x4ShlConstant, i32x4ShrS, i32x4ShrSConstant
    case i32x4ShrU, i32x4ShrUConstant, i64x2Shl, i64x2ShlConstant, i64x2ShrS, i64x2ShrSConstant
    case i64x2ShrU, i64x2ShrUConstant
    // Vectors: wider lanes.
    case i16x8ExtendLowS, i16x8ExtendHighS, i16x8ExtendLowU, i16x8ExtendHighU, i32x4ExtendLowS
    case i32x4ExtendHighS, i32x4ExtendLowU, i32x4ExtendHighU, i64x2ExtendLowS, i64x2ExtendHighS
    case i64x2ExtendLowU, i64x2ExtendHighU
    // Vectors: floating-point arithmetic and comparisons.
    case f32x4Add, f32x4Sub, f32x4Mul, f32x4Div, f32x4Min, f32x4Max, f32x4Pmin, f32x4Pmax
    case f32x4Neg, f32x4Abs, f32x4Sqrt, f32x4Canonicalize, f32x4Eq, f32x4Ne, f32x4Lt, f32x4Le
    case f64x2Add, f64x2Sub, f64x2Mul, f64x2Div, f64x2Min, f64x2Max, f64x2Pmin, f64x2Pmax
    case f64x2Neg, f64x2Abs, f64x2Sqrt, f64x2Canonicalize, f64x2Eq, f64x2Ne, f64x2Lt, f64x2Le
    // Fused vector arithmetic: every operation rounds.
    case f32x4MulAdd, f32x4SubMul, f32x4MulSub, f32x4AddLoad, f32x4SubLoad, f32x4MulLoad
    case f32x4MulLoadAdd, f32x4SubMulLoad, f32x4AddStore, f32x4SubStore, f32x4MulStore
    case f32x4MulAddStore, f32x4SubMulStore, f32x4AddLoadStore, f32x4SubLoadStore
    case f32x4MulLoadAddStore, f32x4SubMulLoadStore, f64x2MulAdd, f64x2SubMul, f64x2MulSub
    case f64x2AddLoad, f64x2SubLoad, f64x2MulLoad, f64x2MulLoadAdd, f64x2SubMulLoad, f64x2AddStore
    case f64x2SubStore, f64x2MulStore, f64x2MulAddStore, f64x2SubMulStore, f64x2AddLoadStore
    case f64x2SubLoadStore, f64x2MulLoadAddStore, f64x2SubMulLoadStore, i32x4AddLoad
    // Vectors from and to memory 0, addressed as numbers are.
    case v128Load, v128LoadFar, v128LoadIndexed, v128LoadAbsolute, v128LoadAddTee
    case v128LoadAddConstantTee, v128Store, v128StoreFar, v128StoreIndexed, v128StoreAbsolute
    // Parts of vectors from memory 0: slot + displacement + 32-bit offset.
    case v128Load8x8S, v128Load8x8U, v128Load16x4S, v128Load16x4U, v128Load32x2S, v128Load32x2U
    case v128Load8Splat, v128Load16Splat, v128Load32Splat, v128Load64Splat, v128Load32Zero
    case v128Load64Zero
    // One lane from and to memory 0: slot + 32-bit offset; the lane in the second word.
    case v128Load8Lane, v128Load16Lane, v128Load32Lane, v128Load64Lane, v128Store8Lane
    case v128Store16Lane, v128Store32Lane, v128Store64Lane
    // Groups of instructions that a function of their own runs; word 1 holds the instruction's o
    // pcode. Four words each.
    case vector, vectorAccess, atomic, bulk, access, gc, exception
}
