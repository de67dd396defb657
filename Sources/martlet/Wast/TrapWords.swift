import WasmEngine

/// Whether a trap is the one that a script's message names.
enum TrapWords {
    static func match(_ trap: Trap, _ message: String) -> Bool {
        switch trap.reason {
        case .nullReference:
            // The suite says of which kind: "null function reference", "null array reference"…
            message.hasPrefix("null ") && message.hasSuffix("reference")
        case .tableOutOfBounds:
            // A call through a table has words of its own.
            message == "undefined element" || message.hasPrefix("out of bounds table access")
        case .uninitializedElement:
            message.hasPrefix("uninitialized element") || message == "undefined element"
        case .unreachable, .integerDivideByZero, .integerOverflow, .invalidConversion,
            .memoryOutOfBounds, .arrayOutOfBounds, .indirectCallTypeMismatch, .castFailure,
            .stackExhausted, .unalignedAtomic, .waitOnUnsharedMemory:
            trap.message.hasPrefix(message)
        case .outOfFuel, .deadlineExceeded, .interrupted, .budgetExceeded, .uncaughtException,
            .invalidFunction, .host, .exit:
            false
        }
    }
}
