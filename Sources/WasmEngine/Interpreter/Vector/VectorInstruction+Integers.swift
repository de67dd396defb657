internal import Wasm

// Instructions on integer lanes.
extension VectorInstruction {
    @inline(never)
    func bytes(_ opcode: Opcode) {
        typealias S = SIMD16<Int8>
        typealias U = SIMD16<UInt8>
        switch opcode {
        case .i8x16Eq: compare(S.self) { $0 .== $1 }
        case .i8x16Ne: compare(S.self) { $0 .!= $1 }
        case .i8x16LtS: compare(S.self) { $0 .< $1 }
        case .i8x16LtU: compare(U.self) { $0 .< $1 }
        case .i8x16GtS: compare(S.self) { $0 .> $1 }
        case .i8x16GtU: compare(U.self) { $0 .> $1 }
        case .i8x16LeS: compare(S.self) { $0 .<= $1 }
        case .i8x16LeU: compare(U.self) { $0 .<= $1 }
        case .i8x16GeS: compare(S.self) { $0 .>= $1 }
        case .i8x16GeU: compare(U.self) { $0 .>= $1 }
        case .i8x16Abs: unary(S.self) { $0.replacing(with: 0 &- $0, where: $0 .< 0) }
        case .i8x16Neg: unary(S.self) { 0 &- $0 }
        case .i8x16Popcnt: lanewise(U.self) { UInt8($0.nonzeroBitCount) }
        case .i8x16AllTrue: allTrue(U.self)
        case .i8x16Bitmask: bitmask(S.self)
        case .i8x16NarrowI16x8S: narrow(SIMD8<Int16>.self, to: S.self)
        case .i8x16NarrowI16x8U: narrow(SIMD8<Int16>.self, to: U.self)
        case .i8x16Shl: shift(U.self) { $0 &<< $1 }
        case .i8x16ShrS: shift(S.self) { $0 &>> $1 }
        case .i8x16ShrU: shift(U.self) { $0 &>> $1 }
        case .i8x16Add: binary(U.self) { $0 &+ $1 }
        case .i8x16AddSatS: lanewise(S.self) { $0.saturatingSum($1) }
        case .i8x16AddSatU: lanewise(U.self) { $0.saturatingSum($1) }
        case .i8x16Sub: binary(U.self) { $0 &- $1 }
        case .i8x16SubSatS: lanewise(S.self) { $0.saturatingDifference($1) }
        case .i8x16SubSatU: lanewise(U.self) { $0.saturatingDifference($1) }
        case .i8x16MinS: binary(S.self) { pointwiseMin($0, $1) }
        case .i8x16MinU: binary(U.self) { pointwiseMin($0, $1) }
        case .i8x16MaxS: binary(S.self) { pointwiseMax($0, $1) }
        case .i8x16MaxU: binary(U.self) { pointwiseMax($0, $1) }
        case .i8x16AvgrU:
            lanewise(U.self) { UInt8(truncatingIfNeeded: (UInt16($0) + UInt16($1) + 1) >> 1) }
        case .i8x16RelaxedSwizzle: swizzle()
        default: selectBits()  // relaxed_laneselect
        }
    }

