/// The eight arithmetic instructions that share one encoding scheme (SDM: ADD … CMP).
package enum ArithmeticOperation: UInt8, Sendable {
    case add, or, adc, sbb, and, sub, xor, cmp
}

/// Shifts and rotations, by their ModRM extension (SDM: SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR).
package enum ShiftOperation: UInt8, Sendable {
    case rol = 0
    case ror = 1
    case shl = 4
    case shr = 5
    case sar = 7
}

extension Assembler {
    // MARK: Moves

    /// MOV r, r — 89 /r.
    package mutating func move(_ target: Register, from source: Register, _ width: Width) {
        encode(
            .primary, 0x89, reg: source.rawValue, rm: target.rawValue, wide: width == .bits64)
    }

    /// MOV r32, imm32 — B8+r; MOV r64, imm32 sign-extended — C7 /0; MOV r64, imm64 — REX.W B8+r;
    /// XOR r, r for zero. The shortest one; **changes the flags** when `value` is zero.
    package mutating func move(_ target: Register, immediate value: Int64) {
        if value == 0 {
            arithmetic(.xor, target, target, .bits32)
        } else {
            moveKeepingFlags(target, immediate: value)
        }
    }

    /// As ``move(_:immediate:)``, and never changes the flags.
    package mutating func moveKeepingFlags(_ target: Register, immediate value: Int64) {
        let number = target.rawValue
        code.reserve()
        if let short = UInt32(exactly: value) {
            if number > 7 { code.put(UInt8(0x41)) }
            code.put(0xB8 | number & 7)
            code.put(short)
        } else if let short = Int32(exactly: value) {
            encode(.primary, 0xC7, reg: 0, rm: number, wide: true)
            code.put(short)
        } else {
            code.put(0x48 | number >> 3)
            code.put(0xB8 | number & 7)
            code.put(value)
        }
    }

    /// MOV r, m — 8B /r; 8 and 16 bits by MOVZX m (0F B6, 0F B7).
    package mutating func load(_ target: Register, _ address: Address, _ width: Width) {
        switch width {
        case .bits8: encode(.map0F, 0xB6, reg: target.rawValue, address)
        case .bits16: encode(.map0F, 0xB7, reg: target.rawValue, address)
        case .bits32, .bits64:
            encode(.primary, 0x8B, reg: target.rawValue, address, wide: width == .bits64)
        }
    }

    /// MOVSX r, m — 0F BE, 0F BF; MOVSXD r64, m32 — REX.W 63. `width` is the memory's.
    package mutating func loadSigned(
        _ target: Register, _ address: Address, _ width: Width, to result: Width
    ) {
        let wide = result == .bits64
        switch width {
        case .bits8: encode(.map0F, 0xBE, reg: target.rawValue, address, wide: wide)
        case .bits16: encode(.map0F, 0xBF, reg: target.rawValue, address, wide: wide)
        case .bits32:
            encode(.primary, wide ? 0x63 : 0x8B, reg: target.rawValue, address, wide: wide)
        case .bits64: encode(.primary, 0x8B, reg: target.rawValue, address, wide: true)
        }
    }

    /// MOV m, r — 88 /r, 89 /r.
    package mutating func store(_ address: Address, _ source: Register, _ width: Width) {
        encode(
            .primary, width == .bits8 ? 0x88 : 0x89, reg: source.rawValue, address,
            wide: width == .bits64, prefix: width == .bits16 ? 0x66 : 0,
            byteRegisters: width == .bits8)
    }

    /// MOV m, imm — C6 /0 ib, C7 /0 iw or id (sign-extended for 64 bits).
    package mutating func store(_ address: Address, immediate value: Int32, _ width: Width) {
        encode(
            .primary, width == .bits8 ? 0xC6 : 0xC7, reg: 0, address, wide: width == .bits64,
            prefix: width == .bits16 ? 0x66 : 0)
        switch width {
        case .bits8: code.put(Int8(truncatingIfNeeded: value))
        case .bits16: code.put(Int16(truncatingIfNeeded: value))
        case .bits32, .bits64: code.put(value)
        }
    }

