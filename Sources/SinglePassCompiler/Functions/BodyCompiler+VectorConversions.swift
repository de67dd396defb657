internal import Wasm
internal import WasmEngine

// Vector instructions of long sequences: byte shifts, pairwise sums, saturating conversions.
extension BodyCompiler {
    mutating func translateLongSequence(_ opcode: Opcode) {
        switch opcode {
        case .i8x16Shl: shiftBytes(.psllw)
        case .i8x16ShrU: shiftBytes(.psrlw)
        case .i8x16ShrS: shiftBytesSigned()
        case .i64x2ShrS: shiftQuadwordsSigned()
        case .i8x16Popcnt: countBits()
        case .i16x8ExtaddPairwiseI8x16S: pairwise(.pmaddubsw, 0x0101_0101_0101_0101, isFirst: true)
        case .i16x8ExtaddPairwiseI8x16U:
            pairwise(.pmaddubsw, 0x0101_0101_0101_0101, isFirst: false)
        case .i32x4ExtaddPairwiseI16x8S:
            pairwise(.pmaddwd, 0x0001_0001_0001_0001, isFirst: false)
        case .i32x4ExtaddPairwiseI16x8U: pairwiseUnsigned()
        case .i16x8Q15mulrSatS: roundedMultiply()
        case .i16x8RelaxedQ15mulrS:
            if options.isDeterministic { roundedMultiply() } else { floatBinary(.pmulhrsw, .v128) }
        case .i32x4TruncSatF32x4S, .i32x4RelaxedTruncF32x4S: truncateSingles()
        case .i32x4TruncSatF32x4U, .i32x4RelaxedTruncF32x4U: truncateSinglesUnsigned()
        case .i32x4TruncSatF64x2SZero, .i32x4RelaxedTruncF64x2SZero: truncateDoubles()
        case .i32x4TruncSatF64x2UZero, .i32x4RelaxedTruncF64x2UZero: truncateDoublesUnsigned()
        case .f32x4ConvertI32x4U: convertSinglesUnsigned()
        case .f64x2ConvertLowI32x4U: convertDoublesUnsigned()
        case .i16x8RelaxedDotI8x16I7x16S: relaxedDot()
        case .i32x4RelaxedDotI8x16I7x16AddS: relaxedDotAdd()
        default: isLeftOut = true
        }
    }

    // MARK: Shifts

    /// The popped shift count, masked and increased, in a new vector register.
    private mutating func shiftCount(
        _ mask: Int32, plus extra: Int32 = 0
    ) -> VectorRegister {
        var count = pop()
        let by = own(&count)
        assembler.arithmetic(.and, by, immediate: mask, .bits32)
        if extra != 0 { assembler.arithmetic(.add, by, immediate: extra, .bits32) }
        let amount = takeVector()
        assembler.move(amount, from: by, .bits32)
        release(count)
        return amount
    }

    /// Bytes shift with their words; a mask shifted likewise removes what crosses over.
    private mutating func shiftBytes(_ operation: VectorOperation) {
        let amount = shiftCount(7)
        var operand = pop()
        let target = ownVector(&operand)
        let mask = takeVector()
        let ones = takeVector()
        assembler.vector(.pcmpeqd, ones, ones, ones)
        assembler.shiftLanes(.right, ones, ones, by: 8, .bits16)
        assembler.vector(operation, mask, ones, amount)
        assembler.vector(.pand, mask, mask, ones)
        assembler.vector(.packuswb, mask, mask, mask)
        assembler.vector(operation, target, target, amount)
        assembler.vector(.pand, target, target, mask)
        release(ones)
        release(mask)
        release(amount)
        push(.vector(.v128, target))
    }

    private mutating func shiftBytesSigned() {
        let amount = shiftCount(7, plus: 8)
        var operand = pop()
        let low = ownVector(&operand)
        let high = takeVector()
        assembler.vector(.punpckhbw, high, low, low)
        assembler.vector(.punpcklbw, low, low, low)
        assembler.vector(.psraw, high, high, amount)
        assembler.vector(.psraw, low, low, amount)
        assembler.vector(.packsswb, low, low, high)
        release(high)
        release(amount)
        push(.vector(.v128, low))
    }

