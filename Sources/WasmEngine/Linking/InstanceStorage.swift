internal import Platform
internal import Wasm

/// The raw blocks behind an instance: its context with its own globals, and the arrays that the
/// context points at.
@safe
struct InstanceStorage {
    let context: UnsafeMutablePointer<InstanceContext>
    private let block: UnsafeMutableRawPointer
    /// The memory in front of which the block lies.
    private let memory: LinearMemory?
    private let memories: UnsafeMutablePointer<UnsafeMutablePointer<MemoryCell>>
    private let tables: UnsafeMutablePointer<UnsafeMutablePointer<TableCell>>
    private let globals: UnsafeMutablePointer<Slots>
    private let functions: UnsafeMutablePointer<UnsafeMutablePointer<FunctionRecord>>
    private let records: UnsafeMutablePointer<FunctionRecord>
    private let types: UnsafeMutablePointer<UInt32>
    private let noMemory: UnsafeMutablePointer<MemoryCell>

    /// - Parameter memory: the module's own first memory, made with
    ///   ``NativeLayout/contextByteCount(_:)`` bytes in front; nil when it has none.
    init(_ module: Module, behind memory: LinearMemory?) {
        self.memory = memory
        let byteCount = NativeLayout.contextByteCount(module)
        if let memory {
            unsafe block = memory.cell.pointee.base - byteCount
        } else {
            unsafe block = .allocate(byteCount: byteCount, alignment: 64)
            unsafe block.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        }
        unsafe context = block.assumingMemoryBound(to: InstanceContext.self)
        unsafe memories = .allocate(capacity: max(module.memories.count, 1))
        unsafe tables = .allocate(capacity: max(module.tables.count, 1))
        unsafe globals = .allocate(capacity: max(module.globals.count, 1))
        unsafe functions = .allocate(capacity: max(module.importedFunctionCount, 1))
        unsafe records = ZeroedMemory.allocate(FunctionRecord.self, count: module.code.count)
        unsafe types = .allocate(capacity: max(module.types.count, 1))
        unsafe noMemory = .allocate(capacity: 1)
        unsafe noMemory.initialize(to: MemoryCell(base: block, byteCount: 0))
    }

    /// The 16 bytes of the instance's own global of this position among its own.
    func globalSlots(_ position: Int) -> Slots {
        unsafe Slots(
            (block + InstanceContext.globalsOffset + 16 * position)
                .assumingMemoryBound(to: UInt64.self))
    }

    /// Fills the context in.
    func connect(
        _ instance: Instance, state: UnsafeMutablePointer<ExecutionState>,
        memories: [LinearMemory], tables: [Table], globals: [Global],
        importedFunctions: [Function], typeNumbers: [UInt32]
    ) {
        for (index, memory) in memories.enumerated() {
            unsafe (self.memories + index).initialize(to: memory.cell)
        }
        for (index, table) in tables.enumerated() {
            unsafe (self.tables + index).initialize(to: table.cell)
        }
        for (index, global) in globals.enumerated() {
            unsafe (self.globals + index).initialize(to: global.slots)
        }
        for (index, function) in importedFunctions.enumerated() {
            unsafe (functions + index).initialize(to: function.record)
        }
        for (index, number) in typeNumbers.enumerated() {
            unsafe (types + index).initialize(to: number)
        }
        unsafe context.initialize(
            to: InstanceContext(
                memory0: memories.first?.cell ?? noMemory, state: state, memories: self.memories,
                tables: self.tables, globals: self.globals, importedFunctions: functions,
                functionRecords: records, typeNumbers: types,
                instance: Unmanaged.passUnretained(instance),
                memoryCount: UInt32(memories.count),
                importedFunctionCount: UInt32(importedFunctions.count),
                memory0Base: memories.first?.cell.pointee.base ?? block,
                runtime: NativeHelpers.table, trap: NativeHelpers.trap))
    }

    func deallocate() {
        if memory == nil { unsafe block.deallocate() }
        unsafe memories.deallocate()
        unsafe tables.deallocate()
        unsafe globals.deallocate()
        unsafe functions.deallocate()
        unsafe ZeroedMemory.free(records)
        unsafe types.deallocate()
        unsafe noMemory.deallocate()
    }
}