    /// MOVZX r32, r — 0F B6, 0F B7; 32 bits by MOV, which clears the upper half.
    package mutating func zeroExtend(
        _ target: Register, from source: Register, _ width: Width
    ) {
        switch width {
        case .bits8:
            encode(
                .map0F, 0xB6, reg: target.rawValue, rm: source.rawValue,
                byteRegisters: source.rawValue > 3)
        case .bits16: encode(.map0F, 0xB7, reg: target.rawValue, rm: source.rawValue)
        case .bits32, .bits64: move(target, from: source, width)
        }
    }

    /// MOVSX r, r — 0F BE, 0F BF; MOVSXD r64, r32 — REX.W 63. `width` is the source's.
    package mutating func signExtend(
        _ target: Register, from source: Register, _ width: Width, to result: Width
    ) {
        let wide = result == .bits64
        switch width {
        case .bits8:
            encode(
                .map0F, 0xBE, reg: target.rawValue, rm: source.rawValue, wide: wide,
                byteRegisters: source.rawValue > 3)
        case .bits16:
            encode(.map0F, 0xBF, reg: target.rawValue, rm: source.rawValue, wide: wide)
        case .bits32, .bits64:
            encode(.primary, 0x63, reg: target.rawValue, rm: source.rawValue, wide: wide)
        }
    }

    /// LEA r, m — 8D /r.
    package mutating func loadAddress(
        _ target: Register, _ address: Address, _ width: Width = .bits64
    ) {
        encode(.primary, 0x8D, reg: target.rawValue, address, wide: width == .bits64)
    }

    /// LEA r, [RIP + displacement to label] — 8D /r with mode 0, rm 5.
    package mutating func loadAddress(_ target: Register, of label: Label) {
        code.reserve()
        code.put(0x48 | (target.rawValue & 8) >> 1)
        code.put(UInt8(0x8D))
        code.put((target.rawValue & 7) << 3 | 5)
        putDisplacement(to: label)
    }

    /// XCHG r, r — 87 /r.
    package mutating func exchange(_ a: Register, _ b: Register) {
        encode(.primary, 0x87, reg: a.rawValue, rm: b.rawValue, wide: true)
    }

    /// CMOVcc r, r — 0F 40+cc /r.
    package mutating func moveIf(
        _ condition: Condition, _ target: Register, from source: Register, _ width: Width
    ) {
        encode(
            .map0F, 0x40 | condition.rawValue, reg: target.rawValue, rm: source.rawValue,
            wide: width == .bits64)
    }

    /// SETcc r8 — 0F 90+cc /0.
    package mutating func set(_ target: Register, if condition: Condition) {
        encode(
            .map0F, 0x90 | condition.rawValue, reg: 0, rm: target.rawValue,
            byteRegisters: target.rawValue > 3)
    }

    // MARK: Arithmetic

    /// `operation` r, r — opcode 8·n + 1.
    package mutating func arithmetic(
        _ operation: ArithmeticOperation, _ target: Register, _ source: Register, _ width: Width
    ) {
        encode(
            .primary, operation.rawValue << 3 | 1, reg: source.rawValue, rm: target.rawValue,
            wide: width == .bits64)
    }

    /// `operation` r, m — opcode 8·n + 3.
    package mutating func arithmetic(
        _ operation: ArithmeticOperation, _ target: Register, _ address: Address, _ width: Width
    ) {
        encode(
            .primary, operation.rawValue << 3 | 3, reg: target.rawValue, address,
            wide: width == .bits64)
    }

    /// `operation` m, r — opcode 8·n + 1.
    package mutating func arithmetic(
        _ operation: ArithmeticOperation, _ address: Address, _ source: Register, _ width: Width
    ) {
        encode(
            .primary, operation.rawValue << 3 | 1, reg: source.rawValue, address,
            wide: width == .bits64)
    }