    @inline(never)
    func words(_ opcode: Opcode) {
        typealias S = SIMD8<Int16>
        typealias U = SIMD8<UInt16>
        switch opcode {
        case .i16x8Eq: compare(S.self) { $0 .== $1 }
        case .i16x8Ne: compare(S.self) { $0 .!= $1 }
        case .i16x8LtS: compare(S.self) { $0 .< $1 }
        case .i16x8LtU: compare(U.self) { $0 .< $1 }
        case .i16x8GtS: compare(S.self) { $0 .> $1 }
        case .i16x8GtU: compare(U.self) { $0 .> $1 }
        case .i16x8LeS: compare(S.self) { $0 .<= $1 }
        case .i16x8LeU: compare(U.self) { $0 .<= $1 }
        case .i16x8GeS: compare(S.self) { $0 .>= $1 }
        case .i16x8GeU: compare(U.self) { $0 .>= $1 }
        case .i16x8ExtaddPairwiseI8x16S: addPairs(SIMD16<Int8>.self, to: S.self)
        case .i16x8ExtaddPairwiseI8x16U: addPairs(SIMD16<UInt8>.self, to: U.self)
        case .i16x8Abs: unary(S.self) { $0.replacing(with: 0 &- $0, where: $0 .< 0) }
        case .i16x8Neg: unary(S.self) { 0 &- $0 }
        case .i16x8Q15mulrSatS, .i16x8RelaxedQ15mulrS: lanewise(S.self, Self.roundedProduct)
        case .i16x8AllTrue: allTrue(U.self)
        case .i16x8Bitmask: bitmask(S.self)
        case .i16x8NarrowI32x4S: narrow(SIMD4<Int32>.self, to: S.self)
        case .i16x8NarrowI32x4U: narrow(SIMD4<Int32>.self, to: U.self)
        case .i16x8ExtendLowI8x16S: extend(SIMD16<Int8>.self, to: S.self, high: false)
        case .i16x8ExtendHighI8x16S: extend(SIMD16<Int8>.self, to: S.self, high: true)
        case .i16x8ExtendLowI8x16U: extend(SIMD16<UInt8>.self, to: U.self, high: false)
        case .i16x8ExtendHighI8x16U: extend(SIMD16<UInt8>.self, to: U.self, high: true)
        case .i16x8Shl: shift(U.self) { $0 &<< $1 }
        case .i16x8ShrS: shift(S.self) { $0 &>> $1 }
        case .i16x8ShrU: shift(U.self) { $0 &>> $1 }
        case .i16x8Add: binary(U.self) { $0 &+ $1 }
        case .i16x8AddSatS: lanewise(S.self) { $0.saturatingSum($1) }
        case .i16x8AddSatU: lanewise(U.self) { $0.saturatingSum($1) }
        case .i16x8Sub: binary(U.self) { $0 &- $1 }
        case .i16x8SubSatS: lanewise(S.self) { $0.saturatingDifference($1) }
        case .i16x8SubSatU: lanewise(U.self) { $0.saturatingDifference($1) }
        case .i16x8Mul: binary(U.self) { $0 &* $1 }
        case .i16x8MinS: binary(S.self) { pointwiseMin($0, $1) }
        case .i16x8MinU: binary(U.self) { pointwiseMin($0, $1) }
        case .i16x8MaxS: binary(S.self) { pointwiseMax($0, $1) }
        case .i16x8MaxU: binary(U.self) { pointwiseMax($0, $1) }
        case .i16x8AvgrU:
            lanewise(U.self) { UInt16(truncatingIfNeeded: (UInt32($0) + UInt32($1) + 1) >> 1) }
        case .i16x8ExtmulLowI8x16S: extendMultiply(SIMD16<Int8>.self, to: S.self, high: false)
        case .i16x8ExtmulHighI8x16S: extendMultiply(SIMD16<Int8>.self, to: S.self, high: true)
        case .i16x8ExtmulLowI8x16U: extendMultiply(SIMD16<UInt8>.self, to: U.self, high: false)
        case .i16x8ExtmulHighI8x16U: extendMultiply(SIMD16<UInt8>.self, to: U.self, high: true)
        case .i16x8RelaxedDotI8x16I7x16S: result(relaxedDot())
        default: selectBits()  // relaxed_laneselect
        }
    }

    /// The product of two Q15 numbers, rounded and saturated.
    private static func roundedProduct(_ one: Int16, _ other: Int16) -> Int16 {
        Int16(clamping: (Int32(one) * Int32(other) + 0x4000) >> 15)
    }

    /// Sums of neighbouring products of bytes, the second operand's as signed numbers of 8 bits.
    private func relaxedDot() -> SIMD8<Int16> {
        let (one, other) = (first(SIMD16<Int8>.self), second(SIMD16<Int8>.self))
        var sums = SIMD8<Int16>()
        for lane in 0..<8 {
            sums[lane] =
                Int16(one[2 * lane]) &* Int16(other[2 * lane])
                &+ Int16(one[2 * lane + 1]) &* Int16(other[2 * lane + 1])
        }
        return sums
    }

