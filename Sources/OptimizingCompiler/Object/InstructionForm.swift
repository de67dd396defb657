/// Where the parts of one x86-64 instruction lie: its length, and its memory operand's encoding.
///
/// It knows what compilers write; anything else has no form.
///
/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, vol. 2, §2.1 to §2.7 and
/// appendix A.
struct InstructionForm {
    /// How the registers of the operand get their fourth bits.
    enum Extension {
        case none
        /// A REX prefix, at this offset.
        case rex(Int)
        /// The byte with inverted bits of a VEX or EVEX prefix, at this offset.
        case inverted(Int)
        /// The short VEX prefix, which extends neither.
        case never
    }

    /// Bytes of the whole instruction.
    private(set) var byteCount = 0
    /// Offset of the byte that says which operands; nil when there is none.
    private(set) var operands: Int?
    private(set) var `extension` = Extension.none
    /// The first byte of the opcode after its escapes.
    private(set) var opcode: UInt8 = 0
    /// Which opcodes: 0, 1 (`0F`), 2 (`0F 38`), 3 (`0F 3A`), and those of EVEX only.
    private(set) var map = 0
    /// Something is said about the segment or the size of addresses.
    private(set) var hasAddressPrefix = false

    /// Reads the instruction at an offset; nil when it is unknown or not whole.
    init?(_ bytes: some RandomAccessCollection<UInt8>, at offset: Int) {
        var reader = Reader(bytes: bytes, position: offset)
        guard let first = prefixes(&reader), readOpcode(first, &reader), readOperands(&reader)
        else { return nil }
        guard reader.skip(immediateByteCount) else { return nil }
        byteCount = reader.position - offset
    }

    private struct Reader<Bytes: RandomAccessCollection<UInt8>> {
        let bytes: Bytes
        var position: Int

        var peek: UInt8? {
            guard position < bytes.count else { return nil }
            return bytes[bytes.index(bytes.startIndex, offsetBy: position)]
        }

        mutating func next() -> UInt8? {
            let byte = peek
            position += 1
            return byte
        }

        /// False when there are not so many.
        mutating func skip(_ count: Int) -> Bool {
            position += count
            return position <= bytes.count
        }
    }

    private var hasShortOperands = false
    private var hasWideOperands = false
    /// The operation that some opcodes take from their operands' byte.
    private(set) var group: UInt8 = 0

    /// The first byte after the prefixes.
    private mutating func prefixes<Bytes>(_ reader: inout Reader<Bytes>) -> UInt8? {
        while let byte = reader.next() {
            switch byte {
            case 0x66: hasShortOperands = true
            case 0xF0, 0xF2, 0xF3: continue
            case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x67: hasAddressPrefix = true
            case 0x40...0x4F:
                `extension` = .rex(reader.position - 1)
                hasWideOperands = byte & 8 != 0
                return reader.next()
            default: return byte
            }
        }
        return nil
    }

    private mutating func readOpcode<Bytes>(_ first: UInt8, _ reader: inout Reader<Bytes>) -> Bool {
        switch first {
        case 0xC5:
            `extension` = .never
            map = 1
            guard reader.skip(1) else { return false }
        case 0xC4, 0x62:
            `extension` = .inverted(reader.position)
            guard let selection = reader.next(), reader.skip(first == 0x62 ? 2 : 1) else {
                return false
            }
            map = Int(selection & (first == 0x62 ? 7 : 31))
            guard (1...3).contains(map) || (first == 0x62 && (5...6).contains(map)) else {
                return false
            }
        case 0x0F:
            map = 1
            if let second = reader.peek, second == 0x38 || second == 0x3A {
                map = second == 0x38 ? 2 : 3
                _ = reader.next()
            }
        default:
            opcode = first
            return true
        }
        guard let byte = reader.next() else { return false }
        opcode = byte
        return true
    }

    private mutating func readOperands<Bytes>(_ reader: inout Reader<Bytes>) -> Bool {
        guard let hasOperands else { return false }
        guard hasOperands else { return true }
        operands = reader.position
        guard let form = reader.next() else { return false }
        group = form >> 3 & 7
        let (mode, place) = (form >> 6, form & 7)
        if mode == 3 { return true }
        var count = mode == 1 ? 1 : mode == 2 ? 4 : 0
        if place == 4 {
            guard let scaled = reader.next() else { return false }
            if scaled & 7 == 5, mode == 0 { count = 4 }
        } else if place == 5, mode == 0 {
            count = 4
        }
        return reader.skip(count)
    }

    /// Whether the opcode is followed by a byte for operands; nil for an unknown opcode.
    private var hasOperands: Bool? {
        switch map {
        case 0:
            switch opcode {
            case 0x00...0x3F: opcode & 7 < 4 ? true : opcode & 7 < 6 ? false : nil
            case 0x63, 0x69, 0x6B, 0x80, 0x81, 0x83...0x8F, 0xC0, 0xC1, 0xC6, 0xC7, 0xD0...0xD3,
                0xD8...0xDF, 0xF6, 0xF7, 0xFE, 0xFF:
                true
            case 0x50...0x5F, 0x68, 0x6A, 0x70...0x7F, 0x90...0x99, 0x9B...0x9F, 0xA4...0xAF,
                0xB0...0xBF, 0xC2, 0xC3, 0xC9, 0xCC, 0xE0...0xE3, 0xE8, 0xE9, 0xEB, 0xF4, 0xF5,
                0xF8...0xFD:
                false
            default: nil
            }
        case 1:
            switch opcode {
            case 0x05, 0x0B, 0x31, 0x77, 0x80...0x8F, 0xA2, 0xC8...0xCF: false
            case 0x04, 0x06...0x0A, 0x0C, 0x0E, 0x0F, 0x24...0x27, 0x30...0x3F, 0xA0, 0xA1,
                0xA6...0xAA:
                nil
            default: true
            }
        default: true
        }
    }

    /// Bytes of the constant at the end.
    private var immediateByteCount: Int {
        let usual = hasShortOperands && !hasWideOperands ? 2 : 4
        return switch (map, opcode) {
        case (0, 0x00...0x3F): opcode & 7 == 4 ? 1 : opcode & 7 == 5 ? usual : 0
        case (0, 0x68), (0, 0x69), (0, 0x81), (0, 0xA9), (0, 0xC7): usual
        case (0, 0x6A), (0, 0x6B), (0, 0x70...0x7F), (0, 0x80), (0, 0x83), (0, 0xA8),
            (0, 0xB0...0xB7), (0, 0xC0), (0, 0xC1), (0, 0xC6), (0, 0xE0...0xE3), (0, 0xEB):
            1
        case (0, 0xB8...0xBF): hasWideOperands ? 8 : usual
        case (0, 0xC2): 2
        case (0, 0xE8), (0, 0xE9): 4
        case (0, 0xF6): group < 2 ? 1 : 0
        case (0, 0xF7): group < 2 ? usual : 0
        case (1, 0x70...0x73), (1, 0xA4), (1, 0xAC), (1, 0xBA), (1, 0xC2), (1, 0xC4...0xC6): 1
        case (1, 0x80...0x8F): 4
        case (3, _): 1
        default: 0
        }
    }
}
