internal import Wasm

extension Interpreter {
    /// Runs one of the vector instructions that the loop leaves to others (core specification 3.0,
    /// §4.3.5 and §4.6.3): those that programs rarely spend their time in.
    ///
    /// Words: {op, a: result, b, c: operands}, {third operand, instruction}. Relaxed instructions do
    /// what the deterministic profile fixes (appendix "Profiles").
    @inline(never)
    static func vectorGroup(_ code: Code, _ frame: Slots) {
        let vector = VectorInstruction(code: code, frame: frame)
        switch code.opcode(10) {
        case .i8x16Popcnt: vector.lanewise(U8x16.self) { UInt8($0.nonzeroBitCount) }
        case .i8x16NarrowI16x8S: vector.narrow(I16x8.self, to: I8x16.self)
        case .i8x16NarrowI16x8U: vector.narrow(I16x8.self, to: U8x16.self)
        case .i8x16AvgrU:
            vector.lanewise(U8x16.self) {
                UInt8(truncatingIfNeeded: (UInt16($0) + UInt16($1) + 1) >> 1)
            }
        case .i16x8ExtaddPairwiseI8x16S: vector.addPairs(I8x16.self, to: I16x8.self)
        case .i16x8ExtaddPairwiseI8x16U: vector.addPairs(U8x16.self, to: U16x8.self)
        case .i16x8Q15mulrSatS, .i16x8RelaxedQ15mulrS:
            vector.lanewise(I16x8.self, roundedProduct)
        case .i16x8NarrowI32x4S: vector.narrow(I32x4.self, to: I16x8.self)
        case .i16x8NarrowI32x4U: vector.narrow(I32x4.self, to: U16x8.self)
        case .i16x8AvgrU:
            vector.lanewise(U16x8.self) {
                UInt16(truncatingIfNeeded: (UInt32($0) + UInt32($1) + 1) >> 1)
            }
        case .i16x8ExtmulLowI8x16S:
            vector.extendMultiply(I8x16.self, to: I16x8.self, high: false)
        case .i16x8ExtmulHighI8x16S:
            vector.extendMultiply(I8x16.self, to: I16x8.self, high: true)
        case .i16x8ExtmulLowI8x16U:
            vector.extendMultiply(U8x16.self, to: U16x8.self, high: false)
        case .i16x8ExtmulHighI8x16U:
            vector.extendMultiply(U8x16.self, to: U16x8.self, high: true)
        case .i16x8RelaxedDotI8x16I7x16S: vector.result(vector.relaxedDot())
        case .i32x4ExtaddPairwiseI16x8S: vector.addPairs(I16x8.self, to: I32x4.self)
        case .i32x4ExtaddPairwiseI16x8U: vector.addPairs(U16x8.self, to: U32x4.self)
        case .i32x4DotI16x8S: vector.dot()
        case .i32x4ExtmulLowI16x8S:
            vector.extendMultiply(I16x8.self, to: I32x4.self, high: false)
        case .i32x4ExtmulHighI16x8S:
            vector.extendMultiply(I16x8.self, to: I32x4.self, high: true)
        case .i32x4ExtmulLowI16x8U:
            vector.extendMultiply(U16x8.self, to: U32x4.self, high: false)
        case .i32x4ExtmulHighI16x8U:
            vector.extendMultiply(U16x8.self, to: U32x4.self, high: true)
        case .i32x4TruncSatF32x4S, .i32x4RelaxedTruncF32x4S: vector.truncate(Int32.self)
        case .i32x4TruncSatF32x4U, .i32x4RelaxedTruncF32x4U: vector.truncate(UInt32.self)
        case .i32x4TruncSatF64x2SZero, .i32x4RelaxedTruncF64x2SZero:
            vector.truncateHalf(Int32.self)
        case .i32x4TruncSatF64x2UZero, .i32x4RelaxedTruncF64x2UZero:
            vector.truncateHalf(UInt32.self)
        case .i32x4RelaxedDotI8x16I7x16AddS: vector.relaxedDotAdd()
        case .i64x2ExtmulLowI32x4S:
            vector.extendMultiply(I32x4.self, to: I64x2.self, high: false)
        case .i64x2ExtmulHighI32x4S:
            vector.extendMultiply(I32x4.self, to: I64x2.self, high: true)
        case .i64x2ExtmulLowI32x4U:
            vector.extendMultiply(U32x4.self, to: U64x2.self, high: false)
        case .i64x2ExtmulHighI32x4U:
            vector.extendMultiply(U32x4.self, to: U64x2.self, high: true)
        default: vector.float(code.opcode(10))
        }
    }

