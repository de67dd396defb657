internal import Wasm
internal import WasmEngine

// The deterministic variant: every NaN that arithmetic gives becomes the canonical one, and relaxed
// instructions do what the specification's deterministic profile says.
extension BodyCompiler {
    /// A scalar to make canonical when the code finds a NaN in it.
    struct NaNPath {
        var entry: Assembler.Label
        var exit: Assembler.Label
        var register: VectorRegister
        var kind: ValueKind
    }

    /// Makes the result of the instruction just translated canonical, when it is arithmetic's.
    mutating func canonicalizeResult(_ opcode: Opcode) {
        switch opcode {
        case .f32Ceil, .f32Floor, .f32Trunc, .f32Nearest, .f32Sqrt, .f32Add, .f32Sub, .f32Mul,
            .f32Div, .f32Min, .f32Max, .f32DemoteF64, .f64Ceil, .f64Floor, .f64Trunc,
            .f64Nearest, .f64Sqrt, .f64Add, .f64Sub, .f64Mul, .f64Div, .f64Min, .f64Max,
            .f64PromoteF32:
            canonicalizeScalar()
        case .f32x4Ceil, .f32x4Floor, .f32x4Trunc, .f32x4Nearest, .f32x4Sqrt, .f32x4Add,
            .f32x4Sub, .f32x4Mul, .f32x4Div, .f32x4Min, .f32x4Max, .f32x4RelaxedMin,
            .f32x4RelaxedMax, .f32x4DemoteF64x2Zero:
            canonicalizeLanes(.bits32)
        case .f64x2Ceil, .f64x2Floor, .f64x2Trunc, .f64x2Nearest, .f64x2Sqrt, .f64x2Add,
            .f64x2Sub, .f64x2Mul, .f64x2Div, .f64x2Min, .f64x2Max, .f64x2RelaxedMin,
            .f64x2RelaxedMax, .f64x2PromoteLowF32x4:
            canonicalizeLanes(.bits64)
        // The interpreter rounds once, machine code without FMA twice; it takes all bytes as signed,
        // PMADDUBSW not.
        case .f32x4RelaxedMadd, .f32x4RelaxedNmadd, .f64x2RelaxedMadd, .f64x2RelaxedNmadd,
            .i16x8RelaxedDotI8x16I7x16S, .i32x4RelaxedDotI8x16I7x16AddS:
            isLeftOut = true
        default: break
        }
    }

    private mutating func canonicalizeScalar() {
        guard let top = operands.last, let register = vectorHolding(top) else { return }
        let slow = assembler.makeLabel()
        let done = assembler.makeLabel()
        assembler.compare(register, register, top.kind.width)
        assembler.jump(if: .parity, to: slow)
        bind(done)
        nanPaths.append(NaNPath(entry: slow, exit: done, register: register, kind: top.kind))
    }

    mutating func writeNaNPaths() {
        for path in nanPaths {
            assembler.bind(path.entry)
            // Any register may be in use; below the stack pointer is free.
            assembler.push(.rax)
            assembler.moveKeepingFlags(
                .rax, immediate: path.kind == .f32 ? 0x7FC0_0000 : 0x7FF8_0000_0000_0000)
            assembler.move(path.register, from: .rax, path.kind.width)
            assembler.pop(.rax)
            assembler.jump(to: path.exit)
        }
    }

    private mutating func canonicalizeLanes(_ width: Width) {
        var operand = pop()
        let local = operand.place == .local ? operand.localIndex : -1
        let value = readVector(&operand)
        let isNaN = takeVector()
        let canonical = takeVector()
        assembler.compareLanes(.unordered, isNaN, value, value, width)
        let bits: UInt64 = width == .bits32 ? 0x7FC0_0000_7FC0_0000 : 0x7FF8_0000_0000_0000
        setVector(canonical, bits, bits)
        assembler.vector(.andps, canonical, canonical, isNaN)
        assembler.vector(.andnps, isNaN, isNaN, value)
        assembler.vector(.orps, isNaN, isNaN, canonical)
        assembler.move(value, from: isNaN)
        release(isNaN)
        release(canonical)
        pushResult(.v128, value, local: local)
    }
}
