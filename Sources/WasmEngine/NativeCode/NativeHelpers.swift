internal import CPlatform
internal import Wasm

/// What machine code calls for rare and large work. Each is entered through a stub that notes where
/// the guest is, so that a trap can be told with its frames.
///
/// A helper that may trap asks a function beside it that answers with a ``TrapCode``; when it must
/// leave the guest, nothing is owned by the helper itself.
enum NativeHelpers {
    typealias Context = UnsafeMutablePointer<InstanceContext>
    /// A context or record as C can say it.
    typealias Raw = UnsafeMutableRawPointer

    /// Makes the helpers known to the stubs, once.
    static func install() { _ = installed }

    private static let installed: Bool = {
        unsafe martlet_native_set_out_handler { call, record, frame in
            // SAFETY: thunks pass the record they were made for, `call_out` its frame.
            guard
                let record = unsafe UnsafeMutablePointer<FunctionRecord>(bitPattern: record),
                let framePointer = unsafe UnsafePointer<UInt>(bitPattern: frame)?.pointee
            else { return }
            let code = unsafe NativeCallOut.serve(call, record, frame: frame)
            if code == .none { return }
            martlet_native_leave(UInt64(code.rawValue), frame + 8, framePointer)
        }
        martlet_native_set_first_call_handler { context, number, frame in
            // SAFETY: stubs pass the context of their image's instance.
            guard
                let context = unsafe Context(bitPattern: context),
                let framePointer = unsafe UnsafePointer<UInt>(bitPattern: frame)?.pointee
            else { return 0 }
            let (address, code) = unsafe FirstCall.resolve(context, number)
            if code == .none { return address }
            martlet_native_leave(UInt64(code.rawValue), frame + 8, framePointer)
        }
        setMemoryHelpers()
        setReferenceHelpers()
        setExceptionHelpers()
        return true
    }()

    /// The addresses of the stubs, by ``RuntimeHelper``.
    static var table: UnsafeRawPointer? {
        unsafe UnsafeRawPointer(bitPattern: martlet_native_stub_table())
    }

    /// What code calls to trap.
    static var trap: UnsafeRawPointer? {
        unsafe UnsafeRawPointer(bitPattern: martlet_native_trap_address())
    }

    static func set(_ helper: RuntimeHelper, _ function: UnsafeRawPointer) {
        unsafe martlet_native_set_helper(helper.rawValue, function)
    }

    /// Leaves the guest with a reason, unless there is none.
    @inline(__always)
    static func leave(_ code: TrapCode, _ context: Context) {
        if code == .none { return }
        let state = unsafe context.pointee.state
        unsafe martlet_native_leave(
            UInt64(code.rawValue), state.pointee.callStack, state.pointee.callFrame)
    }

    /// The instance that a context is of.
    static func instance(_ context: Context) -> Instance {
        // SAFETY: contexts point back at their instances, which the store keeps.
        unsafe context.pointee.instance.takeUnretainedValue()
    }

    /// Runs an instruction on memories or tables that may trap.
    @inline(never)
    static func attempt(
        _ context: Context, _ opcode: Opcode, _ one: UInt64, _ two: UInt64, _ three: UInt64,
        _ index0: UInt32, _ index1: UInt32
    ) -> TrapCode {
        let instance = unsafe instance(context)
        var result: UInt64 = 0
        return unsafe withUnsafeMutablePointer(to: &result) { result in
            let bulk = unsafe BulkInstruction(
                instance: instance, result: Slots(result), one: one, two: two, three: three,
                index0: Int(index0), index1: Int(index1))
            do throws(Trap) {
                try bulk.run(opcode)
                unsafe context.pointee.state.pointee.fuel &-= bulk.fuel(opcode)
                return .none
            } catch {
                instance.store.pendingTrap = error
                return .pending
            }
        }
    }
}

extension NativeHelpers {
    private typealias Trapping = @convention(c) (Raw, UInt32) -> Void
    private typealias Performing =
        @convention(c) (
            Raw, UnsafeMutablePointer<UInt64>, UInt32, UInt32, UInt32
        ) -> Void
    private typealias Plain = @convention(c) (Raw) -> Void
    private typealias Growing = @convention(c) (Raw, UInt32, UInt64) -> UInt64
    private typealias Filling = @convention(c) (Raw, UInt32, UInt64, UInt32, UInt64) -> Void
    private typealias Copying =
        @convention(c) (
            Raw, UInt32, UInt32, UInt64, UInt64, UInt64
        ) -> Void
    private typealias GrowingTable = @convention(c) (Raw, UInt32, UInt64, UInt64) -> UInt64