    @inline(never)
    func doublewords(_ opcode: Opcode) {
        typealias S = SIMD4<Int32>
        typealias U = SIMD4<UInt32>
        switch opcode {
        case .i32x4Eq: compare(S.self) { $0 .== $1 }
        case .i32x4Ne: compare(S.self) { $0 .!= $1 }
        case .i32x4LtS: compare(S.self) { $0 .< $1 }
        case .i32x4LtU: compare(U.self) { $0 .< $1 }
        case .i32x4GtS: compare(S.self) { $0 .> $1 }
        case .i32x4GtU: compare(U.self) { $0 .> $1 }
        case .i32x4LeS: compare(S.self) { $0 .<= $1 }
        case .i32x4LeU: compare(U.self) { $0 .<= $1 }
        case .i32x4GeS: compare(S.self) { $0 .>= $1 }
        case .i32x4GeU: compare(U.self) { $0 .>= $1 }
        case .i32x4ExtaddPairwiseI16x8S: addPairs(SIMD8<Int16>.self, to: S.self)
        case .i32x4ExtaddPairwiseI16x8U: addPairs(SIMD8<UInt16>.self, to: U.self)
        case .i32x4Abs: unary(S.self) { $0.replacing(with: 0 &- $0, where: $0 .< 0) }
        case .i32x4Neg: unary(S.self) { 0 &- $0 }
        case .i32x4AllTrue: allTrue(U.self)
        case .i32x4Bitmask: bitmask(S.self)
        case .i32x4ExtendLowI16x8S: extend(SIMD8<Int16>.self, to: S.self, high: false)
        case .i32x4ExtendHighI16x8S: extend(SIMD8<Int16>.self, to: S.self, high: true)
        case .i32x4ExtendLowI16x8U: extend(SIMD8<UInt16>.self, to: U.self, high: false)
        case .i32x4ExtendHighI16x8U: extend(SIMD8<UInt16>.self, to: U.self, high: true)
        case .i32x4Shl: shift(U.self) { $0 &<< $1 }
        case .i32x4ShrS: shift(S.self) { $0 &>> $1 }
        case .i32x4ShrU: shift(U.self) { $0 &>> $1 }
        case .i32x4Add: binary(U.self) { $0 &+ $1 }
        case .i32x4Sub: binary(U.self) { $0 &- $1 }
        case .i32x4Mul: binary(U.self) { $0 &* $1 }
        case .i32x4MinS: binary(S.self) { pointwiseMin($0, $1) }
        case .i32x4MinU: binary(U.self) { pointwiseMin($0, $1) }
        case .i32x4MaxS: binary(S.self) { pointwiseMax($0, $1) }
        case .i32x4MaxU: binary(U.self) { pointwiseMax($0, $1) }
        case .i32x4DotI16x8S: dot()
        case .i32x4ExtmulLowI16x8S: extendMultiply(SIMD8<Int16>.self, to: S.self, high: false)
        case .i32x4ExtmulHighI16x8S: extendMultiply(SIMD8<Int16>.self, to: S.self, high: true)
        case .i32x4ExtmulLowI16x8U: extendMultiply(SIMD8<UInt16>.self, to: U.self, high: false)
        case .i32x4ExtmulHighI16x8U: extendMultiply(SIMD8<UInt16>.self, to: U.self, high: true)
        case .i32x4TruncSatF32x4S, .i32x4RelaxedTruncF32x4S: truncate(Int32.self)
        case .i32x4TruncSatF32x4U, .i32x4RelaxedTruncF32x4U: truncate(UInt32.self)
        case .i32x4TruncSatF64x2SZero, .i32x4RelaxedTruncF64x2SZero: truncateHalf(Int32.self)
        case .i32x4TruncSatF64x2UZero, .i32x4RelaxedTruncF64x2UZero: truncateHalf(UInt32.self)
        case .i32x4RelaxedDotI8x16I7x16AddS: relaxedDotAdd()
        default: selectBits()  // relaxed_laneselect
        }
    }

