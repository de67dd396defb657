/// A function of one instance, or of the host, as calls through references see it. Records never
/// move and live as long as their store.
///
/// Part of the engine's native interface; offsets in bytes stand beside the fields.
@safe
struct FunctionRecord {
    /// 0: where the address of the interpreter's code stands; the code may appear later (lazy
    /// translation). Null in the record of a function with machine code that no interpreted function
    /// called yet: ``madeEntry()`` knows it.
    var entry: UnsafeMutablePointer<CodeEntry>?
    /// 8: the instance's context; null for a host function.
    var context: UnsafeMutableRawPointer?
    /// 16: number of its type in the ``TypeRegistry``.
    var typeNumber: UInt32
    /// 20: index in its module; for a host function 0.
    var functionIndex: UInt32
    /// 24: slots that parameters take.
    var parameterSlots: UInt32
    /// 28: slots that results take.
    var resultSlots: UInt32
    /// 32: machine code that enters the function, whoever runs it, by the standard convention; null
    /// in stores without machine code.
    var nativeCode: UnsafeRawPointer?
    /// 40: entry of its compiler's own convention.
    var fastCode: UnsafeRawPointer?
    /// 48: ``context`` when ``fastCode`` may be called from the same context; else null.
    var fastContext: UnsafeMutableRawPointer?
}

extension UnsafeMutablePointer<FunctionRecord> {
    /// The function's ``FunctionRecord/entry``, made now if need be.
    @inline(never)
    func madeEntry() -> UnsafeMutablePointer<CodeEntry>? {
        if let entry = unsafe pointee.entry { return unsafe entry }
        guard let context = unsafe pointee.context else { return nil }
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe context.assumingMemoryBound(to: InstanceContext.self)
            .pointee.instance.takeUnretainedValue()
        let position = unsafe Int(pointee.functionIndex) - instance.importedFunctions.count
        let entry = unsafe instance.codeTable.entry(position)
        unsafe pointee.entry = entry
        return unsafe entry
    }
}

/// Where a function's interpreter code is. `code` points at a stub in the same entry until the
/// function is first called; what it points at is preceded by a ``CodeHeader``.
@safe
struct CodeEntry {
    /// 0: the first instruction to run; zero until somebody asks for the entry. Written once more when
    /// the function is translated.
    var code: UnsafeRawPointer
    /// 8: frame header of the stub.
    var stubHeader: CodeHeader
    /// 16: the stub's instruction.
    var stubInstruction: (UInt64, UInt64)
}

/// What a call must know of the function it enters: the word before its first instruction.
struct CodeHeader {
    /// Slots of the whole frame.
    var frameSlots: UInt32
    /// First slot to set to zero.
    var zeroStart: UInt16
    /// How many slots to set to zero.
    var zeroCount: UInt16
}
