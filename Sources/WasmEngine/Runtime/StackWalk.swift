internal import Wasm

/// Walks the guest's frames from where a run stopped to the call from the host.
@safe
struct StackWalk {
    private var code: UnsafeRawPointer?
    private var frame: UnsafeMutablePointer<UInt64>?
    private var context: UnsafeMutablePointer<InstanceContext>?
    private var isInnermost = true

    init(_ state: UnsafeMutablePointer<ExecutionState>) {
        unsafe code = state.pointee.trapCode
        unsafe frame = state.pointee.trapFrame
        unsafe context = state.pointee.trapContext
    }

    /// One guest function that is running.
    @safe
    struct Frame {
        var instance: Instance
        /// Index in the module.
        var function: UInt32
        /// Where its instruction is; for a caller, the word after its call.
        var place: CodePlace
        /// Whether it is the first frame, whose instruction did not call.
        var isInnermost: Bool
        var slots: Slots
        var context: UnsafeMutablePointer<InstanceContext>
    }

    /// The next frame outwards; nil after the last.
    mutating func next() -> Frame? {
        guard let code = unsafe code, let frame = unsafe frame, let context = unsafe context
        else { return nil }
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        guard let place = unsafe instance.codeTable.function(at: code) else { return nil }
        let result = unsafe Frame(
            instance: instance, function: place.index, place: place, isInnermost: isInnermost,
            slots: Slots(frame), context: context)
        isInnermost = false
        let type = instance.module.functionType(place.index)
        let header = max(type.parameters.slotCount, type.results.slotCount)
        // SAFETY: every running frame has its header filled by the call that made it.
        unsafe self.code = UnsafeRawPointer(bitPattern: UInt(frame[header]))
        unsafe self.frame = UnsafeMutablePointer(bitPattern: UInt(frame[header + 1]))
        unsafe self.context = UnsafeMutablePointer(bitPattern: UInt(frame[header + 2]))
        return result
    }
}

extension StackWalk.Frame {
    /// The frame as a backtrace shows it.
    var traceFrame: Trap.Frame {
        Trap.Frame(
            functionIndex: function, of: instance.module,
            offsetBytes: Translator.wasmOffset(
                in: instance.module, instance.codeTable, function: function,
                word: isInnermost ? place.word : place.word - 1))
    }
}
