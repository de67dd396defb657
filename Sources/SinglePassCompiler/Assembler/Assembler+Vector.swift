extension Assembler {
    // MARK: VEX encoding (SDM vol. 2A, §2.3)

    /// The bytes before ModRM of a VEX-encoded instruction on 128-bit or scalar operands.
    mutating func putVEX(
        _ prefix: UInt8, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, second: UInt8,
        index: UInt8, base: UInt8, wide: Bool
    ) {
        let pp: UInt8
        switch prefix {
        case 0x66: pp = 1
        case 0xF3: pp = 2
        case 0xF2: pp = 3
        default: pp = 0
        }
        let tail = (~second & 15) << 3 | pp
        let notR = ~reg & 8
        if index & 8 == 0, base & 8 == 0, !wide, map == .map0F {
            code.put(UInt8(0xC5))
            code.put(notR << 4 | tail)
        } else {
            code.put(UInt8(0xC4))
            code.put(notR << 4 | (~index & 8) << 3 | (~base & 8) << 2 | map.rawValue)
            code.put((wide ? 0x80 : 0) | tail)
        }
        code.put(opcode)
    }

    /// An instruction on registers, VEX-encoded with AVX and legacy-encoded without.
    mutating func encodeVector(
        _ prefix: UInt8, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, second: UInt8 = 0,
        rm: UInt8, wide: Bool = false
    ) {
        guard hasAVX else {
            encode(map, opcode, reg: reg, rm: rm, wide: wide, prefix: prefix)
            return
        }
        code.reserve()
        putVEX(
            prefix, map, opcode, reg: reg, second: second, index: 0, base: rm, wide: wide)
        code.put(0xC0 | (reg & 7) << 3 | (rm & 7))
    }

    /// An instruction with a memory operand, VEX-encoded with AVX and legacy-encoded without.
    mutating func encodeVector(
        _ prefix: UInt8, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, second: UInt8 = 0,
        _ address: Address, wide: Bool = false
    ) {
        guard hasAVX else {
            encode(map, opcode, reg: reg, address, wide: wide, prefix: prefix)
            return
        }
        code.reserve()
        putVEX(
            prefix, map, opcode, reg: reg, second: second, index: address.indexNumber,
            base: address.base.rawValue, wide: wide)
        code.put(address.encoded(reg: reg))
    }

    // MARK: Moves

    /// MOVAPS x, x — 0F 28 /r.
    package mutating func move(_ target: VectorRegister, from source: VectorRegister) {
        encodeVector(0, .map0F, 0x28, reg: target.rawValue, rm: source.rawValue)
    }

    /// MOVD/MOVQ x, r — 66 (REX.W) 0F 6E /r.
    package mutating func move(
        _ target: VectorRegister, from source: Register, _ width: Width
    ) {
        encodeVector(
            0x66, .map0F, 0x6E, reg: target.rawValue, rm: source.rawValue,
            wide: width == .bits64)
    }

    /// MOVD/MOVQ r, x — 66 (REX.W) 0F 7E /r.
    package mutating func move(
        _ target: Register, from source: VectorRegister, _ width: Width
    ) {
        encodeVector(
            0x66, .map0F, 0x7E, reg: source.rawValue, rm: target.rawValue,
            wide: width == .bits64)
    }

    /// MOVSS x, m — F3 0F 10 /r (32 bits); MOVSD x, m — F2 0F 10 /r (64); the rest is cleared.
    package mutating func load(_ target: VectorRegister, _ address: Address, _ width: Width) {
        encodeVector(
            width == .bits32 ? 0xF3 : 0xF2, .map0F, 0x10, reg: target.rawValue, address)
    }

    /// MOVSS m, x — F3 0F 11 /r; MOVSD m, x — F2 0F 11 /r.
    package mutating func store(_ address: Address, _ source: VectorRegister, _ width: Width) {
        encodeVector(
            width == .bits32 ? 0xF3 : 0xF2, .map0F, 0x11, reg: source.rawValue, address)
    }

    /// MOVUPS x, m — 0F 10 /r: 16 bytes of any alignment.
    package mutating func loadVector(_ target: VectorRegister, _ address: Address) {
        encodeVector(0, .map0F, 0x10, reg: target.rawValue, address)
    }

    /// MOVUPS m, x — 0F 11 /r.
    package mutating func storeVector(_ address: Address, _ source: VectorRegister) {
        encodeVector(0, .map0F, 0x11, reg: source.rawValue, address)
    }

    // MARK: Arithmetic

    /// `target = operation(first, second)`.
    ///
    /// Without AVX a `target` that differs from `first` is copied first, so it must not be `second`
    /// unless the operation commutes.
    package mutating func vector(
        _ operation: VectorOperation, _ target: VectorRegister, _ first: VectorRegister,
        _ second: VectorRegister
    ) {
        var (first, second) = (first, second)
        if !hasAVX, target != first {
            if target == second {
                precondition(operation.commutes, "the destination is the second source")
                swap(&first, &second)
            } else {
                move(target, from: first)
            }
        }
        encodeVector(
            operation.prefix, operation.map, operation.opcode, reg: target.rawValue,
            second: first.rawValue, rm: second.rawValue)
    }

    /// `target = operation(first, memory)`; without AVX a 16-byte operand must be aligned.
    package mutating func vector(
        _ operation: VectorOperation, _ target: VectorRegister, _ first: VectorRegister,
        _ address: Address
    ) {
        if !hasAVX, target != first { move(target, from: first) }
        encodeVector(
            operation.prefix, operation.map, operation.opcode, reg: target.rawValue,
            second: first.rawValue, address)
    }

    /// `target = operation(source)`.
    package mutating func vector(
        _ operation: UnaryVectorOperation, _ target: VectorRegister, _ source: VectorRegister
    ) {
        encodeVector(
            operation.prefix, operation.map, operation.opcode, reg: target.rawValue,
            rm: source.rawValue)
    }

    /// `target = operation(memory)`: for the MOVSX and MOVZX families, which read 8 bytes.
    package mutating func vector(
        _ operation: UnaryVectorOperation, _ target: VectorRegister, _ address: Address
    ) {
        encodeVector(
            operation.prefix, operation.map, operation.opcode, reg: target.rawValue, address)
    }

    /// SQRTSS/SQRTSD x, x — F3/F2 0F 51 /r.
    package mutating func squareRoot(
        _ target: VectorRegister, _ source: VectorRegister, _ width: Width
    ) {
        encodeVector(
            width == .bits32 ? 0xF3 : 0xF2, .map0F, 0x51, reg: target.rawValue,
            second: source.rawValue, rm: source.rawValue)
    }

    /// How ROUNDSS and its kin round (SDM: ROUNDPD, table 4-15), inexact exceptions masked.
    package enum Rounding: UInt8, Sendable {
        case nearest = 0x08
        case floor = 0x09
        case ceiling = 0x0A
        case truncate = 0x0B
    }

    /// ROUNDSS (0A), ROUNDSD (0B) x, x, imm — 66 0F 3A /r ib.
    package mutating func round(
        _ target: VectorRegister, _ source: VectorRegister, _ rounding: Rounding, _ width: Width
    ) {
        encodeVector(
            0x66, .map0F3A, width == .bits32 ? 0x0A : 0x0B, reg: target.rawValue,
            second: source.rawValue, rm: source.rawValue)
        code.put(rounding.rawValue)
    }

    /// ROUNDPS (08), ROUNDPD (09) x, x, imm — 66 0F 3A /r ib.
    package mutating func roundLanes(
        _ target: VectorRegister, _ source: VectorRegister, _ rounding: Rounding, _ width: Width
    ) {
        encodeVector(
            0x66, .map0F3A, width == .bits32 ? 0x08 : 0x09, reg: target.rawValue,
            rm: source.rawValue)
        code.put(rounding.rawValue)
    }

    /// UCOMISS, UCOMISD x, x — (66) 0F 2E /r: sets ZF, PF and CF.
    package mutating func compare(
        _ a: VectorRegister, _ b: VectorRegister, _ width: Width
    ) {
        encodeVector(
            width == .bits32 ? 0 : 0x66, .map0F, 0x2E, reg: a.rawValue, rm: b.rawValue)
    }

    /// The predicates of CMPPS and CMPPD that SSE has (SDM: CMPPD, table 3-1).
    package enum Predicate: UInt8, Sendable {
        case equal = 0
        case less = 1
        case lessOrEqual = 2
        case unordered = 3
        case notEqual = 4
        case notLess = 5
        case notLessOrEqual = 6
        case ordered = 7
    }

    /// CMPPS, CMPPD x, x, imm — (66) 0F C2 /r ib: all ones in the lanes where the predicate holds.
    package mutating func compareLanes(
        _ predicate: Predicate, _ target: VectorRegister, _ first: VectorRegister,
        _ second: VectorRegister, _ width: Width
    ) {
        if !hasAVX, target != first {
            precondition(target != second, "the destination is the second source")
            move(target, from: first)
        }
        encodeVector(
            width == .bits32 ? 0 : 0x66, .map0F, 0xC2, reg: target.rawValue,
            second: first.rawValue, rm: second.rawValue)
        code.put(predicate.rawValue)
    }

    /// CMPSS, CMPSD x, x, imm — F3/F2 0F C2 /r ib.
    package mutating func compareScalars(
        _ predicate: Predicate, _ target: VectorRegister, _ first: VectorRegister,
        _ second: VectorRegister, _ width: Width
    ) {
        if !hasAVX, target != first {
            precondition(target != second, "the destination is the second source")
            move(target, from: first)
        }
        encodeVector(
            width == .bits32 ? 0xF3 : 0xF2, .map0F, 0xC2, reg: target.rawValue,
            second: first.rawValue, rm: second.rawValue)
        code.put(predicate.rawValue)
    }

    // MARK: Conversions

    /// CVTSI2SS, CVTSI2SD x, r — F3/F2 (REX.W) 0F 2A /r.
    ///
    /// The upper lanes of `target` stay, a false dependency: clear it first in hot code.
    package mutating func convertToFloat(
        _ target: VectorRegister, from source: Register, _ integer: Width, to result: Width
    ) {
        encodeVector(
            result == .bits32 ? 0xF3 : 0xF2, .map0F, 0x2A, reg: target.rawValue,
            second: target.rawValue, rm: source.rawValue, wide: integer == .bits64)
    }

    /// CVTTSS2SI, CVTTSD2SI r, x — F3/F2 (REX.W) 0F 2C /r; out of range gives 0x80…0.
    package mutating func convertToInteger(
        _ target: Register, from source: VectorRegister, _ float: Width, to result: Width
    ) {
        encodeVector(
            float == .bits32 ? 0xF3 : 0xF2, .map0F, 0x2C, reg: target.rawValue,
            rm: source.rawValue, wide: result == .bits64)
    }

    /// CVTSS2SD (F3 0F 5A) or CVTSD2SS (F2 0F 5A) x, x; `width` is the source's.
    package mutating func convertFloat(
        _ target: VectorRegister, from source: VectorRegister, _ width: Width
    ) {
        encodeVector(
            width == .bits32 ? 0xF3 : 0xF2, .map0F, 0x5A, reg: target.rawValue,
            second: source.rawValue, rm: source.rawValue)
    }

    // MARK: Lanes

    /// PSHUFD x, x, imm — 66 0F 70 /r ib.
    package mutating func shuffleDoublewords(
        _ target: VectorRegister, _ source: VectorRegister, order: UInt8
    ) {
        encodeVector(0x66, .map0F, 0x70, reg: target.rawValue, rm: source.rawValue)
        code.put(order)
    }

    /// PSHUFLW x, x, imm — F2 0F 70 /r ib.
    package mutating func shuffleLowWords(
        _ target: VectorRegister, _ source: VectorRegister, order: UInt8
    ) {
        encodeVector(0xF2, .map0F, 0x70, reg: target.rawValue, rm: source.rawValue)
        code.put(order)
    }

    /// SHUFPS x, x, imm — 0F C6 /r ib.
    package mutating func shuffleSingles(
        _ target: VectorRegister, _ first: VectorRegister, _ second: VectorRegister, order: UInt8
    ) {
        if !hasAVX, target != first {
            precondition(target != second, "the destination is the second source")
            move(target, from: first)
        }
        encodeVector(
            0, .map0F, 0xC6, reg: target.rawValue, second: first.rawValue, rm: second.rawValue)
        code.put(order)
    }

    /// PALIGNR x, x, imm — 66 0F 3A 0F /r ib.
    package mutating func alignRight(
        _ target: VectorRegister, _ first: VectorRegister, _ second: VectorRegister, by bytes: UInt8
    ) {
        if !hasAVX, target != first {
            precondition(target != second, "the destination is the second source")
            move(target, from: first)
        }
        encodeVector(
            0x66, .map0F3A, 0x0F, reg: target.rawValue, second: first.rawValue,
            rm: second.rawValue)
        code.put(bytes)
    }

    /// PEXTRB (14), PEXTRW (15), PEXTRD/PEXTRQ (16) r, x, imm — 66 0F 3A /r ib.
    package mutating func extractLane(
        _ target: Register, _ source: VectorRegister, lane: UInt8, _ width: Width
    ) {
        encodeVector(
            0x66, .map0F3A, Self.laneOpcode(0x14, width), reg: source.rawValue,
            rm: target.rawValue, wide: width == .bits64)
        code.put(lane)
    }

    /// PEXTRB, PEXTRW, PEXTRD, PEXTRQ m, x, imm.
    package mutating func storeLane(
        _ address: Address, _ source: VectorRegister, lane: UInt8, _ width: Width
    ) {
        encodeVector(
            0x66, .map0F3A, Self.laneOpcode(0x14, width), reg: source.rawValue, address,
            wide: width == .bits64)
        code.put(lane)
    }

    private static func laneOpcode(_ first: UInt8, _ width: Width) -> UInt8 {
        switch width {
        case .bits8: first
        case .bits16: first + 1
        case .bits32, .bits64: first + 2
        }
    }

    /// PINSRB (66 0F 3A 20), PINSRW (66 0F C4), PINSRD/PINSRQ (66 0F 3A 22) x, r, imm.
    package mutating func insertLane(
        _ target: VectorRegister, _ first: VectorRegister, _ source: Register, lane: UInt8,
        _ width: Width
    ) {
        if !hasAVX, target != first { move(target, from: first) }
        encodeVector(
            0x66, width == .bits16 ? .map0F : .map0F3A, Self.insertOpcode(width),
            reg: target.rawValue, second: first.rawValue, rm: source.rawValue,
            wide: width == .bits64)
        code.put(lane)
    }

    /// PINSRB, PINSRW, PINSRD, PINSRQ x, m, imm.
    package mutating func insertLane(
        _ target: VectorRegister, _ first: VectorRegister, _ address: Address, lane: UInt8,
        _ width: Width
    ) {
        if !hasAVX, target != first { move(target, from: first) }
        encodeVector(
            0x66, width == .bits16 ? .map0F : .map0F3A, Self.insertOpcode(width),
            reg: target.rawValue, second: first.rawValue, address, wide: width == .bits64)
        code.put(lane)
    }

    private static func insertOpcode(_ width: Width) -> UInt8 {
        switch width {
        case .bits8: 0x20
        case .bits16: 0xC4
        case .bits32, .bits64: 0x22
        }
    }

    /// INSERTPS x, x, imm — 66 0F 3A 21 /r ib.
    package mutating func insertSingle(
        _ target: VectorRegister, _ first: VectorRegister, _ second: VectorRegister, control: UInt8
    ) {
        if !hasAVX, target != first {
            precondition(target != second, "the destination is the second source")
            move(target, from: first)
        }
        encodeVector(
            0x66, .map0F3A, 0x21, reg: target.rawValue, second: first.rawValue,
            rm: second.rawValue)
        code.put(control)
    }

    /// PMOVMSKB r, x — 66 0F D7 /r.
    package mutating func byteMask(_ target: Register, _ source: VectorRegister) {
        encodeVector(0x66, .map0F, 0xD7, reg: target.rawValue, rm: source.rawValue)
    }

    /// MOVMSKPS, MOVMSKPD r, x — (66) 0F 50 /r.
    package mutating func laneMask(
        _ target: Register, _ source: VectorRegister, _ width: Width
    ) {
        encodeVector(
            width == .bits32 ? 0 : 0x66, .map0F, 0x50, reg: target.rawValue,
            rm: source.rawValue)
    }

    /// PTEST x, x — 66 0F 38 17 /r: ZF = (a & b == 0).
    package mutating func testVectors(_ a: VectorRegister, _ b: VectorRegister) {
        encodeVector(0x66, .map0F38, 0x17, reg: a.rawValue, rm: b.rawValue)
    }

    /// Shifts of lanes by a constant: 66 0F 71 (words), 72 (doublewords), 73 (quadwords) /n ib.
    package enum LaneShift: UInt8, Sendable {
        case right = 2
        case arithmeticRight = 4
        case left = 6
    }

    /// PSRLW … PSLLQ x, imm.
    package mutating func shiftLanes(
        _ shift: LaneShift, _ target: VectorRegister, _ source: VectorRegister, by count: UInt8,
        _ width: Width
    ) {
        let opcode: UInt8
        switch width {
        case .bits8, .bits16: opcode = 0x71
        case .bits32: opcode = 0x72
        case .bits64: opcode = 0x73
        }
        if !hasAVX, target != source { move(target, from: source) }
        encodeVector(
            0x66, .map0F, opcode, reg: shift.rawValue, second: target.rawValue,
            rm: hasAVX ? source.rawValue : target.rawValue)
        code.put(count)
    }

    /// `target = mask ? first : second`, bit by bit, clobbering `scratch`.
    ///
    /// AND, ANDN and OR rather than PBLENDVB, whose legacy form takes its mask from XMM0 only.
    package mutating func select(
        _ target: VectorRegister, mask: VectorRegister, _ first: VectorRegister,
        _ second: VectorRegister, scratch: VectorRegister
    ) {
        vector(.pand, scratch, first, mask)
        if hasAVX {
            vector(.pandn, target, mask, second)
        } else {
            precondition(target != second || mask != second, "operands of a selection differ")
            if target == second {
                // scratch holds first & mask; build second & ~mask as second ^ (second & mask).
                vector(.por, target, second, mask)
                vector(.pxor, target, target, mask)
            } else {
                move(target, from: mask)
                vector(.pandn, target, target, second)
            }
        }
        vector(.por, target, target, scratch)
    }
}
