internal import Wasm

/// Vector instructions that change the lanes' width, and the relaxed ones.
extension FunctionLowering {
    mutating func widening(_ opcode: Opcode) -> Bool {
        if let (from, to, isSigned, isHigh) = opcode.extending {
            let value = pop(from)
            push(extendHalf(value, to, isSigned, isHigh), from: value)
            return true
        }
        if let (from, to, isSigned, isHigh) = opcode.multiplying {
            let right = pop(from)
            let left = pop(from)
            let one = extendHalf(left, to, isSigned, isHigh)
            let other = extendHalf(right, to, isSigned, isHigh)
            push(emit("mul \(one.typed), \(other.text)", to), from: left, right)
            return true
        }
        switch opcode {
        case .i8x16NarrowI16x8S: narrow(.i16x8, to: .i8x16, -128, 127)
        case .i8x16NarrowI16x8U: narrow(.i16x8, to: .i8x16, 0, 255)
        case .i16x8NarrowI32x4S: narrow(.i32x4, to: .i16x8, -32768, 32767)
        case .i16x8NarrowI32x4U: narrow(.i32x4, to: .i16x8, 0, 65535)
        case .i16x8ExtaddPairwiseI8x16S: addPairs(.i8x16, .i16x8, isSigned: true)
        case .i16x8ExtaddPairwiseI8x16U: addPairs(.i8x16, .i16x8, isSigned: false)
        case .i32x4ExtaddPairwiseI16x8S: addPairs(.i16x8, .i32x4, isSigned: true)
        case .i32x4ExtaddPairwiseI16x8U: addPairs(.i16x8, .i32x4, isSigned: false)
        case .i32x4DotI16x8S:
            let right = pop(.i16x8)
            let left = pop(.i16x8)
            push(
                call("llvm.x86.sse2.pmadd.wd", .i32x4, "\(left.typed), \(right.typed)"),
                from: left, right)
        case .i8x16AvgrU: average(.i8x16, "i16")
        case .i16x8AvgrU: average(.i16x8, "i32")
        case .i16x8Q15mulrSatS, .i16x8RelaxedQ15mulrS: multiplyFractions()
        default: return floatWidths(opcode)
        }
        return true
    }

    /// The low or high half of the lanes, each twice as wide.
    private mutating func extendHalf(
        _ value: IRValue, _ to: IRType, _ isSigned: Bool, _ isHigh: Bool
    ) -> IRValue {
        let count = to.laneCount
        let first = isHigh ? count : 0
        let half = select(value, (first..<first + count).map { $0 })
        return emit(
            "\(isSigned ? "sext" : "zext") <\(count) x \(value.type.lane)> \(half.text) "
                + "to \(to.text)", to)
    }

    /// Some lanes of a vector, in this order.
    private mutating func select(_ value: IRValue, _ lanes: [Int]) -> IRValue {
        let order = lanes.map { "i32 \($0)" }.joined(separator: ", ")
        return emit(
            "shufflevector \(value.typed), \(value.type.text) poison, "
                + "<\(lanes.count) x i32> <\(order)>", value.type)
    }

    /// Both operands' lanes, limited to what the narrower type holds.
    private mutating func narrow(_ from: IRType, to: IRType, _ low: Int, _ high: Int) {
        let right = pop(from)
        let left = pop(from)
        let halves = [left, right].map { half -> IRValue in
            let above = call(
                "llvm.smax.\(from.suffix)", from,
                "\(half.typed), \(IRValue.splat(low, from).typed)")
            let inside = call(
                "llvm.smin.\(from.suffix)", from,
                "\(above.typed), \(IRValue.splat(high, from).typed)")
            return emit(
                "trunc \(inside.typed) to <\(from.laneCount) x \(to.lane)>", to)
        }
        push(join(halves[0].text, halves[1].text, to), from: left, right)
    }

    /// Two half vectors as one.
    private mutating func join(_ low: String, _ high: String, _ type: IRType) -> IRValue {
        let half = "<\(type.laneCount / 2) x \(type.lane)>"
        let order = (0..<type.laneCount).map { "i32 \($0)" }.joined(separator: ", ")
        return emit(
            "shufflevector \(half) \(low), \(half) \(high), "
                + "<\(type.laneCount) x i32> <\(order)>", type)
    }

    private mutating func addPairs(_ from: IRType, _ to: IRType, isSigned: Bool) {
        let value = pop(from)
        let even = select(value, (0..<to.laneCount).map { 2 * $0 })
        let odd = select(value, (0..<to.laneCount).map { 2 * $0 + 1 })
        let wide = [even, odd].map {
            emit(
                "\(isSigned ? "sext" : "zext") <\(to.laneCount) x \(from.lane)> \($0.text) "
                    + "to \(to.text)", to)
        }
        push(emit("add \(wide[0].typed), \(wide[1].text)", to), from: value)
    }

