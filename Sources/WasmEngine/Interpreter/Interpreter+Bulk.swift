internal import Wasm

extension Interpreter {
    /// Runs one instruction on whole memories, tables, segments or function references.
    ///
    /// Words: {op, a: result, b, c: first operands}, {opcode, d: third operand}, {index0, index1}.
    @inline(never)
    static func bulkGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        let opcode = code.opcode(8)
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        let bulk = BulkInstruction(
            instance: instance, result: frame.from(code.a), one: frame[code.b],
            two: frame[code.c], three: frame[code.u16(10)], index0: Int(code.u32(16)),
            index1: Int(code.u32(20)))
        do throws(Trap) {
            try bulk.run(opcode)
            // Long work counts like the instructions it stands for, so that budgets end it too.
            unsafe context.pointee.state.pointee.fuel &-= bulk.fuel(opcode)
            return .none
        } catch {
            instance.store.pendingTrap = error
            return .pending
        }
    }
}

/// An instruction on whole memories, tables or segments, with its operands read.
struct BulkInstruction {
    let instance: Instance
    let result: Slots
    let one: UInt64
    let two: UInt64
    let three: UInt64
    let index0: Int
    let index1: Int

    /// Units of fuel beyond the instruction's own: one for 64 bytes or elements.
    func fuel(_ opcode: Opcode) -> Int64 {
        switch opcode {
        case .memoryFill, .memoryCopy, .memoryInit, .tableFill, .tableCopy, .tableInit:
            Int64(clamping: three / 64)
        case .tableGrow: Int64(clamping: two / 64)
        default: 0
        }
    }

    func run(_ opcode: Opcode) throws(Trap) {
        switch opcode {
        case .memorySize: result[0] = instance.memories[index0].pageCount
        case .memoryGrow: growMemory()
        case .memoryFill: try fillMemory()
        case .memoryCopy: try copyMemory()
        case .memoryInit:
            try instance.initializeMemory(
                index1, segment: index0, at: one, from: two, count: three)
        case .dataDrop: instance.droppedData[index0] = true
        case .tableGet: try getElement()
        case .tableSet:
            guard instance.tables[index0].set(one, to: Reference(bits: two)) else {
                throw .tableOutOfBounds
            }
        case .tableSize: result[0] = instance.tables[index0].count
        case .tableGrow: growTable()
        case .tableFill: try fillTable()
        case .tableCopy: try copyTable()
        case .tableInit:
            try instance.initializeTable(
                index1, segment: index0, at: one, from: two, count: three)
        case .elemDrop: instance.elements[index0] = []
        case .refFunc: result[0] = instance.function(UInt32(index0)).reference.bits
        default: throw .unreachable
        }
    }

    private func growMemory() {
        let memory = instance.memories[index0]
        let is32 = memory.type.addressType == .i32
        let failure: UInt64 = is32 ? UInt64(UInt32.max) : .max
        result[0] = memory.grow(by: one) ?? failure
    }

    private func fillMemory() throws(Trap) {
        let bytes = unsafe try instance.memories[index0].view.bytes(at: one, count: three)
        guard let base = bytes.baseAddress else { return }
        // SAFETY: `bytes` is the checked range.
        unsafe base.initializeMemory(
            as: UInt8.self, repeating: UInt8(truncatingIfNeeded: two), count: bytes.count)
    }

    private func copyMemory() throws(Trap) {
        let target = unsafe try instance.memories[index0].view.bytes(at: one, count: three)
        let source = unsafe try instance.memories[index1].view.bytes(at: two, count: three)
        guard let to = target.baseAddress, let from = source.baseAddress else {
            return
        }
        // SAFETY: both are checked ranges; this copy allows overlap.
        unsafe to.copyMemory(from: from, byteCount: target.count)
    }

    private func getElement() throws(Trap) {
        guard let element = instance.tables[index0][one] else { throw .tableOutOfBounds }
        result[0] = element.bits
    }

    /// Operands: the reference, then the number of elements.
    private func growTable() {
        let table = instance.tables[index0]
        let failure: UInt64 = table.type.addressType == .i32 ? UInt64(UInt32.max) : .max
        result[0] = table.grow(by: two, filledWith: Reference(bits: one)) ?? failure
    }

    private func fillTable() throws(Trap) {
        let table = instance.tables[index0]
        guard Instance.fits(one, three, in: table.count) else { throw .tableOutOfBounds }
        for position in 0..<three { _ = table.set(one + position, to: Reference(bits: two)) }
    }

    private func copyTable() throws(Trap) {
        let target = instance.tables[index0]
        let source = instance.tables[index1]
        guard Instance.fits(one, three, in: target.count),
            Instance.fits(two, three, in: source.count)
        else { throw .tableOutOfBounds }
        guard three > 0 else { return }
        // SAFETY: both are checked ranges; this move allows overlap.
        unsafe (target.cell.pointee.elements + Int(one))
            .update(from: source.cell.pointee.elements + Int(two), count: Int(three))
    }
}
