/// A trap's reason as generated code and the interpreter's loop say it: one byte, details apart.
///
/// Part of the engine's native interface; new cases go to the end.
package enum TrapCode: UInt8, Sendable, BitwiseCopyable {
    /// Not a trap: go on.
    case none = 0
    case unreachable
    case integerDivideByZero
    case integerOverflow
    case invalidConversion
    /// Details in ``ExecutionState/trapAddress`` and ``ExecutionState/trapWidth``.
    case memoryOutOfBounds
    case tableOutOfBounds
    case arrayOutOfBounds
    case indirectCallTypeMismatch
    case uninitializedElement
    case nullReference
    case castFailure
    case stackExhausted
    case outOfFuel
    case deadlineExceeded
    case interrupted
    case unalignedAtomic
    case waitOnUnsharedMemory
    /// The whole ``Trap`` stands in the store's pending slot (host errors, exits, invalid bodies).
    case pending
    /// A thrown exception found no handler; it stands in ``ExecutionState/exception``.
    case uncaughtException
}