    private mutating func average(_ type: IRType, _ wide: String) {
        let right = pop(type)
        let left = pop(type)
        let vector = "<\(type.laneCount) x \(wide)>"
        let one = emit("zext \(left.typed) to \(vector)", type)
        let other = emit("zext \(right.typed) to \(vector)", type)
        let sum = emit("add \(vector) \(one.text), \(other.text)", type)
        let ones = Array(repeating: "\(wide) 1", count: type.laneCount).joined(separator: ", ")
        let raised = emit("add \(vector) \(sum.text), <\(ones)>", type)
        let half = emit("lshr \(vector) \(raised.text), <\(ones)>", type)
        push(emit("trunc \(vector) \(half.text) to \(type.text)", type), from: left, right)
    }

    /// The product of Q15 numbers, rounded; the machine's instruction does not saturate the square
    /// of −1.
    private mutating func multiplyFractions() {
        let right = pop(.i16x8)
        let left = pop(.i16x8)
        let product = call(
            "llvm.x86.ssse3.pmul.hr.sw.128", .i16x8, "\(left.typed), \(right.typed)")
        let overflow = emit(
            "icmp eq \(product.typed), \(IRValue.splat(-32768, .i16x8).text)", .i1)
        push(
            emit(
                "select <8 x i1> \(overflow.text), \(IRValue.splat(32767, .i16x8).typed), "
                    + product.typed, .i16x8), from: left, right)
    }

    private mutating func floatWidths(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .f32x4DemoteF64x2Zero:
            let value = pop(.doublex2)
            let half = emit("fptrunc \(value.typed) to <2 x float>", .floatx4)
            push(join(half.text, "zeroinitializer", .floatx4), from: value)
            canonicalizeTop(.floatx4)
        case .f64x2PromoteLowF32x4:
            let value = pop(.floatx4)
            let half = select(value, [0, 1])
            push(emit("fpext <2 x float> \(half.text) to <2 x double>", .doublex2), from: value)
            canonicalizeTop(.doublex2)
        case .f32x4ConvertI32x4S: cast("sitofp", .i32x4, to: .floatx4)
        case .f32x4ConvertI32x4U: cast("uitofp", .i32x4, to: .floatx4)
        case .f64x2ConvertLowI32x4S: convertLow("sitofp")
        case .f64x2ConvertLowI32x4U: convertLow("uitofp")
        case .i32x4TruncSatF32x4S, .i32x4RelaxedTruncF32x4S: saturate("fptosi")
        case .i32x4TruncSatF32x4U, .i32x4RelaxedTruncF32x4U: saturate("fptoui")
        case .i32x4TruncSatF64x2SZero, .i32x4RelaxedTruncF64x2SZero: saturateHalf("fptosi")
        case .i32x4TruncSatF64x2UZero, .i32x4RelaxedTruncF64x2UZero: saturateHalf("fptoui")
        default: return false
        }
        return true
    }

    private mutating func convertLow(_ operation: String) {
        let value = pop(.i32x4)
        let half = select(value, [0, 1])
        push(
            emit("\(operation) <2 x i32> \(half.text) to <2 x double>", .doublex2), from: value)
    }

    private mutating func saturate(_ operation: String) {
        let value = pop(.floatx4)
        push(call("llvm.\(operation).sat.v4i32.v4f32", .i32x4, value.typed), from: value)
    }

    private mutating func saturateHalf(_ operation: String) {
        let value = pop(.doublex2)
        let half = emit(
            "call <2 x i32> @llvm.\(operation).sat.v2i32.v2f64(\(value.typed))", .i32x4)
        push(join(half.text, "zeroinitializer", .i32x4), from: value)
    }

    // MARK: Relaxed

    mutating func relaxed(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .f32x4RelaxedMadd: multiplyAdd(.floatx4, isNegative: false)
        case .f32x4RelaxedNmadd: multiplyAdd(.floatx4, isNegative: true)
        case .f64x2RelaxedMadd: multiplyAdd(.doublex2, isNegative: false)
        case .f64x2RelaxedNmadd: multiplyAdd(.doublex2, isNegative: true)
        case .i16x8RelaxedDotI8x16I7x16S:
            let right = pop(.i8x16)
            let left = pop(.i8x16)
            push(dot(left, right), from: left, right)
        case .i32x4RelaxedDotI8x16I7x16AddS:
            let sum = pop(.i32x4)
            let right = pop(.i8x16)
            let left = pop(.i8x16)
            let pairs = dot(left, right)
            let ones = IRValue.splat(1, .i16x8)
            let wide = call("llvm.x86.sse2.pmadd.wd", .i32x4, "\(pairs.typed), \(ones.typed)")
            push(emit("add \(wide.typed), \(sum.text)", .i32x4), from: left, right, sum)
        case .f32x4Pmin: pseudoExtreme(.floatx4, isMinimum: true)
        case .f32x4Pmax: pseudoExtreme(.floatx4, isMinimum: false)
        case .f64x2Pmin: pseudoExtreme(.doublex2, isMinimum: true)
        case .f64x2Pmax: pseudoExtreme(.doublex2, isMinimum: false)
        case .f32x4Neg: negate(.floatx4)
        case .f64x2Neg: negate(.doublex2)
        case .i8x16Neg: negateLanes(.i8x16)
        case .i16x8Neg: negateLanes(.i16x8)
        case .i32x4Neg: negateLanes(.i32x4)
        case .i64x2Neg: negateLanes(.i64x2)
        default: return false
        }
        return true
    }

    private mutating func negateLanes(_ type: IRType) {
        let value = pop(type)
        push(emit("sub \(type.text) zeroinitializer, \(value.text)", type), from: value)
    }

    private mutating func pseudoExtreme(_ type: IRType, isMinimum: Bool) {
        let right = pop(type)
        let left = pop(type)
        let (one, other) = isMinimum ? (right, left) : (left, right)
        let flags = emit("fcmp olt \(one.typed), \(other.text)", .i1)
        push(
            emit(
                "select <\(type.laneCount) x i1> \(flags.text), \(right.typed), \(left.typed)",
                type), from: left, right)
    }

    /// Fused, as the interpreter's.
    private mutating func multiplyAdd(_ type: IRType, isNegative: Bool) {
        let addend = pop(type)
        let right = pop(type)
        var left = pop(type)
        if isNegative { left = emit("fneg \(left.typed)", type) }
        if !plan.hasFusedMultiply { isUnsupported = true }
        push(
            call(
                "llvm.fma.\(type.suffix)", type,
                "\(left.typed), \(right.typed), \(addend.typed)"),
            from: left, right, addend)
        canonicalizeTop(type)
    }

    /// Sums of neighbouring products of signed bytes, modulo 2¹⁶.
    private mutating func dot(_ left: IRValue, _ right: IRValue) -> IRValue {
        let wide = [left, right].map { emit("sext \($0.typed) to <16 x i16>", .i16x8) }
        let product = emit("mul <16 x i16> \(wide[0].text), \(wide[1].text)", .i16x8)
        let halves = [0, 1].map { first in
            let order = (0..<8).map { "i32 \(2 * $0 + first)" }.joined(separator: ", ")
            return emit(
                "shufflevector <16 x i16> \(product.text), <16 x i16> poison, "
                    + "<8 x i32> <\(order)>", .i16x8)
        }
        return emit("add \(halves[0].typed), \(halves[1].text)", .i16x8)
    }
}

