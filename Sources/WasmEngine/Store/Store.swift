internal import Platform
package import Wasm

/// Everything that running guests share and own: instances, memories, tables, functions, the guest's
/// stack, the heap and the budgets. One thread at a time may use a store.
@safe
package final class Store {
    package let configuration: EngineConfiguration
    /// Ends this store's guests from any thread, when the configuration says so.
    package let interruptHandle: InterruptHandle
    let memoryBudget: MemoryBudget
    let tableBudget: TableBudget
    let heap: Heap
    let state: UnsafeMutablePointer<ExecutionState>
    private let stack: MemoryReservation
    let fallbackStack: UnsafeMutablePointer<UInt64>
    private var hostBoxes: [HostFunctionBox] = []
    private var hostAllocations: [UnsafeMutableRawPointer] = unsafe []
    private var hostValues: [any Sendable] = []
    /// Tags of exceptions that the host throws.
    private var hostTags: [ObjectIdentifier: Tag] = [:]
    private(set) var instances: [Instance] = []
    /// The trap behind ``TrapCode/pending``.
    var pendingTrap: Trap?
    /// Fuel not yet handed to ``ExecutionState/fuel``; nil without a fuel budget.
    var fuelReserve: UInt64?
    /// What running machine code takes; nil when everything is interpreted.
    let native: NativeRuntime?
    /// Frames of the runs inside the running one that the pending trap or exception has passed.
    var innerFrames: [Trap.Frame] = []

    /// - Throws: ``InstantiationError/budgetExceeded(_:)`` when the machine has no room for the
    ///   guest's stack.
    package init(
        _ configuration: EngineConfiguration = EngineConfiguration(),
        interruptHandle: InterruptHandle = InterruptHandle()
    ) throws(InstantiationError) {
        self.configuration = configuration
        self.interruptHandle = interruptHandle
        memoryBudget = MemoryBudget(limitPages: configuration.memoryPages)
        tableBudget = TableBudget(limit: configuration.tableElements)
        heap = Heap(limitByteCount: configuration.heapBytes)
        fuelReserve = configuration.fuel
        unsafe state = .allocate(capacity: 1)
        native = unsafe Self.nativeRuntime(configuration, state)
        let byteCount = max(configuration.stackBytes, 1 << 14)
        do throws(Errno) {
            var reservation = try MemoryReservation(reserving: byteCount)
            try reservation.commit(upTo: byteCount)
            stack = reservation
        } catch {
            unsafe state.deallocate()
            throw .budgetExceeded("no room for a guest stack of \(byteCount) bytes: \(error)")
        }
        unsafe fallbackStack = stack.base.assumingMemoryBound(to: UInt64.self)
        // Room below the limit for what a call writes before it is checked.
        let limit = unsafe UInt(bitPattern: stack.base) + UInt(byteCount) - 4096
        unsafe state.initialize(
            to: ExecutionState(
                stackLimit: limit, stackTop: fallbackStack, store: Unmanaged.passUnretained(self),
                heap: heap.state))
        if let native {
            unsafe state.pointee.nativeStackLimit = native.stackLimit
            unsafe state.pointee.results = native.results
        }
    }

    private static func nativeRuntime(
        _ configuration: EngineConfiguration, _ state: UnsafeMutablePointer<ExecutionState>
    ) -> NativeRuntime? {
        guard configuration.runsMachineCode else { return nil }
        // Where there is no machine code, the interpreter runs everything.
        do throws(Errno) {
            return unsafe try NativeRuntime(
                stackByteCount: configuration.stackBytes, state: state)
        } catch {
            return nil
        }
    }

    deinit {
        for instance in instances { instance.deallocate() }
        while let allocation = unsafe hostAllocations.popLast() { unsafe allocation.deallocate() }
        unsafe state.deallocate()
    }

    var variant: CodeVariant {
        CodeVariant(
            isMetered: configuration.isMetered, isDeterministic: configuration.isDeterministic)
    }

    func add(_ instance: Instance) { instances.append(instance) }

    /// Keeps a tag as long as the store.
    func keep(_ tag: Tag) { hostTags[ObjectIdentifier(tag)] = tag }
}

extension Store {
    /// A host function that instances of this store can import.
    package func function(_ host: HostFunction) -> Function {
        let box = HostFunctionBox(host)
        hostBoxes.append(box)
        let number = TypeRegistry.shared.number(of: host.type) ?? 0
        let header = max(box.parameterSlots, box.resultSlots)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<FunctionRecord>.size + MemoryLayout<CodeEntry>.size,
            alignment: 16)
        unsafe hostAllocations.append(memory)
        let record = unsafe memory.assumingMemoryBound(to: FunctionRecord.self)
        let entry = unsafe (memory + MemoryLayout<FunctionRecord>.size)
            .assumingMemoryBound(to: CodeEntry.self)
        let code = unsafe UnsafeRawPointer(entry) + CodeEntry.stubOffset
        let pointer = UInt(bitPattern: unsafe Unmanaged.passUnretained(box).toOpaque())
        unsafe entry.initialize(
            to: CodeEntry(
                code: code,
                stubHeader: CodeHeader(
                    frameSlots: UInt32(header + 3), zeroStart: 0, zeroCount: 0),
                stubInstruction: (
                    Instruction(.hostCall, a: header).bits, UInt64(pointer)
                )))
        unsafe record.initialize(
            to: FunctionRecord(
                entry: entry, context: nil, typeNumber: number, functionIndex: 0,
                parameterSlots: UInt32(box.parameterSlots),
                resultSlots: UInt32(box.resultSlots), nativeCode: nil))
        unsafe native?.serve(record, box.signature)
        return unsafe Function(store: self, record: record)
    }

    /// A memory of the host's making.
    package func memory(_ type: MemoryType) throws(InstantiationError) -> LinearMemory {
        try LinearMemory(type, budget: memoryBudget)
    }

    /// A table of the host's making.
    package func table(
        _ type: TableType, initial: Reference = .null
    ) throws(InstantiationError) -> Table {
        try Table(type, initial: initial, budget: tableBudget)
    }

    /// An `extern` reference to a host value; the store keeps the value.
    package func externReference(to value: any Sendable) -> Reference {
        hostValues.append(value)
        return .hostValue(hostValues.count - 1)
    }

    /// Whether there is a host value at an index.
    func hostValue(at index: Int) -> Bool { hostValues.indices.contains(index) }

    /// The host value that a reference points at; nil when it points at something else.
    package func hostValue(of reference: Reference) -> (any Sendable)? {
        guard let index = reference.hostValueIndex, hostValues.indices.contains(index) else {
            return nil
        }
        return hostValues[index]
    }

    /// The function that a `func` reference points at; nil for null. The reference must come from a
    /// value of a `func` type of this store.
    package func function(of reference: Reference) -> Function? {
        // SAFETY: `func` references hold addresses of records, which live as long as the store.
        guard
            let record = unsafe UnsafeMutablePointer<FunctionRecord>(
                bitPattern: UInt(reference.bits))
        else { return nil }
        return unsafe Function(store: self, record: record)
    }
}
