internal import Wasm

// Instructions that move lanes about, and those on all 128 bits.
extension VectorInstruction {
    @inline(never)
    func lanes(_ opcode: Opcode) {
        switch opcode {
        case .i8x16Shuffle: shuffle()
        case .i8x16Swizzle: swizzle()
        case .i8x16Splat: result(SIMD16(repeating: UInt8(truncatingIfNeeded: frame[code.b])))
        case .i16x8Splat: result(SIMD8(repeating: UInt16(truncatingIfNeeded: frame[code.b])))
        case .i32x4Splat, .f32x4Splat: result(SIMD4(repeating: frame.u32(code.b)))
        case .i64x2Splat, .f64x2Splat: result(SIMD2(repeating: frame.u64(code.b)))
        case .i8x16ExtractLaneS:
            frame.set(code.a, UInt32(truncatingIfNeeded: first(SIMD16<Int8>.self)[lane]))
        case .i8x16ExtractLaneU: frame.set(code.a, UInt32(first(SIMD16<UInt8>.self)[lane]))
        case .i16x8ExtractLaneS:
            frame.set(code.a, UInt32(truncatingIfNeeded: first(SIMD8<Int16>.self)[lane]))
        case .i16x8ExtractLaneU: frame.set(code.a, UInt32(first(SIMD8<UInt16>.self)[lane]))
        case .i32x4ExtractLane, .f32x4ExtractLane:
            frame.set(code.a, first(SIMD4<UInt32>.self)[lane])
        case .i64x2ExtractLane, .f64x2ExtractLane:
            frame.set(code.a, first(SIMD2<UInt64>.self)[lane])
        case .i8x16ReplaceLane: replace(SIMD16<UInt8>.self)
        case .i16x8ReplaceLane: replace(SIMD8<UInt16>.self)
        case .i32x4ReplaceLane, .f32x4ReplaceLane: replace(SIMD4<UInt32>.self)
        default: replace(SIMD2<UInt64>.self)
        }
    }

    @inline(__always)
    private func replace<V: SIMD>(_: V.Type) where V.Scalar: FixedWidthInteger {
        var value = first(V.self)
        value[lane] = V.Scalar(truncatingIfNeeded: frame[code.c])
        result(value)
    }

    private func shuffle() {
        let sources = (first(SIMD16<UInt8>.self), second(SIMD16<UInt8>.self))
        let order = (code.u64(16), code.u64(24))
        var lanes = SIMD16<UInt8>()
        // SAFETY: 32 bytes of sources, 16 of order and of lanes; validation keeps every entry of
        // the order below 32.
        unsafe withUnsafeBytes(of: sources) { source in
            unsafe withUnsafeBytes(of: order) { order in
                unsafe withUnsafeMutableBytes(of: &lanes) { lanes in
                    for lane in 0..<16 { unsafe lanes[lane] = source[Int(order[lane] & 31)] }
                }
            }
        }
        result(lanes)
    }

    func swizzle() {
        let (value, order) = (first(SIMD16<UInt8>.self), second(SIMD16<UInt8>.self))
        var swizzled = SIMD16<UInt8>()
        for lane in 0..<16 where order[lane] < 16 { swizzled[lane] = value[Int(order[lane])] }
        result(swizzled)
    }

    @inline(never)
    func bits(_ opcode: Opcode) {
        typealias Bits = SIMD2<UInt64>
        switch opcode {
        case .v128Not: unary(Bits.self) { ~$0 }
        case .v128And: binary(Bits.self) { $0 & $1 }
        case .v128Andnot: binary(Bits.self) { $0 & ~$1 }
        case .v128Or: binary(Bits.self) { $0 | $1 }
        case .v128Xor: binary(Bits.self) { $0 ^ $1 }
        case .v128Bitselect: selectBits()
        default: frame.set(code.a, frame[code.b] | frame[code.b + 1] != 0)
        }
    }
}
