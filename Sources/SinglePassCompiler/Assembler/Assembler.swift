/// Writes x86-64 instructions by named forms, each with its place in the manual.
///
/// Source of encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2
/// (June 2024), cited as "SDM" with the instruction's page name.
package struct Assembler: ~Copyable {
    package var code: CodeBuffer
    /// Where each label stands, or -1 while that is not known.
    var labels = Stack<Int32>(capacity: 64)
    /// Places that hold a displacement to a label that was not bound yet: (offset, label).
    var fixups = Stack<Fixup>(capacity: 64)

    package init(capacity: Int = 4096, hasAVX: Bool = false) {
        code = CodeBuffer(capacity: capacity)
        self.hasAVX = hasAVX
    }

    /// Whether vector instructions are VEX-encoded, with three operands.
    package let hasAVX: Bool

    /// The offset of the next instruction.
    package var offset: Int { code.count }
}

/// A displacement to a label that was not bound yet.
struct Fixup: BitwiseCopyable {
    var offset: Int32
    var label: Int32
}

/// The opcode map an opcode belongs to (SDM vol. 2A, §2.1.2).
enum OpcodeMap: UInt8 {
    case primary = 0
    case map0F = 1
    case map0F38 = 2
    case map0F3A = 3
}

extension Assembler {
    // MARK: Encoding (SDM vol. 2A, chapter 2)

    /// An instruction whose operands are both registers.
    @inline(__always)
    mutating func encode(
        _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, rm: UInt8, wide: Bool = false,
        prefix: UInt8 = 0, byteRegisters: Bool = false
    ) {
        var word = ByteWord()
        if prefix != 0 { word.append(prefix) }
        let rex = (wide ? 8 : 0) | (reg & 8) >> 1 | (rm & 8) >> 3
        // Without REX, byte registers 4 to 7 mean AH, CH, DH and BH.
        if rex != 0 || (byteRegisters && (reg > 3 || rm > 3)) { word.append(0x40 | rex) }
        Self.append(map, opcode, to: &word)
        word.append(0xC0 | (reg & 7) << 3 | (rm & 7))
        code.put(word)
        code.reserve()
    }

    /// An instruction with one operand in memory.
    @inline(__always)
    mutating func encode(
        _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, _ address: Address, wide: Bool = false,
        prefix: UInt8 = 0, byteRegisters: Bool = false, lock: Bool = false
    ) {
        if prefix != 0 { code.put(prefix) }
        if lock { code.put(UInt8(0xF0)) }
        var word = ByteWord()
        Self.append(map, opcode, to: &word)
        let rex: UInt8 = (wide ? 0x48 : 0) | (byteRegisters && reg > 3 ? 0x40 : 0)
        putAddressed(word, rex: rex, reg: reg, address)
    }

    /// REX, unless all its bits are zero, an opcode and what says the operands. Free of branches,
    /// which nobody could foresee.
    @inline(never)
    private mutating func putAddressed(
        _ opcode: ByteWord, rex: UInt8, reg: UInt8, _ address: Address
    ) {
        let rex = rex | (reg & 8) &>> 1 | address.rex
        code.put(opcode.preceded(by: 0x40 | rex, if: rex != 0))
        code.put(address.encoded(reg: reg))
        code.reserve()
    }

    @inline(__always)
    private static func append(_ map: OpcodeMap, _ opcode: UInt8, to word: inout ByteWord) {
        if map != .primary { word.append(0x0F) }
        if map == .map0F38 { word.append(0x38) }
        if map == .map0F3A { word.append(0x3A) }
        word.append(opcode)
    }
}

extension Assembler {
    // MARK: Labels

    /// A place in the code, perhaps not known yet.
    package struct Label: Sendable, Hashable, BitwiseCopyable {
        let number: Int32
    }

    /// A label that is not bound yet.
    package mutating func makeLabel() -> Label {
        labels.append(-1)
        return Label(number: Int32(truncatingIfNeeded: labels.count - 1))
    }

    /// Binds `label` to the next instruction's offset.
    package mutating func bind(_ label: Label) {
        labels[Int(label.number)] = Int32(truncatingIfNeeded: code.count)
    }

    /// Binds `label` to the code's start.
    package mutating func bindStart(_ label: Label) { labels[Int(label.number)] = 0 }

    /// Where `label` stands; `nil` while it is not bound.
    package func offset(of label: Label) -> Int? {
        let offset = Int(labels[Int(label.number)])
        return offset < 0 ? nil : offset
    }

    /// Fills in every displacement to a label; each label that was used must be bound by now.
    package mutating func resolveLabels() {
        for index in 0..<fixups.count {
            let fixup = fixups[index]
            let target = labels[Int(fixup.label)]
            precondition(target >= 0, "every label that is jumped to is bound")
            code.patch(target - (fixup.offset + 4), at: Int(fixup.offset))
        }
        fixups.removeAll()
    }

    /// Forgets code and labels, for the next function in the same memory.
    package mutating func removeAll() {
        code.removeAll()
        labels.removeAll()
        fixups.removeAll()
    }

    /// A 32-bit displacement to `label`, counted from the end of the displacement.
    mutating func putDisplacement(to label: Label) {
        let target = labels[Int(label.number)]
        if target >= 0 {
            code.put(target - (Int32(truncatingIfNeeded: code.count) + 4))
        } else {
            fixups.append(
                Fixup(offset: Int32(truncatingIfNeeded: code.count), label: label.number))
            code.put(Int32(0))
        }
    }
}
