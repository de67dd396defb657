internal import Wasm

extension Store {
    /// The trap that a run ended with, with its backtrace.
    func trap(_ code: TrapCode) -> Trap {
        var trap = pendingTrap ?? Trap(reason(code))
        pendingTrap = nil
        if trap.backtrace.isEmpty { trap.backtrace = backtrace() }
        return trap
    }

    private func reason(_ code: TrapCode) -> Trap.Reason {
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

    /// The guest's frames, innermost first, up to the call from the host.
    private func backtrace() -> [Trap.Frame] {
        var walk = unsafe StackWalk(state)
        var frames: [Trap.Frame] = []
        while frames.count < 64, let frame = walk.next() { frames.append(frame.traceFrame) }
        return frames
    }
}
