internal import CPlatform
internal import Wasm

/// The memory operand of an x86-64 instruction that faulted, from its bytes and the registers: a
/// fault itself only tells the first byte that could not be reached.
///
/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, vol. 2A, §2.1 to §2.3.
@safe
struct FaultingAccess {
    private let bytes: UnsafeRawBufferPointer
    private let registers: [UInt64]
    private var position: Int
    private var registerExtension: (index: Int, base: Int) = (0, 0)

    /// - Parameters:
    ///   - bytes: code in which the instruction is whole.
    ///   - offset: of its first byte.
    ///   - registers: the sixteen general ones, as instructions number them.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int, registers: [UInt64]) {
        unsafe self.bytes = bytes
        self.registers = registers
        position = offset
    }

    private mutating func next() -> Int? {
        guard unsafe position < bytes.count else { return nil }
        position += 1
        return unsafe Int(bytes[position - 1])
    }

    /// Where the operand begins; nil for instructions that name it in other ways.
    mutating func address() -> UInt64? {
        guard let start = opcodeStart(), skipOpcode(start) != nil, let form = next() else {
            return nil
        }
        let (mode, place) = (form >> 6, form & 7)
        guard mode != 3 else { return nil }
        var sum: UInt64 = 0
        if place == 4 {
            guard let scaled = next() else { return nil }
            let index = (scaled >> 3 & 7) + registerExtension.index
            if index != 4 { sum = registers[index] << UInt64(scaled >> 6) }
            if scaled & 7 != 5 || mode != 0 {
                sum &+= registers[(scaled & 7) + registerExtension.base]
            } else {
                return displaced(sum, byteCount: 4)
            }
        } else if place == 5, mode == 0 {
            return nil
        } else {
            sum = registers[place + registerExtension.base]
        }
        return displaced(sum, byteCount: mode == 0 ? 0 : mode == 1 ? 1 : 4)
    }

    private mutating func displaced(_ sum: UInt64, byteCount: Int) -> UInt64? {
        if byteCount == 0 { return sum }
        var value: UInt64 = 0
        for index in 0..<byteCount {
            guard let byte = next() else { return nil }
            value |= UInt64(byte) << UInt64(8 * index)
        }
        let shift = UInt64(64 - 8 * byteCount)
        return sum &+ UInt64(bitPattern: Int64(bitPattern: value << shift) >> Int64(shift))
    }

    /// Skips prefixes; the first byte after them, nil for the forms of AVX-512.
    private mutating func opcodeStart() -> Int? {
        while let byte = next() {
            switch byte {
            case 0x66, 0xF0, 0xF2, 0xF3, 0x2E, 0x36, 0x3E, 0x26: continue
            case 0x62, 0x64, 0x65, 0x67: return nil
            case 0x40...0x4F:
                registerExtension = ((byte >> 1 & 1) * 8, (byte & 1) * 8)
                return next()
            default: return byte
            }
        }
        return nil
    }

    /// Skips the rest of the opcode.
    private mutating func skipOpcode(_ start: Int) -> Int? {
        switch start {
        case 0xC5:
            guard next() != nil else { return nil }
            return next()
        case 0xC4:
            guard let first = next(), next() != nil else { return nil }
            registerExtension = ((~first >> 6 & 1) * 8, (~first >> 5 & 1) * 8)
            return next()
        case 0x0F:
            guard let second = next() else { return nil }
            return second == 0x38 || second == 0x3A ? next() : second
        case 0xA4...0xA7, 0xAA...0xAF: return nil
        default: return start
        }
    }
}

extension NativeImage {
    /// Where the memory operand of the instruction that a report names begins.
    func accessAddress(_ report: martlet_native_report, at offset: UInt32) -> UInt64? {
        var copy = report.registers
        let registers = unsafe withUnsafeBytes(of: &copy) {
            unsafe Array($0.bindMemory(to: UInt64.self))
        }
        var access = unsafe FaultingAccess(readableText, at: Int(offset), registers: registers)
        return access.address()
    }
}

extension LoadedModule {
    /// Bytes that the memory access at an offset of the module's binary is wide; 0 when there is
    /// none.
    func accessWidth(at offset: Int) -> UInt64 {
        let bytes = module.bytes
        guard bytes.indices.contains(offset) else { return 0 }
        var reader = ConstantReader(bytes, offset..<bytes.count)
        guard let first = reader.byte() else { return 0 }
        let space: OpcodeSpace = first == 0xFD ? .simd : first == 0xFE ? .atomic : .core
        let code = space == .core ? UInt64(first) : reader.unsigned()
        let row = InstructionTable.row(space, code: code)
        return row?.accessWidthLog2.map { UInt64(1) << UInt64($0) } ?? 0
    }
}
