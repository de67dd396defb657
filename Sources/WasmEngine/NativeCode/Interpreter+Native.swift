internal import CPlatform
internal import Wasm

/// Calls between interpreted functions and machine code.
extension Interpreter {
    /// Runs the machine code of a function, whose arguments lie at the frame's start.
    @inline(never)
    static func callNative(
        _ definedIndex: Int, _ frame: Slots, _ headerSlot: Int,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        let store = instance.store
        guard let native = store.native, let code = unsafe instance.nativeImage?.entry(definedIndex)
        else { return .unreachable }
        let state = unsafe store.state
        let top = unsafe state.pointee.stackTop
        unsafe state.pointee.stackTop = frame.base + (headerSlot + Store.frameHeaderSlots)
        defer { unsafe state.pointee.stackTop = top }
        let index = instance.module.module.importedFunctionCount + definedIndex
        let type = instance.typeNumber(instance.module.module.functions[index])
        return unsafe store.runNative(
            code, typeNumber: type, slots: frame, context: context, native: native)
    }
}

/// Calls by machine code of functions that have none.
enum NativeCallOut {
    /// Serves a call; the arguments are in `call`, where the results go.
    ///
    /// - Returns: ``TrapCode/none``, or why the guest must be left.
    @inline(__always)
    static func serve(
        _ call: UnsafeMutablePointer<martlet_native_call>,
        _ record: UnsafeMutablePointer<FunctionRecord>, frame: UInt
    ) -> TrapCode {
        // SAFETY: machine code passes a context first.
        guard
            let context = unsafe UnsafeMutablePointer<InstanceContext>(
                bitPattern: UInt(call.pointee.integers.0))
        else { return .unreachable }
        let state = unsafe context.pointee.state
        guard frame >= (unsafe state.pointee.nativeStackLimit) else { return .stackExhausted }
        let code =
            unsafe record.pointee.context == nil
            ? serveHost(call, record, context) : serveGuest(call, record, state)
        return code == .uncaughtException ? unsafe caught(frame, state) : code
    }

    /// Serves a call of an interpreted function.
    @inline(never)
    private static func serveGuest(
        _ call: UnsafeMutablePointer<martlet_native_call>,
        _ record: UnsafeMutablePointer<FunctionRecord>,
        _ state: UnsafeMutablePointer<ExecutionState>
    ) -> TrapCode {
        let store = unsafe state.pointee.store.takeUnretainedValue()
        guard let native = store.native else { return .unreachable }
        let signature = unsafe native.signature(record.pointee.typeNumber)
        let slots = unsafe Slots(state.pointee.stackTop)
        let end =
            UInt(bitPattern: unsafe slots.base)
            + UInt(signature.headerSlot + Store.frameHeaderSlots) * 8
        guard end <= (unsafe state.pointee.stackLimit) else { return .stackExhausted }
        unsafe signature.store(call, to: slots)
        let code = unsafe run(record, slots, signature.headerSlot, store)
        guard code == .none else { return code }
        // A host function may have let one end that a guest of its own threw.
        unsafe state.pointee.exception = 0
        unsafe signature.loadResults(slots, into: call, native.results)
        return .none
    }

    /// Lets the callers look for an exception, if they do.
    @inline(never)
    private static func caught(
        _ frame: UInt, _ state: UnsafeMutablePointer<ExecutionState>
    ) -> TrapCode {
        let store = unsafe state.pointee.store.takeUnretainedValue()
        guard let native = store.native, native.checksExceptions == true else {
            return .uncaughtException
        }
        note(frame, native)
        return .none
    }

