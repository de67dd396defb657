internal import CPlatform
internal import Wasm

/// A function with machine code made ready to be called often: what ``Function/call(_:)`` finds out
/// on every call is found out once, and arguments and results are plain bits.
@safe
package final class PreparedFunction {
    private let store: Store
    private let native: NativeRuntime
    private let state: UnsafeMutablePointer<ExecutionState>
    private let report: UnsafeMutablePointer<martlet_native_report>
    private let stackTop: UInt
    private let call: UnsafeMutablePointer<martlet_native_call>
    /// The call, word by word.
    @usableFromInline let registers: UnsafeMutablePointer<UInt64>
    /// By parameter: where its bits are in the call, in words.
    @usableFromInline let words: [Int]
    private let code: UInt
    private let context: UInt
    /// Whether there are two parameters at most, and all values are in integer registers.
    private let isSmall: Bool
    /// Word of the call that holds the result.
    @usableFromInline let resultWord: Int
    @usableFromInline let resultMask: UInt64

    /// - Returns: nil for a function that has no machine code, takes arguments on the stack, has more
    ///   than one result, or runs on a budget: use ``Function/call(_:)``.
    package init?(_ function: Function) {
        let type = function.type
        let signature = NativeSignature(type)
        guard let native = function.store.native, !function.store.configuration.isMetered,
            function.store.configuration.hostCallDepth > 0, signature.stackWords == 0,
            type.results.count < 2,
            let raw = unsafe function.record.pointee.context
        else { return nil }
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe raw.assumingMemoryBound(to: InstanceContext.self)
            .pointee.instance.takeUnretainedValue()
        let position =
            unsafe Int(function.record.pointee.functionIndex) - instance.importedFunctions.count
        guard let entry = unsafe instance.nativeImage?.entry(position) else { return nil }
        store = function.store
        self.native = native
        unsafe state = function.store.state
        unsafe report = native.report
        stackTop = native.stackTop
        code = UInt(bitPattern: entry)
        context = UInt(bitPattern: raw)
        isSmall = !signature.usesVectors && type.parameters.count <= 2
        words = signature.parameterWords
        let result = type.results.first
        resultWord = result == .f32 || result == .f64 || result == .v128 ? 8 : 0
        let isHalf = result == .i32 || result == .f32
        resultMask = result == nil ? 0 : isHalf ? 0xFFFF_FFFF : .max
        unsafe call = .allocate(capacity: 1)
        unsafe call.initialize(to: martlet_native_call())
        unsafe call.pointee.usesVectors = signature.usesVectors ? 1 : 0
        // SAFETY: the structure is 24 words.
        unsafe registers = UnsafeMutableRawPointer(call).assumingMemoryBound(to: UInt64.self)
    }

    deinit { unsafe call.deallocate() }

    /// The bits of an argument, or of a half of a vector; those of a 32-bit type are the low half.
    /// Arguments are set anew for each call.
    @inlinable
    @inline(__always)
    package func set(_ parameter: Int, to bits: UInt64, half: Int = 0) {
        // SAFETY: words of parameters lie inside the call, vectors have two.
        unsafe registers[words[parameter] &+ (half & 1)] = bits
    }

    /// Calls the function with the bits of its arguments, of which there are two at most.
    ///
    /// - Returns: the bits of its result, as ``result`` has them.
    /// - Throws: ``Trap``.
    package func callAsFunction(
        _ first: UInt64, _ second: UInt64 = 0
    ) throws(Trap) -> UInt64 {
        guard isSmall, martlet_native_thread_is_prepared() != 0,
            unsafe state.pointee.depth | state.pointee.running == 0
        else { return try callSet(first, second) }
        unsafe state.pointee.exception = 0
        unsafe state.pointee.depth = 1
        unsafe state.pointee.running = 1
        let done = unsafe martlet_native_enter(context, first, second, code, stackTop, report)
        unsafe state.pointee.running = 0
        unsafe state.pointee.depth = 0
        if unsafe done.outcome != 0 || state.pointee.exception != 0 {
            try end(Int32(truncatingIfNeeded: done.outcome))
        }
        return done.value & resultMask
    }

    @inline(never)
    private func callSet(_ first: UInt64, _ second: UInt64) throws(Trap) -> UInt64 {
        precondition(words.count <= 2)
        for (parameter, bits) in zip(words.indices, [first, second]) { set(parameter, to: bits) }
        try self()
        return result
    }

    /// Calls the function.
    ///
    /// - Throws: ``Trap``.
    package func callAsFunction() throws(Trap) {
        guard martlet_native_thread_is_prepared() != 0,
            unsafe state.pointee.depth | state.pointee.running == 0
        else { return try callInside() }
        unsafe call.pointee.integers.0 = UInt64(context)
        // One that ended an earlier call is no longer on its way.
        unsafe state.pointee.exception = 0
        // Nothing of the store runs, so the counts are known: this call need not wait until what the
        // last one stored can be loaded.
        unsafe state.pointee.depth = 1
        unsafe state.pointee.running = 1
        let outcome = unsafe martlet_native_run(call, code, stackTop, report)
        unsafe state.pointee.running = 0
        unsafe state.pointee.depth = 0
        if unsafe outcome != 0 || state.pointee.exception != 0 { try end(outcome) }
    }

    /// A call from a host function that a guest called, or a thread's first.
    @inline(never)
    private func callInside() throws(Trap) {
        guard let top = store.entryStack(native),
            unsafe state.pointee.depth < store.configuration.hostCallDepth
        else { throw .stackExhausted }
        unsafe call.pointee.integers.0 = UInt64(context)
        unsafe state.pointee.exception = 0
        unsafe state.pointee.depth += 1
        native.depth += 1
        let outcome = unsafe martlet_native_run(call, code, top, report)
        native.depth -= 1
        unsafe state.pointee.depth -= 1
        if unsafe outcome != 0 || state.pointee.exception != 0 { try end(outcome) }
    }

    @inline(never)
    private func end(_ outcome: Int32) throws(Trap) {
        let reason = store.finish(outcome, native)
        if reason != .none { throw store.trap(reason, frames: []) }
    }

    /// The bits of the result, of a vector the lower half; 0 for a function without.
    @inlinable
    @inline(__always)
    package var result: UInt64 {
        // SAFETY: the word of a result lies inside the call.
        unsafe registers[resultWord] & resultMask
    }
}
