/// Shortening jumps, once all distances are known.
extension Translator {
    /// Lets every jump to an unconditional jump go where that goes, and turns a jump to a return
    /// into the return itself.
    mutating func shortenJumps() {
        var position = 1
        while position < words.count {
            guard let operation = operation(at: position) else { return }
            var length = operation.wordCount
            switch operation {
            case .branchTable:
                let count = Int(words[position] >> 32) + 1
                length += (count + 1) / 2
                for entry in 0..<count {
                    shorten(Fixup(instruction: position, offset: 8 + 4 * entry))
                }
            case .branch:
                shorten(Fixup(instruction: position, offset: 4))
                let target = self.target(of: Fixup(instruction: position, offset: 4))
                switch self.operation(at: target) {
                case .return0, .return1: words[position] = words[target]
                default: break
                }
            case .branchIfZero, .branchIfNonzero, .branchIfNull, .branchIfNotNull:
                shorten(Fixup(instruction: position, offset: 4))
            default:
                if operation.isLongBranch { shorten(Fixup(instruction: position, offset: 12)) }
            }
            position += length
        }
        precondition(position == words.count, "an instruction is as long as its table says")
    }

    /// Where a jump goes.
    private func target(of jump: Fixup) -> Int {
        let word = words[jump.instruction + jump.offset / 8]
        let half = jump.offset % 8 == 0 ? word : word >> 32
        let distance = Int32(truncatingIfNeeded: Int64(truncatingIfNeeded: half))
        return jump.instruction + Int(distance) / 8
    }

    /// Follows a few jumps in a row; an endless loop of jumps stays one.
    private mutating func shorten(_ jump: Fixup) {
        var target = target(of: jump)
        for _ in 0..<4 {
            guard target > 0, target < words.count, operation(at: target) == .branch else { break }
            target = self.target(of: Fixup(instruction: target, offset: 4))
        }
        patch(jump, to: target)
    }
}
