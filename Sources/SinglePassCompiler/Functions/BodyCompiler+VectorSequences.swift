internal import Wasm
internal import WasmEngine

// Vector instructions that take several machine instructions.
extension BodyCompiler {
    mutating func translateSequence(_ opcode: Opcode) {
        switch opcode {
        case .v128Not:
            var operand = pop()
            let target = ownVector(&operand)
            invert(target)
            push(.vector(.v128, target))
        case .v128Bitselect, .i8x16RelaxedLaneselect, .i16x8RelaxedLaneselect,
            .i32x4RelaxedLaneselect, .i64x2RelaxedLaneselect:
            bitSelect()
        case .v128AnyTrue: anyTrue()
        case .i8x16AllTrue: allTrue(.pcmpeqb)
        case .i16x8AllTrue: allTrue(.pcmpeqw)
        case .i32x4AllTrue: allTrue(.pcmpeqd)
        case .i64x2AllTrue: allTrue(.pcmpeqq)
        case .i8x16Bitmask: bitMask { $0.byteMask($1, $2) }
        case .i32x4Bitmask: bitMask { $0.laneMask($1, $2, .bits32) }
        case .i64x2Bitmask: bitMask { $0.laneMask($1, $2, .bits64) }
        case .i16x8Bitmask: wordMask()
        case .i8x16Neg: negate(.psubb)
        case .i16x8Neg: negate(.psubw)
        case .i32x4Neg: negate(.psubd)
        case .i64x2Neg: negate(.psubq)
        case .f32x4Abs: absolute(.f32, .v128)
        case .f64x2Abs: absolute(.f64, .v128)
        case .f32x4Neg: negateFloat(.f32, .v128)
        case .f64x2Neg: negateFloat(.f64, .v128)
        case .f32x4Ceil: vectorUnary(.v128) { $0.roundLanes($1, $2, .ceiling, .bits32) }
        case .f32x4Floor: vectorUnary(.v128) { $0.roundLanes($1, $2, .floor, .bits32) }
        case .f32x4Trunc: vectorUnary(.v128) { $0.roundLanes($1, $2, .truncate, .bits32) }
        case .f32x4Nearest: vectorUnary(.v128) { $0.roundLanes($1, $2, .nearest, .bits32) }
        case .f64x2Ceil: vectorUnary(.v128) { $0.roundLanes($1, $2, .ceiling, .bits64) }
        case .f64x2Floor: vectorUnary(.v128) { $0.roundLanes($1, $2, .floor, .bits64) }
        case .f64x2Trunc: vectorUnary(.v128) { $0.roundLanes($1, $2, .truncate, .bits64) }
        case .f64x2Nearest: vectorUnary(.v128) { $0.roundLanes($1, $2, .nearest, .bits64) }
        case .i16x8Shl: shiftLanes(.left, .psllw, .bits16)
        case .i16x8ShrU: shiftLanes(.right, .psrlw, .bits16)
        case .i16x8ShrS: shiftLanes(.arithmeticRight, .psraw, .bits16)
        case .i32x4Shl: shiftLanes(.left, .pslld, .bits32)
        case .i32x4ShrU: shiftLanes(.right, .psrld, .bits32)
        case .i32x4ShrS: shiftLanes(.arithmeticRight, .psrad, .bits32)
        case .i64x2Shl: shiftLanes(.left, .psllq, .bits64)
        case .i64x2ShrU: shiftLanes(.right, .psrlq, .bits64)
        case .i16x8ExtendHighI8x16S: extendHigh(.pmovsxbw)
        case .i16x8ExtendHighI8x16U: extendHigh(.pmovzxbw)
        case .i32x4ExtendHighI16x8S: extendHigh(.pmovsxwd)
        case .i32x4ExtendHighI16x8U: extendHigh(.pmovzxwd)
        case .i64x2ExtendHighI32x4S: extendHigh(.pmovsxdq)
        case .i64x2ExtendHighI32x4U: extendHigh(.pmovzxdq)
        case .i16x8ExtmulLowI8x16S: extendedMultiply(.pmovsxbw, .pmullw, isHigh: false)
        case .i16x8ExtmulLowI8x16U: extendedMultiply(.pmovzxbw, .pmullw, isHigh: false)
        case .i16x8ExtmulHighI8x16S: extendedMultiply(.pmovsxbw, .pmullw, isHigh: true)
        case .i16x8ExtmulHighI8x16U: extendedMultiply(.pmovzxbw, .pmullw, isHigh: true)
        case .i32x4ExtmulLowI16x8S: extendedMultiply(.pmovsxwd, .pmulld, isHigh: false)
        case .i32x4ExtmulLowI16x8U: extendedMultiply(.pmovzxwd, .pmulld, isHigh: false)
        case .i32x4ExtmulHighI16x8S: extendedMultiply(.pmovsxwd, .pmulld, isHigh: true)
        case .i32x4ExtmulHighI16x8U: extendedMultiply(.pmovzxwd, .pmulld, isHigh: true)
        case .i64x2ExtmulLowI32x4S: extendedMultiply(.pmovsxdq, .pmuldq, isHigh: false)
        case .i64x2ExtmulLowI32x4U: extendedMultiply(.pmovzxdq, .pmuludq, isHigh: false)
        case .i64x2ExtmulHighI32x4S: extendedMultiply(.pmovsxdq, .pmuldq, isHigh: true)
        case .i64x2ExtmulHighI32x4U: extendedMultiply(.pmovzxdq, .pmuludq, isHigh: true)
        case .i64x2Mul: multiplyQuadwords()
        case .i64x2Abs: absoluteQuadwords()
        case .f32x4Min, .f32x4RelaxedMin: minimum(.f32)
        case .f64x2Min, .f64x2RelaxedMin: minimum(.f64)
        case .f32x4Max, .f32x4RelaxedMax: maximum(.f32)
        case .f64x2Max, .f64x2RelaxedMax: maximum(.f64)
        case .f32x4RelaxedMadd: multiplyAdd(.mulps, .addps)
        case .f64x2RelaxedMadd: multiplyAdd(.mulpd, .addpd)
        case .f32x4RelaxedNmadd: multiplyAdd(.mulps, .subps)
        case .f64x2RelaxedNmadd: multiplyAdd(.mulpd, .subpd)
        default: translateLongSequence(opcode)
        }
    }