extension Opcode {
    /// `extend`: from, to, signed, high half.
    fileprivate var extending: (IRType, IRType, Bool, Bool)? {
        switch self {
        case .i16x8ExtendLowI8x16S: (.i8x16, .i16x8, true, false)
        case .i16x8ExtendHighI8x16S: (.i8x16, .i16x8, true, true)
        case .i16x8ExtendLowI8x16U: (.i8x16, .i16x8, false, false)
        case .i16x8ExtendHighI8x16U: (.i8x16, .i16x8, false, true)
        case .i32x4ExtendLowI16x8S: (.i16x8, .i32x4, true, false)
        case .i32x4ExtendHighI16x8S: (.i16x8, .i32x4, true, true)
        case .i32x4ExtendLowI16x8U: (.i16x8, .i32x4, false, false)
        case .i32x4ExtendHighI16x8U: (.i16x8, .i32x4, false, true)
        case .i64x2ExtendLowI32x4S: (.i32x4, .i64x2, true, false)
        case .i64x2ExtendHighI32x4S: (.i32x4, .i64x2, true, true)
        case .i64x2ExtendLowI32x4U: (.i32x4, .i64x2, false, false)
        case .i64x2ExtendHighI32x4U: (.i32x4, .i64x2, false, true)
        default: nil
        }
    }

    /// `extmul`: from, to, signed, high half.
    fileprivate var multiplying: (IRType, IRType, Bool, Bool)? {
        switch self {
        case .i16x8ExtmulLowI8x16S: (.i8x16, .i16x8, true, false)
        case .i16x8ExtmulHighI8x16S: (.i8x16, .i16x8, true, true)
        case .i16x8ExtmulLowI8x16U: (.i8x16, .i16x8, false, false)
        case .i16x8ExtmulHighI8x16U: (.i8x16, .i16x8, false, true)
        case .i32x4ExtmulLowI16x8S: (.i16x8, .i32x4, true, false)
        case .i32x4ExtmulHighI16x8S: (.i16x8, .i32x4, true, true)
        case .i32x4ExtmulLowI16x8U: (.i16x8, .i32x4, false, false)
        case .i32x4ExtmulHighI16x8U: (.i16x8, .i32x4, false, true)
        case .i64x2ExtmulLowI32x4S: (.i32x4, .i64x2, true, false)
        case .i64x2ExtmulHighI32x4S: (.i32x4, .i64x2, true, true)
        case .i64x2ExtmulLowI32x4U: (.i32x4, .i64x2, false, false)
        case .i64x2ExtmulHighI32x4U: (.i32x4, .i64x2, false, true)
        default: nil
        }
    }
}
