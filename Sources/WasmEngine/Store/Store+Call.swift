internal import Platform
internal import Wasm

extension Store {
    /// Slots that a frame keeps for its caller: return address, frame and context.
    static let frameHeaderSlots = 3

    /// Runs a function; the arguments were checked against the type.
    func call(
        _ function: Function, type: FunctionType, arguments: [Value]
    ) throws(Trap) -> [Value] {
        let slots = unsafe Slots(state.pointee.stackTop)
        let count = max(type.parameters.slotCount, type.results.slotCount)
        try checkStack(slots, count + Store.frameHeaderSlots)
        var position = 0
        for argument in arguments {
            argument.write(to: slots.from(position))
            position += argument.slotCount
        }
        try run(function, at: slots, headerSlot: count)
        position = 0
        return type.results.map { type in
            defer { position += type.slotCount }
            return Value(type, at: slots.from(position))
        }
    }

    private func checkStack(_ slots: Slots, _ count: Int) throws(Trap) {
        let end = UInt(bitPattern: unsafe slots.base) + UInt(count) * 8
        guard end <= (unsafe state.pointee.stackLimit) else { throw .stackExhausted }
    }

    /// Runs a function whose arguments lie at `slots`, where it leaves its results.
    private func run(_ function: Function, at slots: Slots, headerSlot: Int) throws(Trap) {
        guard let entry = unsafe function.record.madeEntry() else { throw .nullReference }
        guard let context = unsafe function.record.pointee.context else {
            return unsafe try callHost(entry, slots, headerSlot)
        }
        guard unsafe state.pointee.depth < configuration.hostCallDepth else {
            throw .stackExhausted
        }
        unsafe state.pointee.depth += 1
        defer { unsafe state.pointee.depth -= 1 }
        let savedTop = unsafe state.pointee.stackTop
        defer { unsafe state.pointee.stackTop = savedTop }
        if configuration.isMetered { try refillFuel() }
        let instance = unsafe context.assumingMemoryBound(to: InstanceContext.self)
        if unsafe try runMachineCode(function, slots, headerSlot, instance) { return }
        let code = unsafe Interpreter.run(
            entry: entry, slots: slots, headerSlot: headerSlot, context: instance, state: state)
        if code != .none { throw trap(code, frames: interpretedFrames()) }
    }

    /// Runs a function that has machine code; false when it has none.
    private func runMachineCode(
        _ function: Function, _ slots: Slots, _ headerSlot: Int,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) throws(Trap) -> Bool {
        guard let native else { return false }
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        let position =
            unsafe Int(function.record.pointee.functionIndex)
            - instance.importedFunctions.count
        guard let code = unsafe instance.nativeImage?.entry(position) else { return false }
        unsafe state.pointee.stackTop = slots.base + (headerSlot + Store.frameHeaderSlots)
        let outcome = unsafe runNative(
            code, typeNumber: function.typeNumber, slots: slots, context: context, native: native)
        if outcome != .none { throw trap(outcome, frames: []) }
        return true
    }

    private func callHost(
        _ entry: UnsafeMutablePointer<CodeEntry>, _ slots: Slots, _ headerSlot: Int
    ) throws(Trap) {
        guard
            let opaque = unsafe UnsafeRawPointer(
                bitPattern: UInt(entry.pointee.stubInstruction.1))
        else { throw .nullReference }
        // SAFETY: a host record's stub holds its box, which the store keeps.
        let box = unsafe Unmanaged<HostFunctionBox>.fromOpaque(opaque).takeUnretainedValue()
        let savedTop = unsafe state.pointee.stackTop
        unsafe state.pointee.stackTop = slots.base + headerSlot
        defer { unsafe state.pointee.stackTop = savedTop }
        try box.function.body(
            unsafe HostCall(slots: slots, store: Unmanaged.passUnretained(self), context: nil))
    }
}

extension Value {
    var slotCount: Int {
        if case .v128 = self { return 2 }
        return 1
    }
}

extension Store {
    /// Units in a slice of fuel: how often the budgets are looked at.
    private static let fuelSlice: UInt64 = 50_000

    /// Fuel left; nil without a fuel budget.
    package var fuel: UInt64? {
        guard let reserve = fuelReserve else { return nil }
        return reserve &+ UInt64(max(0, unsafe state.pointee.fuel))
    }

    /// Puts fuel back or takes it away between calls.
    package func setFuel(_ amount: UInt64) {
        unsafe state.pointee.fuel = 0
        fuelReserve = amount
    }

    /// Looks at fuel, deadline and interruption, and hands out the next slice.
    func refillFuel() throws(Trap) {
        try checkInterruption()
        let left = unsafe state.pointee.fuel
        if left > 0 { return }
        guard let reserve = fuelReserve else {
            unsafe state.pointee.fuel = Int64(Self.fuelSlice)
            return
        }
        let debt = UInt64(-left)
        guard reserve > debt else {
            fuelReserve = 0
            unsafe state.pointee.fuel = 0
            throw Trap(.outOfFuel)
        }
        let slice = min(reserve - debt, Self.fuelSlice)
        fuelReserve = reserve - debt - slice
        unsafe state.pointee.fuel = Int64(slice)
    }

    /// Whether the guests were interrupted or their deadline has passed.
    var mustEnd: Bool {
        if interruptHandle.isInterrupted || configuration.interruption?.reason() != nil {
            return true
        }
        guard let deadline = configuration.deadlineNanoseconds else { return false }
        return SystemClockID.monotonic.nanoseconds > deadline
    }

    /// Throws when the guests were interrupted or their deadline has passed.
    func checkInterruption() throws(Trap) {
        if interruptHandle.isInterrupted { throw .interrupted }
        switch configuration.interruption?.reason() {
        case nil: break
        case .requested: throw .interrupted
        case .deadline: throw Trap(.deadlineExceeded)
        }
        if let deadline = configuration.deadlineNanoseconds,
            SystemClockID.monotonic.nanoseconds > deadline
        {
            throw Trap(.deadlineExceeded)
        }
    }
}