    // MARK: Bits

    private mutating func bitSelect() {
        var mask = pop()
        var second = pop()
        var first = pop()
        let chooser = readVector(&mask)
        let left = ownVector(&first)
        let right = readVector(&second)
        let other = takeVector()
        assembler.vector(.pand, left, left, chooser)
        if assembler.hasAVX {
            assembler.vector(.pandn, other, chooser, right)
        } else {
            assembler.move(other, from: chooser)
            assembler.vector(.pandn, other, other, right)
        }
        assembler.vector(.por, left, left, other)
        release(other)
        release(mask)
        release(second)
        push(.vector(.v128, left))
    }

    private mutating func anyTrue() {
        var operand = pop()
        let source = readVector(&operand)
        assembler.testVectors(source, source)
        release(operand)
        pushFlags(Condition.notEqual.rawValue)
    }

    private mutating func allTrue(_ equal: VectorOperation) {
        var operand = pop()
        let source = readVector(&operand)
        let zero = takeVector()
        assembler.vector(.pxor, zero, zero, zero)
        assembler.vector(equal, zero, zero, source)
        assembler.testVectors(zero, zero)
        release(zero)
        release(operand)
        pushFlags(Condition.equal.rawValue)
    }

    private mutating func bitMask(
        _ emit: (inout Assembler, Register, VectorRegister) -> Void
    ) {
        var operand = pop()
        let source = readVector(&operand)
        release(operand)
        let target = takeRegister()
        emit(&assembler, target, source)
        push(.register(.i32, target))
    }

    private mutating func wordMask() {
        var operand = pop()
        let vector = ownVector(&operand)
        let zero = takeVector()
        assembler.vector(.pxor, zero, zero, zero)
        assembler.vector(.packsswb, vector, vector, zero)
        let target = takeRegister()
        assembler.byteMask(target, vector)
        release(zero)
        release(operand)
        push(.register(.i32, target))
    }

    // MARK: Arithmetic

    private mutating func negate(_ operation: VectorOperation) {
        var operand = pop()
        let source = readVector(&operand)
        let target = takeVector()
        assembler.vector(.pxor, target, target, target)
        assembler.vector(operation, target, target, source)
        release(operand)
        push(.vector(.v128, target))
    }

    private mutating func absoluteQuadwords() {
        var operand = pop()
        let value = ownVector(&operand)
        let sign = takeVector()
        assembler.vector(.pxor, sign, sign, sign)
        assembler.vector(.pcmpgtq, sign, sign, value)
        assembler.vector(.pxor, value, value, sign)
        assembler.vector(.psubq, value, value, sign)
        release(sign)
        push(.vector(.v128, value))
    }

    /// 64-bit products from 32-bit ones: low × low + (high × low + low × high) << 32.
    private mutating func multiplyQuadwords() {
        var second = pop()
        var first = pop()
        let right = readVector(&second)
        let left = ownVector(&first)
        let cross = takeVector()
        let other = takeVector()
        assembler.shiftLanes(.right, cross, left, by: 32, .bits64)
        assembler.vector(.pmuludq, cross, cross, right)
        assembler.shiftLanes(.right, other, right, by: 32, .bits64)
        assembler.vector(.pmuludq, other, other, left)
        assembler.vector(.paddq, cross, cross, other)
        assembler.shiftLanes(.left, cross, cross, by: 32, .bits64)
        assembler.vector(.pmuludq, left, left, right)
        assembler.vector(.paddq, left, left, cross)
        release(cross)
        release(other)
        release(second)
        push(.vector(.v128, left))
    }

