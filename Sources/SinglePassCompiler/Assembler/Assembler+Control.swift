extension Assembler {
    // MARK: Control

    /// JMP rel32 — E9 cd.
    package mutating func jump(to label: Label) {
        code.reserve()
        code.put(UInt8(0xE9))
        putDisplacement(to: label)
    }

    /// Jcc rel32 — 0F 80+cc cd.
    package mutating func jump(if condition: Condition, to label: Label) {
        code.reserve()
        code.put(UInt8(0x0F))
        code.put(0x80 | condition.rawValue)
        putDisplacement(to: label)
    }

    /// JMP r — FF /4.
    package mutating func jump(to target: Register) {
        encode(.primary, 0xFF, reg: 4, rm: target.rawValue)
    }

    /// JMP m — FF /4.
    package mutating func jump(to address: Address) {
        encode(.primary, 0xFF, reg: 4, address)
    }

    /// CALL rel32 — E8 cd.
    package mutating func call(_ label: Label) {
        code.reserve()
        code.put(UInt8(0xE8))
        putDisplacement(to: label)
    }

    /// CALL rel32 with a displacement that is patched later; returns the displacement's offset.
    package mutating func callPatchable() -> Int {
        code.reserve()
        code.put(UInt8(0xE8))
        code.put(Int32(0))
        return code.count - 4
    }

    /// JMP rel32 with a displacement that is patched later; returns the displacement's offset.
    package mutating func jumpPatchable() -> Int {
        code.reserve()
        code.put(UInt8(0xE9))
        code.put(Int32(0))
        return code.count - 4
    }

    /// CALL r — FF /2.
    package mutating func call(_ target: Register) {
        encode(.primary, 0xFF, reg: 2, rm: target.rawValue)
    }

    /// CALL m — FF /2.
    package mutating func call(_ address: Address) {
        encode(.primary, 0xFF, reg: 2, address)
    }

    /// RET — C3.
    package mutating func returnToCaller() {
        code.reserve()
        code.put(UInt8(0xC3))
    }

    /// PUSH r — 50+r.
    package mutating func push(_ source: Register) {
        code.reserve()
        if source.rawValue > 7 { code.put(UInt8(0x41)) }
        code.put(0x50 | source.rawValue & 7)
    }

    /// REP MOVSB — F3 A4: copies RCX bytes from [RSI] to [RDI], upwards.
    package mutating func copyBytes() {
        code.reserve()
        code.put(UInt16(0xA4F3))
    }

    /// REP STOSB — F3 AA: writes AL to RCX bytes from [RDI].
    package mutating func fillBytes() {
        code.reserve()
        code.put(UInt16(0xAAF3))
    }

    /// LEAVE — C9: RSP = RBP, then POP RBP.
    package mutating func leave() {
        code.reserve()
        code.put(UInt8(0xC9))
    }

    /// NOP (SDM: NOP, table 4-12) up to a multiple of 16: where a loop begins.
    package mutating func alignLoop() {
        var missing = -offset & 15
        while missing > 0 {
            code.reserve()
            let length = min(missing, 8)
            switch length {
            case 1: code.put(UInt8(0x90))
            case 2: code.put(UInt16(0x9066))
            default:
                code.put(UInt16(0x1F0F))
                switch length {
                case 3: code.put(UInt8(0x00))
                case 4: code.put(UInt16(0x0040))
                case 5:
                    code.put(UInt16(0x0044))
                    code.put(UInt8(0))
                case 6:
                    // 66 before the five-byte form would need another order: take 4 and 2.
                    code.put(UInt16(0x0040))
                    code.put(UInt16(0x9066))
                case 7:
                    code.put(UInt8(0x80))
                    code.put(UInt32(0))
                default:
                    code.put(UInt16(0x0084))
                    code.put(UInt32(0))
                }
            }
            missing -= length
        }
    }

    /// POP r — 58+r.
    package mutating func pop(_ target: Register) {
        code.reserve()
        if target.rawValue > 7 { code.put(UInt8(0x41)) }
        code.put(0x58 | target.rawValue & 7)
    }

    /// UD2 — 0F 0B: raises #UD, which becomes a trap.
    package mutating func undefinedInstruction() {
        code.reserve()
        code.put(UInt16(0x0B0F))
    }

    /// INT3 — CC: fills the space between functions.
    package mutating func breakpoint() {
        code.reserve()
        code.put(UInt8(0xCC))
    }

    // MARK: Atomics

    /// XCHG m, r — 86 /r, 87 /r; always atomic.
    package mutating func atomicExchange(
        _ address: Address, _ register: Register, _ width: Width
    ) {
        encode(
            .primary, width == .bits8 ? 0x86 : 0x87, reg: register.rawValue, address,
            wide: width == .bits64, prefix: width == .bits16 ? 0x66 : 0,
            byteRegisters: width == .bits8)
    }

    /// LOCK XADD m, r — 0F C0 /r, 0F C1 /r: `r` gets the memory's old value.
    package mutating func atomicAdd(_ address: Address, _ register: Register, _ width: Width) {
        encode(
            .map0F, width == .bits8 ? 0xC0 : 0xC1, reg: register.rawValue, address,
            wide: width == .bits64, prefix: width == .bits16 ? 0x66 : 0,
            byteRegisters: width == .bits8, lock: true)
    }

    /// LOCK CMPXCHG m, r — 0F B0 /r, 0F B1 /r: compares with RAX, which gets the old value.
    package mutating func atomicCompareExchange(
        _ address: Address, _ register: Register, _ width: Width
    ) {
        encode(
            .map0F, width == .bits8 ? 0xB0 : 0xB1, reg: register.rawValue, address,
            wide: width == .bits64, prefix: width == .bits16 ? 0x66 : 0,
            byteRegisters: width == .bits8, lock: true)
    }

    /// MFENCE — 0F AE F0.
    package mutating func fence() {
        code.reserve()
        code.put(UInt16(0xAE0F))
        code.put(UInt8(0xF0))
    }
}
