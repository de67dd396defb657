/// A block, or the function itself, whose `end` has not been reached yet.
package struct ControlFrame: BitwiseCopyable, Sendable {
    /// What opened the frame: `block`, `loop`, `if`, `else`, `try`, `catch`, `catchAll` or
    /// `tryTable`; `block` for the function's own frame.
    package internal(set) var opcode: Opcode
    /// No instruction up to the frame's `end` or `else` can be reached.
    package internal(set) var isUnreachable = false
    /// The frame was opened where no instruction could be reached.
    package internal(set) var isDead: Bool
    /// Operands below the frame's own, its parameters not counted.
    package internal(set) var operandHeight: Int
    /// How many locals without default value had been set when the frame was opened.
    var assignmentCount: Int
    /// Offset of the `br_table` that has checked this frame's label already.
    var checkedBy = -1
    package internal(set) var parameters: TypeList
    package internal(set) var results: TypeList

    /// What a branch to the frame carries: a loop's parameters, any other block's results.
    package var labelTypes: TypeList { opcode == .loop ? parameters : results }
}
