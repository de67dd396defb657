/// An instance's state as raw memory: what the interpreter and native code address. The instance's
/// own globals follow it, 16 bytes each.
///
/// Part of the engine's native interface; offsets in bytes stand beside the fields.
@safe
struct InstanceContext {
    /// 0: memory 0; points at an empty cell when there is none.
    var memory0: UnsafeMutablePointer<MemoryCell>
    /// 8: what the store's running guests share.
    var state: UnsafeMutablePointer<ExecutionState>
    /// 16: every memory, by index.
    var memories: UnsafeMutablePointer<UnsafeMutablePointer<MemoryCell>>
    /// 24: every table, by index.
    var tables: UnsafeMutablePointer<UnsafeMutablePointer<TableCell>>
    /// 32: every global, by index: where its 16 bytes are.
    var globals: UnsafeMutablePointer<Slots>
    /// 40: every imported function, by index.
    var importedFunctions: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>
    /// 48: records of the instance's own functions that have no machine code, by index, in instances
    /// that have some.
    var functionRecords: UnsafeMutablePointer<FunctionRecord>
    /// 56: registry number of each of the module's types.
    var typeNumbers: UnsafePointer<UInt32>
    /// 64: the instance itself.
    var instance: Unmanaged<Instance>
    /// 72
    var memoryCount: UInt32
    /// 76
    var importedFunctionCount: UInt32
    /// 80: where memory 0 begins; it never moves.
    var memory0Base: UnsafeMutableRawPointer
    /// 88: helpers for machine code, by ``RuntimeHelper``; null in stores without machine code.
    var runtime: UnsafeRawPointer?
    /// 96: what machine code calls to trap, where its image's table says why.
    var trap: UnsafeRawPointer?

    /// Where the instance's own globals begin.
    static let globalsOffset = 128
}

/// What the running guests of one store share.
///
/// Part of the engine's native interface.
@safe
struct ExecutionState {
    /// 0: frames must end at or below this address.
    var stackLimit: UInt
    /// 8: where the next call from the host puts its frame.
    var stackTop: UnsafeMutablePointer<UInt64>
    /// 16: units left in the current slice; below 0 the slow path looks at the budgets.
    var fuel: Int64 = 0
    /// 24
    var trapAddress: UInt64 = 0
    /// 32
    var trapWidth: UInt64 = 0
    /// 40: the instruction that trapped, its frame and context.
    var trapCode: UnsafeRawPointer?
    var trapFrame: UnsafeMutablePointer<UInt64>?
    var trapContext: UnsafeMutablePointer<InstanceContext>?
    /// 64: the exception being thrown.
    var exception: UInt64 = 0
    /// 72: the store.
    var store: Unmanaged<Store>
    /// How many host functions are calling back into guests, one inside the other.
    var depth: Int = 0
    /// 88: the heap's part that code addresses.
    var heap: UnsafeMutablePointer<HeapState>
    /// 96: frames of machine code must not begin below this address.
    var nativeStackLimit: UInt = 0
    /// 104: results after a function's first, 16 bytes each, by index; null in stores without
    /// machine code.
    var results: UnsafeMutableRawPointer?
    /// 112: where the return address lies of the last call of a helper by machine code, and its frame
    /// pointer there.
    var callStack: UInt = 0
    var callFrame: UInt = 0
    /// How many calls into machine code are running, one inside the other.
    var running: Int = 0
}
