internal import Wasm
internal import WasmEngine

extension BodyCompiler {
    /// Writes code for the instruction that was just checked.
    mutating func translate(_ opcode: Opcode) {
        // Each case is one call in the last place, so that none needs a frame.
        guard isReachable else { return translateUnreachable(opcode) }
        switch opcode {
        case .localGet: readLocal()
        case .localSet: writeLocal(isTee: false)
        case .localTee: writeLocal(isTee: true)
        case .i32Const: pushConstant(.i32)
        case .i64Const: pushConstant(.i64)
        case .f32Const: pushConstant(.f32)
        case .f64Const: pushConstant(.f64)
        case .block, .loop, .if, .else, .end, .tryTable, .try, .catch, .catchAll, .delegate:
            translateStructure(opcode)
        case .br: branch(Int(validator.index0))
        case .brIf: branchIf(Int(validator.index0))
        case .brTable: branchTable()
        case .return: returnFromFunction()
        case .call: call()
        case .callIndirect: callIndirect()
        case .callRef: callReference()
        case .returnCall, .returnCallIndirect, .returnCallRef: translateTailCall(opcode)
        case .drop: drop()
        case .select, .selectTyped: select()
        case .globalGet: getGlobal()
        case .globalSet: setGlobal()
        case .nop: break
        case .unreachable: trapUnreachable()
        default: translateMore(opcode)
        }
    }

    @inline(never)
    private mutating func translateStructure(_ opcode: Opcode) {
        switch opcode {
        case .block, .loop, .if: openBlock(opcode)
        case .else: openElse()
        case .end: closeBlock()
        case .tryTable: openTry()
        default: isLeftOut = true
        }
    }

    /// Of what can not be reached only blocks matter.
    @inline(never)
    private mutating func translateUnreachable(_ opcode: Opcode) {
        switch opcode {
        case .block, .loop, .if, .else, .end, .tryTable, .try, .catch, .catchAll, .delegate:
            translateStructure(opcode)
        default: break
        }
    }

    @inline(never)
    private mutating func pushConstant(_ kind: ValueKind) {
        operands.append(.constant(kind, validator.value))
    }

    @inline(never)
    private mutating func drop() { release(pop()) }

    @inline(never)
    private mutating func trapUnreachable() {
        trapNow(.unreachable, validator.offset)
        leaveBlock()
    }

    /// The opcode's raw value. `Opcode.rawValue` is a call into another module, this a constant.
    @inline(__always)
    private static func number(_ opcode: Opcode) -> UInt16 {
        // SAFETY: an enum without payload whose raw values count from 0 is stored as that number.
        unsafe unsafeBitCast(opcode, to: UInt16.self)
    }

    private mutating func translateMore(_ opcode: Opcode) {
        let number = Self.number(opcode)
        if number >= Self.number(.i32Load), number <= Self.number(.memoryGrow) {
            translateMemory(opcode)
        } else if number >= Self.number(.i32Eqz), number <= Self.number(.i64Extend32S) {
            if number < Self.number(.i32Clz) {
                translateComparison(opcode)
            } else if number < Self.number(.f32Abs) {
                translateInteger(opcode)
            } else {
                translateFloat(opcode)
            }
        } else if number >= Self.number(.v128Load),
            number < Self.number(.memoryAtomicNotify)
        {
            translateVector(opcode)
        } else if number >= Self.number(.memoryAtomicNotify) {
            translateAtomic(opcode)
        } else {
            translateReference(opcode)
        }
    }

    private mutating func translateMemory(_ opcode: Opcode) {
        switch opcode {
        case .i32Load: load(.i32, .bits32)
        case .i64Load: load(.i64, .bits64)
        case .f32Load: load(.f32, .bits32)
        case .f64Load: load(.f64, .bits64)
        case .i32Load8U: load(.i32, .bits8)
        case .i32Load16U: load(.i32, .bits16)
        case .i64Load8U: load(.i64, .bits8)
        case .i64Load16U: load(.i64, .bits16)
        case .i64Load32U: load(.i64, .bits32)
        case .i32Load8S: loadSigned(.i32, .bits8)
        case .i32Load16S: loadSigned(.i32, .bits16)
        case .i64Load8S: loadSigned(.i64, .bits8)
        case .i64Load16S: loadSigned(.i64, .bits16)
        case .i64Load32S: loadSigned(.i64, .bits32)
        case .i32Store, .f32Store, .i64Store32: store(.bits32)
        case .i64Store, .f64Store: store(.bits64)
        case .i32Store8, .i64Store8: store(.bits8)
        case .i32Store16, .i64Store16: store(.bits16)
        case .memorySize: memorySize()
        case .memoryGrow:
            let type = context.addressType(ofMemory: validator.index0).valueType
            callHelper(
                .memoryGrow, immediates: [validator.index0], operandCount: 1,
                result: ValueKind(type))
        default: isLeftOut = true
        }
    }