    private mutating func shiftQuadwordsSigned() {
        let amount = shiftCount(63)
        var operand = pop()
        let target = ownVector(&operand)
        let sign = signMask(.f64, isSign: true)
        assembler.vector(.psrlq, sign, sign, amount)
        assembler.vector(.psrlq, target, target, amount)
        assembler.vector(.pxor, target, target, sign)
        assembler.vector(.psubq, target, target, sign)
        release(sign)
        release(amount)
        push(.vector(.v128, target))
    }

    // MARK: Sums

    /// Ones in each nibble, from a table, added.
    private mutating func countBits() {
        var operand = pop()
        let value = ownVector(&operand)
        let nibble = takeVector()
        let high = takeVector()
        let table = takeVector()
        setVector(nibble, 0x0F0F_0F0F_0F0F_0F0F, 0x0F0F_0F0F_0F0F_0F0F)
        assembler.shiftLanes(.right, high, value, by: 4, .bits16)
        assembler.vector(.pand, value, value, nibble)
        assembler.vector(.pand, high, high, nibble)
        setVector(table, 0x0302_0201_0201_0100, 0x0403_0302_0302_0201)
        assembler.move(nibble, from: table)
        assembler.vector(.pshufb, table, table, value)
        assembler.vector(.pshufb, nibble, nibble, high)
        assembler.vector(.paddb, table, table, nibble)
        release(nibble)
        release(high)
        release(operand)
        push(.vector(.v128, table))
    }

    /// Products with ones, added in pairs; `isFirst`: the ones are the first operand.
    private mutating func pairwise(
        _ operation: VectorOperation, _ ones: UInt64, isFirst: Bool
    ) {
        var operand = pop()
        let value = ownVector(&operand)
        let one = takeVector()
        setVector(one, ones, ones)
        if isFirst {
            assembler.vector(operation, one, one, value)
            release(operand)
            push(.vector(.v128, one))
        } else {
            assembler.vector(operation, value, value, one)
            release(one)
            push(.vector(.v128, value))
        }
    }

    /// Unsigned words are made signed by taking 2^15 off each, which is added again afterwards.
    private mutating func pairwiseUnsigned() {
        var operand = pop()
        let value = ownVector(&operand)
        let constant = takeVector()
        setVector(constant, 0x8000_8000_8000_8000, 0x8000_8000_8000_8000)
        assembler.vector(.pxor, value, value, constant)
        setVector(constant, 0x0001_0001_0001_0001, 0x0001_0001_0001_0001)
        assembler.vector(.pmaddwd, value, value, constant)
        setVector(constant, 0x0001_0000_0001_0000, 0x0001_0000_0001_0000)
        assembler.vector(.paddd, value, value, constant)
        release(constant)
        push(.vector(.v128, value))
    }

    /// PMULHRSW wraps only for -1 × -1: 0x8000, which becomes 0x7FFF.
    private mutating func roundedMultiply() {
        floatBinary(.pmulhrsw, .v128)
        var operand = pop()
        let value = ownVector(&operand)
        let limit = takeVector()
        setVector(limit, 0x8000_8000_8000_8000, 0x8000_8000_8000_8000)
        assembler.vector(.pcmpeqw, limit, limit, value)
        assembler.vector(.pxor, limit, limit, value)
        release(operand)
        push(.vector(.v128, limit))
    }

    private mutating func relaxedDot() {
        var second = pop()
        var first = pop()
        // The second's bytes, seven bits each, are the unsigned ones.
        vectorBinary(.pmaddubsw, .v128, &second, &first)
    }

    private mutating func relaxedDotAdd() {
        var third = pop()
        let sum = ownVector(&third)
        relaxedDot()
        var dot = pop()
        let value = ownVector(&dot)
        let one = takeVector()
        setVector(one, 0x0001_0001_0001_0001, 0x0001_0001_0001_0001)
        assembler.vector(.pmaddwd, value, value, one)
        assembler.vector(.paddd, value, value, sum)
        release(one)
        release(third)
        push(.vector(.v128, value))
    }

    // MARK: Conversions