    fileprivate static func setMemoryHelpers() {
        let trapEntry: Trapping = { raw, code in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            let reason = TrapCode(rawValue: UInt8(truncatingIfNeeded: code)) ?? .unreachable
            unsafe NativeHelpers.leave(reason == .none ? .unreachable : reason, context)
        }
        unsafe set(.trap, unsafeBitCast(trapEntry, to: UnsafeRawPointer.self))
        let performEntry: Performing = { raw, slots, opcode, first, second in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.leave(
                NativeInstruction.run(context, Slots(slots), opcode, first, second), context)
        }
        unsafe set(.perform, unsafeBitCast(performEntry, to: UnsafeRawPointer.self))
        let budgetEntry: Plain = { raw in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.leave(Interpreter.refill(context), context)
        }
        unsafe set(.budget, unsafeBitCast(budgetEntry, to: UnsafeRawPointer.self))
        let growEntry: Growing = { raw, memory, delta in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.growMemory(context, memory, delta)
        }
        unsafe set(.memoryGrow, unsafeBitCast(growEntry, to: UnsafeRawPointer.self))
        let fillEntry: Filling = { raw, memory, at, value, count in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.leave(
                NativeHelpers.attempt(context, .memoryFill, at, UInt64(value), count, memory, 0),
                context)
        }
        unsafe set(.memoryFill, unsafeBitCast(fillEntry, to: UnsafeRawPointer.self))
        let copyEntry: Copying = { raw, target, source, to, from, count in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.leave(
                NativeHelpers.attempt(context, .memoryCopy, to, from, count, target, source),
                context)
        }
        unsafe set(.memoryCopy, unsafeBitCast(copyEntry, to: UnsafeRawPointer.self))
        let initializeEntry: Copying = { raw, memory, segment, to, from, count in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.leave(
                NativeHelpers.attempt(context, .memoryInit, to, from, count, segment, memory),
                context)
        }
        unsafe set(.memoryInit, unsafeBitCast(initializeEntry, to: UnsafeRawPointer.self))
        let growTableEntry: GrowingTable = { raw, table, reference, delta in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.growTable(context, table, reference, delta)
        }
        unsafe set(.tableGrow, unsafeBitCast(growTableEntry, to: UnsafeRawPointer.self))
    }

    @inline(never)
    private static func growMemory(_ context: Context, _ index: UInt32, _ delta: UInt64) -> UInt64 {
        let memory = unsafe instance(context).memories[Int(index)]
        let failure: UInt64 = memory.type.addressType == .i32 ? UInt64(UInt32.max) : .max
        return memory.grow(by: delta) ?? failure
    }

    @inline(never)
    private static func growTable(
        _ context: Context, _ index: UInt32, _ reference: UInt64, _ delta: UInt64
    ) -> UInt64 {
        let table = unsafe instance(context).tables[Int(index)]
        let failure: UInt64 = table.type.addressType == .i32 ? UInt64(UInt32.max) : .max
        return table.grow(by: delta, filledWith: Reference(bits: reference)) ?? failure
    }
}

// MARK: References and objects

extension NativeHelpers {
    private typealias Referring = @convention(c) (Raw, UInt32) -> UInt64
    private typealias Comparing =
        @convention(c) (
            Raw, Raw, UInt32
        ) -> UInt32
    private typealias MakingArray = @convention(c) (Raw, UInt32, UInt32) -> UInt64
    private typealias Testing = @convention(c) (Raw, UInt64, UInt32, UInt32) -> UInt32

    fileprivate static func setReferenceHelpers() {
        let refFuncEntry: Referring = { raw, index in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.functionReference(context, index)
        }
        unsafe set(.refFunc, unsafeBitCast(refFuncEntry, to: UnsafeRawPointer.self))
        let isSubtypeEntry: Comparing = { _, record, wanted in
            let record = unsafe record.assumingMemoryBound(to: FunctionRecord.self)
            return unsafe Interpreter.isSubtype(record, wanted) ? 1 : 0
        }
        unsafe set(.isSubtype, unsafeBitCast(isSubtypeEntry, to: UnsafeRawPointer.self))
        let makeStructureEntry: Referring = { raw, type in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            let made = unsafe NativeHelpers.structure(context, type)
            if made == 0 { unsafe NativeHelpers.leave(.pending, context) }
            return made
        }
        unsafe set(.makeStructure, unsafeBitCast(makeStructureEntry, to: UnsafeRawPointer.self))
        let makeArrayEntry: MakingArray = { raw, type, count in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            let made = unsafe NativeHelpers.array(context, type, count)
            if made == 0 { unsafe NativeHelpers.leave(.pending, context) }
            return made
        }
        unsafe set(.makeArray, unsafeBitCast(makeArrayEntry, to: UnsafeRawPointer.self))
        let refTestEntry: Testing = { raw, reference, heapType, isNullable in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeInstruction.test(
                context, reference, heapType, isNullable: isNullable != 0) ? 1 : 0
        }
        unsafe set(.refTest, unsafeBitCast(refTestEntry, to: UnsafeRawPointer.self))
    }

    @inline(never)
    private static func functionReference(_ context: Context, _ index: UInt32) -> UInt64 {
        unsafe instance(context).function(index).reference.bits
    }