    private mutating func translateComparison(_ opcode: Opcode) {
        switch opcode {
        case .i32Eqz: equalZero(.bits32)
        case .i32Eq: compareIntegers(.equal, .bits32)
        case .i32Ne: compareIntegers(.notEqual, .bits32)
        case .i32LtS: compareIntegers(.less, .bits32)
        case .i32LtU: compareIntegers(.below, .bits32)
        case .i32GtS: compareIntegers(.greater, .bits32)
        case .i32GtU: compareIntegers(.above, .bits32)
        case .i32LeS: compareIntegers(.lessOrEqual, .bits32)
        case .i32LeU: compareIntegers(.belowOrEqual, .bits32)
        case .i32GeS: compareIntegers(.greaterOrEqual, .bits32)
        case .i32GeU: compareIntegers(.aboveOrEqual, .bits32)
        case .i64Eqz: equalZero(.bits64)
        case .i64Eq: compareIntegers(.equal, .bits64)
        case .i64Ne: compareIntegers(.notEqual, .bits64)
        case .i64LtS: compareIntegers(.less, .bits64)
        case .i64LtU: compareIntegers(.below, .bits64)
        case .i64GtS: compareIntegers(.greater, .bits64)
        case .i64GtU: compareIntegers(.above, .bits64)
        case .i64LeS: compareIntegers(.lessOrEqual, .bits64)
        case .i64LeU: compareIntegers(.belowOrEqual, .bits64)
        case .i64GeS: compareIntegers(.greaterOrEqual, .bits64)
        case .i64GeU: compareIntegers(.aboveOrEqual, .bits64)
        case .f32Eq: compareFloats(.equal, .bits32)
        case .f32Ne: compareFloats(.notEqual, .bits32)
        case .f32Lt: compareFloats(.less, .bits32)
        case .f32Gt: compareFloats(.greater, .bits32)
        case .f32Le: compareFloats(.lessOrEqual, .bits32)
        case .f32Ge: compareFloats(.greaterOrEqual, .bits32)
        case .f64Eq: compareFloats(.equal, .bits64)
        case .f64Ne: compareFloats(.notEqual, .bits64)
        case .f64Lt: compareFloats(.less, .bits64)
        case .f64Gt: compareFloats(.greater, .bits64)
        case .f64Le: compareFloats(.lessOrEqual, .bits64)
        case .f64Ge: compareFloats(.greaterOrEqual, .bits64)
        default: isLeftOut = true
        }
    }

    private mutating func translateInteger(_ opcode: Opcode) {
        switch opcode {
        case .i32Clz: countLeadingZeros(.i32)
        case .i32Ctz: countTrailingZeros(.i32)
        case .i32Popcnt: integerUnary(.i32) { $0.countOnes($1, $2, .bits32) }
        case .i32Add: integerBinary(.add, .i32)
        case .i32Sub: integerBinary(.sub, .i32)
        case .i32Mul: multiply(.i32)
        case .i32DivS: divide(isSigned: true, wantsRemainder: false, .i32)
        case .i32DivU: divide(isSigned: false, wantsRemainder: false, .i32)
        case .i32RemS: divide(isSigned: true, wantsRemainder: true, .i32)
        case .i32RemU: divide(isSigned: false, wantsRemainder: true, .i32)
        case .i32And: integerBinary(.and, .i32)
        case .i32Or: integerBinary(.or, .i32)
        case .i32Xor: integerBinary(.xor, .i32)
        case .i32Shl: shift(.shl, .i32)
        case .i32ShrS: shift(.sar, .i32)
        case .i32ShrU: shift(.shr, .i32)
        case .i32Rotl: shift(.rol, .i32)
        case .i32Rotr: shift(.ror, .i32)
        case .i64Clz: countLeadingZeros(.i64)
        case .i64Ctz: countTrailingZeros(.i64)
        case .i64Popcnt: integerUnary(.i64) { $0.countOnes($1, $2, .bits64) }
        case .i64Add: integerBinary(.add, .i64)
        case .i64Sub: integerBinary(.sub, .i64)
        case .i64Mul: multiply(.i64)
        case .i64DivS: divide(isSigned: true, wantsRemainder: false, .i64)
        case .i64DivU: divide(isSigned: false, wantsRemainder: false, .i64)
        case .i64RemS: divide(isSigned: true, wantsRemainder: true, .i64)
        case .i64RemU: divide(isSigned: false, wantsRemainder: true, .i64)
        case .i64And: integerBinary(.and, .i64)
        case .i64Or: integerBinary(.or, .i64)
        case .i64Xor: integerBinary(.xor, .i64)
        case .i64Shl: shift(.shl, .i64)
        case .i64ShrS: shift(.sar, .i64)
        case .i64ShrU: shift(.shr, .i64)
        case .i64Rotl: shift(.rol, .i64)
        case .i64Rotr: shift(.ror, .i64)
        default: isLeftOut = true
        }
    }

