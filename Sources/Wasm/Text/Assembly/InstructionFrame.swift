/// Something in a function body that is open: a block, or a folded instruction.
///
/// Frames lie on a stack of the assembler's own, so that nesting costs memory, not native stack.
struct InstructionFrame {
    enum Kind {
        /// `block`, `loop` or `try_table` that `end` closes.
        case flatBlock
        case flatIf, flatElse, flatTry, flatCatch, flatCatchAll
        /// `(op …` whose operands are being read; they are folded instructions.
        case operands
        /// `(block …`, `(loop …` or `(try_table …`.
        case foldedBlock
        /// `(if …` before `(then`, `(then …`, behind it, `(else …`, and behind that.
        case ifCondition, thenBody, thenDone, elseBody, ifDone
        /// `(try …` before `(do`, its bodies, and what is between and behind them.
        case tryStart, tryBody, tryDone, catchBody, catchDone, catchAllBody, catchAllDone,
            delegateDone
    }

    var kind: Kind
    var label: LabelScope.Entry?
    /// The label's identifier, where the label is not in scope yet.
    var name: UInt32?
    /// Where the frame's own bytes start in the assembler's `pending`.
    var pendingStart: Int
    /// Index of the token that opened it.
    let open: Int

    /// Whether any instruction, not only a folded one, may follow.
    var allowsFlat: Bool {
        switch kind {
        case .flatBlock, .flatIf, .flatElse, .flatTry, .flatCatch, .flatCatchAll, .foldedBlock,
            .thenBody, .elseBody, .tryBody, .catchBody, .catchAllBody:
            true
        case .operands, .ifCondition, .thenDone, .ifDone, .tryStart, .tryDone, .catchDone,
            .catchAllDone,
            .delegateDone:
            false
        }
    }

    /// Whether the keyword `end` closes it.
    var isFlat: Bool {
        switch kind {
        case .flatBlock, .flatIf, .flatElse, .flatTry, .flatCatch, .flatCatchAll: true
        default: false
        }
    }
}