    /// The product of two Q15 numbers, rounded and saturated.
    @inline(__always)
    private static func roundedProduct(_ one: Int16, _ other: Int16) -> Int16 {
        Int16(clamping: (Int32(one) * Int32(other) + 0x4000) >> 15)
    }
}

extension VectorInstruction {
    /// Those on floating-point lanes.
    @inline(__always)
    fileprivate func float(_ opcode: Opcode) {
        switch opcode {
        case .f32x4DemoteF64x2Zero:
            unary(F64x2.self) { F32x4(Float($0[0]), Float($0[1]), 0, 0) }
        case .f32x4Ceil: lanewise(F32x4.self) { FloatRules.ceil($0) }
        case .f32x4Floor: lanewise(F32x4.self) { FloatRules.floor($0) }
        case .f32x4Trunc: lanewise(F32x4.self) { FloatRules.trunc($0) }
        case .f32x4Nearest: lanewise(F32x4.self) { FloatRules.nearest($0) }
        case .f32x4ConvertI32x4S: unary(I32x4.self) { F32x4($0) }
        case .f32x4ConvertI32x4U: unary(U32x4.self) { F32x4($0) }
        case .f32x4RelaxedMadd: ternary(F32x4.self) { $2.addingProduct($0, $1) }
        case .f32x4RelaxedNmadd: ternary(F32x4.self) { $2.addingProduct(negated($0), $1) }
        case .f64x2PromoteLowF32x4:
            unary(F32x4.self) { F64x2(Double($0[0]), Double($0[1])) }
        case .f64x2Ceil: lanewise(F64x2.self) { FloatRules.ceil($0) }
        case .f64x2Floor: lanewise(F64x2.self) { FloatRules.floor($0) }
        case .f64x2Trunc: lanewise(F64x2.self) { FloatRules.trunc($0) }
        case .f64x2Nearest: lanewise(F64x2.self) { FloatRules.nearest($0) }
        case .f64x2ConvertLowI32x4S:
            unary(I32x4.self) { F64x2(Double($0[0]), Double($0[1])) }
        case .f64x2ConvertLowI32x4U:
            unary(U32x4.self) { F64x2(Double($0[0]), Double($0[1])) }
        case .f64x2RelaxedMadd: ternary(F64x2.self) { $2.addingProduct($0, $1) }
        case .f64x2RelaxedNmadd: ternary(F64x2.self) { $2.addingProduct(negated($0), $1) }
        default: preconditionFailure("the translator gives every other one an operation")
        }
    }

    private func negated<V: SIMD>(_ value: V) -> V where V.Scalar: FloatingPoint {
        var negated = value
        for lane in 0..<V.scalarCount { negated[lane] = -value[lane] }
        return negated
    }

    /// Sums of neighbouring products.
    fileprivate func dot() {
        let (one, other) = (first(I16x8.self), second(I16x8.self))
        var sums = I32x4()
        for lane in 0..<4 {
            sums[lane] =
                Int32(one[2 * lane]) &* Int32(other[2 * lane])
                &+ Int32(one[2 * lane + 1]) &* Int32(other[2 * lane + 1])
        }
        result(sums)
    }

    /// Sums of neighbouring products of bytes, the second operand's as signed numbers of 8 bits.
    fileprivate func relaxedDot() -> I16x8 {
        let (one, other) = (first(I8x16.self), second(I8x16.self))
        var sums = I16x8()
        for lane in 0..<8 {
            sums[lane] =
                Int16(one[2 * lane]) &* Int16(other[2 * lane])
                &+ Int16(one[2 * lane + 1]) &* Int16(other[2 * lane + 1])
        }
        return sums
    }

    fileprivate func relaxedDotAdd() {
        let pairs = relaxedDot()
        var sums = third(I32x4.self)
        for lane in 0..<4 {
            sums[lane] &+= Int32(pairs[2 * lane]) &+ Int32(pairs[2 * lane + 1])
        }
        result(sums)
    }

    @inline(__always)
    fileprivate func truncate<I: FixedWidthInteger & SIMDScalar>(_: I.Type) {
        let value = first(F32x4.self)
        var whole = SIMD4<I>()
        for lane in 0..<4 { whole[lane] = FloatRules.saturate(value[lane], to: I.self) }
        result(whole)
    }

    @inline(__always)
    fileprivate func truncateHalf<I: FixedWidthInteger & SIMDScalar>(_: I.Type) {
        let value = first(F64x2.self)
        var whole = SIMD4<I>()
        for lane in 0..<2 { whole[lane] = FloatRules.saturate(value[lane], to: I.self) }
        result(whole)
    }
}