    private func dot() {
        let (one, other) = (first(SIMD8<Int16>.self), second(SIMD8<Int16>.self))
        var sums = SIMD4<Int32>()
        for lane in 0..<4 {
            sums[lane] =
                Int32(one[2 * lane]) &* Int32(other[2 * lane])
                &+ Int32(one[2 * lane + 1]) &* Int32(other[2 * lane + 1])
        }
        result(sums)
    }

    private func relaxedDotAdd() {
        let pairs = relaxedDot()
        var sums = third(SIMD4<Int32>.self)
        for lane in 0..<4 {
            sums[lane] &+= Int32(pairs[2 * lane]) &+ Int32(pairs[2 * lane + 1])
        }
        result(sums)
    }

    @inline(__always)
    private func truncate<I: FixedWidthInteger & SIMDScalar>(_: I.Type) {
        let value = first(SIMD4<Float>.self)
        var whole = SIMD4<I>()
        for lane in 0..<4 { whole[lane] = FloatRules.saturate(value[lane], to: I.self) }
        result(whole)
    }

    @inline(__always)
    private func truncateHalf<I: FixedWidthInteger & SIMDScalar>(_: I.Type) {
        let value = first(SIMD2<Double>.self)
        var whole = SIMD4<I>()
        for lane in 0..<2 { whole[lane] = FloatRules.saturate(value[lane], to: I.self) }
        result(whole)
    }

    @inline(never)
    func quadwords(_ opcode: Opcode) {
        typealias S = SIMD2<Int64>
        typealias U = SIMD2<UInt64>
        switch opcode {
        case .i64x2Eq: compare(S.self) { $0 .== $1 }
        case .i64x2Ne: compare(S.self) { $0 .!= $1 }
        case .i64x2LtS: compare(S.self) { $0 .< $1 }
        case .i64x2GtS: compare(S.self) { $0 .> $1 }
        case .i64x2LeS: compare(S.self) { $0 .<= $1 }
        case .i64x2GeS: compare(S.self) { $0 .>= $1 }
        case .i64x2Abs: unary(S.self) { $0.replacing(with: 0 &- $0, where: $0 .< 0) }
        case .i64x2Neg: unary(S.self) { 0 &- $0 }
        case .i64x2AllTrue: allTrue(U.self)
        case .i64x2Bitmask: bitmask(S.self)
        case .i64x2ExtendLowI32x4S: extend(SIMD4<Int32>.self, to: S.self, high: false)
        case .i64x2ExtendHighI32x4S: extend(SIMD4<Int32>.self, to: S.self, high: true)
        case .i64x2ExtendLowI32x4U: extend(SIMD4<UInt32>.self, to: U.self, high: false)
        case .i64x2ExtendHighI32x4U: extend(SIMD4<UInt32>.self, to: U.self, high: true)
        case .i64x2Shl: shift(U.self) { $0 &<< $1 }
        case .i64x2ShrS: shift(S.self) { $0 &>> $1 }
        case .i64x2ShrU: shift(U.self) { $0 &>> $1 }
        case .i64x2Add: binary(U.self) { $0 &+ $1 }
        case .i64x2Sub: binary(U.self) { $0 &- $1 }
        case .i64x2Mul: binary(U.self) { $0 &* $1 }
        case .i64x2ExtmulLowI32x4S: extendMultiply(SIMD4<Int32>.self, to: S.self, high: false)
        case .i64x2ExtmulHighI32x4S: extendMultiply(SIMD4<Int32>.self, to: S.self, high: true)
        case .i64x2ExtmulLowI32x4U: extendMultiply(SIMD4<UInt32>.self, to: U.self, high: false)
        case .i64x2ExtmulHighI32x4U: extendMultiply(SIMD4<UInt32>.self, to: U.self, high: true)
        default: selectBits()  // relaxed_laneselect
        }
    }
}

extension FixedWidthInteger {
    @inline(__always)
    func saturatingSum(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    @inline(__always)
    func saturatingDifference(_ other: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (Self.isSigned && other < 0 ? .max : .min) : difference
    }
}