    private mutating func translateFloat(_ opcode: Opcode) {
        switch opcode {
        case .f32Abs: absolute(.f32, .f32)
        case .f32Neg: negateFloat(.f32, .f32)
        case .f32Ceil: vectorUnary(.f32) { $0.round($1, $2, .ceiling, .bits32) }
        case .f32Floor: vectorUnary(.f32) { $0.round($1, $2, .floor, .bits32) }
        case .f32Trunc: vectorUnary(.f32) { $0.round($1, $2, .truncate, .bits32) }
        case .f32Nearest: vectorUnary(.f32) { $0.round($1, $2, .nearest, .bits32) }
        case .f32Sqrt: vectorUnary(.f32) { $0.squareRoot($1, $2, .bits32) }
        case .f32Add: floatBinary(.addss, .f32)
        case .f32Sub: floatBinary(.subss, .f32)
        case .f32Mul: floatBinary(.mulss, .f32)
        case .f32Div: floatBinary(.divss, .f32)
        case .f32Min: floatMinimum(.f32, isMaximum: false)
        case .f32Max: floatMinimum(.f32, isMaximum: true)
        case .f32Copysign: copySign(.f32)
        case .f64Abs: absolute(.f64, .f64)
        case .f64Neg: negateFloat(.f64, .f64)
        case .f64Ceil: vectorUnary(.f64) { $0.round($1, $2, .ceiling, .bits64) }
        case .f64Floor: vectorUnary(.f64) { $0.round($1, $2, .floor, .bits64) }
        case .f64Trunc: vectorUnary(.f64) { $0.round($1, $2, .truncate, .bits64) }
        case .f64Nearest: vectorUnary(.f64) { $0.round($1, $2, .nearest, .bits64) }
        case .f64Sqrt: vectorUnary(.f64) { $0.squareRoot($1, $2, .bits64) }
        case .f64Add: floatBinary(.addsd, .f64)
        case .f64Sub: floatBinary(.subsd, .f64)
        case .f64Mul: floatBinary(.mulsd, .f64)
        case .f64Div: floatBinary(.divsd, .f64)
        case .f64Min: floatMinimum(.f64, isMaximum: false)
        case .f64Max: floatMinimum(.f64, isMaximum: true)
        case .f64Copysign: copySign(.f64)
        default: translateConversion(opcode)
        }
    }

    private mutating func translateConversion(_ opcode: Opcode) {
        switch opcode {
        case .i32WrapI64: wrap()
        case .i32TruncF32S: truncate(.f32, isSigned: true, saturates: false, .i32)
        case .i32TruncF32U: truncate(.f32, isSigned: false, saturates: false, .i32)
        case .i32TruncF64S: truncate(.f64, isSigned: true, saturates: false, .i32)
        case .i32TruncF64U: truncate(.f64, isSigned: false, saturates: false, .i32)
        case .i64ExtendI32S: signExtend(.bits32, .i64)
        case .i64ExtendI32U: zeroExtend()
        case .i64TruncF32S: truncate(.f32, isSigned: true, saturates: false, .i64)
        case .i64TruncF32U: truncate(.f32, isSigned: false, saturates: false, .i64)
        case .i64TruncF64S: truncate(.f64, isSigned: true, saturates: false, .i64)
        case .i64TruncF64U: truncate(.f64, isSigned: false, saturates: false, .i64)
        case .f32ConvertI32S: convertToFloat(.i32, isSigned: true, .f32)
        case .f32ConvertI32U: convertToFloat(.i32, isSigned: false, .f32)
        case .f32ConvertI64S: convertToFloat(.i64, isSigned: true, .f32)
        case .f32ConvertI64U: convertToFloat(.i64, isSigned: false, .f32)
        case .f32DemoteF64: vectorUnary(.f32) { $0.convertFloat($1, from: $2, .bits64) }
        case .f64ConvertI32S: convertToFloat(.i32, isSigned: true, .f64)
        case .f64ConvertI32U: convertToFloat(.i32, isSigned: false, .f64)
        case .f64ConvertI64S: convertToFloat(.i64, isSigned: true, .f64)
        case .f64ConvertI64U: convertToFloat(.i64, isSigned: false, .f64)
        case .f64PromoteF32: vectorUnary(.f64) { $0.convertFloat($1, from: $2, .bits32) }
        case .i32ReinterpretF32: reinterpretToInteger(.i32)
        case .i64ReinterpretF64: reinterpretToInteger(.i64)
        case .f32ReinterpretI32: reinterpretToFloat(.f32)
        case .f64ReinterpretI64: reinterpretToFloat(.f64)
        case .i32Extend8S: signExtend(.bits8, .i32)
        case .i32Extend16S: signExtend(.bits16, .i32)
        case .i64Extend8S: signExtend(.bits8, .i64)
        case .i64Extend16S: signExtend(.bits16, .i64)
        case .i64Extend32S: signExtend(.bits32, .i64)
        default: isLeftOut = true
        }
    }
}