    private mutating func truncateSingles() {
        var operand = pop()
        let value = ownVector(&operand)
        let mask = takeVector()
        // NaN becomes 0; then a positive value that gave 0x80000000 becomes 0x7FFFFFFF.
        assembler.compareLanes(.equal, mask, value, value, .bits32)
        assembler.vector(.andps, value, value, mask)
        assembler.vector(.xorps, mask, mask, value)
        assembler.vector(.cvttps2dq, value, value)
        assembler.vector(.andps, mask, mask, value)
        assembler.shiftLanes(.arithmeticRight, mask, mask, by: 31, .bits32)
        assembler.vector(.pxor, value, value, mask)
        release(mask)
        push(.vector(.v128, value))
    }

    private mutating func truncateSinglesUnsigned() {
        var operand = pop()
        let value = ownVector(&operand)
        let limit = takeVector()
        let high = takeVector()
        assembler.vector(.xorps, limit, limit, limit)
        // MAXPS gives its second operand for NaN.
        assembler.vector(.maxps, value, value, limit)
        setVector(limit, 0x4F00_0000_4F00_0000, 0x4F00_0000_4F00_0000)
        assembler.vector(.subps, high, value, limit)
        assembler.vector(.cvttps2dq, value, value)
        assembler.compareLanes(.lessOrEqual, limit, limit, high, .bits32)
        assembler.vector(.cvttps2dq, high, high)
        assembler.vector(.pxor, high, high, limit)
        assembler.vector(.pxor, limit, limit, limit)
        assembler.vector(.pmaxsd, high, high, limit)
        assembler.vector(.paddd, value, value, high)
        release(limit)
        release(high)
        push(.vector(.v128, value))
    }

    private mutating func truncateDoubles() {
        var operand = pop()
        let value = ownVector(&operand)
        let mask = takeVector()
        let limit = takeVector()
        assembler.compareLanes(.equal, mask, value, value, .bits64)
        setVector(limit, 0x41DF_FFFF_FFC0_0000, 0x41DF_FFFF_FFC0_0000)
        assembler.vector(.andpd, mask, mask, limit)
        assembler.vector(.minpd, value, value, mask)
        assembler.vector(.cvttpd2dq, value, value)
        release(mask)
        release(limit)
        push(.vector(.v128, value))
    }

    private mutating func truncateDoublesUnsigned() {
        var operand = pop()
        let value = ownVector(&operand)
        let limit = takeVector()
        assembler.vector(.xorpd, limit, limit, limit)
        assembler.vector(.maxpd, value, value, limit)
        setVector(limit, 0x41EF_FFFF_FFE0_0000, 0x41EF_FFFF_FFE0_0000)
        assembler.vector(.minpd, value, value, limit)
        assembler.roundLanes(value, value, .truncate, .bits64)
        // Adding 2^52 leaves the integer in the low half.
        setVector(limit, 0x4330_0000_0000_0000, 0x4330_0000_0000_0000)
        assembler.vector(.addpd, value, value, limit)
        assembler.vector(.xorps, limit, limit, limit)
        assembler.shuffleSingles(value, value, limit, order: 0x88)
        release(limit)
        push(.vector(.v128, value))
    }

    /// The upper and lower 16 bits apart; both halves are exact, so that one rounding remains.
    private mutating func convertSinglesUnsigned() {
        var operand = pop()
        let value = ownVector(&operand)
        let low = takeVector()
        setVector(low, 0x0000_FFFF_0000_FFFF, 0x0000_FFFF_0000_FFFF)
        assembler.vector(.pand, low, low, value)
        assembler.vector(.psubd, value, value, low)
        assembler.vector(.cvtdq2ps, low, low)
        assembler.shiftLanes(.right, value, value, by: 1, .bits32)
        assembler.vector(.cvtdq2ps, value, value)
        assembler.vector(.addps, value, value, value)
        assembler.vector(.addps, value, value, low)
        release(low)
        push(.vector(.v128, value))
    }

    private mutating func convertDoublesUnsigned() {
        var operand = pop()
        let value = ownVector(&operand)
        let constant = takeVector()
        setVector(constant, 0x4330_0000_4330_0000, 0x4330_0000_4330_0000)
        assembler.vector(.unpcklps, value, value, constant)
        setVector(constant, 0x4330_0000_0000_0000, 0x4330_0000_0000_0000)
        assembler.vector(.subpd, value, value, constant)
        release(constant)
        push(.vector(.v128, value))
    }
}