    /// Serves a call of a host function.
    @inline(__always)
    private static func serveHost(
        _ call: UnsafeMutablePointer<martlet_native_call>,
        _ record: UnsafeMutablePointer<FunctionRecord>,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        guard let entry = unsafe record.pointee.entry,
            let opaque = unsafe UnsafeRawPointer(
                bitPattern: UInt(entry.pointee.stubInstruction.1))
        else { return .nullReference }
        // SAFETY: a host record's stub holds its box, which the store keeps.
        let box = unsafe Unmanaged<HostFunctionBox>.fromOpaque(opaque)
        return unsafe box._withUnsafeGuaranteedRef { box in
            guard let masks = box.plainMasks else {
                return unsafe serveMoved(call, box, context)
            }
            // SAFETY: the call is 24 words, of which the second to the sixth are the arguments' in the
            // order of slots. Whoever looks for references looks at the stack that they lie on.
            let slots = unsafe Slots(NativeSignature.words(call) + 1)
            slots[0] &= masks.0
            slots[1] &= masks.1
            slots[2] &= masks.2
            slots[3] &= masks.3
            slots[4] &= masks.4
            let code = unsafe run(box, slots, context)
            guard code == .none else { return code }
            // The host may have let one end that a guest of its own threw.
            unsafe context.pointee.state.pointee.exception = 0
            unsafe call.pointee.integers.0 = slots[0]
            return .none
        }
    }

    /// Serves a call of a host function whose arguments or result must be moved.
    @inline(never)
    private static func serveMoved(
        _ call: UnsafeMutablePointer<martlet_native_call>, _ box: HostFunctionBox,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        let state = unsafe context.pointee.state
        guard let results = unsafe state.pointee.results else { return .nullReference }
        let slots = unsafe Slots(state.pointee.stackTop)
        let top = unsafe slots.base + (box.signature.headerSlot + Store.frameHeaderSlots)
        guard UInt(bitPattern: top) <= (unsafe state.pointee.stackLimit) else {
            return .stackExhausted
        }
        unsafe box.signature.store(call, to: slots)
        unsafe state.pointee.stackTop = top
        let code = unsafe run(box, slots, context)
        unsafe state.pointee.stackTop = slots.base
        guard code == .none else { return code }
        // The host may have let one end that a guest of its own threw.
        unsafe state.pointee.exception = 0
        unsafe box.signature.loadResults(slots, into: call, results)
        return .none
    }

    @inline(__always)
    private static func run(
        _ box: HostFunctionBox, _ slots: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        let state = unsafe context.pointee.state
        do throws(Trap) {
            try box.function.body(
                unsafe HostCall(slots: slots, store: state.pointee.store, context: context))
            return .none
        } catch {
            return unsafe ended(error, state)
        }
    }

    @inline(never)
    private static func ended(
        _ error: Trap, _ state: UnsafeMutablePointer<ExecutionState>
    ) -> TrapCode {
        unsafe Interpreter.ended(error, state.pointee.store.takeUnretainedValue(), state)
    }

    private static func run(
        _ record: UnsafeMutablePointer<FunctionRecord>, _ slots: Slots, _ headerSlot: Int,
        _ store: Store
    ) -> TrapCode {
        guard let entry = unsafe record.madeEntry() else { return .nullReference }
        let state = unsafe store.state
        guard let context = unsafe record.pointee.context else { return .nullReference }
        let top = unsafe state.pointee.stackTop
        defer { unsafe state.pointee.stackTop = top }
        let code = unsafe Interpreter.run(
            entry: entry, slots: slots, headerSlot: headerSlot,
            context: context.assumingMemoryBound(to: InstanceContext.self), state: state)
        return code == .none ? code : store.propagate(code, frames: store.interpretedFrames())
    }

    /// Notes the frames of machine code that an exception passes.
    private static func note(_ frame: UInt, _ native: NativeRuntime) {
        // SAFETY: `call_out` made the frame: the caller's frame, then where it goes on.
        guard let framePointer = unsafe UnsafePointer<UInt>(bitPattern: frame)?.pointee else {
            return
        }
        unsafe martlet_native_trace(frame + 8, framePointer, native.report)
        native.throwTrace = native.reportedPlaces
    }
}
