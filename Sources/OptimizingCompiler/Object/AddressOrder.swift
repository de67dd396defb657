/// Addresses without a part that they need not have.
///
/// rbp and r13 as base of an address cost a displacement, if only of 0; on AMD's Zen a load from a
/// sum of three parts takes a cycle more than from a sum of two. With an index that is not scaled,
/// base and index may change places, and the displacement goes. A prefix without effect takes its
/// byte, so that nothing moves. Documentation/Decisions/0071.
enum AddressOrder {
    /// Rewrites the instructions of a function, up to the first that is unknown.
    static func improve(_ bytes: inout [UInt8], _ function: Range<Int>) {
        var offset = function.lowerBound
        while offset < function.upperBound,
            let form = InstructionForm(bytes[..<function.upperBound], at: offset)
        {
            if let other = exchanged(form, bytes) {
                bytes.replaceSubrange(
                    offset..<other.end, with: [segmentPrefix] + bytes[offset..<other.end - 1])
                for (place, byte) in other.changes { bytes[place + 1] = byte }
            }
            offset += form.byteCount
        }
    }

    /// DS, which every such operand uses anyway.
    private static let segmentPrefix: UInt8 = 0x3E

    /// What changes in an instruction whose address gets shorter so, and where the displacement ends.
    private static func exchanged(
        _ form: InstructionForm, _ bytes: [UInt8]
    ) -> (changes: [(Int, UInt8)], end: Int)? {
        guard let operands = form.operands, !form.hasAddressPrefix, !form.isBranch,
            !form.hasVectorOfAddresses
        else { return nil }
        let mode = bytes[operands]
        guard mode >> 6 == 1, mode & 7 == 4 else { return nil }
        // A displacement of one byte, 0, behind a base and an index that is not scaled.
        let scaled = bytes[operands + 1]
        guard scaled >> 6 == 0, bytes[operands + 2] == 0 else { return nil }
        var (base, index) = (scaled & 7, scaled >> 3)
        guard base == 5, index != 5 else { return nil }
        var changes = [(operands, mode & 0x3F)]
        switch form.extension {
        case .none, .never:
            guard index != 4 else { return nil }
        case .rex(let place):
            let byte = bytes[place]
            guard index != 4 || byte & 2 != 0 else { return nil }
            changes.append((place, byte & 0xFC | byte >> 1 & 1 | byte << 1 & 2))
        case .inverted(let place):
            let byte = bytes[place]
            guard index != 4 || byte & 0x40 == 0 else { return nil }
            changes.append((place, byte & 0x9F | byte >> 1 & 0x20 | byte << 1 & 0x40))
        }
        swap(&base, &index)
        changes.append((operands + 1, index << 3 | base))
        return (changes, operands + 3)
    }
}

extension InstructionForm {
    /// A call or jump through memory, where a segment's prefix has another meaning.
    fileprivate var isBranch: Bool { map == 0 && opcode == 0xFF && 2...5 ~= group }

    /// A gather or scatter, whose index is a vector.
    fileprivate var hasVectorOfAddresses: Bool {
        guard case .inverted = `extension` else { return false }
        return map == 2 && [0x90...0x93, 0xA0...0xA3, 0xC6...0xC7].contains { $0 ~= opcode }
    }
}
