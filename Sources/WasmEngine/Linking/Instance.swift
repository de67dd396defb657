internal import Wasm

/// An instance of a module (core specification 3.0, §4.2.5). Its store keeps it.
@safe
package final class Instance {
    package let module: LoadedModule
    package unowned let store: Store
    let context: UnsafeMutablePointer<InstanceContext>
    let codeTable: CodeTable
    /// Machine code of the module's functions; nil when all are interpreted.
    let nativeImage: NativeImage?
    /// Whether functions of this instance run as machine code.
    package var runsMachineCode: Bool { nativeImage != nil }
    /// Every memory, table, global and tag, imports first.
    package let memories: [LinearMemory]
    package let tables: [Table]
    package let globals: [Global]
    package let tags: [Tag]
    let importedFunctions: [Function]
    /// References of element segments not dropped; empty ones are dropped.
    var elements: [[UInt64]]
    /// Which element segments may refer to objects of the heap.
    let objectSegments: [Int]
    /// Which data segments are dropped.
    var droppedData: [Bool]
    private let storage: InstanceStorage
    private let records: RecordArena

    init(
        _ module: LoadedModule, store: Store, storage: InstanceStorage, memories: [LinearMemory],
        tables: [Table], globals: [Global], tags: [Tag], importedFunctions: [Function]
    ) {
        self.module = module
        self.store = store
        self.storage = storage
        records = RecordArena(functionCount: module.module.code.count)
        self.memories = memories
        self.tables = tables
        self.globals = globals
        self.tags = tags
        self.importedFunctions = importedFunctions
        nativeImage = store.native.flatMap {
            module.nativeImage(store.variant, $0, memories: memories)
        }
        codeTable = module.codeTable(store.variant, nativeImage)
        elements = []
        objectSegments = module.objectSegments
        droppedData = Array(repeating: false, count: module.module.data.count)
        unsafe context = storage.context
        unsafe storage.connect(
            self, state: unsafe store.state, memories: memories, tables: tables, globals: globals,
            importedFunctions: importedFunctions, typeNumbers: module.typeNumbers)
        if let native = store.native, let nativeImage { prepareNative(native, nativeImage) }
    }

    /// Frees the raw state; the store does so when it goes.
    func deallocate() {
        storage.deallocate()
        records.deallocate()
    }

    /// Registry number of a type of the module.
    func typeNumber(_ index: UInt32) -> UInt32 { module.typeNumbers[Int(index)] }

    /// A function by index; its record is made when first asked for.
    func function(_ index: UInt32) -> Function {
        unsafe Function(store: store, record: record(index))
    }

    /// The record of a function by index, made when first asked for.
    func record(_ index: UInt32) -> UnsafeMutablePointer<FunctionRecord> {
        unsafe record(index, module.module.functions)
    }

    /// Writes references to functions, as many as there are indices.
    func writeReferences(to indices: [UInt32], at target: UnsafeMutablePointer<UInt64>) {
        records.prepare(more: indices.count)
        let types = module.module.functions
        for (place, index) in indices.enumerated() {
            // SAFETY: the caller's promise.
            unsafe target[place] = UInt64(UInt(bitPattern: record(index, types)))
        }
    }

    /// - Parameter types: the module's types of functions.
    @inline(__always)
    private func record(
        _ index: UInt32, _ types: [UInt32]
    ) -> UnsafeMutablePointer<FunctionRecord> {
        let imported = importedFunctions.count
        if Int(index) < imported { return unsafe importedFunctions[Int(index)].record }
        let position = Int(index) - imported
        if let known = unsafe records.record(position) { return unsafe known }
        let type = Int(types[Int(index)])
        guard let image = nativeImage else {
            // Another instance's machine code may find it in a table.
            let record = unsafe records.add(newRecord(index, type, position, nil), at: position)
            unsafe serve(record)
            return unsafe record
        }
        if let code = unsafe image.entries(position) {
            return unsafe records.add(newRecord(index, type, position, code), at: position)
        }
        return unsafe codelessRecord(index, type, position)
    }

    /// Machine code looks for functions without code by their index.
    @inline(never)
    private func codelessRecord(
        _ index: UInt32, _ type: Int, _ position: Int
    ) -> UnsafeMutablePointer<FunctionRecord> {
        let record = unsafe context.pointee.functionRecords + position
        if unsafe record.pointee.context == nil {
            unsafe record.initialize(to: newRecord(index, type, position, nil))
            unsafe serve(record)
        }
        return unsafe record
    }

    /// Gives an interpreted function a way in for machine code, if the store runs any.
    private func serve(_ record: UnsafeMutablePointer<FunctionRecord>) {
        guard let native = store.native else { return }
        unsafe native.serve(record, native.signature(record.pointee.typeNumber))
    }

    /// The record of an own function, with its machine code if it has some.
    @inline(__always)
    private func newRecord(
        _ index: UInt32, _ type: Int, _ position: Int,
        _ code: (standard: UnsafeRawPointer, fast: UnsafeRawPointer?)?
    ) -> FunctionRecord {
        let slots = module.slotCounts[type]
        let context = UnsafeMutableRawPointer(unsafe context)
        var record = unsafe FunctionRecord(
            entry: nil, context: context, typeNumber: module.typeNumbers[type],
            functionIndex: index, parameterSlots: slots.parameters, resultSlots: slots.results,
            nativeCode: nil)
        if let code = unsafe code {
            unsafe record.nativeCode = code.standard
            unsafe record.fastCode = code.fast
            unsafe record.fastContext = code.fast == nil ? nil : context
        } else {
            unsafe record.entry = codeTable.entry(position)
        }
        return record
    }

    /// The names of all exports, in the module's order.
    package var exportNames: [String] { module.module.exports.map(\.name) }

    /// What is exported under a name.
    package func export(_ name: String) -> ExternalValue? {
        guard let export = module.export(name) else { return nil }
        let index = Int(export.index)
        return switch export.kind {
        case .function: .function(function(export.index))
        case .table: .table(tables[index])
        case .memory: .memory(memories[index])
        case .global: .global(globals[index])
        case .tag: .tag(tags[index])
        }
    }

    /// An exported function; nil when the name is not exported or is not a function's.
    package func function(_ name: String) -> Function? {
        guard case .function(let function)? = export(name) else { return nil }
        return function
    }

    /// The exported memory of a name, as a host function sees it.
    package func memory(_ name: String) -> GuestMemory? {
        guard case .memory(let memory)? = export(name) else { return nil }
        return memory.view
    }
}
