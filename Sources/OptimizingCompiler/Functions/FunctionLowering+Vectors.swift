internal import Wasm

/// Vector instructions on whole vectors, lanes and comparisons (core specification 3.0, §4.3.5).
///
/// Relaxed instructions do what the interpreter does.
extension FunctionLowering {
    /// False, and nothing written, when the opcode is none of these.
    mutating func vector(_ opcode: Opcode) -> Bool {
        if let (operation, type) = opcode.vectorBinary { return plain(operation, type) }
        if let (operation, type) = opcode.vectorFloatBinary { return arithmetic(operation, type) }
        if let (predicate, type) = opcode.vectorComparison { return compareLanes(predicate, type) }
        if let (intrinsic, type) = opcode.vectorIntrinsic { return vectorCall(intrinsic, type) }
        if let (intrinsic, type) = opcode.vectorUnaryIntrinsic { return unaryCall(intrinsic, type) }
        return lanes(opcode) || bits(opcode) || shifts(opcode) || widening(opcode)
            || relaxed(opcode)
    }

    private mutating func lanes(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .v128Const: pushVectorConstant()
        case .i8x16Shuffle: shuffle()
        case .i8x16Swizzle, .i8x16RelaxedSwizzle: swizzle()
        case .i8x16Splat: splat(.i8x16, from: .i32)
        case .i16x8Splat: splat(.i16x8, from: .i32)
        case .i32x4Splat: splat(.i32x4, from: .i32)
        case .i64x2Splat: splat(.i64x2, from: .i64)
        case .f32x4Splat: splat(.floatx4, from: .float)
        case .f64x2Splat: splat(.doublex2, from: .double)
        case .i8x16ExtractLaneS: extract(.i8x16, "sext")
        case .i8x16ExtractLaneU: extract(.i8x16, "zext")
        case .i16x8ExtractLaneS: extract(.i16x8, "sext")
        case .i16x8ExtractLaneU: extract(.i16x8, "zext")
        case .i32x4ExtractLane: extract(.i32x4, nil)
        case .i64x2ExtractLane: extract(.i64x2, nil)
        case .f32x4ExtractLane: extract(.floatx4, nil)
        case .f64x2ExtractLane: extract(.doublex2, nil)
        case .i8x16ReplaceLane: replace(.i8x16, from: .i32)
        case .i16x8ReplaceLane: replace(.i16x8, from: .i32)
        case .i32x4ReplaceLane: replace(.i32x4, from: .i32)
        case .i64x2ReplaceLane: replace(.i64x2, from: .i64)
        case .f32x4ReplaceLane: replace(.floatx4, from: .float)
        case .f64x2ReplaceLane: replace(.doublex2, from: .double)
        default: return false
        }
        return true
    }

    private mutating func pushVectorConstant() {
        let (low, high) = (Int64(bitPattern: validator.value), Int64(bitPattern: validator.value2))
        if low == 0, high == 0 { return push(.zero(.i64x2)) }
        push(IRValue("<i64 \(low), i64 \(high)>", .i64x2))
    }

    private mutating func shuffle() {
        let right = pop(.i8x16)
        let left = pop(.i8x16)
        let order = (0..<16).map { lane in
            let half = lane < 8 ? validator.value : validator.value2
            return "i32 \(half >> UInt64(8 * (lane & 7)) & 31)"
        }
        push(
            emit(
                "shufflevector \(left.typed), \(right.typed), "
                    + "<16 x i32> <\(order.joined(separator: ", "))>", .i8x16),
            from: left, right)
    }

    /// The machine's byte shuffle gives 0 where an index's highest bit is set: adding 0x70 with
    /// saturation sets it for every index above 15.
    private mutating func swizzle() {
        let order = pop(.i8x16)
        let value = pop(.i8x16)
        let raised = call(
            "llvm.uadd.sat.v16i8", .i8x16,
            "\(order.typed), \(IRValue.splat(0x70, .i8x16).typed)")
        push(
            call("llvm.x86.ssse3.pshuf.b.128", .i8x16, "\(value.typed), \(raised.typed)"),
            from: value, order)
    }

    /// A number in a lane's width.
    private mutating func narrow(_ value: IRValue, to type: IRType) -> IRValue {
        guard type == .i8x16 || type == .i16x8 else { return value }
        return emit("trunc \(value.typed) to \(type.lane)", .i32)
    }

    private mutating func splat(_ type: IRType, from: IRType) {
        let value = pop(from)
        let lane = narrow(value, to: type)
        push(splat(lane.text, type), from: value)
    }

    mutating func splat(_ lane: String, _ type: IRType) -> IRValue {
        let first = emit(
            "insertelement \(type.text) poison, \(type.lane) \(lane), i32 0", type)
        return emit(
            "shufflevector \(first.typed), \(type.text) poison, "
                + "<\(type.laneCount) x i32> zeroinitializer", type)
    }

    private mutating func extract(_ type: IRType, _ extension: String?) {
        let value = pop(type)
        let number: IRType =
            switch type {
            case .i64x2: .i64
            case .floatx4: .float
            case .doublex2: .double
            default: .i32
            }
        let lane = emit("extractelement \(value.typed), i32 \(validator.index0)", number)
        guard let `extension` else { return push(lane, from: value) }
        push(emit("\(`extension`) \(type.lane) \(lane.text) to i32", .i32), from: value)
    }

    private mutating func replace(_ type: IRType, from: IRType) {
        let number = pop(from)
        let value = pop(type)
        let lane = narrow(number, to: type)
        push(
            emit(
                "insertelement \(value.typed), \(type.lane) \(lane.text), i32 \(validator.index0)",
                type), from: value, number)
    }

    private mutating func bits(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .v128Not:
            let value = pop(.i64x2)
            push(emit("xor \(value.typed), <i64 -1, i64 -1>", .i64x2), from: value)
        case .v128Andnot:
            let right = pop(.i64x2)
            let left = pop(.i64x2)
            let inverse = emit("xor \(right.typed), <i64 -1, i64 -1>", .i64x2)
            push(emit("and \(left.typed), \(inverse.text)", .i64x2), from: left, right)
        case .v128Bitselect, .i8x16RelaxedLaneselect, .i16x8RelaxedLaneselect,
            .i32x4RelaxedLaneselect, .i64x2RelaxedLaneselect:
            selectBits()
        case .v128AnyTrue:
            let value = pop(.i64x2)
            let whole = emit("bitcast \(value.typed) to i128", .i64)
            push(emit("icmp ne i128 \(whole.text), 0", .i1), from: value)
        case .i8x16AllTrue: allTrue(.i8x16)
        case .i16x8AllTrue: allTrue(.i16x8)
        case .i32x4AllTrue: allTrue(.i32x4)
        case .i64x2AllTrue: allTrue(.i64x2)
        case .i8x16Bitmask: bitmask(.i8x16)
        case .i16x8Bitmask: bitmask(.i16x8)
        case .i32x4Bitmask: bitmask(.i32x4)
        case .i64x2Bitmask: bitmask(.i64x2)
        default: return false
        }
        return true
    }

    private mutating func selectBits() {
        let mask = pop(.i64x2)
        let other = pop(.i64x2)
        let one = pop(.i64x2)
        let chosen = emit("and \(one.typed), \(mask.text)", .i64x2)
        let inverse = emit("xor \(mask.typed), <i64 -1, i64 -1>", .i64x2)
        let left = emit("and \(other.typed), \(inverse.text)", .i64x2)
        push(emit("or \(chosen.typed), \(left.text)", .i64x2), from: one, other, mask)
    }

    private mutating func allTrue(_ type: IRType) {
        let value = pop(type)
        let flags = emit("icmp ne \(value.typed), zeroinitializer", .i1)
        let count = type.laneCount
        let whole = emit("bitcast <\(count) x i1> \(flags.text) to i\(count)", .i1)
        push(emit("icmp eq i\(count) \(whole.text), -1", .i1), from: value)
    }

    private mutating func bitmask(_ type: IRType) {
        let value = pop(type)
        let flags = emit("icmp slt \(value.typed), zeroinitializer", .i1)
        let count = type.laneCount
        let whole = emit("bitcast <\(count) x i1> \(flags.text) to i\(count)", .i1)
        push(emit("zext i\(count) \(whole.text) to i32", .i32), from: value)
    }

    private mutating func compareLanes(_ predicate: String, _ type: IRType) -> Bool {
        let right = pop(type)
        let left = pop(type)
        let isFloat = type == .floatx4 || type == .doublex2
        let flags = emit(
            "\(isFloat ? "fcmp" : "icmp") \(predicate) \(left.typed), \(right.text)", .i1)
        let integers: IRType = type == .floatx4 ? .i32x4 : type == .doublex2 ? .i64x2 : type
        push(
            emit("sext <\(type.laneCount) x i1> \(flags.text) to \(integers.text)", integers),
            from: left, right)
        return true
    }

    private mutating func vectorCall(_ intrinsic: String, _ type: IRType) -> Bool {
        let right = pop(type)
        let left = pop(type)
        if type == .floatx4 || type == .doublex2 {
            push(extreme(intrinsic, left, right), from: left, right)
            canonicalizeTop(type)
            return true
        }
        push(
            call("llvm.\(intrinsic).\(type.suffix)", type, "\(left.typed), \(right.typed)"),
            from: left, right)
        return true
    }

    private mutating func unaryCall(_ intrinsic: String, _ type: IRType) -> Bool {
        let value = pop(type)
        let more = intrinsic == "abs" ? ", i1 false" : ""
        push(call("llvm.\(intrinsic).\(type.suffix)", type, "\(value.typed)\(more)"), from: value)
        let isFloat = type == .floatx4 || type == .doublex2
        if isFloat, intrinsic != "fabs" { canonicalizeTop(type) }
        return true
    }

    private mutating func shifts(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .i8x16Shl: shiftLanes("shl", .i8x16)
        case .i8x16ShrS: shiftLanes("ashr", .i8x16)
        case .i8x16ShrU: shiftLanes("lshr", .i8x16)
        case .i16x8Shl: shiftLanes("shl", .i16x8)
        case .i16x8ShrS: shiftLanes("ashr", .i16x8)
        case .i16x8ShrU: shiftLanes("lshr", .i16x8)
        case .i32x4Shl: shiftLanes("shl", .i32x4)
        case .i32x4ShrS: shiftLanes("ashr", .i32x4)
        case .i32x4ShrU: shiftLanes("lshr", .i32x4)
        case .i64x2Shl: shiftLanes("shl", .i64x2)
        case .i64x2ShrS: shiftLanes("ashr", .i64x2)
        case .i64x2ShrU: shiftLanes("lshr", .i64x2)
        default: return false
        }
        return true
    }

    private mutating func shiftLanes(_ operation: String, _ type: IRType) {
        let count = pop(.i32)
        let value = pop(type)
        var masked = emit("and \(count.typed), \(type.laneBits - 1)", .i32)
        if type == .i64x2 { masked = emit("zext \(masked.typed) to i64", .i64) }
        let counts = splat(narrow(masked, to: type).text, type)
        push(emit("\(operation) \(value.typed), \(counts.text)", type), from: value, count)
    }
}

extension IRValue {
    /// A vector of equal integer lanes.
    static func splat(_ lane: Int, _ type: IRType) -> IRValue {
        let lanes = Array(repeating: "\(type.lane) \(lane)", count: type.laneCount)
        return IRValue("<\(lanes.joined(separator: ", "))>", type)
    }
}
