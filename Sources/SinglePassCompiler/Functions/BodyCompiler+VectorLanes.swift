internal import Wasm
internal import WasmEngine

// Vector instructions on single lanes, with scalars, and of lanes' order.
extension BodyCompiler {
    mutating func translateLanes(_ opcode: Opcode) {
        switch opcode {
        case .i8x16Splat: splat(.bits8)
        case .i16x8Splat: splat(.bits16)
        case .i32x4Splat: splat(.bits32)
        case .i64x2Splat: splat(.bits64)
        case .f32x4Splat: splatFloat(.f32)
        case .f64x2Splat: splatFloat(.f64)
        case .i8x16ExtractLaneS: extract(.bits8, .i32, isSigned: true)
        case .i8x16ExtractLaneU: extract(.bits8, .i32)
        case .i16x8ExtractLaneS: extract(.bits16, .i32, isSigned: true)
        case .i16x8ExtractLaneU: extract(.bits16, .i32)
        case .i32x4ExtractLane: extract(.bits32, .i32)
        case .i64x2ExtractLane: extract(.bits64, .i64)
        case .f32x4ExtractLane: extractFloat(.f32)
        case .f64x2ExtractLane: extractFloat(.f64)
        case .i8x16ReplaceLane: replace(.bits8)
        case .i16x8ReplaceLane: replace(.bits16)
        case .i32x4ReplaceLane: replace(.bits32)
        case .i64x2ReplaceLane: replace(.bits64)
        case .f32x4ReplaceLane: replaceFloat(.f32)
        case .f64x2ReplaceLane: replaceFloat(.f64)
        case .i8x16Shuffle: shuffle()
        case .i8x16Swizzle, .i8x16RelaxedSwizzle: swizzle()
        case .v128Load8x8S: loadExtended(.pmovsxbw)
        case .v128Load8x8U: loadExtended(.pmovzxbw)
        case .v128Load16x4S: loadExtended(.pmovsxwd)
        case .v128Load16x4U: loadExtended(.pmovzxwd)
        case .v128Load32x2S: loadExtended(.pmovsxdq)
        case .v128Load32x2U: loadExtended(.pmovzxdq)
        case .v128Load8Splat: loadSplat(.bits8)
        case .v128Load16Splat: loadSplat(.bits16)
        case .v128Load32Splat: loadSplat(.bits32)
        case .v128Load64Splat: loadSplat(.bits64)
        case .v128Load32Zero: loadZero(.bits32)
        case .v128Load64Zero: loadZero(.bits64)
        case .v128Load8Lane: loadLane(.bits8)
        case .v128Load16Lane: loadLane(.bits16)
        case .v128Load32Lane: loadLane(.bits32)
        case .v128Load64Lane: loadLane(.bits64)
        case .v128Store8Lane: storeLane(.bits8)
        case .v128Store16Lane: storeLane(.bits16)
        case .v128Store32Lane: storeLane(.bits32)
        case .v128Store64Lane: storeLane(.bits64)
        default: translateSequence(opcode)
        }
    }

    // MARK: Splat

    private mutating func splat(_ width: Width) {
        var operand = pop()
        let source = read(&operand)
        release(operand)
        let target = takeVector()
        assembler.move(target, from: source, width == .bits64 ? .bits64 : .bits32)
        spread(target, width)
        push(.vector(.v128, target))
    }

    /// Copies the lowest lane to all others.
    private mutating func spread(_ target: VectorRegister, _ width: Width) {
        switch width {
        case .bits8:
            let zero = takeVector()
            assembler.vector(.pxor, zero, zero, zero)
            assembler.vector(.pshufb, target, target, zero)
            release(zero)
        case .bits16:
            assembler.shuffleLowWords(target, target, order: 0)
            assembler.shuffleDoublewords(target, target, order: 0)
        case .bits32: assembler.shuffleDoublewords(target, target, order: 0)
        case .bits64: assembler.vector(.punpcklqdq, target, target, target)
        }
    }

    private mutating func splatFloat(_ kind: ValueKind) {
        vectorUnary(.v128) {
            if kind == .f32 {
                $0.shuffleDoublewords($1, $2, order: 0)
            } else {
                $0.vector(.movddup, $1, $2)
            }
        }
    }