    /// `operation` r, imm — 83 /n ib, or 81 /n id (05+8·n for RAX).
    package mutating func arithmetic(
        _ operation: ArithmeticOperation, _ target: Register, immediate value: Int32,
        _ width: Width
    ) {
        let wide = width == .bits64
        if let short = Int8(exactly: value) {
            encode(.primary, 0x83, reg: operation.rawValue, rm: target.rawValue, wide: wide)
            code.put(short)
        } else if target == .rax {
            code.reserve()
            if wide { code.put(UInt8(0x48)) }
            code.put(operation.rawValue << 3 | 5)
            code.put(value)
        } else {
            encode(.primary, 0x81, reg: operation.rawValue, rm: target.rawValue, wide: wide)
            code.put(value)
        }
    }

    /// `operation` r64, 0 — REX.W 81 /n id, whose four last bytes are patched later.
    package mutating func arithmeticPatchable(
        _ operation: ArithmeticOperation, _ target: Register
    ) {
        encode(.primary, 0x81, reg: operation.rawValue, rm: target.rawValue, wide: true)
        code.put(Int32(0))
    }

    /// `operation` m, imm — 83 /n ib or 81 /n id.
    package mutating func arithmetic(
        _ operation: ArithmeticOperation, _ address: Address, immediate value: Int32,
        _ width: Width
    ) {
        let wide = width == .bits64
        let short = Int8(exactly: value)
        encode(
            .primary, short == nil ? 0x81 : 0x83, reg: operation.rawValue, address, wide: wide)
        if let short { code.put(short) } else { code.put(value) }
    }

    /// TEST r, r — 85 /r.
    package mutating func test(_ a: Register, _ b: Register, _ width: Width) {
        encode(.primary, 0x85, reg: b.rawValue, rm: a.rawValue, wide: width == .bits64)
    }

    /// TEST r, imm32 — F7 /0 id (A9 for RAX).
    package mutating func test(_ a: Register, immediate value: Int32, _ width: Width) {
        if a == .rax {
            code.reserve()
            if width == .bits64 { code.put(UInt8(0x48)) }
            code.put(UInt8(0xA9))
        } else {
            encode(.primary, 0xF7, reg: 0, rm: a.rawValue, wide: width == .bits64)
        }
        code.put(value)
    }

    /// IMUL r, r — 0F AF /r.
    package mutating func multiply(_ target: Register, _ source: Register, _ width: Width) {
        encode(
            .map0F, 0xAF, reg: target.rawValue, rm: source.rawValue, wide: width == .bits64)
    }

    /// IMUL r, r, imm — 6B /r ib or 69 /r id.
    package mutating func multiply(
        _ target: Register, _ source: Register, immediate value: Int32, _ width: Width
    ) {
        let short = Int8(exactly: value)
        encode(
            .primary, short == nil ? 0x69 : 0x6B, reg: target.rawValue, rm: source.rawValue,
            wide: width == .bits64)
        if let short { code.put(short) } else { code.put(value) }
    }

    /// MUL r — F7 /4: RDX:RAX = RAX × r.
    package mutating func multiplyWide(_ source: Register, _ width: Width) {
        encode(.primary, 0xF7, reg: 4, rm: source.rawValue, wide: width == .bits64)
    }

    /// DIV r — F7 /6: RAX, RDX = quotient and remainder of RDX:RAX / r; #DE on overflow.
    package mutating func divideUnsigned(_ source: Register, _ width: Width) {
        encode(.primary, 0xF7, reg: 6, rm: source.rawValue, wide: width == .bits64)
    }

    /// IDIV r — F7 /7.
    package mutating func divideSigned(_ source: Register, _ width: Width) {
        encode(.primary, 0xF7, reg: 7, rm: source.rawValue, wide: width == .bits64)
    }

    /// CDQ or CQO — 99: sign-extends RAX into RDX.
    package mutating func signExtendAccumulator(_ width: Width) {
        code.reserve()
        if width == .bits64 { code.put(UInt8(0x48)) }
        code.put(UInt8(0x99))
    }

