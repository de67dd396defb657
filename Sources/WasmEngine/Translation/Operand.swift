internal import Wasm

/// A value on the translator's operand stack: known by where it is, not yet moved.
struct Operand {
    enum Kind {
        /// In the stack position's own slot, its home; used once.
        case temporary
        /// In a local's slot; the local must not be set before this is used or moved home.
        case local
        /// A local plus a constant, an `i32` not added up yet; ``Operand/slot`` and
        /// ``Operand/bits`` tell which. Bound to the local as `local` is.
        case sum
        /// Known; in no slot yet. Never a vector.
        case constant
    }

    var kind: Kind
    var type: ValueType
    /// The first slot of its stack position.
    var home: Int
    /// Where it is now; meaningless for a constant.
    var slot: Int
    /// A constant's bits.
    var bits: UInt64 = 0

    /// Whether it changes when a local does.
    var isBoundToLocal: Bool { kind == .local || kind == .sum }

    /// The slot after its home.
    var homeEnd: Int { home + type.slotCount }
}

/// A block that is open, as the translator sees it.
struct OpenBlock {
    var opcode: Opcode
    /// It was opened in code that cannot run: nothing is written for it.
    var isDead = false
    /// Operands below its parameters.
    var height = 0
    /// The home of its first parameter or result.
    var home = 0
    var parameters: TypeList
    var results: TypeList
    /// Where a loop begins.
    var start = 0
    /// Branches to its end.
    var fixups: [Fixup] = []
    /// The branch of an `if` to its `else` or end.
    var elseFixup: Fixup?
    /// Positions in the handler table of those that land at its end.
    var handlers: [Int] = []
    /// The clauses of a `try_table`: the block each goes to.
    var catches: [(clause: CatchClause, target: Int)] = []
    /// Of an older `try`: where its body ended.
    var bodyEnd = 0
    /// The word of a loop's `meter`; 0 for none.
    var meter = 0
    /// Instructions counted for the meter.
    var cost: UInt32 = 0

    /// Whether anything goes to its end but the instruction before.
    var isLabel: Bool { !fixups.isEmpty || !handlers.isEmpty }

    /// What a branch to it carries.
    var labelTypes: TypeList { opcode == .loop ? parameters : results }
}

/// A distance to fill in: at a byte offset of an instruction, counted from that instruction.
struct Fixup {
    var instruction: Int
    var offset: Int
}

/// A translated function.
struct Translation {
    /// The frame header, then the code.
    var words: [UInt64]
    /// Innermost first.
    var handlers: [ExceptionHandler]
}
