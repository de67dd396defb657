internal import Wasm

extension Interpreter {
    /// Checks that a function's frame fits on the stack and sets its locals to zero.
    @inline(__always)
    static func enter(
        _ target: UnsafeRawPointer, _ frame: Slots,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) -> Bool {
        // SAFETY: code is preceded by its header; the frame is checked before it is written.
        let header = unsafe target.load(fromByteOffset: -8, as: UInt64.self)
        let end =
            UInt(bitPattern: unsafe frame.base)
            &+ UInt(UInt32(truncatingIfNeeded: header)) &* 8
        guard end <= (unsafe context.pointee.state.pointee.stackLimit) else { return false }
        var count = Int(truncatingIfNeeded: header >> 48)
        var slot = unsafe frame.base + Int(truncatingIfNeeded: header >> 32 & 0xFFFF)
        while count > 0 {
            unsafe slot.pointee = 0
            unsafe slot += 1
            count &-= 1
        }
        return true
    }

    /// The code of the function in a record.
    @inline(__always)
    static func entryCode(_ record: UnsafeMutablePointer<FunctionRecord>) -> UnsafeRawPointer {
        if let entry = unsafe record.pointee.entry { return unsafe entry.pointee.code }
        // SAFETY: only records of instances' functions are without an entry, and those can be made.
        return unsafe record.madeEntry().unsafelyUnwrapped.pointee.code
    }

    /// The record behind a `func` reference; nil for null.
    @inline(__always)
    static func functionRecord(_ reference: UInt64) -> UnsafeMutablePointer<FunctionRecord>? {
        unsafe UnsafeMutablePointer(bitPattern: UInt(reference))
    }

    /// An own global of the instance, by its offset in the context.
    @inline(__always)
    static func global(
        _ context: UnsafeMutablePointer<InstanceContext>, _ offset: UInt32
    ) -> Slots {
        // SAFETY: the translator takes the offset from the validated module.
        unsafe Slots(
            (UnsafeMutableRawPointer(context) + Int(offset)).assumingMemoryBound(to: UInt64.self))
    }

    /// Whether a record's type is below the wanted one.
    @inline(never)
    static func isSubtype(
        _ record: UnsafeMutablePointer<FunctionRecord>, _ wanted: UInt32
    ) -> Bool {
        TypeRegistry.shared.isSubtype(unsafe record.pointee.typeNumber, of: wanted)
    }

    /// Translates the function whose stub is running.
    ///
    /// - Returns: where its code starts; nil when it does not validate, with the trap pending.
    @inline(never)
    static func translate(
        _ code: Code, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> UnsafeRawPointer? {
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        if instance.codeTable.isStopped {
            instance.store.pendingTrap = .interrupted
            return nil
        }
        do throws(WasmError) {
            return unsafe try instance.codeTable.translate(definedIndex: Int(code.u32(4)))
        } catch {
            instance.store.pendingTrap = Trap(.invalidFunction(error.diagnostic))
            return nil
        }
    }

    /// Runs a host function whose arguments lie at the frame's start.
    @inline(never)
    static func callHost(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        if code.u64(8) & 1 != 0 {
            return unsafe callNative(Int(code.u64(8) >> 1), frame, code.a, context)
        }
        let state = unsafe context.pointee.state
        guard let opaque = unsafe UnsafeRawPointer(bitPattern: UInt(code.u64(8))) else {
            return .unreachable
        }
        // SAFETY: the store wrote the address of a box that it keeps.
        let box = unsafe Unmanaged<HostFunctionBox>.fromOpaque(opaque).takeUnretainedValue()
        let top = unsafe state.pointee.stackTop
        unsafe state.pointee.stackTop = frame.base + (code.a + Store.frameHeaderSlots)
        defer { unsafe state.pointee.stackTop = top }
        do throws(Trap) {
            try box.function.body(
                unsafe HostCall(slots: frame, store: state.pointee.store, context: context))
            return .none
        } catch {
            return unsafe ended(error, state.pointee.store.takeUnretainedValue(), state)
        }
    }

    /// What a host function's error means for the guest that called it.
    static func ended(
        _ error: Trap, _ store: Store, _ state: UnsafeMutablePointer<ExecutionState>
    ) -> TrapCode {
        store.pendingTrap = error
        guard case .uncaughtException = error.reason, unsafe state.pointee.exception != 0
        else { return .pending }
        // The guest below threw it, or the host did: it goes on to this guest's handlers.
        return .uncaughtException
    }

    /// Looks at the store's budgets when a slice of fuel is used up.
    @inline(never)
    static func refill(_ context: UnsafeMutablePointer<InstanceContext>) -> TrapCode {
        let store = unsafe context.pointee.state.pointee.store.takeUnretainedValue()
        do throws(Trap) {
            try store.refillFuel()
            return .none
        } catch {
            store.pendingTrap = error
            return .pending
        }
    }

    /// The instruction that ends a run; its address is kept as a number, which threads may share.
    private static let exitAddress: UInt = {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)
        unsafe words.initialize(repeating: Instruction(.exit).bits, count: 2)
        return UInt(bitPattern: words)
    }()

    static var exitCode: UnsafeRawPointer {
        // SAFETY: the allocation above is never freed.
        unsafe UnsafeRawPointer(bitPattern: exitAddress).unsafelyUnwrapped
    }
}
