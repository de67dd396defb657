internal import CPlatform
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
        unsafe call.stackWords = UInt32(signature.stackWords)
        unsafe call.usesVectors = signature.usesVectors ? 1 : 0
        // One that ended an earlier call is no longer on its way.
        unsafe state.pointee.exception = 0
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
    @inline(__always)
    func entryStack(_ native: NativeRuntime) -> UInt? {
        guard martlet_native_prepare_thread() == 0 else { return nil }
        if native.depth == 0 { return native.stackTop }
        let here = martlet_native_stack_pointer()
        return native.isOnStack(here) && here > native.stackLimit ? 0 : nil
    }

    func finish(_ outcome: Int32, _ native: NativeRuntime) -> TrapCode {
        if outcome == Int32(MARTLET_NATIVE_RETURNED.rawValue) {
            if unsafe state.pointee.exception == 0 || native.checksExceptions != true {
                return .none
            }
            let frames = native.frames(native.throwTrace)
            native.throwTrace = []
            return propagate(.uncaughtException, frames: frames)
        }
        // Nobody asks where a program was when it exited.
        let frames = isExiting ? [] : native.reportedFrames
        if outcome == Int32(MARTLET_NATIVE_LEFT.rawValue) {
            let code = TrapCode(
                rawValue: UInt8(truncatingIfNeeded: unsafe native.report.pointee.code))
            return propagate(code ?? .unreachable, frames: frames)
        }
        return propagate(fault(native), frames: frames)
    }

    private var isExiting: Bool {
        if case .exit = pendingTrap?.reason { return true }
        return false
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
        if report.code == UInt64(MARTLET_NATIVE_STOPPED.rawValue) { return .interrupted }
        let found = native.image(at: report.instruction)
        let site = found.flatMap { $0.image.trap($0.offset) }
        if report.code == UInt64(MARTLET_NATIVE_DAMAGED.rawValue) {
            pendingTrap = .host("the code image is damaged: compile the module again")
            return .pending
        }
        if report.code == UInt64(MARTLET_NATIVE_ARITHMETIC.rawValue) {
            return site?.code ?? .integerDivideByZero
        }
        if report.code == UInt64(MARTLET_NATIVE_INSTRUCTION.rawValue) {
            return site?.code ?? .unreachable
        }
        if let site, site.code != .memoryOutOfBounds { return site.code }
        let address = report.address
        for instance in instances {
            for memory in instance.memories where memory.offset(of: address) != nil {
                noteAccess(memory, report, found, site)
                return .memoryOutOfBounds
            }
        }
        if native.isOnStack(address) { return .stackExhausted }
        pendingTrap = .host("machine code used memory that is not the guest's")
        return .pending
    }

    /// Writes address and width of an access that faulted to the state.
    private func noteAccess(
        _ memory: LinearMemory, _ report: martlet_native_report,
        _ found: (image: NativeImage, module: LoadedModule, offset: UInt32)?, _ site: TrapSite?
    ) {
        var address = UInt64(report.address)
        var width = UInt64(site?.width ?? 0)
        if let (image, module, offset) = found {
            if let start = image.accessAddress(report, at: offset), start <= address,
                address - start < 64
            {
                address = start
            }
            if width == 0, let place = image.places(at: offset, limit: 1).first {
                width = module.accessWidth(at: place.wasmOffset)
            }
        }
        unsafe state.pointee.trapAddress = memory.offset(of: UInt(address)) ?? 0
        unsafe state.pointee.trapWidth = width
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
