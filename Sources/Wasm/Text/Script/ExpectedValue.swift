/// What a script says about a result.
package indirect enum ExpectedValue: Hashable, Sendable {
    case i32(UInt32)
    case i64(UInt64)
    case f32(ExpectedFloat)
    case f64(ExpectedFloat)
    /// One entry a lane; integer lanes are exact.
    case v128(VectorShape, [ExpectedFloat])
    /// Null, of any type or of this one.
    case refNull(HeapType?)
    /// `(ref.extern n)`; any external reference that is not null without a number.
    case refExtern(UInt32?)
    case refHost(UInt32?)
    /// `(ref.func)`, `(ref.any)`, `(ref.i31)`…: any reference of this kind that is not null.
    case reference(HeapType)
    /// One of these.
    case either([ExpectedValue])
}

/// What a script says about a number: its bits, or a class of NaN.
///
/// Source: core specification 3.0, §4.3.3 (NaN Propagation).
package enum ExpectedFloat: Hashable, Sendable {
    case bits(UInt64)
    /// `nan:canonical`: the payload's first bit and no other, of either sign.
    case canonicalNaN
    /// `nan:arithmetic`: the payload's first bit, and perhaps others.
    case arithmeticNaN

    /// Whether a lane or number of 8 to 64 bits is as expected.
    ///
    /// - Parameter width: 32 or 64 for floating-point numbers; others hold exact bits only.
    package func matches(_ bits: UInt64, width: Int) -> Bool {
        let format: FloatFormat = width == 32 ? .f32 : .f64
        let magnitude = bits & ~format.signBit
        switch self {
        case .bits(let expected): return bits == expected
        case .canonicalNaN: return magnitude == format.canonicalNaN
        case .arithmeticNaN: return magnitude & format.canonicalNaN == format.canonicalNaN
        }
    }
}

extension ExpectedValue {
    /// Whether a 128-bit result is as expected in every lane.
    package func matches(_ vector: VectorBits) -> Bool {
        switch self {
        case .v128(let shape, let lanes):
            return lanes.indices.allSatisfy { lane in
                lanes[lane].matches(vector[lane, shape], width: shape.laneBits)
            }
        case .either(let choices):
            return choices.contains { $0.matches(vector) }
        default: return false
        }
    }

    /// Whether a number of this type, with these bits, is as expected.
    package func matches(_ type: ValueType, _ bits: UInt64) -> Bool {
        switch self {
        case .i32(let expected): type == .i32 && bits == UInt64(expected)
        case .i64(let expected): type == .i64 && bits == expected
        case .f32(let expected): type == .f32 && expected.matches(bits, width: 32)
        case .f64(let expected): type == .f64 && expected.matches(bits, width: 64)
        case .either(let choices): choices.contains { $0.matches(type, bits) }
        case .v128, .refNull, .refExtern, .refHost, .reference: false
        }
    }
}
