internal import Wasm
internal import WasmEngine

// Vector instructions. `BodyCompiler+VectorLanes.swift` and `+VectorSequences.swift` have those that
// no single machine instruction does.
extension BodyCompiler {
    mutating func translateVector(_ opcode: Opcode) {
        if let operation = Self.vectorOperation(opcode) {
            return floatBinary(operation, .v128)
        }
        if let operation = Self.unaryOperation(opcode) {
            return vectorUnary(.v128) { $0.vector(operation, $1, $2) }
        }
        switch opcode {
        case .v128Load: loadVector128()
        case .v128Store: storeVector128()
        case .v128Const: pushVector(validator.value, validator.value2)
        case .v128Andnot, .f32x4Pmin, .f32x4Pmax, .f64x2Pmin, .f64x2Pmax, .i8x16LtS, .i16x8LtS,
            .i32x4LtS, .i64x2LtS:
            swappedBinary(opcode)
        case .f32x4Eq: compareLanes(.equal, .bits32)
        case .f32x4Ne: compareLanes(.notEqual, .bits32)
        case .f32x4Lt: compareLanes(.less, .bits32)
        case .f32x4Le: compareLanes(.lessOrEqual, .bits32)
        case .f32x4Gt: compareLanes(.less, .bits32, swaps: true)
        case .f32x4Ge: compareLanes(.lessOrEqual, .bits32, swaps: true)
        case .f64x2Eq: compareLanes(.equal, .bits64)
        case .f64x2Ne: compareLanes(.notEqual, .bits64)
        case .f64x2Lt: compareLanes(.less, .bits64)
        case .f64x2Le: compareLanes(.lessOrEqual, .bits64)
        case .f64x2Gt: compareLanes(.less, .bits64, swaps: true)
        case .f64x2Ge: compareLanes(.lessOrEqual, .bits64, swaps: true)
        case .i8x16Ne: negatedCompare(.pcmpeqb)
        case .i16x8Ne: negatedCompare(.pcmpeqw)
        case .i32x4Ne: negatedCompare(.pcmpeqd)
        case .i64x2Ne: negatedCompare(.pcmpeqq)
        case .i8x16LeS: negatedCompare(.pcmpgtb)
        case .i16x8LeS: negatedCompare(.pcmpgtw)
        case .i32x4LeS: negatedCompare(.pcmpgtd)
        case .i64x2LeS: negatedCompare(.pcmpgtq)
        case .i8x16GeS: negatedCompare(.pcmpgtb, swaps: true)
        case .i16x8GeS: negatedCompare(.pcmpgtw, swaps: true)
        case .i32x4GeS: negatedCompare(.pcmpgtd, swaps: true)
        case .i64x2GeS: negatedCompare(.pcmpgtq, swaps: true)
        case .i8x16GeU: boundCompare(.pmaxub, .pcmpeqb)
        case .i16x8GeU: boundCompare(.pmaxuw, .pcmpeqw)
        case .i32x4GeU: boundCompare(.pmaxud, .pcmpeqd)
        case .i8x16LeU: boundCompare(.pminub, .pcmpeqb)
        case .i16x8LeU: boundCompare(.pminuw, .pcmpeqw)
        case .i32x4LeU: boundCompare(.pminud, .pcmpeqd)
        case .i8x16LtU: boundCompare(.pmaxub, .pcmpeqb, negated: true)
        case .i16x8LtU: boundCompare(.pmaxuw, .pcmpeqw, negated: true)
        case .i32x4LtU: boundCompare(.pmaxud, .pcmpeqd, negated: true)
        case .i8x16GtU: boundCompare(.pminub, .pcmpeqb, negated: true)
        case .i16x8GtU: boundCompare(.pminuw, .pcmpeqw, negated: true)
        case .i32x4GtU: boundCompare(.pminud, .pcmpeqd, negated: true)
        default: translateLanes(opcode)
        }
    }

    private static func vectorOperation(_ opcode: Opcode) -> VectorOperation? {
        switch opcode {
        case .i8x16Eq: .pcmpeqb
        case .i16x8Eq: .pcmpeqw
        case .i32x4Eq: .pcmpeqd
        case .i64x2Eq: .pcmpeqq
        case .i8x16GtS: .pcmpgtb
        case .i16x8GtS: .pcmpgtw
        case .i32x4GtS: .pcmpgtd
        case .i64x2GtS: .pcmpgtq
        case .v128And: .pand
        case .v128Or: .por
        case .v128Xor: .pxor
        case .i8x16NarrowI16x8S: .packsswb
        case .i8x16NarrowI16x8U: .packuswb
        case .i16x8NarrowI32x4S: .packssdw
        case .i16x8NarrowI32x4U: .packusdw
        case .i8x16Add: .paddb
        case .i8x16AddSatS: .paddsb
        case .i8x16AddSatU: .paddusb
        case .i8x16Sub: .psubb
        case .i8x16SubSatS: .psubsb
        case .i8x16SubSatU: .psubusb
        case .i8x16MinS: .pminsb
        case .i8x16MinU: .pminub
        case .i8x16MaxS: .pmaxsb
        case .i8x16MaxU: .pmaxub
        case .i8x16AvgrU: .pavgb
        case .i16x8Add: .paddw
        case .i16x8AddSatS: .paddsw
        case .i16x8AddSatU: .paddusw
        case .i16x8Sub: .psubw
        case .i16x8SubSatS: .psubsw
        case .i16x8SubSatU: .psubusw
        case .i16x8Mul: .pmullw
        case .i16x8MinS: .pminsw
        case .i16x8MinU: .pminuw
        case .i16x8MaxS: .pmaxsw
        case .i16x8MaxU: .pmaxuw
        case .i16x8AvgrU: .pavgw
        case .i32x4Add: .paddd
        case .i32x4Sub: .psubd
        case .i32x4Mul: .pmulld
        case .i32x4MinS: .pminsd
        case .i32x4MinU: .pminud
        case .i32x4MaxS: .pmaxsd
        case .i32x4MaxU: .pmaxud
        case .i32x4DotI16x8S: .pmaddwd
        case .i64x2Add: .paddq
        case .i64x2Sub: .psubq
        case .f32x4Add: .addps
        case .f32x4Sub: .subps
        case .f32x4Mul: .mulps
        case .f32x4Div: .divps
        case .f64x2Add: .addpd
        case .f64x2Sub: .subpd
        case .f64x2Mul: .mulpd
        case .f64x2Div: .divpd
        default: nil
        }
    }