    /// NEG r — F7 /3.
    package mutating func negate(_ target: Register, _ width: Width) {
        encode(.primary, 0xF7, reg: 3, rm: target.rawValue, wide: width == .bits64)
    }

    /// NOT r — F7 /2.
    package mutating func complement(_ target: Register, _ width: Width) {
        encode(.primary, 0xF7, reg: 2, rm: target.rawValue, wide: width == .bits64)
    }

    /// Shift or rotate r by CL — D3 /n.
    package mutating func shiftByCL(
        _ operation: ShiftOperation, _ target: Register, _ width: Width
    ) {
        encode(
            .primary, 0xD3, reg: operation.rawValue, rm: target.rawValue, wide: width == .bits64)
    }

    /// Shift or rotate r by a constant — D1 /n for one, C1 /n ib.
    package mutating func shift(
        _ operation: ShiftOperation, _ target: Register, by count: UInt8, _ width: Width
    ) {
        encode(
            .primary, count == 1 ? 0xD1 : 0xC1, reg: operation.rawValue, rm: target.rawValue,
            wide: width == .bits64)
        if count != 1 { code.put(count) }
    }

    /// BSR r, r — 0F BD /r; the target is undefined for zero.
    package mutating func bitScanReverse(
        _ target: Register, _ source: Register, _ width: Width
    ) {
        encode(
            .map0F, 0xBD, reg: target.rawValue, rm: source.rawValue, wide: width == .bits64)
    }

    /// BSF r, r — 0F BC /r; the target is undefined for zero.
    package mutating func bitScanForward(
        _ target: Register, _ source: Register, _ width: Width
    ) {
        encode(
            .map0F, 0xBC, reg: target.rawValue, rm: source.rawValue, wide: width == .bits64)
    }

    /// LZCNT r, r — F3 0F BD /r (needs the LZCNT feature; BSR otherwise).
    package mutating func countLeadingZeros(
        _ target: Register, _ source: Register, _ width: Width
    ) {
        encode(
            .map0F, 0xBD, reg: target.rawValue, rm: source.rawValue, wide: width == .bits64,
            prefix: 0xF3)
    }

    /// TZCNT r, r — F3 0F BC /r (needs BMI1; BSF otherwise).
    package mutating func countTrailingZeros(
        _ target: Register, _ source: Register, _ width: Width
    ) {
        encode(
            .map0F, 0xBC, reg: target.rawValue, rm: source.rawValue, wide: width == .bits64,
            prefix: 0xF3)
    }

    /// POPCNT r, r — F3 0F B8 /r.
    package mutating func countOnes(
        _ target: Register, _ source: Register, _ width: Width
    ) {
        encode(
            .map0F, 0xB8, reg: target.rawValue, rm: source.rawValue, wide: width == .bits64,
            prefix: 0xF3)
    }

    /// BSWAP r — 0F C8+r.
    package mutating func swapBytes(_ target: Register, _ width: Width) {
        code.reserve()
        let rex = (width == .bits64 ? 8 : 0) | target.rawValue >> 3
        if rex != 0 { code.put(0x40 | rex) }
        code.put(UInt8(0x0F))
        code.put(0xC8 | target.rawValue & 7)
    }

    /// SHLX, SHRX, SARX r, r, r — VEX.LZ.(66, F2, F3).0F38 F7 /r (needs BMI2); changes no flags.
    package mutating func shiftVariable(
        _ operation: ShiftOperation, _ target: Register, _ source: Register, by count: Register,
        _ width: Width
    ) {
        let prefix: UInt8
        switch operation {
        case .shl: prefix = 0x66
        case .sar: prefix = 0xF3
        case .shr: prefix = 0xF2
        case .rol, .ror: preconditionFailure("rotations by a register have no such form")
        }
        code.reserve()
        putVEX(
            prefix, .map0F38, 0xF7, reg: target.rawValue, second: count.rawValue, index: 0,
            base: source.rawValue, wide: width == .bits64)
        code.put(0xC0 | (target.rawValue & 7) << 3 | (source.rawValue & 7))
    }
}
