/// The one table of instructions: decoder, validator, text parser, interpreter, compilers and tests
/// read it.
///
/// Source: WebAssembly Core Specification 3.0, appendix "Index of Instructions"; the older
/// exception instructions of the exception-handling proposal's legacy text; threads proposal.
package enum InstructionTable {
    /// One row an ``Opcode``, in the order of its raw values.
    package static let rows: [InstructionDescription] = makeRows()

    // A statement for each row: one literal of all of them would be one expression to the type
    // checker, which takes it gigabytes and minutes.
    private static func makeRows() -> [InstructionDescription] {
        var table = InstructionTableBuilder()
        table.row(.unreachable, "unreachable", .core, 0x00, .none)
        table.row(.nop, "nop", .core, 0x01, .none, OperandTypes([], to: nil))
        table.row(.block, "block", .core, 0x02, .blockType)
        table.row(.loop, "loop", .core, 0x03, .blockType)
        table.row(.if, "if", .core, 0x04, .blockType)
        table.row(.else, "else", .core, 0x05, .none)
        table.row(.try, "try", .core, 0x06, .blockType, .legacyExceptions)
        table.row(.catch, "catch", .core, 0x07, .tag, .legacyExceptions)
        table.row(.throw, "throw", .core, 0x08, .tag, .exceptions)
        table.row(.rethrow, "rethrow", .core, 0x09, .label, .legacyExceptions)
        table.row(.throwRef, "throw_ref", .core, 0x0A, .none, .exceptions)
        table.row(.end, "end", .core, 0x0B, .none)
        table.row(.br, "br", .core, 0x0C, .label)
        table.row(.brIf, "br_if", .core, 0x0D, .label)
        table.row(.brTable, "br_table", .core, 0x0E, .labelTable)
        table.row(.return, "return", .core, 0x0F, .none)
        table.row(.call, "call", .core, 0x10, .function)
        table.row(.callIndirect, "call_indirect", .core, 0x11, .typeTable)
        table.row(.returnCall, "return_call", .core, 0x12, .function, .tailCalls)
        table.row(.returnCallIndirect, "return_call_indirect", .core, 0x13, .typeTable, .tailCalls)
        table.row(.callRef, "call_ref", .core, 0x14, .type, .functionReferences)
        table.row(.returnCallRef, "return_call_ref", .core, 0x15, .type, .functionReferences)
        table.row(.delegate, "delegate", .core, 0x18, .label, .legacyExceptions)
        table.row(.catchAll, "catch_all", .core, 0x19, .none, .legacyExceptions)
        table.row(.drop, "drop", .core, 0x1A, .none)
        table.row(.select, "select", .core, 0x1B, .none)
        table.row(.selectTyped, "select", .core, 0x1C, .valueTypes, .referenceTypes)
        table.row(.tryTable, "try_table", .core, 0x1F, .tryTable, .exceptions)
        table.row(.localGet, "local.get", .core, 0x20, .local)
        table.row(.localSet, "local.set", .core, 0x21, .local)
        table.row(.localTee, "local.tee", .core, 0x22, .local)
        table.row(.globalGet, "global.get", .core, 0x23, .global)
        table.row(.globalSet, "global.set", .core, 0x24, .global)
        table.row(.tableGet, "table.get", .core, 0x25, .table, .referenceTypes)
        table.row(.tableSet, "table.set", .core, 0x26, .table, .referenceTypes)
        table.row(
            .i32Load, "i32.load", .core, 0x28, .memoryArgument,
            OperandTypes([.address], to: .i32), access: 2)
        table.row(
            .i64Load, "i64.load", .core, 0x29, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 3)
        table.row(
            .f32Load, "f32.load", .core, 0x2A, .memoryArgument,
            OperandTypes([.address], to: .f32), access: 2)
        table.row(
            .f64Load, "f64.load", .core, 0x2B, .memoryArgument,
            OperandTypes([.address], to: .f64), access: 3)
        table.row(
            .i32Load8S, "i32.load8_s", .core, 0x2C, .memoryArgument,
            OperandTypes([.address], to: .i32), access: 0)
        table.row(
            .i32Load8U, "i32.load8_u", .core, 0x2D, .memoryArgument,
            OperandTypes([.address], to: .i32), access: 0)
        table.row(
            .i32Load16S, "i32.load16_s", .core, 0x2E, .memoryArgument,
            OperandTypes([.address], to: .i32), access: 1)
        table.row(
            .i32Load16U, "i32.load16_u", .core, 0x2F, .memoryArgument,
            OperandTypes([.address], to: .i32), access: 1)
        table.row(
            .i64Load8S, "i64.load8_s", .core, 0x30, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 0)
        table.row(
            .i64Load8U, "i64.load8_u", .core, 0x31, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 0)
        table.row(
            .i64Load16S, "i64.load16_s", .core, 0x32, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 1)
        table.row(
            .i64Load16U, "i64.load16_u", .core, 0x33, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 1)
        table.row(
            .i64Load32S, "i64.load32_s", .core, 0x34, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 2)
        table.row(
            .i64Load32U, "i64.load32_u", .core, 0x35, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 2)
        table.row(
            .i32Store, "i32.store", .core, 0x36, .memoryArgument,
            OperandTypes([.address, .i32], to: nil), access: 2)
        table.row(
            .i64Store, "i64.store", .core, 0x37, .memoryArgument,
            OperandTypes([.address, .i64], to: nil), access: 3)
        table.row(
            .f32Store, "f32.store", .core, 0x38, .memoryArgument,
            OperandTypes([.address, .f32], to: nil), access: 2)
        table.row(
            .f64Store, "f64.store", .core, 0x39, .memoryArgument,
            OperandTypes([.address, .f64], to: nil), access: 3)
        table.row(
            .i32Store8, "i32.store8", .core, 0x3A, .memoryArgument,
            OperandTypes([.address, .i32], to: nil), access: 0)
        table.row(
            .i32Store16, "i32.store16", .core, 0x3B, .memoryArgument,
            OperandTypes([.address, .i32], to: nil), access: 1)
        table.row(
            .i64Store8, "i64.store8", .core, 0x3C, .memoryArgument,
            OperandTypes([.address, .i64], to: nil), access: 0)
        table.row(
            .i64Store16, "i64.store16", .core, 0x3D, .memoryArgument,
            OperandTypes([.address, .i64], to: nil), access: 1)
        table.row(
            .i64Store32, "i64.store32", .core, 0x3E, .memoryArgument,
            OperandTypes([.address, .i64], to: nil), access: 2)
        table.row(.memorySize, "memory.size", .core, 0x3F, .memory)
        table.row(.memoryGrow, "memory.grow", .core, 0x40, .memory)
        table.row(.i32Const, "i32.const", .core, 0x41, .i32, OperandTypes([], to: .i32))
        table.row(.i64Const, "i64.const", .core, 0x42, .i64, OperandTypes([], to: .i64))
        table.row(.f32Const, "f32.const", .core, 0x43, .f32, OperandTypes([], to: .f32))
        table.row(.f64Const, "f64.const", .core, 0x44, .f64, OperandTypes([], to: .f64))
        table.row(.i32Eqz, "i32.eqz", .core, 0x45, .none, OperandTypes([.i32], to: .i32))
        table.row(.i32Eq, "i32.eq", .core, 0x46, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32Ne, "i32.ne", .core, 0x47, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32LtS, "i32.lt_s", .core, 0x48, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32LtU, "i32.lt_u", .core, 0x49, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32GtS, "i32.gt_s", .core, 0x4A, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32GtU, "i32.gt_u", .core, 0x4B, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32LeS, "i32.le_s", .core, 0x4C, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32LeU, "i32.le_u", .core, 0x4D, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32GeS, "i32.ge_s", .core, 0x4E, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32GeU, "i32.ge_u", .core, 0x4F, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i64Eqz, "i64.eqz", .core, 0x50, .none, OperandTypes([.i64], to: .i32))
        table.row(.i64Eq, "i64.eq", .core, 0x51, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.i64Ne, "i64.ne", .core, 0x52, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.i64LtS, "i64.lt_s", .core, 0x53, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.i64LtU, "i64.lt_u", .core, 0x54, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.i64GtS, "i64.gt_s", .core, 0x55, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.i64GtU, "i64.gt_u", .core, 0x56, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.i64LeS, "i64.le_s", .core, 0x57, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.i64LeU, "i64.le_u", .core, 0x58, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.i64GeS, "i64.ge_s", .core, 0x59, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.i64GeU, "i64.ge_u", .core, 0x5A, .none, OperandTypes([.i64, .i64], to: .i32))
        table.row(.f32Eq, "f32.eq", .core, 0x5B, .none, OperandTypes([.f32, .f32], to: .i32))
        table.row(.f32Ne, "f32.ne", .core, 0x5C, .none, OperandTypes([.f32, .f32], to: .i32))
        table.row(.f32Lt, "f32.lt", .core, 0x5D, .none, OperandTypes([.f32, .f32], to: .i32))
        table.row(.f32Gt, "f32.gt", .core, 0x5E, .none, OperandTypes([.f32, .f32], to: .i32))
        table.row(.f32Le, "f32.le", .core, 0x5F, .none, OperandTypes([.f32, .f32], to: .i32))
        table.row(.f32Ge, "f32.ge", .core, 0x60, .none, OperandTypes([.f32, .f32], to: .i32))
        table.row(.f64Eq, "f64.eq", .core, 0x61, .none, OperandTypes([.f64, .f64], to: .i32))
        table.row(.f64Ne, "f64.ne", .core, 0x62, .none, OperandTypes([.f64, .f64], to: .i32))
        table.row(.f64Lt, "f64.lt", .core, 0x63, .none, OperandTypes([.f64, .f64], to: .i32))
        table.row(.f64Gt, "f64.gt", .core, 0x64, .none, OperandTypes([.f64, .f64], to: .i32))
        table.row(.f64Le, "f64.le", .core, 0x65, .none, OperandTypes([.f64, .f64], to: .i32))
        table.row(.f64Ge, "f64.ge", .core, 0x66, .none, OperandTypes([.f64, .f64], to: .i32))
        table.row(.i32Clz, "i32.clz", .core, 0x67, .none, OperandTypes([.i32], to: .i32))
        table.row(.i32Ctz, "i32.ctz", .core, 0x68, .none, OperandTypes([.i32], to: .i32))
        table.row(.i32Popcnt, "i32.popcnt", .core, 0x69, .none, OperandTypes([.i32], to: .i32))
        table.row(.i32Add, "i32.add", .core, 0x6A, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32Sub, "i32.sub", .core, 0x6B, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32Mul, "i32.mul", .core, 0x6C, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32DivS, "i32.div_s", .core, 0x6D, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32DivU, "i32.div_u", .core, 0x6E, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32RemS, "i32.rem_s", .core, 0x6F, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32RemU, "i32.rem_u", .core, 0x70, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32And, "i32.and", .core, 0x71, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32Or, "i32.or", .core, 0x72, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32Xor, "i32.xor", .core, 0x73, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32Shl, "i32.shl", .core, 0x74, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32ShrS, "i32.shr_s", .core, 0x75, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32ShrU, "i32.shr_u", .core, 0x76, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32Rotl, "i32.rotl", .core, 0x77, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i32Rotr, "i32.rotr", .core, 0x78, .none, OperandTypes([.i32, .i32], to: .i32))
        table.row(.i64Clz, "i64.clz", .core, 0x79, .none, OperandTypes([.i64], to: .i64))
        table.row(.i64Ctz, "i64.ctz", .core, 0x7A, .none, OperandTypes([.i64], to: .i64))
        table.row(.i64Popcnt, "i64.popcnt", .core, 0x7B, .none, OperandTypes([.i64], to: .i64))
        table.row(.i64Add, "i64.add", .core, 0x7C, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64Sub, "i64.sub", .core, 0x7D, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64Mul, "i64.mul", .core, 0x7E, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64DivS, "i64.div_s", .core, 0x7F, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64DivU, "i64.div_u", .core, 0x80, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64RemS, "i64.rem_s", .core, 0x81, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64RemU, "i64.rem_u", .core, 0x82, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64And, "i64.and", .core, 0x83, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64Or, "i64.or", .core, 0x84, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64Xor, "i64.xor", .core, 0x85, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64Shl, "i64.shl", .core, 0x86, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64ShrS, "i64.shr_s", .core, 0x87, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64ShrU, "i64.shr_u", .core, 0x88, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64Rotl, "i64.rotl", .core, 0x89, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.i64Rotr, "i64.rotr", .core, 0x8A, .none, OperandTypes([.i64, .i64], to: .i64))
        table.row(.f32Abs, "f32.abs", .core, 0x8B, .none, OperandTypes([.f32], to: .f32))
        table.row(.f32Neg, "f32.neg", .core, 0x8C, .none, OperandTypes([.f32], to: .f32))
        table.row(.f32Ceil, "f32.ceil", .core, 0x8D, .none, OperandTypes([.f32], to: .f32))
        table.row(.f32Floor, "f32.floor", .core, 0x8E, .none, OperandTypes([.f32], to: .f32))
        table.row(.f32Trunc, "f32.trunc", .core, 0x8F, .none, OperandTypes([.f32], to: .f32))
        table.row(.f32Nearest, "f32.nearest", .core, 0x90, .none, OperandTypes([.f32], to: .f32))
        table.row(.f32Sqrt, "f32.sqrt", .core, 0x91, .none, OperandTypes([.f32], to: .f32))
        table.row(.f32Add, "f32.add", .core, 0x92, .none, OperandTypes([.f32, .f32], to: .f32))
        table.row(.f32Sub, "f32.sub", .core, 0x93, .none, OperandTypes([.f32, .f32], to: .f32))
        table.row(.f32Mul, "f32.mul", .core, 0x94, .none, OperandTypes([.f32, .f32], to: .f32))
        table.row(.f32Div, "f32.div", .core, 0x95, .none, OperandTypes([.f32, .f32], to: .f32))
        table.row(.f32Min, "f32.min", .core, 0x96, .none, OperandTypes([.f32, .f32], to: .f32))
        table.row(.f32Max, "f32.max", .core, 0x97, .none, OperandTypes([.f32, .f32], to: .f32))
        table.row(
            .f32Copysign, "f32.copysign", .core, 0x98, .none, OperandTypes([.f32, .f32], to: .f32))
        table.row(.f64Abs, "f64.abs", .core, 0x99, .none, OperandTypes([.f64], to: .f64))
        table.row(.f64Neg, "f64.neg", .core, 0x9A, .none, OperandTypes([.f64], to: .f64))
        table.row(.f64Ceil, "f64.ceil", .core, 0x9B, .none, OperandTypes([.f64], to: .f64))
        table.row(.f64Floor, "f64.floor", .core, 0x9C, .none, OperandTypes([.f64], to: .f64))
        table.row(.f64Trunc, "f64.trunc", .core, 0x9D, .none, OperandTypes([.f64], to: .f64))
        table.row(.f64Nearest, "f64.nearest", .core, 0x9E, .none, OperandTypes([.f64], to: .f64))
        table.row(.f64Sqrt, "f64.sqrt", .core, 0x9F, .none, OperandTypes([.f64], to: .f64))
        table.row(.f64Add, "f64.add", .core, 0xA0, .none, OperandTypes([.f64, .f64], to: .f64))
        table.row(.f64Sub, "f64.sub", .core, 0xA1, .none, OperandTypes([.f64, .f64], to: .f64))
        table.row(.f64Mul, "f64.mul", .core, 0xA2, .none, OperandTypes([.f64, .f64], to: .f64))
        table.row(.f64Div, "f64.div", .core, 0xA3, .none, OperandTypes([.f64, .f64], to: .f64))
        table.row(.f64Min, "f64.min", .core, 0xA4, .none, OperandTypes([.f64, .f64], to: .f64))
        table.row(.f64Max, "f64.max", .core, 0xA5, .none, OperandTypes([.f64, .f64], to: .f64))
        table.row(
            .f64Copysign, "f64.copysign", .core, 0xA6, .none, OperandTypes([.f64, .f64], to: .f64))
        table.row(.i32WrapI64, "i32.wrap_i64", .core, 0xA7, .none, OperandTypes([.i64], to: .i32))
        table.row(
            .i32TruncF32S, "i32.trunc_f32_s", .core, 0xA8, .none, OperandTypes([.f32], to: .i32))
        table.row(
            .i32TruncF32U, "i32.trunc_f32_u", .core, 0xA9, .none, OperandTypes([.f32], to: .i32))
        table.row(
            .i32TruncF64S, "i32.trunc_f64_s", .core, 0xAA, .none, OperandTypes([.f64], to: .i32))
        table.row(
            .i32TruncF64U, "i32.trunc_f64_u", .core, 0xAB, .none, OperandTypes([.f64], to: .i32))
        table.row(
            .i64ExtendI32S, "i64.extend_i32_s", .core, 0xAC, .none, OperandTypes([.i32], to: .i64))
        table.row(
            .i64ExtendI32U, "i64.extend_i32_u", .core, 0xAD, .none, OperandTypes([.i32], to: .i64))
        table.row(
            .i64TruncF32S, "i64.trunc_f32_s", .core, 0xAE, .none, OperandTypes([.f32], to: .i64))
        table.row(
            .i64TruncF32U, "i64.trunc_f32_u", .core, 0xAF, .none, OperandTypes([.f32], to: .i64))
        table.row(
            .i64TruncF64S, "i64.trunc_f64_s", .core, 0xB0, .none, OperandTypes([.f64], to: .i64))
        table.row(
            .i64TruncF64U, "i64.trunc_f64_u", .core, 0xB1, .none, OperandTypes([.f64], to: .i64))
        table.row(
            .f32ConvertI32S, "f32.convert_i32_s", .core, 0xB2, .none,
            OperandTypes([.i32], to: .f32))
        table.row(
            .f32ConvertI32U, "f32.convert_i32_u", .core, 0xB3, .none,
            OperandTypes([.i32], to: .f32))
        table.row(
            .f32ConvertI64S, "f32.convert_i64_s", .core, 0xB4, .none,
            OperandTypes([.i64], to: .f32))
        table.row(
            .f32ConvertI64U, "f32.convert_i64_u", .core, 0xB5, .none,
            OperandTypes([.i64], to: .f32))
        table.row(
            .f32DemoteF64, "f32.demote_f64", .core, 0xB6, .none, OperandTypes([.f64], to: .f32))
        table.row(
            .f64ConvertI32S, "f64.convert_i32_s", .core, 0xB7, .none,
            OperandTypes([.i32], to: .f64))
        table.row(
            .f64ConvertI32U, "f64.convert_i32_u", .core, 0xB8, .none,
            OperandTypes([.i32], to: .f64))
        table.row(
            .f64ConvertI64S, "f64.convert_i64_s", .core, 0xB9, .none,
            OperandTypes([.i64], to: .f64))
        table.row(
            .f64ConvertI64U, "f64.convert_i64_u", .core, 0xBA, .none,
            OperandTypes([.i64], to: .f64))
        table.row(
            .f64PromoteF32, "f64.promote_f32", .core, 0xBB, .none, OperandTypes([.f32], to: .f64))
        table.row(
            .i32ReinterpretF32, "i32.reinterpret_f32", .core, 0xBC, .none,
            OperandTypes([.f32], to: .i32))
        table.row(
            .i64ReinterpretF64, "i64.reinterpret_f64", .core, 0xBD, .none,
            OperandTypes([.f64], to: .i64))
        table.row(
            .f32ReinterpretI32, "f32.reinterpret_i32", .core, 0xBE, .none,
            OperandTypes([.i32], to: .f32))
        table.row(
            .f64ReinterpretI64, "f64.reinterpret_i64", .core, 0xBF, .none,
            OperandTypes([.i64], to: .f64))
        table.row(
            .i32Extend8S, "i32.extend8_s", .core, 0xC0, .none,
            OperandTypes([.i32], to: .i32), .signExtension)
        table.row(
            .i32Extend16S, "i32.extend16_s", .core, 0xC1, .none,
            OperandTypes([.i32], to: .i32), .signExtension)
        table.row(
            .i64Extend8S, "i64.extend8_s", .core, 0xC2, .none,
            OperandTypes([.i64], to: .i64), .signExtension)
        table.row(
            .i64Extend16S, "i64.extend16_s", .core, 0xC3, .none,
            OperandTypes([.i64], to: .i64), .signExtension)
        table.row(
            .i64Extend32S, "i64.extend32_s", .core, 0xC4, .none,
            OperandTypes([.i64], to: .i64), .signExtension)
        table.row(.refNull, "ref.null", .core, 0xD0, .heapType, .referenceTypes)
        table.row(.refIsNull, "ref.is_null", .core, 0xD1, .none, .referenceTypes)
        table.row(.refFunc, "ref.func", .core, 0xD2, .function, .referenceTypes)
        table.row(.refEq, "ref.eq", .core, 0xD3, .none, .garbageCollection)
        table.row(.refAsNonNull, "ref.as_non_null", .core, 0xD4, .none, .functionReferences)
        table.row(.brOnNull, "br_on_null", .core, 0xD5, .label, .functionReferences)
        table.row(.brOnNonNull, "br_on_non_null", .core, 0xD6, .label, .functionReferences)
        table.row(.structNew, "struct.new", .gc, 0x00, .type, .garbageCollection)
        table.row(.structNewDefault, "struct.new_default", .gc, 0x01, .type, .garbageCollection)
        table.row(.structGet, "struct.get", .gc, 0x02, .typeField, .garbageCollection)
        table.row(.structGetS, "struct.get_s", .gc, 0x03, .typeField, .garbageCollection)
        table.row(.structGetU, "struct.get_u", .gc, 0x04, .typeField, .garbageCollection)
        table.row(.structSet, "struct.set", .gc, 0x05, .typeField, .garbageCollection)
        table.row(.arrayNew, "array.new", .gc, 0x06, .type, .garbageCollection)
        table.row(.arrayNewDefault, "array.new_default", .gc, 0x07, .type, .garbageCollection)
        table.row(.arrayNewFixed, "array.new_fixed", .gc, 0x08, .typeCount, .garbageCollection)
        table.row(.arrayNewData, "array.new_data", .gc, 0x09, .typeData, .garbageCollection)
        table.row(.arrayNewElem, "array.new_elem", .gc, 0x0A, .typeElement, .garbageCollection)
        table.row(.arrayGet, "array.get", .gc, 0x0B, .type, .garbageCollection)
        table.row(.arrayGetS, "array.get_s", .gc, 0x0C, .type, .garbageCollection)
        table.row(.arrayGetU, "array.get_u", .gc, 0x0D, .type, .garbageCollection)
        table.row(.arraySet, "array.set", .gc, 0x0E, .type, .garbageCollection)
        table.row(.arrayLen, "array.len", .gc, 0x0F, .none, .garbageCollection)
        table.row(.arrayFill, "array.fill", .gc, 0x10, .type, .garbageCollection)
        table.row(.arrayCopy, "array.copy", .gc, 0x11, .typeType, .garbageCollection)
        table.row(.arrayInitData, "array.init_data", .gc, 0x12, .typeData, .garbageCollection)
        table.row(.arrayInitElem, "array.init_elem", .gc, 0x13, .typeElement, .garbageCollection)
        table.row(.refTest, "ref.test", .gc, 0x14, .heapType, .garbageCollection)
        table.row(.refTestNull, "ref.test", .gc, 0x15, .heapType, .garbageCollection)
        table.row(.refCast, "ref.cast", .gc, 0x16, .heapType, .garbageCollection)
        table.row(.refCastNull, "ref.cast", .gc, 0x17, .heapType, .garbageCollection)
        table.row(.brOnCast, "br_on_cast", .gc, 0x18, .branchOnCast, .garbageCollection)
        table.row(.brOnCastFail, "br_on_cast_fail", .gc, 0x19, .branchOnCast, .garbageCollection)
        table.row(.anyConvertExtern, "any.convert_extern", .gc, 0x1A, .none, .garbageCollection)
        table.row(.externConvertAny, "extern.convert_any", .gc, 0x1B, .none, .garbageCollection)
        table.row(.refI31, "ref.i31", .gc, 0x1C, .none, .garbageCollection)
        table.row(.i31GetS, "i31.get_s", .gc, 0x1D, .none, .garbageCollection)
        table.row(.i31GetU, "i31.get_u", .gc, 0x1E, .none, .garbageCollection)
        table.row(
            .i32TruncSatF32S, "i32.trunc_sat_f32_s", .misc, 0x00, .none,
            OperandTypes([.f32], to: .i32), .saturatingConversions)
        table.row(
            .i32TruncSatF32U, "i32.trunc_sat_f32_u", .misc, 0x01, .none,
            OperandTypes([.f32], to: .i32), .saturatingConversions)
        table.row(
            .i32TruncSatF64S, "i32.trunc_sat_f64_s", .misc, 0x02, .none,
            OperandTypes([.f64], to: .i32), .saturatingConversions)
        table.row(
            .i32TruncSatF64U, "i32.trunc_sat_f64_u", .misc, 0x03, .none,
            OperandTypes([.f64], to: .i32), .saturatingConversions)
        table.row(
            .i64TruncSatF32S, "i64.trunc_sat_f32_s", .misc, 0x04, .none,
            OperandTypes([.f32], to: .i64), .saturatingConversions)
        table.row(
            .i64TruncSatF32U, "i64.trunc_sat_f32_u", .misc, 0x05, .none,
            OperandTypes([.f32], to: .i64), .saturatingConversions)
        table.row(
            .i64TruncSatF64S, "i64.trunc_sat_f64_s", .misc, 0x06, .none,
            OperandTypes([.f64], to: .i64), .saturatingConversions)
        table.row(
            .i64TruncSatF64U, "i64.trunc_sat_f64_u", .misc, 0x07, .none,
            OperandTypes([.f64], to: .i64), .saturatingConversions)
        table.row(.memoryInit, "memory.init", .misc, 0x08, .dataMemory, .bulkMemory)
        table.row(.dataDrop, "data.drop", .misc, 0x09, .data, .bulkMemory)
        table.row(.memoryCopy, "memory.copy", .misc, 0x0A, .memoryMemory, .bulkMemory)
        table.row(.memoryFill, "memory.fill", .misc, 0x0B, .memory, .bulkMemory)
        table.row(.tableInit, "table.init", .misc, 0x0C, .elementTable, .bulkMemory)
        table.row(.elemDrop, "elem.drop", .misc, 0x0D, .element, .bulkMemory)
        table.row(.tableCopy, "table.copy", .misc, 0x0E, .tableTable, .bulkMemory)
        table.row(.tableGrow, "table.grow", .misc, 0x0F, .table, .referenceTypes)
        table.row(.tableSize, "table.size", .misc, 0x10, .table, .referenceTypes)
        table.row(.tableFill, "table.fill", .misc, 0x11, .table, .referenceTypes)
        table.row(
            .v128Load, "v128.load", .simd, 0x00, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 4, .simd)
        table.row(
            .v128Load8x8S, "v128.load8x8_s", .simd, 0x01, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 3, .simd)
        table.row(
            .v128Load8x8U, "v128.load8x8_u", .simd, 0x02, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 3, .simd)
        table.row(
            .v128Load16x4S, "v128.load16x4_s", .simd, 0x03, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 3, .simd)
        table.row(
            .v128Load16x4U, "v128.load16x4_u", .simd, 0x04, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 3, .simd)
        table.row(
            .v128Load32x2S, "v128.load32x2_s", .simd, 0x05, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 3, .simd)
        table.row(
            .v128Load32x2U, "v128.load32x2_u", .simd, 0x06, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 3, .simd)
        table.row(
            .v128Load8Splat, "v128.load8_splat", .simd, 0x07, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 0, .simd)
        table.row(
            .v128Load16Splat, "v128.load16_splat", .simd, 0x08, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 1, .simd)
        table.row(
            .v128Load32Splat, "v128.load32_splat", .simd, 0x09, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 2, .simd)
        table.row(
            .v128Load64Splat, "v128.load64_splat", .simd, 0x0A, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 3, .simd)
        table.row(
            .v128Store, "v128.store", .simd, 0x0B, .memoryArgument,
            OperandTypes([.address, .v128], to: nil), access: 4, .simd)
        table.row(.v128Const, "v128.const", .simd, 0x0C, .v128, OperandTypes([], to: .v128), .simd)
        table.row(
            .i8x16Shuffle, "i8x16.shuffle", .simd, 0x0D, .shuffle,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16Swizzle, "i8x16.swizzle", .simd, 0x0E, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16Splat, "i8x16.splat", .simd, 0x0F, .none, OperandTypes([.i32], to: .v128), .simd)
        table.row(
            .i16x8Splat, "i16x8.splat", .simd, 0x10, .none, OperandTypes([.i32], to: .v128), .simd)
        table.row(
            .i32x4Splat, "i32x4.splat", .simd, 0x11, .none, OperandTypes([.i32], to: .v128), .simd)
        table.row(
            .i64x2Splat, "i64x2.splat", .simd, 0x12, .none, OperandTypes([.i64], to: .v128), .simd)
        table.row(
            .f32x4Splat, "f32x4.splat", .simd, 0x13, .none, OperandTypes([.f32], to: .v128), .simd)
        table.row(
            .f64x2Splat, "f64x2.splat", .simd, 0x14, .none, OperandTypes([.f64], to: .v128), .simd)
        table.row(
            .i8x16ExtractLaneS, "i8x16.extract_lane_s", .simd, 0x15, .lane,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i8x16ExtractLaneU, "i8x16.extract_lane_u", .simd, 0x16, .lane,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i8x16ReplaceLane, "i8x16.replace_lane", .simd, 0x17, .lane,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i16x8ExtractLaneS, "i16x8.extract_lane_s", .simd, 0x18, .lane,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i16x8ExtractLaneU, "i16x8.extract_lane_u", .simd, 0x19, .lane,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i16x8ReplaceLane, "i16x8.replace_lane", .simd, 0x1A, .lane,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i32x4ExtractLane, "i32x4.extract_lane", .simd, 0x1B, .lane,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i32x4ReplaceLane, "i32x4.replace_lane", .simd, 0x1C, .lane,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i64x2ExtractLane, "i64x2.extract_lane", .simd, 0x1D, .lane,
            OperandTypes([.v128], to: .i64), .simd)
        table.row(
            .i64x2ReplaceLane, "i64x2.replace_lane", .simd, 0x1E, .lane,
            OperandTypes([.v128, .i64], to: .v128), .simd)
        table.row(
            .f32x4ExtractLane, "f32x4.extract_lane", .simd, 0x1F, .lane,
            OperandTypes([.v128], to: .f32), .simd)
        table.row(
            .f32x4ReplaceLane, "f32x4.replace_lane", .simd, 0x20, .lane,
            OperandTypes([.v128, .f32], to: .v128), .simd)
        table.row(
            .f64x2ExtractLane, "f64x2.extract_lane", .simd, 0x21, .lane,
            OperandTypes([.v128], to: .f64), .simd)
        table.row(
            .f64x2ReplaceLane, "f64x2.replace_lane", .simd, 0x22, .lane,
            OperandTypes([.v128, .f64], to: .v128), .simd)
        table.row(
            .i8x16Eq, "i8x16.eq", .simd, 0x23, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16Ne, "i8x16.ne", .simd, 0x24, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16LtS, "i8x16.lt_s", .simd, 0x25, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16LtU, "i8x16.lt_u", .simd, 0x26, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16GtS, "i8x16.gt_s", .simd, 0x27, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16GtU, "i8x16.gt_u", .simd, 0x28, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16LeS, "i8x16.le_s", .simd, 0x29, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16LeU, "i8x16.le_u", .simd, 0x2A, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16GeS, "i8x16.ge_s", .simd, 0x2B, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16GeU, "i8x16.ge_u", .simd, 0x2C, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8Eq, "i16x8.eq", .simd, 0x2D, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8Ne, "i16x8.ne", .simd, 0x2E, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8LtS, "i16x8.lt_s", .simd, 0x2F, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8LtU, "i16x8.lt_u", .simd, 0x30, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8GtS, "i16x8.gt_s", .simd, 0x31, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8GtU, "i16x8.gt_u", .simd, 0x32, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8LeS, "i16x8.le_s", .simd, 0x33, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8LeU, "i16x8.le_u", .simd, 0x34, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8GeS, "i16x8.ge_s", .simd, 0x35, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8GeU, "i16x8.ge_u", .simd, 0x36, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4Eq, "i32x4.eq", .simd, 0x37, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4Ne, "i32x4.ne", .simd, 0x38, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4LtS, "i32x4.lt_s", .simd, 0x39, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4LtU, "i32x4.lt_u", .simd, 0x3A, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4GtS, "i32x4.gt_s", .simd, 0x3B, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4GtU, "i32x4.gt_u", .simd, 0x3C, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4LeS, "i32x4.le_s", .simd, 0x3D, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4LeU, "i32x4.le_u", .simd, 0x3E, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4GeS, "i32x4.ge_s", .simd, 0x3F, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4GeU, "i32x4.ge_u", .simd, 0x40, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Eq, "f32x4.eq", .simd, 0x41, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Ne, "f32x4.ne", .simd, 0x42, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Lt, "f32x4.lt", .simd, 0x43, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Gt, "f32x4.gt", .simd, 0x44, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Le, "f32x4.le", .simd, 0x45, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Ge, "f32x4.ge", .simd, 0x46, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Eq, "f64x2.eq", .simd, 0x47, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Ne, "f64x2.ne", .simd, 0x48, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Lt, "f64x2.lt", .simd, 0x49, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Gt, "f64x2.gt", .simd, 0x4A, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Le, "f64x2.le", .simd, 0x4B, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Ge, "f64x2.ge", .simd, 0x4C, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(.v128Not, "v128.not", .simd, 0x4D, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .v128And, "v128.and", .simd, 0x4E, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .v128Andnot, "v128.andnot", .simd, 0x4F, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .v128Or, "v128.or", .simd, 0x50, .none, OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .v128Xor, "v128.xor", .simd, 0x51, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .v128Bitselect, "v128.bitselect", .simd, 0x52, .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .simd)
        table.row(
            .v128AnyTrue, "v128.any_true", .simd, 0x53, .none,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .v128Load8Lane, "v128.load8_lane", .simd, 0x54, .memoryArgumentLane,
            OperandTypes([.address, .v128], to: .v128), access: 0, .simd)
        table.row(
            .v128Load16Lane, "v128.load16_lane", .simd, 0x55, .memoryArgumentLane,
            OperandTypes([.address, .v128], to: .v128), access: 1, .simd)
        table.row(
            .v128Load32Lane, "v128.load32_lane", .simd, 0x56, .memoryArgumentLane,
            OperandTypes([.address, .v128], to: .v128), access: 2, .simd)
        table.row(
            .v128Load64Lane, "v128.load64_lane", .simd, 0x57, .memoryArgumentLane,
            OperandTypes([.address, .v128], to: .v128), access: 3, .simd)
        table.row(
            .v128Store8Lane, "v128.store8_lane", .simd, 0x58, .memoryArgumentLane,
            OperandTypes([.address, .v128], to: nil), access: 0, .simd)
        table.row(
            .v128Store16Lane, "v128.store16_lane", .simd, 0x59, .memoryArgumentLane,
            OperandTypes([.address, .v128], to: nil), access: 1, .simd)
        table.row(
            .v128Store32Lane, "v128.store32_lane", .simd, 0x5A, .memoryArgumentLane,
            OperandTypes([.address, .v128], to: nil), access: 2, .simd)
        table.row(
            .v128Store64Lane, "v128.store64_lane", .simd, 0x5B, .memoryArgumentLane,
            OperandTypes([.address, .v128], to: nil), access: 3, .simd)
        table.row(
            .v128Load32Zero, "v128.load32_zero", .simd, 0x5C, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 2, .simd)
        table.row(
            .v128Load64Zero, "v128.load64_zero", .simd, 0x5D, .memoryArgument,
            OperandTypes([.address], to: .v128), access: 3, .simd)
        table.row(
            .f32x4DemoteF64x2Zero, "f32x4.demote_f64x2_zero", .simd, 0x5E, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f64x2PromoteLowF32x4, "f64x2.promote_low_f32x4", .simd, 0x5F, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i8x16Abs, "i8x16.abs", .simd, 0x60, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i8x16Neg, "i8x16.neg", .simd, 0x61, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i8x16Popcnt, "i8x16.popcnt", .simd, 0x62, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i8x16AllTrue, "i8x16.all_true", .simd, 0x63, .none,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i8x16Bitmask, "i8x16.bitmask", .simd, 0x64, .none,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i8x16NarrowI16x8S, "i8x16.narrow_i16x8_s", .simd, 0x65, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16NarrowI16x8U, "i8x16.narrow_i16x8_u", .simd, 0x66, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Ceil, "f32x4.ceil", .simd, 0x67, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f32x4Floor, "f32x4.floor", .simd, 0x68, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f32x4Trunc, "f32x4.trunc", .simd, 0x69, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f32x4Nearest, "f32x4.nearest", .simd, 0x6A, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i8x16Shl, "i8x16.shl", .simd, 0x6B, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i8x16ShrS, "i8x16.shr_s", .simd, 0x6C, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i8x16ShrU, "i8x16.shr_u", .simd, 0x6D, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i8x16Add, "i8x16.add", .simd, 0x6E, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16AddSatS, "i8x16.add_sat_s", .simd, 0x6F, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16AddSatU, "i8x16.add_sat_u", .simd, 0x70, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16Sub, "i8x16.sub", .simd, 0x71, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16SubSatS, "i8x16.sub_sat_s", .simd, 0x72, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16SubSatU, "i8x16.sub_sat_u", .simd, 0x73, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Ceil, "f64x2.ceil", .simd, 0x74, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f64x2Floor, "f64x2.floor", .simd, 0x75, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i8x16MinS, "i8x16.min_s", .simd, 0x76, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16MinU, "i8x16.min_u", .simd, 0x77, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16MaxS, "i8x16.max_s", .simd, 0x78, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i8x16MaxU, "i8x16.max_u", .simd, 0x79, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Trunc, "f64x2.trunc", .simd, 0x7A, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i8x16AvgrU, "i8x16.avgr_u", .simd, 0x7B, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8ExtaddPairwiseI8x16S, "i16x8.extadd_pairwise_i8x16_s", .simd, 0x7C, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i16x8ExtaddPairwiseI8x16U, "i16x8.extadd_pairwise_i8x16_u", .simd, 0x7D, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4ExtaddPairwiseI16x8S, "i32x4.extadd_pairwise_i16x8_s", .simd, 0x7E, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4ExtaddPairwiseI16x8U, "i32x4.extadd_pairwise_i16x8_u", .simd, 0x7F, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i16x8Abs, "i16x8.abs", .simd, 0x80, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i16x8Neg, "i16x8.neg", .simd, 0x81, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i16x8Q15mulrSatS, "i16x8.q15mulr_sat_s", .simd, 0x82, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8AllTrue, "i16x8.all_true", .simd, 0x83, .none,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i16x8Bitmask, "i16x8.bitmask", .simd, 0x84, .none,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i16x8NarrowI32x4S, "i16x8.narrow_i32x4_s", .simd, 0x85, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8NarrowI32x4U, "i16x8.narrow_i32x4_u", .simd, 0x86, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8ExtendLowI8x16S, "i16x8.extend_low_i8x16_s", .simd, 0x87, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i16x8ExtendHighI8x16S, "i16x8.extend_high_i8x16_s", .simd, 0x88, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i16x8ExtendLowI8x16U, "i16x8.extend_low_i8x16_u", .simd, 0x89, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i16x8ExtendHighI8x16U, "i16x8.extend_high_i8x16_u", .simd, 0x8A, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i16x8Shl, "i16x8.shl", .simd, 0x8B, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i16x8ShrS, "i16x8.shr_s", .simd, 0x8C, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i16x8ShrU, "i16x8.shr_u", .simd, 0x8D, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i16x8Add, "i16x8.add", .simd, 0x8E, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8AddSatS, "i16x8.add_sat_s", .simd, 0x8F, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8AddSatU, "i16x8.add_sat_u", .simd, 0x90, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8Sub, "i16x8.sub", .simd, 0x91, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8SubSatS, "i16x8.sub_sat_s", .simd, 0x92, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8SubSatU, "i16x8.sub_sat_u", .simd, 0x93, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Nearest, "f64x2.nearest", .simd, 0x94, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i16x8Mul, "i16x8.mul", .simd, 0x95, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8MinS, "i16x8.min_s", .simd, 0x96, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8MinU, "i16x8.min_u", .simd, 0x97, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8MaxS, "i16x8.max_s", .simd, 0x98, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8MaxU, "i16x8.max_u", .simd, 0x99, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8AvgrU, "i16x8.avgr_u", .simd, 0x9B, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8ExtmulLowI8x16S, "i16x8.extmul_low_i8x16_s", .simd, 0x9C, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8ExtmulHighI8x16S, "i16x8.extmul_high_i8x16_s", .simd, 0x9D, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8ExtmulLowI8x16U, "i16x8.extmul_low_i8x16_u", .simd, 0x9E, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i16x8ExtmulHighI8x16U, "i16x8.extmul_high_i8x16_u", .simd, 0x9F, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4Abs, "i32x4.abs", .simd, 0xA0, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4Neg, "i32x4.neg", .simd, 0xA1, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4AllTrue, "i32x4.all_true", .simd, 0xA3, .none,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i32x4Bitmask, "i32x4.bitmask", .simd, 0xA4, .none,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i32x4ExtendLowI16x8S, "i32x4.extend_low_i16x8_s", .simd, 0xA7, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4ExtendHighI16x8S, "i32x4.extend_high_i16x8_s", .simd, 0xA8, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4ExtendLowI16x8U, "i32x4.extend_low_i16x8_u", .simd, 0xA9, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4ExtendHighI16x8U, "i32x4.extend_high_i16x8_u", .simd, 0xAA, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4Shl, "i32x4.shl", .simd, 0xAB, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i32x4ShrS, "i32x4.shr_s", .simd, 0xAC, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i32x4ShrU, "i32x4.shr_u", .simd, 0xAD, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i32x4Add, "i32x4.add", .simd, 0xAE, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4Sub, "i32x4.sub", .simd, 0xB1, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4Mul, "i32x4.mul", .simd, 0xB5, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4MinS, "i32x4.min_s", .simd, 0xB6, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4MinU, "i32x4.min_u", .simd, 0xB7, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4MaxS, "i32x4.max_s", .simd, 0xB8, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4MaxU, "i32x4.max_u", .simd, 0xB9, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4DotI16x8S, "i32x4.dot_i16x8_s", .simd, 0xBA, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4ExtmulLowI16x8S, "i32x4.extmul_low_i16x8_s", .simd, 0xBC, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4ExtmulHighI16x8S, "i32x4.extmul_high_i16x8_s", .simd, 0xBD, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4ExtmulLowI16x8U, "i32x4.extmul_low_i16x8_u", .simd, 0xBE, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4ExtmulHighI16x8U, "i32x4.extmul_high_i16x8_u", .simd, 0xBF, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2Abs, "i64x2.abs", .simd, 0xC0, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i64x2Neg, "i64x2.neg", .simd, 0xC1, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i64x2AllTrue, "i64x2.all_true", .simd, 0xC3, .none,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i64x2Bitmask, "i64x2.bitmask", .simd, 0xC4, .none,
            OperandTypes([.v128], to: .i32), .simd)
        table.row(
            .i64x2ExtendLowI32x4S, "i64x2.extend_low_i32x4_s", .simd, 0xC7, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i64x2ExtendHighI32x4S, "i64x2.extend_high_i32x4_s", .simd, 0xC8, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i64x2ExtendLowI32x4U, "i64x2.extend_low_i32x4_u", .simd, 0xC9, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i64x2ExtendHighI32x4U, "i64x2.extend_high_i32x4_u", .simd, 0xCA, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i64x2Shl, "i64x2.shl", .simd, 0xCB, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i64x2ShrS, "i64x2.shr_s", .simd, 0xCC, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i64x2ShrU, "i64x2.shr_u", .simd, 0xCD, .none,
            OperandTypes([.v128, .i32], to: .v128), .simd)
        table.row(
            .i64x2Add, "i64x2.add", .simd, 0xCE, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2Sub, "i64x2.sub", .simd, 0xD1, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2Mul, "i64x2.mul", .simd, 0xD5, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2Eq, "i64x2.eq", .simd, 0xD6, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2Ne, "i64x2.ne", .simd, 0xD7, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2LtS, "i64x2.lt_s", .simd, 0xD8, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2GtS, "i64x2.gt_s", .simd, 0xD9, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2LeS, "i64x2.le_s", .simd, 0xDA, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2GeS, "i64x2.ge_s", .simd, 0xDB, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2ExtmulLowI32x4S, "i64x2.extmul_low_i32x4_s", .simd, 0xDC, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2ExtmulHighI32x4S, "i64x2.extmul_high_i32x4_s", .simd, 0xDD, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2ExtmulLowI32x4U, "i64x2.extmul_low_i32x4_u", .simd, 0xDE, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i64x2ExtmulHighI32x4U, "i64x2.extmul_high_i32x4_u", .simd, 0xDF, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Abs, "f32x4.abs", .simd, 0xE0, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f32x4Neg, "f32x4.neg", .simd, 0xE1, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f32x4Sqrt, "f32x4.sqrt", .simd, 0xE3, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f32x4Add, "f32x4.add", .simd, 0xE4, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Sub, "f32x4.sub", .simd, 0xE5, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Mul, "f32x4.mul", .simd, 0xE6, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Div, "f32x4.div", .simd, 0xE7, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Min, "f32x4.min", .simd, 0xE8, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Max, "f32x4.max", .simd, 0xE9, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Pmin, "f32x4.pmin", .simd, 0xEA, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f32x4Pmax, "f32x4.pmax", .simd, 0xEB, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Abs, "f64x2.abs", .simd, 0xEC, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f64x2Neg, "f64x2.neg", .simd, 0xED, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f64x2Sqrt, "f64x2.sqrt", .simd, 0xEF, .none, OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f64x2Add, "f64x2.add", .simd, 0xF0, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Sub, "f64x2.sub", .simd, 0xF1, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Mul, "f64x2.mul", .simd, 0xF2, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Div, "f64x2.div", .simd, 0xF3, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Min, "f64x2.min", .simd, 0xF4, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Max, "f64x2.max", .simd, 0xF5, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Pmin, "f64x2.pmin", .simd, 0xF6, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .f64x2Pmax, "f64x2.pmax", .simd, 0xF7, .none,
            OperandTypes([.v128, .v128], to: .v128), .simd)
        table.row(
            .i32x4TruncSatF32x4S, "i32x4.trunc_sat_f32x4_s", .simd, 0xF8, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4TruncSatF32x4U, "i32x4.trunc_sat_f32x4_u", .simd, 0xF9, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f32x4ConvertI32x4S, "f32x4.convert_i32x4_s", .simd, 0xFA, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f32x4ConvertI32x4U, "f32x4.convert_i32x4_u", .simd, 0xFB, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4TruncSatF64x2SZero, "i32x4.trunc_sat_f64x2_s_zero", .simd, 0xFC, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i32x4TruncSatF64x2UZero, "i32x4.trunc_sat_f64x2_u_zero", .simd, 0xFD, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f64x2ConvertLowI32x4S, "f64x2.convert_low_i32x4_s", .simd, 0xFE, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .f64x2ConvertLowI32x4U, "f64x2.convert_low_i32x4_u", .simd, 0xFF, .none,
            OperandTypes([.v128], to: .v128), .simd)
        table.row(
            .i8x16RelaxedSwizzle, "i8x16.relaxed_swizzle", .simd, 0x100, .none,
            OperandTypes([.v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .i32x4RelaxedTruncF32x4S, "i32x4.relaxed_trunc_f32x4_s", .simd, 0x101, .none,
            OperandTypes([.v128], to: .v128), .relaxedSIMD)
        table.row(
            .i32x4RelaxedTruncF32x4U, "i32x4.relaxed_trunc_f32x4_u", .simd, 0x102, .none,
            OperandTypes([.v128], to: .v128), .relaxedSIMD)
        table.row(
            .i32x4RelaxedTruncF64x2SZero, "i32x4.relaxed_trunc_f64x2_s_zero", .simd, 0x103, .none,
            OperandTypes([.v128], to: .v128), .relaxedSIMD)
        table.row(
            .i32x4RelaxedTruncF64x2UZero, "i32x4.relaxed_trunc_f64x2_u_zero", .simd, 0x104, .none,
            OperandTypes([.v128], to: .v128), .relaxedSIMD)
        table.row(
            .f32x4RelaxedMadd, "f32x4.relaxed_madd", .simd, 0x105, .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .f32x4RelaxedNmadd, "f32x4.relaxed_nmadd", .simd, 0x106, .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .f64x2RelaxedMadd, "f64x2.relaxed_madd", .simd, 0x107, .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .f64x2RelaxedNmadd, "f64x2.relaxed_nmadd", .simd, 0x108, .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .i8x16RelaxedLaneselect, "i8x16.relaxed_laneselect", .simd, 0x109, .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .i16x8RelaxedLaneselect, "i16x8.relaxed_laneselect", .simd, 0x10A, .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .i32x4RelaxedLaneselect, "i32x4.relaxed_laneselect", .simd, 0x10B, .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .i64x2RelaxedLaneselect, "i64x2.relaxed_laneselect", .simd, 0x10C, .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .f32x4RelaxedMin, "f32x4.relaxed_min", .simd, 0x10D, .none,
            OperandTypes([.v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .f32x4RelaxedMax, "f32x4.relaxed_max", .simd, 0x10E, .none,
            OperandTypes([.v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .f64x2RelaxedMin, "f64x2.relaxed_min", .simd, 0x10F, .none,
            OperandTypes([.v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .f64x2RelaxedMax, "f64x2.relaxed_max", .simd, 0x110, .none,
            OperandTypes([.v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .i16x8RelaxedQ15mulrS, "i16x8.relaxed_q15mulr_s", .simd, 0x111, .none,
            OperandTypes([.v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .i16x8RelaxedDotI8x16I7x16S, "i16x8.relaxed_dot_i8x16_i7x16_s", .simd, 0x112, .none,
            OperandTypes([.v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .i32x4RelaxedDotI8x16I7x16AddS, "i32x4.relaxed_dot_i8x16_i7x16_add_s", .simd, 0x113,
            .none,
            OperandTypes([.v128, .v128, .v128], to: .v128), .relaxedSIMD)
        table.row(
            .memoryAtomicNotify, "memory.atomic.notify", .atomic, 0x00, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 2, .threads)
        table.row(
            .memoryAtomicWait32, "memory.atomic.wait32", .atomic, 0x01, .memoryArgument,
            OperandTypes([.address, .i32, .i64], to: .i32), access: 2, .threads)
        table.row(
            .memoryAtomicWait64, "memory.atomic.wait64", .atomic, 0x02, .memoryArgument,
            OperandTypes([.address, .i64, .i64], to: .i32), access: 3, .threads)
        table.row(
            .atomicFence, "atomic.fence", .atomic, 0x03, .fence,
            OperandTypes([], to: nil), .threads)
        table.row(
            .i32AtomicLoad, "i32.atomic.load", .atomic, 0x10, .memoryArgument,
            OperandTypes([.address], to: .i32), access: 2, .threads)
        table.row(
            .i64AtomicLoad, "i64.atomic.load", .atomic, 0x11, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 3, .threads)
        table.row(
            .i32AtomicLoad8U, "i32.atomic.load8_u", .atomic, 0x12, .memoryArgument,
            OperandTypes([.address], to: .i32), access: 0, .threads)
        table.row(
            .i32AtomicLoad16U, "i32.atomic.load16_u", .atomic, 0x13, .memoryArgument,
            OperandTypes([.address], to: .i32), access: 1, .threads)
        table.row(
            .i64AtomicLoad8U, "i64.atomic.load8_u", .atomic, 0x14, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 0, .threads)
        table.row(
            .i64AtomicLoad16U, "i64.atomic.load16_u", .atomic, 0x15, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 1, .threads)
        table.row(
            .i64AtomicLoad32U, "i64.atomic.load32_u", .atomic, 0x16, .memoryArgument,
            OperandTypes([.address], to: .i64), access: 2, .threads)
        table.row(
            .i32AtomicStore, "i32.atomic.store", .atomic, 0x17, .memoryArgument,
            OperandTypes([.address, .i32], to: nil), access: 2, .threads)
        table.row(
            .i64AtomicStore, "i64.atomic.store", .atomic, 0x18, .memoryArgument,
            OperandTypes([.address, .i64], to: nil), access: 3, .threads)
        table.row(
            .i32AtomicStore8, "i32.atomic.store8", .atomic, 0x19, .memoryArgument,
            OperandTypes([.address, .i32], to: nil), access: 0, .threads)
        table.row(
            .i32AtomicStore16, "i32.atomic.store16", .atomic, 0x1A, .memoryArgument,
            OperandTypes([.address, .i32], to: nil), access: 1, .threads)
        table.row(
            .i64AtomicStore8, "i64.atomic.store8", .atomic, 0x1B, .memoryArgument,
            OperandTypes([.address, .i64], to: nil), access: 0, .threads)
        table.row(
            .i64AtomicStore16, "i64.atomic.store16", .atomic, 0x1C, .memoryArgument,
            OperandTypes([.address, .i64], to: nil), access: 1, .threads)
        table.row(
            .i64AtomicStore32, "i64.atomic.store32", .atomic, 0x1D, .memoryArgument,
            OperandTypes([.address, .i64], to: nil), access: 2, .threads)
        table.row(
            .i32AtomicRmwAdd, "i32.atomic.rmw.add", .atomic, 0x1E, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 2, .threads)
        table.row(
            .i64AtomicRmwAdd, "i64.atomic.rmw.add", .atomic, 0x1F, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 3, .threads)
        table.row(
            .i32AtomicRmw8AddU, "i32.atomic.rmw8.add_u", .atomic, 0x20, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 0, .threads)
        table.row(
            .i32AtomicRmw16AddU, "i32.atomic.rmw16.add_u", .atomic, 0x21, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 1, .threads)
        table.row(
            .i64AtomicRmw8AddU, "i64.atomic.rmw8.add_u", .atomic, 0x22, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 0, .threads)
        table.row(
            .i64AtomicRmw16AddU, "i64.atomic.rmw16.add_u", .atomic, 0x23, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 1, .threads)
        table.row(
            .i64AtomicRmw32AddU, "i64.atomic.rmw32.add_u", .atomic, 0x24, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 2, .threads)
        table.row(
            .i32AtomicRmwSub, "i32.atomic.rmw.sub", .atomic, 0x25, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 2, .threads)
        table.row(
            .i64AtomicRmwSub, "i64.atomic.rmw.sub", .atomic, 0x26, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 3, .threads)
        table.row(
            .i32AtomicRmw8SubU, "i32.atomic.rmw8.sub_u", .atomic, 0x27, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 0, .threads)
        table.row(
            .i32AtomicRmw16SubU, "i32.atomic.rmw16.sub_u", .atomic, 0x28, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 1, .threads)
        table.row(
            .i64AtomicRmw8SubU, "i64.atomic.rmw8.sub_u", .atomic, 0x29, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 0, .threads)
        table.row(
            .i64AtomicRmw16SubU, "i64.atomic.rmw16.sub_u", .atomic, 0x2A, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 1, .threads)
        table.row(
            .i64AtomicRmw32SubU, "i64.atomic.rmw32.sub_u", .atomic, 0x2B, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 2, .threads)
        table.row(
            .i32AtomicRmwAnd, "i32.atomic.rmw.and", .atomic, 0x2C, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 2, .threads)
        table.row(
            .i64AtomicRmwAnd, "i64.atomic.rmw.and", .atomic, 0x2D, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 3, .threads)
        table.row(
            .i32AtomicRmw8AndU, "i32.atomic.rmw8.and_u", .atomic, 0x2E, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 0, .threads)
        table.row(
            .i32AtomicRmw16AndU, "i32.atomic.rmw16.and_u", .atomic, 0x2F, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 1, .threads)
        table.row(
            .i64AtomicRmw8AndU, "i64.atomic.rmw8.and_u", .atomic, 0x30, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 0, .threads)
        table.row(
            .i64AtomicRmw16AndU, "i64.atomic.rmw16.and_u", .atomic, 0x31, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 1, .threads)
        table.row(
            .i64AtomicRmw32AndU, "i64.atomic.rmw32.and_u", .atomic, 0x32, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 2, .threads)
        table.row(
            .i32AtomicRmwOr, "i32.atomic.rmw.or", .atomic, 0x33, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 2, .threads)
        table.row(
            .i64AtomicRmwOr, "i64.atomic.rmw.or", .atomic, 0x34, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 3, .threads)
        table.row(
            .i32AtomicRmw8OrU, "i32.atomic.rmw8.or_u", .atomic, 0x35, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 0, .threads)
        table.row(
            .i32AtomicRmw16OrU, "i32.atomic.rmw16.or_u", .atomic, 0x36, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 1, .threads)
        table.row(
            .i64AtomicRmw8OrU, "i64.atomic.rmw8.or_u", .atomic, 0x37, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 0, .threads)
        table.row(
            .i64AtomicRmw16OrU, "i64.atomic.rmw16.or_u", .atomic, 0x38, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 1, .threads)
        table.row(
            .i64AtomicRmw32OrU, "i64.atomic.rmw32.or_u", .atomic, 0x39, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 2, .threads)
        table.row(
            .i32AtomicRmwXor, "i32.atomic.rmw.xor", .atomic, 0x3A, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 2, .threads)
        table.row(
            .i64AtomicRmwXor, "i64.atomic.rmw.xor", .atomic, 0x3B, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 3, .threads)
        table.row(
            .i32AtomicRmw8XorU, "i32.atomic.rmw8.xor_u", .atomic, 0x3C, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 0, .threads)
        table.row(
            .i32AtomicRmw16XorU, "i32.atomic.rmw16.xor_u", .atomic, 0x3D, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 1, .threads)
        table.row(
            .i64AtomicRmw8XorU, "i64.atomic.rmw8.xor_u", .atomic, 0x3E, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 0, .threads)
        table.row(
            .i64AtomicRmw16XorU, "i64.atomic.rmw16.xor_u", .atomic, 0x3F, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 1, .threads)
        table.row(
            .i64AtomicRmw32XorU, "i64.atomic.rmw32.xor_u", .atomic, 0x40, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 2, .threads)
        table.row(
            .i32AtomicRmwXchg, "i32.atomic.rmw.xchg", .atomic, 0x41, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 2, .threads)
        table.row(
            .i64AtomicRmwXchg, "i64.atomic.rmw.xchg", .atomic, 0x42, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 3, .threads)
        table.row(
            .i32AtomicRmw8XchgU, "i32.atomic.rmw8.xchg_u", .atomic, 0x43, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 0, .threads)
        table.row(
            .i32AtomicRmw16XchgU, "i32.atomic.rmw16.xchg_u", .atomic, 0x44, .memoryArgument,
            OperandTypes([.address, .i32], to: .i32), access: 1, .threads)
        table.row(
            .i64AtomicRmw8XchgU, "i64.atomic.rmw8.xchg_u", .atomic, 0x45, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 0, .threads)
        table.row(
            .i64AtomicRmw16XchgU, "i64.atomic.rmw16.xchg_u", .atomic, 0x46, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 1, .threads)
        table.row(
            .i64AtomicRmw32XchgU, "i64.atomic.rmw32.xchg_u", .atomic, 0x47, .memoryArgument,
            OperandTypes([.address, .i64], to: .i64), access: 2, .threads)
        table.row(
            .i32AtomicRmwCmpxchg, "i32.atomic.rmw.cmpxchg", .atomic, 0x48, .memoryArgument,
            OperandTypes([.address, .i32, .i32], to: .i32), access: 2, .threads)
        table.row(
            .i64AtomicRmwCmpxchg, "i64.atomic.rmw.cmpxchg", .atomic, 0x49, .memoryArgument,
            OperandTypes([.address, .i64, .i64], to: .i64), access: 3, .threads)
        table.row(
            .i32AtomicRmw8CmpxchgU, "i32.atomic.rmw8.cmpxchg_u", .atomic, 0x4A, .memoryArgument,
            OperandTypes([.address, .i32, .i32], to: .i32), access: 0, .threads)
        table.row(
            .i32AtomicRmw16CmpxchgU, "i32.atomic.rmw16.cmpxchg_u", .atomic, 0x4B, .memoryArgument,
            OperandTypes([.address, .i32, .i32], to: .i32), access: 1, .threads)
        table.row(
            .i64AtomicRmw8CmpxchgU, "i64.atomic.rmw8.cmpxchg_u", .atomic, 0x4C, .memoryArgument,
            OperandTypes([.address, .i64, .i64], to: .i64), access: 0, .threads)
        table.row(
            .i64AtomicRmw16CmpxchgU, "i64.atomic.rmw16.cmpxchg_u", .atomic, 0x4D, .memoryArgument,
            OperandTypes([.address, .i64, .i64], to: .i64), access: 1, .threads)
        table.row(
            .i64AtomicRmw32CmpxchgU, "i64.atomic.rmw32.cmpxchg_u", .atomic, 0x4E, .memoryArgument,
            OperandTypes([.address, .i64, .i64], to: .i64), access: 2, .threads)
        return table.rows
    }
}