    // MARK: Extract and replace

    private mutating func extract(_ width: Width, _ kind: ValueKind, isSigned: Bool = false) {
        let lane = UInt8(truncatingIfNeeded: validator.index0)
        var operand = pop()
        let source = readVector(&operand)
        release(operand)
        let (target, local) = resultRegister()
        if lane == 0, width == .bits32 || width == .bits64 {
            assembler.move(target, from: source, width)
        } else {
            assembler.extractLane(target, source, lane: lane, width)
        }
        if isSigned { assembler.signExtend(target, from: target, width, to: .bits32) }
        pushResult(kind, target, local: local)
    }

    private mutating func extractFloat(_ kind: ValueKind) {
        let lane = UInt8(truncatingIfNeeded: validator.index0)
        if lane == 0 {
            // The lowest lane is the scalar already.
            var operand = pop()
            let source = readVector(&operand)
            if operand.place == .local {
                let target = takeVector()
                assembler.move(target, from: source)
                return push(.vector(kind, target))
            }
            return push(.vector(kind, source))
        }
        vectorUnary(kind) {
            $0.shuffleDoublewords($1, $2, order: kind == .f32 ? lane : 0xEE)
        }
    }

    private mutating func replace(_ width: Width) {
        let lane = UInt8(truncatingIfNeeded: validator.index0)
        var value = pop()
        var operand = pop()
        let source = read(&value)
        let target = ownVector(&operand)
        assembler.insertLane(target, target, source, lane: lane, width)
        release(value)
        push(.vector(.v128, target))
    }

    private mutating func replaceFloat(_ kind: ValueKind) {
        let lane = UInt8(truncatingIfNeeded: validator.index0)
        var value = pop()
        var operand = pop()
        let source = readVector(&value)
        let target = ownVector(&operand)
        if kind == .f32 {
            assembler.insertSingle(target, target, source, control: lane << 4)
        } else if lane == 0 {
            // Low half of the source, high half of the target: SHUFPS with pairs 0 1 | 2 3.
            let copy = takeVector()
            assembler.move(copy, from: source)
            assembler.shuffleSingles(copy, copy, target, order: 0xE4)
            release(value)
            release(operand)
            return push(.vector(.v128, copy))
        } else {
            assembler.vector(.unpcklpd, target, target, source)
        }
        release(value)
        push(.vector(.v128, target))
    }

    // MARK: Order

    private mutating func shuffle() {
        let (low, high) = (validator.value, validator.value2)
        var second = pop()
        var first = pop()
        func lane(_ index: Int) -> UInt8 {
            UInt8(truncatingIfNeeded: (index < 8 ? low : high) >> UInt64(index % 8 * 8))
        }
        if let order = Self.doublewords(lane) {
            if order.allSatisfy({ $0 < 4 }) || order.allSatisfy({ $0 >= 4 }) {
                var source = order[0] < 4 ? first : second
                release(order[0] < 4 ? second : first)
                let register = readVector(&source)
                release(source)
                let (target, local) = resultVector()
                assembler.shuffleDoublewords(target, register, order: Self.packed(order))
                return pushResult(.v128, target, local: local)
            }
            if order[0] < 4, order[1] < 4, order[2] >= 4, order[3] >= 4 {
                let right = readVector(&second)
                let target = ownVector(&first)
                assembler.shuffleSingles(target, target, right, order: Self.packed(order))
                release(second)
                return push(.vector(.v128, target))
            }
            if order[0] >= 4, order[1] >= 4, order[2] < 4, order[3] < 4 {
                let right = readVector(&first)
                let target = ownVector(&second)
                assembler.shuffleSingles(target, target, right, order: Self.packed(order))
                release(first)
                return push(.vector(.v128, target))
            }
        }
        shuffleBytes(&first, &second, lane)
    }

    /// The shuffle as one of four-byte lanes, 0 to 7; nil when it is none.
    private static func doublewords(_ lane: (Int) -> UInt8) -> [UInt8]? {
        var order: [UInt8] = []
        for group in 0..<4 {
            let first = lane(group * 4)
            guard first % 4 == 0, lane(group * 4 + 1) == first + 1,
                lane(group * 4 + 2) == first + 2, lane(group * 4 + 3) == first + 3
            else { return nil }
            order.append(first / 4)
        }
        return order
    }

