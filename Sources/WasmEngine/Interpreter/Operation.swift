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
    // Fused f64 arithmetic: each operation rounds, so the results are those of the single instru
    // ctions.
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
    case i64MulAddConstants, const32Pair
    // Comparisons that choose: a := comparison ? b : c.
    case selectI32Eq, selectI32LtS, selectI32LtU, selectI32EqConstant, selectI32LtSConstant
    case selectI32LtUConstant, selectBits, selectI64Eq, selectI64LtS, selectI64LtU, selectF64Lt
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
    case branchLoad32Ne
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
    case unreachable
    // Memory 0's size.
    case memorySize
    // Groups of instructions that a function of their own runs; word 1 holds the instruction's o
    // pcode. Four words each.
    case vector, atomic, bulk, access, gc, exception
}