    /// A structure of zeros; 0, with the trap pending, when the heap is full.
    @inline(never)
    private static func structure(_ context: Context, _ type: UInt32) -> UInt64 {
        let store = unsafe Interpreter.store(context)
        let number = unsafe context.pointee.typeNumbers[Int(type)]
        let layout = store.heap.layout(number)
        let header = HeapHeader.structure(number)
        if let made = unsafe store.heap.state.pointee.allocate(layout, header) { return made }
        return made(header, UInt64(layout.byteCount), store)
    }

    @inline(never)
    private static func array(_ context: Context, _ type: UInt32, _ count: UInt32) -> UInt64 {
        let store = unsafe Interpreter.store(context)
        let number = unsafe context.pointee.typeNumbers[Int(type)]
        let width = store.heap.layout(number).element
        let byteCount = UInt64(FieldPlacement.headerByteCount) + UInt64(count) << width.shift
        return made(.array(number, count: count), byteCount, store)
    }

    private static func made(_ header: HeapHeader, _ byteCount: UInt64, _ store: Store) -> UInt64 {
        if let made = store.makeObject(header, byteCount: byteCount, at: nil) { return made }
        store.pendingTrap = store.heapExhausted
        return 0
    }
}

// MARK: Exceptions

extension NativeHelpers {
    private typealias Throwing =
        @convention(c) (
            Raw, UInt32, UnsafeMutablePointer<UInt64>
        ) -> Void
    private typealias Rethrowing = @convention(c) (Raw, UInt64) -> Void
    private typealias Catches = @convention(c) (Raw, UInt32) -> UInt32
    private typealias Catching =
        @convention(c) (
            Raw, UnsafeMutablePointer<UInt64>?
        ) -> UInt64

    fileprivate static func setExceptionHelpers() {
        let throwTagEntry: Throwing = { raw, tag, payload in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.leave(
                NativeHelpers.raise(context, tag, Slots(payload)), context)
        }
        unsafe set(.throw, unsafeBitCast(throwTagEntry, to: UnsafeRawPointer.self))
        let throwReferenceEntry: Rethrowing = { raw, exception in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.leave(NativeHelpers.raise(context, exception), context)
        }
        unsafe set(.throwRef, unsafeBitCast(throwReferenceEntry, to: UnsafeRawPointer.self))
        let catchesEntry: Catches = { raw, tag in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.hasTag(context, tag) ? 1 : 0
        }
        unsafe set(.catches, unsafeBitCast(catchesEntry, to: UnsafeRawPointer.self))
        let deliverEntry: Catching = { raw, payload in
            let context = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            return unsafe NativeHelpers.deliver(context, payload)
        }
        unsafe set(.catch, unsafeBitCast(deliverEntry, to: UnsafeRawPointer.self))
    }

    @inline(never)
    private static func raise(_ context: Context, _ tag: UInt32, _ payload: Slots) -> TrapCode {
        let instance = unsafe instance(context)
        do throws(Trap) {
            try instance.store.setException(instance.tags[Int(tag)], payload: payload, at: nil)
        } catch {
            instance.store.pendingTrap = error
            return .pending
        }
        return unsafe passOn(instance.store, context)
    }

    @inline(never)
    private static func raise(_ context: Context, _ exception: UInt64) -> TrapCode {
        guard exception != 0 else { return .nullReference }
        unsafe context.pointee.state.pointee.exception = exception
        return unsafe passOn(instance(context).store, context)
    }

    /// Notes where an exception was thrown; leaves the guest when its code does not look for any.
    private static func passOn(_ store: Store, _ context: Context) -> TrapCode {
        guard let native = store.native, native.checksExceptions == true else {
            return .uncaughtException
        }
        let state = unsafe context.pointee.state
        unsafe martlet_native_trace(
            state.pointee.callStack, state.pointee.callFrame, native.report)
        native.throwTrace = native.reportedPlaces
        store.innerFrames = []
        return .none
    }

    @inline(never)
    private static func hasTag(_ context: Context, _ tag: UInt32) -> Bool {
        let instance = unsafe instance(context)
        let exception = unsafe context.pointee.state.pointee.exception
        return exception != 0
            && instance.store.tagBits(of: exception) == instance.tags[Int(tag)].bits
    }

    @inline(never)
    private static func deliver(
        _ context: Context, _ payload: UnsafeMutablePointer<UInt64>?
    ) -> UInt64 {
        let store = unsafe Interpreter.store(context)
        let exception = unsafe context.pointee.state.pointee.exception
        guard exception != 0 else { return 0 }
        store.native?.throwTrace = []
        var handler = ExceptionHandler(kind: .all, guarded: 0..<0, depth: 0)
        handler.payloadSlot = unsafe payload == nil ? -1 : 0
        var nothing: UInt64 = 0
        unsafe withUnsafeMutablePointer(to: &nothing) { nothing in
            store.deliver(exception, to: handler, in: unsafe Slots(payload ?? nothing))
        }
        return exception
    }
}