    private mutating func extendHigh(_ operation: UnaryVectorOperation) {
        vectorUnary(.v128) {
            $0.shuffleDoublewords($1, $2, order: 0xEE)
            $0.vector(operation, $1, $1)
        }
    }

    private mutating func extendedMultiply(
        _ extend: UnaryVectorOperation, _ operation: VectorOperation, isHigh: Bool
    ) {
        var second = pop()
        var first = pop()
        let right = readVector(&second)
        let left = readVector(&first)
        let target = takeVector()
        let other = takeVector()
        if isHigh {
            assembler.shuffleDoublewords(target, left, order: 0xEE)
            assembler.shuffleDoublewords(other, right, order: 0xEE)
            assembler.vector(extend, target, target)
            assembler.vector(extend, other, other)
        } else {
            assembler.vector(extend, target, left)
            assembler.vector(extend, other, right)
        }
        assembler.vector(operation, target, target, other)
        release(other)
        release(first)
        release(second)
        push(.vector(.v128, target))
    }

    // MARK: Shifts

    private mutating func shiftLanes(
        _ shift: Assembler.LaneShift, _ operation: VectorOperation, _ width: Width
    ) {
        let mask: UInt64 = width == .bits16 ? 15 : width == .bits32 ? 31 : 63
        var count = pop()
        if count.place == .constant {
            let amount = UInt8(truncatingIfNeeded: count.bits & mask)
            return vectorUnary(.v128) { $0.shiftLanes(shift, $1, $2, by: amount, width) }
        }
        var operand = pop()
        let by = own(&count)
        assembler.arithmetic(
            .and, by, immediate: Int32(truncatingIfNeeded: mask), .bits32)
        let amount = takeVector()
        assembler.move(amount, from: by, .bits32)
        let target = ownVector(&operand)
        assembler.vector(operation, target, target, amount)
        release(amount)
        release(count)
        push(.vector(.v128, target))
    }

    // MARK: Floats

    /// NaN when either is; -0 below +0. MINPS gives its second operand for both, so both orders
    /// together tell.
    private mutating func minimum(_ kind: ValueKind) {
        var second = pop()
        var first = pop()
        let isSingle = kind == .f32
        let right = readVector(&second)
        let left = readVector(&first)
        let target = takeVector()
        let other = takeVector()
        let operation: VectorOperation = isSingle ? .minps : .minpd
        assembler.vector(operation, target, left, right)
        assembler.vector(operation, other, right, left)
        // Either is NaN, or the signs of zeroes come together.
        assembler.vector(.orps, target, target, other)
        // Make NaNs quiet and otherwise canonical in their payload.
        assembler.compareLanes(.unordered, other, other, target, kind.width)
        assembler.vector(.orps, target, target, other)
        assembler.shiftLanes(
            .right, other, other, by: isSingle ? 10 : 13, kind.width)
        assembler.vector(.andnps, other, other, target)
        release(target)
        release(first)
        release(second)
        push(.vector(.v128, other))
    }

    private mutating func maximum(_ kind: ValueKind) {
        var second = pop()
        var first = pop()
        let isSingle = kind == .f32
        let right = readVector(&second)
        let left = readVector(&first)
        let target = takeVector()
        let other = takeVector()
        let operation: VectorOperation = isSingle ? .maxps : .maxpd
        assembler.vector(operation, target, left, right)
        assembler.vector(operation, other, right, left)
        // Where they differ: a NaN, or zeroes of both signs.
        assembler.vector(.xorps, other, other, target)
        assembler.vector(.orps, target, target, other)
        assembler.vector(isSingle ? .subps : .subpd, target, target, other)
        assembler.compareLanes(.unordered, other, other, target, kind.width)
        assembler.shiftLanes(.right, other, other, by: isSingle ? 10 : 13, kind.width)
        assembler.vector(.andnps, other, other, target)
        release(target)
        release(first)
        release(second)
        push(.vector(.v128, other))
    }

    /// Product and sum, each rounded.
    private mutating func multiplyAdd(_ multiply: VectorOperation, _ add: VectorOperation) {
        var third = pop()
        var second = pop()
        var first = pop()
        let sum = ownVector(&third)
        let right = readVector(&second)
        let product = ownVector(&first)
        assembler.vector(multiply, product, product, right)
        assembler.vector(add, sum, sum, product)
        release(first)
        release(second)
        push(.vector(.v128, sum))
    }
}
