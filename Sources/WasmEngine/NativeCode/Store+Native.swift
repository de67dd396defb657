internal import CPlatform
internal import Glibc
internal import Platform
internal import Wasm

/// Entering machine code, and what comes of it.
extension Store {
    /// Runs machine code whose arguments lie at `slots`, where it leaves its results.
    ///
    /// - Returns: ``TrapCode/none``; ``TrapCode/uncaughtException``; or another reason, with the trap
    ///   pending. The frames passed are in ``innerFrames``.
    func runNative(
        _ code: UnsafeRawPointer, typeNumber: UInt32, slots: Slots,
        context: UnsafeMutablePointer<InstanceContext>, native: NativeRuntime
    ) -> TrapCode {
        guard let top = entryStack(native) else { return propagate(.stackExhausted, frames: []) }
        let signature = native.signature(typeNumber)
        var call = unsafe martlet_native_call()
        unsafe call.integers.0 = UInt64(UInt(bitPattern: context))
        unsafe call.stackWords = UInt64(signature.stackWords)
        native.depth += 1
        let outcome = unsafe withUnsafeTemporaryAllocation(
            of: UInt64.self, capacity: max(signature.stackWords, 1)
        ) { stack in
            unsafe call.stack = stack.baseAddress
            return unsafe withUnsafeMutablePointer(to: &call) { call in
                unsafe signature.load(slots, into: call)
                let outcome = unsafe martlet_native_run(
                    call, UInt(bitPattern: code), top, native.report)
                if outcome == Int32(MARTLET_NATIVE_RETURNED.rawValue) {
                    unsafe signature.storeResults(call, native.results, to: slots)
                }
                return outcome
            }
        }
        native.depth -= 1
        return finish(outcome, native)
    }

    /// Where the call's frames begin: the end of the store's stack, 0 for the current place when
    /// machine code of this store is running already; nil when there is no room.
    private func entryStack(_ native: NativeRuntime) -> UInt? {
        guard martlet_native_prepare_thread() == 0 else { return nil }
        if native.depth == 0 { return native.stackTop }
        let here = martlet_native_stack_pointer()
        return native.isOnStack(here) && here > native.stackLimit ? 0 : nil
    }

    private func finish(_ outcome: Int32, _ native: NativeRuntime) -> TrapCode {
        if outcome == Int32(MARTLET_NATIVE_RETURNED.rawValue) {
            if unsafe state.pointee.exception == 0 || native.checksExceptions != true {
                return .none
            }
            let frames = native.frames(native.throwTrace)
            native.throwTrace = []
            return propagate(.uncaughtException, frames: frames)
        }
        let frames = native.frames(native.reportedPlaces)
        if outcome == Int32(MARTLET_NATIVE_LEFT.rawValue) {
            let code = TrapCode(
                rawValue: UInt8(truncatingIfNeeded: unsafe native.report.pointee.code))
            return propagate(code ?? .unreachable, frames: frames)
        }
        return propagate(fault(native), frames: frames)
    }

    /// Notes why an inner run ended, for the runs around it.
    func propagate(_ code: TrapCode, frames: [Trap.Frame]) -> TrapCode {
        if code == .uncaughtException {
            innerFrames += frames
            return code
        }
        if pendingTrap == nil { pendingTrap = Trap(reason(code)) }
        if pendingTrap?.backtrace.isEmpty ?? true { innerFrames += frames }
        return .pending
    }

    /// Why machine code faulted, its details in the state.
    private func fault(_ native: NativeRuntime) -> TrapCode {
        let report = unsafe native.report.pointee
        let site = native.image(at: report.instruction).flatMap { $0.image.trap($0.offset) }
        let signal = Int32(truncatingIfNeeded: report.code)
        if signal == SIGFPE { return site?.code ?? .integerDivideByZero }
        if signal == SIGILL { return site?.code ?? .unreachable }
        let address = report.address
        if let site, site.code != .memoryOutOfBounds { return site.code }
        for instance in instances {
            for memory in instance.memories {
                guard let offset = memory.offset(of: address) else { continue }
                unsafe state.pointee.trapAddress = offset
                unsafe state.pointee.trapWidth = UInt64(site?.width ?? 0)
                return .memoryOutOfBounds
            }
        }
        if native.isOnStack(address) { return .stackExhausted }
        pendingTrap = .host("machine code used memory that is not the guest's")
        return .pending
    }
}

extension LinearMemory {
    /// The offset of an address that lies in what the memory has reserved.
    func offset(of address: UInt) -> UInt64? {
        let base = UInt(bitPattern: unsafe cell.pointee.base)
        guard address >= base, address - base < UInt(reservedByteCount) else { return nil }
        return UInt64(address - base)
    }
}