    private static func packed(_ order: [UInt8]) -> UInt8 {
        order[0] & 3 | (order[1] & 3) << 2 | (order[2] & 3) << 4 | (order[3] & 3) << 6
    }

    private mutating func shuffleBytes(
        _ first: inout Operand, _ second: inout Operand, _ lane: (Int) -> UInt8
    ) {
        var masks: (low: (UInt64, UInt64), high: (UInt64, UInt64)) = ((0, 0), (0, 0))
        for index in 0..<16 {
            let wanted = lane(index)
            // PSHUFB gives 0 where the top bit is set.
            let one = UInt64(wanted < 16 ? wanted : 0x80) << UInt64(index % 8 * 8)
            let two = UInt64(wanted < 16 ? 0x80 : wanted - 16) << UInt64(index % 8 * 8)
            if index < 8 {
                masks.low.0 |= one
                masks.high.0 |= two
            } else {
                masks.low.1 |= one
                masks.high.1 |= two
            }
        }
        let mask = takeVector()
        let right = takeVector()
        let left = ownVector(&first)
        setVector(mask, masks.low.0, masks.low.1)
        assembler.vector(.pshufb, left, left, mask)
        load(second, into: right, slot: poppedSlotAddress(of: second))
        setVector(mask, masks.high.0, masks.high.1)
        assembler.vector(.pshufb, right, right, mask)
        assembler.vector(.por, left, left, right)
        release(mask)
        release(right)
        release(second)
        push(.vector(.v128, left))
    }

    private mutating func swizzle() {
        var second = pop()
        var first = pop()
        let indices = ownVector(&second)
        let bias = takeVector()
        // Indices above 15 get their top bit set: saturating addition of 0x70.
        setVector(bias, 0x7070_7070_7070_7070, 0x7070_7070_7070_7070)
        assembler.vector(.paddusb, indices, indices, bias)
        release(bias)
        let target = ownVector(&first)
        assembler.vector(.pshufb, target, target, indices)
        release(second)
        push(.vector(.v128, target))
    }

    // MARK: Memory

    private mutating func loadExtended(_ operation: UnaryVectorOperation) {
        let access = popAddress(byteCount: 8)
        release(access)
        let (target, local) = resultVector()
        noteAccess()
        assembler.vector(operation, target, access.address)
        pushResult(.v128, target, local: local)
    }

    private mutating func loadSplat(_ width: Width) {
        let access = popAddress(byteCount: Int32(1) << Int32(width.rawValue))
        release(access)
        if width == .bits32 || width == .bits64 {
            let target = takeVector()
            noteAccess()
            assembler.load(target, access.address, width)
            spread(target, width)
            return push(.vector(.v128, target))
        }
        let register = takeRegister()
        noteAccess()
        assembler.load(register, access.address, width)
        let target = takeVector()
        assembler.move(target, from: register, .bits32)
        release(register)
        spread(target, width)
        push(.vector(.v128, target))
    }

    private mutating func loadZero(_ width: Width) {
        let access = popAddress(byteCount: Int32(1) << Int32(width.rawValue))
        release(access)
        let (target, local) = resultVector()
        noteAccess()
        assembler.load(target, access.address, width)
        pushResult(.v128, target, local: local)
    }

    private mutating func loadLane(_ width: Width) {
        var vector = pop()
        let target = ownVector(&vector)
        let operand = pop()
        let access = access(
            operand, memory: Int(validator.index0), offset: validator.value,
            byteCount: Int32(1) << Int32(width.rawValue))
        noteAccess()
        assembler.insertLane(
            target, target, access.address, lane: UInt8(truncatingIfNeeded: validator.index1),
            width)
        release(access)
        push(.vector(.v128, target))
    }

    private mutating func storeLane(_ width: Width) {
        var vector = pop()
        let source = readVector(&vector)
        let access = popAddress(byteCount: Int32(1) << Int32(width.rawValue))
        noteAccess()
        assembler.storeLane(
            access.address, source, lane: UInt8(truncatingIfNeeded: validator.index1), width)
        release(access)
        release(vector)
    }
}
