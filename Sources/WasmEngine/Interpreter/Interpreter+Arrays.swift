internal import Wasm

/// Making and moving arrays.
extension Interpreter {
    static func arrayGroup(
        _ opcode: Opcode, _ code: Code, _ frame: Slots,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        let array = unsafe ArrayInstruction(
            instance: instance, code: code, frame: frame, context: context)
        // The result may lie over the count.
        let fuel = array.fuel(opcode)
        do throws(Trap) {
            let outcome = try array.run(opcode)
            if outcome == .none { unsafe context.pointee.state.pointee.fuel &-= fuel }
            return outcome
        } catch {
            instance.store.pendingTrap = error
            return .pending
        }
    }
}

/// An instruction that makes an array or moves elements.
@safe
struct ArrayInstruction {
    let instance: Instance
    let code: Code
    let frame: Slots
    let context: UnsafeMutablePointer<InstanceContext>

    private var heap: UnsafeMutablePointer<HeapState> { unsafe instance.store.heap.state }
    private var first: UInt32 { code.u32(16) }
    private var second: Int { Int(code.u32(20)) }

    /// Units of fuel beyond the instruction's own: one for 64 elements.
    func fuel(_ opcode: Opcode) -> Int64 {
        let count: UInt32 =
            switch opcode {
            case .arrayNew, .arrayNewData, .arrayNewElem: frame.u32(code.c)
            case .arrayNewDefault: frame.u32(code.b)
            case .arrayCopy: operand(4)
            case .arrayInitData, .arrayInitElem: operand(3)
            default: 0
            }
        return Int64(count / 64)
    }

    func run(_ opcode: Opcode) throws(Trap) -> TrapCode {
        switch opcode {
        case .arrayNew: return try makeFilled()
        case .arrayNewDefault: _ = try make(frame.u32(code.b))
        case .arrayNewFixed: try makeFixed()
        case .arrayNewData: try makeFromData()
        case .arrayNewElem: try makeFromElements()
        case .arrayCopy: return try copy()
        case .arrayInitData: return try initializeFromData()
        case .arrayInitElem: return try initializeFromElements()
        default: throw .unreachable
        }
        return .none
    }

    // MARK: Making

    /// Makes an array of zeros and leaves it in the result slot.
    private func make(_ count: UInt32) throws(Trap) -> HeapArray {
        let store = instance.store
        let layout = store.heap.layout(first)
        let byteCount =
            UInt64(FieldPlacement.headerByteCount) + UInt64(count) << layout.element.shift
        let made = unsafe store.makeObject(
            .array(first, count: count), byteCount: byteCount,
            at: RunningPlace(code: code.address, frame: frame, context: context))
        guard let made else { throw store.heapExhausted }
        frame[code.a] = made
        return unsafe HeapArray(heap, made, layout.element)
    }

    private func makeFilled() throws(Trap) -> TrapCode {
        // The result may lie over the operand.
        var value: (UInt64, UInt64) = (frame[code.b], 0)
        if instance.store.heap.layout(first).element == .vector { value.1 = frame[code.b + 1] }
        let array = try make(frame.u32(code.c))
        return unsafe withUnsafeMutablePointer(to: &value) { pair in
            // SAFETY: the pair is two slots.
            unsafe pair.withMemoryRebound(to: UInt64.self, capacity: 2) { slots in
                array.fill(unsafe Slots(slots), at: 0, count: array.count)
            }
        }
    }

    private func makeFixed() throws(Trap) {
        let count = UInt32(second)
        let operands = frame.from(code.b)
        let step = instance.store.heap.layout(first).element.slotCount
        // The result lies over the first operand.
        let head = frame[code.b]
        let array = try make(count)
        let result = frame[code.a]
        frame[code.b] = head
        for index in 0..<count {
            _ = array.store(operands.from(Int(index) * step), at: index)
        }
        frame[code.a] = result
    }

    private func makeFromData() throws(Trap) {
        let (start, count) = (frame.u32(code.b), frame.u32(code.c))
        let width = instance.store.heap.layout(first).element
        let byteCount = UInt64(count) << width.shift
        let bytes = try instance.dataRange(second, from: UInt64(start), count: byteCount)
        let array = try make(count)
        if count > 0 { unsafe instance.copyBytes(bytes, to: array.element(0)) }
    }

    private func makeFromElements() throws(Trap) {
        let (start, count) = (frame.u32(code.b), frame.u32(code.c))
        try checkElements(start, count)
        let array = try make(count)
        for index in 0..<count { write(Int(start) + Int(index), to: array, at: index) }
    }

    private func checkElements(_ start: UInt32, _ count: UInt32) throws(Trap) {
        guard
            Instance.fits(
                UInt64(start), UInt64(count), in: UInt64(instance.elements[second].count))
        else { throw .tableOutOfBounds }
    }

    /// Copies a segment's item; the segment is the second index of `array.new_elem`, the first
    /// number of `array.init_elem`.
    private func write(_ item: Int, segment: Int? = nil, to array: HeapArray, at index: UInt32) {
        let bits = instance.elements[segment ?? second][item]
        // SAFETY: the index was checked; the elements are references, of 8 bytes.
        unsafe array.element(index).storeBytes(of: bits, as: UInt64.self)
    }

    // MARK: Moving

    private var width: HeapWidth {
        HeapWidth(rawValue: UInt8(truncatingIfNeeded: code.u16(14))) ?? .byte
    }

    private func operand(_ index: Int) -> UInt32 { frame.u32(code.b + index) }

    /// Operands: target, its index, source, its index, count.
    private func copy() throws(Trap) -> TrapCode {
        let target = unsafe HeapArray(heap, frame[code.b], width)
        let source = unsafe HeapArray(heap, frame[code.b + 2], width)
        let count = operand(4)
        if target.handle == 0 || source.handle == 0 { return .nullReference }
        guard target.check(operand(1), count) == .none, source.check(operand(3), count) == .none
        else { return .arrayOutOfBounds }
        // SAFETY: both are checked ranges; this copy allows overlap.
        unsafe target.element(operand(1)).copyMemory(
            from: source.element(operand(3)), byteCount: Int(UInt64(count) << width.shift))
        return .none
    }

    /// Operands: array, its index, the segment's offset, count.
    private func initializeFromData() throws(Trap) -> TrapCode {
        let array = unsafe HeapArray(heap, frame[code.b], width)
        let count = operand(3)
        let reason = array.check(operand(1), count)
        guard reason == .none else { return reason }
        let bytes = try instance.dataRange(
            Int(first), from: UInt64(operand(2)), count: UInt64(count) << width.shift)
        if count > 0 { unsafe instance.copyBytes(bytes, to: array.element(operand(1))) }
        return .none
    }

    private func initializeFromElements() throws(Trap) -> TrapCode {
        let array = unsafe HeapArray(heap, frame[code.b], width)
        let (start, count) = (operand(2), operand(3))
        let reason = array.check(operand(1), count)
        guard reason == .none else { return reason }
        let segment = Int(first)
        guard
            Instance.fits(
                UInt64(start), UInt64(count), in: UInt64(instance.elements[segment].count))
        else { throw .tableOutOfBounds }
        for index in 0..<count {
            write(Int(start) + Int(index), segment: segment, to: array, at: operand(1) + index)
        }
        return .none
    }
}
