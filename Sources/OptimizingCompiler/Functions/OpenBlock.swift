internal import Wasm

/// A block that is open, as the lowering sees it.
struct OpenBlock {
    var opcode: Opcode
    /// It was opened in code that cannot run: nothing is written for it.
    var isDead = false
    /// Operands below its parameters.
    var height = 0
    var parameters: TypeList
    var results: TypeList
    /// Where a branch to it goes: its start if it is a loop, else its end.
    var label = 0
    /// Where an `if` goes when its condition is false, until `else`.
    var elseLabel: Int?
    /// Something goes to ``label``.
    var isTarget = false
    /// The slots of a loop's parameters.
    var parameterSlots: [String] = []
    /// The slots of the results.
    var resultSlots: [String] = []
    /// The parameters of an `if`, for its `else`.
    var arguments: [IRValue] = []
    /// Of a `try_table` or `try`: where exceptions from inside go.
    var handler: Int?
    var catches: [CatchClause] = []
    /// Of an older `try` with arms: where exceptions go that none of them so far takes.
    var dispatch: Int?
    /// Of an arm of the older `try`: the slot of the exception caught.
    var exceptionSlot: String?

    /// What a branch to it carries.
    var labelTypes: TypeList { opcode == .loop ? parameters : results }
    /// Where a branch leaves what it carries.
    var labelSlots: [String] { opcode == .loop ? parameterSlots : resultSlots }
}
