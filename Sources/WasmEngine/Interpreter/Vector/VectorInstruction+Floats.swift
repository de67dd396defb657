internal import Wasm

// Instructions on floating-point lanes. Arithmetic makes NaNs canonical in deterministic code, which
// the translator marks in the second index.
extension VectorInstruction {
    private var isDeterministic: Bool { code.u16(14) != 0 }

    @inline(__always)
    private func single(_ value: SIMD4<Float>) {
        result(
            isDeterministic
                ? value.replacing(with: Float(bitPattern: 0x7FC0_0000), where: value .!= value)
                : value)
    }

    @inline(__always)
    private func double(_ value: SIMD2<Double>) {
        result(
            isDeterministic
                ? value.replacing(
                    with: Double(bitPattern: 0x7FF8_0000_0000_0000), where: value .!= value)
                : value)
    }

    @inline(__always)
    private func eachSingle(_ body: (Float) -> Float) {
        var value = first(SIMD4<Float>.self)
        for lane in 0..<4 { value[lane] = body(value[lane]) }
        single(value)
    }

    @inline(__always)
    private func eachSingle(_ body: (Float, Float) -> Float) {
        let (one, other) = (first(SIMD4<Float>.self), second(SIMD4<Float>.self))
        var value = one
        for lane in 0..<4 { value[lane] = body(one[lane], other[lane]) }
        single(value)
    }

    @inline(__always)
    private func eachDouble(_ body: (Double) -> Double) {
        var value = first(SIMD2<Double>.self)
        for lane in 0..<2 { value[lane] = body(value[lane]) }
        double(value)
    }

    @inline(__always)
    private func eachDouble(_ body: (Double, Double) -> Double) {
        let (one, other) = (first(SIMD2<Double>.self), second(SIMD2<Double>.self))
        var value = one
        for lane in 0..<2 { value[lane] = body(one[lane], other[lane]) }
        double(value)
    }

    @inline(never)
    func singles(_ opcode: Opcode) {
        typealias F = SIMD4<Float>
        let (one, other) = (first(F.self), second(F.self))
        switch opcode {
        case .f32x4Eq: compare(F.self) { $0 .== $1 }
        case .f32x4Ne: compare(F.self) { $0 .!= $1 }
        case .f32x4Lt: compare(F.self) { $0 .< $1 }
        case .f32x4Gt: compare(F.self) { $0 .> $1 }
        case .f32x4Le: compare(F.self) { $0 .<= $1 }
        case .f32x4Ge: compare(F.self) { $0 .>= $1 }
        case .f32x4DemoteF64x2Zero:
            let value = first(SIMD2<Double>.self)
            single(F(Float(value[0]), Float(value[1]), 0, 0))
        case .f32x4Ceil: eachSingle { FloatRules.ceil($0) }
        case .f32x4Floor: eachSingle { FloatRules.floor($0) }
        case .f32x4Trunc: eachSingle { FloatRules.trunc($0) }
        case .f32x4Nearest: eachSingle { FloatRules.nearest($0) }
        case .f32x4Abs: unary(SIMD4<UInt32>.self) { $0 & 0x7FFF_FFFF }
        case .f32x4Neg: unary(SIMD4<UInt32>.self) { $0 ^ 0x8000_0000 }
        case .f32x4Sqrt: single(one.squareRoot())
        case .f32x4Add: single(one + other)
        case .f32x4Sub: single(one - other)
        case .f32x4Mul: single(one * other)
        case .f32x4Div: single(one / other)
        case .f32x4Min, .f32x4RelaxedMin: eachSingle { FloatRules.minimum($0, $1) }
        case .f32x4Max, .f32x4RelaxedMax: eachSingle { FloatRules.maximum($0, $1) }
        case .f32x4Pmin: result(one.replacing(with: other, where: other .< one))
        case .f32x4Pmax: result(one.replacing(with: other, where: one .< other))
        case .f32x4ConvertI32x4S: unary(SIMD4<Int32>.self) { F($0) }
        case .f32x4ConvertI32x4U: unary(SIMD4<UInt32>.self) { F($0) }
        case .f32x4RelaxedMadd: single(third(F.self).addingProduct(one, other))
        default: single(third(F.self).addingProduct(negated(one), other))  // relaxed_nmadd
        }
    }

    @inline(never)
    func doubles(_ opcode: Opcode) {
        typealias F = SIMD2<Double>
        let (one, other) = (first(F.self), second(F.self))
        switch opcode {
        case .f64x2Eq: compare(F.self) { $0 .== $1 }
        case .f64x2Ne: compare(F.self) { $0 .!= $1 }
        case .f64x2Lt: compare(F.self) { $0 .< $1 }
        case .f64x2Gt: compare(F.self) { $0 .> $1 }
        case .f64x2Le: compare(F.self) { $0 .<= $1 }
        case .f64x2Ge: compare(F.self) { $0 .>= $1 }
        case .f64x2PromoteLowF32x4:
            let value = first(SIMD4<Float>.self)
            double(F(Double(value[0]), Double(value[1])))
        case .f64x2Ceil: eachDouble { FloatRules.ceil($0) }
        case .f64x2Floor: eachDouble { FloatRules.floor($0) }
        case .f64x2Trunc: eachDouble { FloatRules.trunc($0) }
        case .f64x2Nearest: eachDouble { FloatRules.nearest($0) }
        case .f64x2Abs: unary(SIMD2<UInt64>.self) { $0 & 0x7FFF_FFFF_FFFF_FFFF }
        case .f64x2Neg: unary(SIMD2<UInt64>.self) { $0 ^ 0x8000_0000_0000_0000 }
        case .f64x2Sqrt: double(one.squareRoot())
        case .f64x2Add: double(one + other)
        case .f64x2Sub: double(one - other)
        case .f64x2Mul: double(one * other)
        case .f64x2Div: double(one / other)
        case .f64x2Min, .f64x2RelaxedMin: eachDouble { FloatRules.minimum($0, $1) }
        case .f64x2Max, .f64x2RelaxedMax: eachDouble { FloatRules.maximum($0, $1) }
        case .f64x2Pmin: result(one.replacing(with: other, where: other .< one))
        case .f64x2Pmax: result(one.replacing(with: other, where: one .< other))
        case .f64x2ConvertLowI32x4S:
            let value = first(SIMD4<Int32>.self)
            result(F(Double(value[0]), Double(value[1])))
        case .f64x2ConvertLowI32x4U:
            let value = first(SIMD4<UInt32>.self)
            result(F(Double(value[0]), Double(value[1])))
        case .f64x2RelaxedMadd: double(third(F.self).addingProduct(one, other))
        default: double(third(F.self).addingProduct(negated(one), other))  // relaxed_nmadd
        }
    }

    private func negated<V: SIMD>(_ value: V) -> V where V.Scalar: FloatingPoint {
        var negated = value
        for lane in 0..<V.scalarCount { negated[lane] = -value[lane] }
        return negated
    }
}