    private static func unaryOperation(_ opcode: Opcode) -> UnaryVectorOperation? {
        switch opcode {
        case .i8x16Abs: .pabsb
        case .i16x8Abs: .pabsw
        case .i32x4Abs: .pabsd
        case .f32x4Sqrt: .sqrtps
        case .f64x2Sqrt: .sqrtpd
        case .f32x4ConvertI32x4S: .cvtdq2ps
        case .f64x2ConvertLowI32x4S: .cvtdq2pd
        case .f64x2PromoteLowF32x4: .cvtps2pd
        case .f32x4DemoteF64x2Zero: .cvtpd2ps
        case .i16x8ExtendLowI8x16S: .pmovsxbw
        case .i16x8ExtendLowI8x16U: .pmovzxbw
        case .i32x4ExtendLowI16x8S: .pmovsxwd
        case .i32x4ExtendLowI16x8U: .pmovzxwd
        case .i64x2ExtendLowI32x4S: .pmovsxdq
        case .i64x2ExtendLowI32x4U: .pmovzxdq
        default: nil
        }
    }

    // MARK: Memory and constants

    private mutating func loadVector128() {
        let access = popAddress(byteCount: 16)
        release(access)
        let (target, local) = resultVector()
        noteAccess()
        assembler.loadVector(target, access.address)
        pushResult(.v128, target, local: local)
    }

    private mutating func storeVector128() {
        var value = pop()
        let source = readVector(&value)
        let access = popAddress(byteCount: 16)
        noteAccess()
        assembler.storeVector(access.address, source)
        release(access)
        release(value)
    }

    /// Pushes a constant, in a register.
    mutating func pushVector(_ low: UInt64, _ high: UInt64) {
        let target = takeVector()
        setVector(target, low, high)
        push(.vector(.v128, target))
    }

    mutating func setVector(_ target: VectorRegister, _ low: UInt64, _ high: UInt64) {
        if low == 0, high == 0 {
            assembler.vector(.xorps, target, target, target)
        } else if low == .max, high == .max {
            assembler.vector(.pcmpeqd, target, target, target)
        } else {
            let register = takeRegister()
            assembler.moveKeepingFlags(register, immediate: Int64(bitPattern: low))
            assembler.move(target, from: register, .bits64)
            if high == low {
                assembler.vector(.punpcklqdq, target, target, target)
            } else {
                assembler.moveKeepingFlags(register, immediate: Int64(bitPattern: high))
                assembler.insertLane(target, target, register, lane: 1, .bits64)
            }
            release(register)
        }
    }

    // MARK: Operands in the other order

    private mutating func swappedBinary(_ opcode: Opcode) {
        let operation: VectorOperation =
            switch opcode {
            case .v128Andnot: .pandn
            case .f32x4Pmin: .minps
            case .f32x4Pmax: .maxps
            case .f64x2Pmin: .minpd
            case .f64x2Pmax: .maxpd
            case .i8x16LtS: .pcmpgtb
            case .i16x8LtS: .pcmpgtw
            case .i32x4LtS: .pcmpgtd
            default: .pcmpgtq
            }
        var second = pop()
        var first = pop()
        vectorBinary(operation, .v128, &second, &first)
    }

    // MARK: Comparisons

    private mutating func compareLanes(
        _ predicate: Assembler.Predicate, _ width: Width, swaps: Bool = false
    ) {
        var second = pop()
        var first = pop()
        if swaps { swap(&first, &second) }
        let right = readVector(&second)
        let target = ownVector(&first)
        assembler.compareLanes(predicate, target, target, right, width)
        release(second)
        push(.vector(.v128, target))
    }

    private mutating func negatedCompare(_ operation: VectorOperation, swaps: Bool = false) {
        var second = pop()
        var first = pop()
        if swaps { swap(&first, &second) }
        let right = readVector(&second)
        let target = ownVector(&first)
        assembler.vector(operation, target, target, right)
        invert(target)
        release(second)
        push(.vector(.v128, target))
    }

    mutating func invert(_ target: VectorRegister) {
        let ones = takeVector()
        assembler.vector(.pcmpeqd, ones, ones, ones)
        assembler.vector(.pxor, target, target, ones)
        release(ones)
    }

    /// Whether the first is the greater, or lesser, of both.
    private mutating func boundCompare(
        _ bound: VectorOperation, _ equal: VectorOperation, negated: Bool = false
    ) {
        var second = pop()
        var first = pop()
        let right = readVector(&second)
        let left = readVector(&first)
        let target = takeVector()
        assembler.vector(bound, target, left, right)
        assembler.vector(equal, target, target, left)
        if negated { invert(target) }
        release(first)
        release(second)
        push(.vector(.v128, target))
    }
}
