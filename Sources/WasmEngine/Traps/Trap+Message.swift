internal import Diagnostics

extension Trap.Reason {
    /// What happened, in the words of the specification's test suite where it has words for it.
    package var message: String {
        switch self {
        case .unreachable: "unreachable"
        case .integerDivideByZero: "integer divide by zero"
        case .integerOverflow: "integer overflow"
        case .invalidConversion: "invalid conversion to integer"
        case .memoryOutOfBounds(let address, 0):
            "out of bounds memory access at address \(address)"
        case .memoryOutOfBounds(let address, let width):
            "out of bounds memory access: \(width) bytes at address \(address)"
        case .tableOutOfBounds: "out of bounds table access"
        case .arrayOutOfBounds: "out of bounds array access"
        case .indirectCallTypeMismatch: "indirect call type mismatch"
        case .uninitializedElement(let index): "uninitialized element \(index)"
        case .nullReference: "null reference"
        case .castFailure: "cast failure"
        case .stackExhausted: "call stack exhausted"
        case .outOfFuel: "out of fuel"
        case .deadlineExceeded: "time budget used up"
        case .interrupted: "interrupted"
        case .budgetExceeded(let what): "budget exceeded: \(what)"
        case .uncaughtException(let tag): "unhandled exception with \(tag)"
        case .unalignedAtomic: "unaligned atomic"
        case .waitOnUnsharedMemory: "expected shared memory"
        case .invalidFunction(let diagnostic): "function does not validate: \(diagnostic.what)"
        case .host(let text): text
        case .exit(let status): "exit with status \(status)"
        }
    }

    /// How to mend it; empty when only the guest's author can.
    var remedy: String {
        switch self {
        case .stackExhausted: "give the guest a larger stack, or look for endless recursion"
        case .outOfFuel: "give more fuel"
        case .deadlineExceeded: "give more time"
        case .budgetExceeded: "raise the budget"
        case .invalidFunction: "validate the module before running it"
        default: ""
        }
    }
}
