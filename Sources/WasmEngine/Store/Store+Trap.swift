internal import Wasm

extension Store {
    /// Frames that a backtrace has at most.
    static let frameLimit = 64

    /// The trap that a run ended with.
    ///
    /// - Parameter frames: those of the run itself; what ran inside it was noted before.
    func trap(_ code: TrapCode, frames: [Trap.Frame]) -> Trap {
        var trap = pendingTrap ?? Trap(reason(code))
        pendingTrap = nil
        if trap.backtrace.isEmpty {
            trap.backtrace = innerFrames.isEmpty ? frames : innerFrames + frames
            if trap.backtrace.count > Self.frameLimit {
                trap.backtrace.removeLast(trap.backtrace.count - Self.frameLimit)
            }
        }
        innerFrames = []
        return trap
    }

    func reason(_ code: TrapCode) -> Trap.Reason {
        switch code {
        case .none, .pending: .host("the guest ended for an unknown reason")
        case .unreachable: .unreachable
        case .integerDivideByZero: .integerDivideByZero
        case .integerOverflow: .integerOverflow
        case .invalidConversion: .invalidConversion
        case .memoryOutOfBounds:
            .memoryOutOfBounds(
                address: unsafe state.pointee.trapAddress, width: unsafe state.pointee.trapWidth)
        case .tableOutOfBounds: .tableOutOfBounds
        case .arrayOutOfBounds: .arrayOutOfBounds
        case .indirectCallTypeMismatch: .indirectCallTypeMismatch
        case .uninitializedElement:
            .uninitializedElement(index: unsafe state.pointee.trapAddress)
        case .nullReference: .nullReference
        case .castFailure: .castFailure
        case .stackExhausted: .stackExhausted
        case .outOfFuel: .outOfFuel
        case .deadlineExceeded: .deadlineExceeded
        case .interrupted: .interrupted
        case .unalignedAtomic: .unalignedAtomic
        case .waitOnUnsharedMemory: .waitOnUnsharedMemory
        case .uncaughtException: .uncaughtException(tag: tagName)
        }
    }

    /// The interpreted frames of the run that ended last, innermost first.
    func interpretedFrames() -> [Trap.Frame] {
        var walk = unsafe StackWalk(state)
        var frames: [Trap.Frame] = []
        while frames.count < Self.frameLimit, let frame = walk.next() {
            frames.append(frame.traceFrame)
        }
        return frames
    }
}
