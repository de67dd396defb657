internal import Wasm

extension Interpreter {
    /// Runs one instruction of the group: structures, arrays, casts.
    ///
    /// Words: {op, a: result, b, c: operands}, {opcode, d: operand, -, width}, {first, second}.
    @inline(never)
    static func gcGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        let opcode = code.opcode(8)
        let heap = unsafe context.pointee.state.pointee.heap
        switch opcode {
        case .structGet, .structGetS, .structGetU:
            let object = frame[code.b]
            guard object != 0 else { return .nullReference }
            // SAFETY: the validator knows the object's type; the offset is that of its field.
            unsafe width(code).load(
                heap.pointee.address(object) + code.i32(16), to: frame.from(code.a))
            return .none
        case .structSet:
            let object = frame[code.b]
            guard object != 0 else { return .nullReference }
            // SAFETY: as above.
            unsafe width(code).store(
                frame.from(code.c), to: heap.pointee.address(object) + code.i32(16))
            return .none
        case .arrayGet, .arrayGetS, .arrayGetU:
            let array = unsafe HeapArray(heap, frame[code.b], width(code))
            return array.load(frame.u32(code.c), to: frame.from(code.a))
        case .arraySet:
            let array = unsafe HeapArray(heap, frame[code.b], width(code))
            return array.store(frame.from(code.u16(10)), at: frame.u32(code.c))
        case .arrayLen:
            let array = frame[code.b]
            guard array != 0 else { return .nullReference }
            frame.set(code.a, unsafe heap.pointee.header(array).count)
            return .none
        case .arrayFill:
            let array = unsafe HeapArray(heap, frame[code.a], width(code))
            let count = frame.u32(code.u16(10))
            let outcome = array.fill(frame.from(code.c), at: frame.u32(code.b), count: count)
            // Long work counts like the instructions it stands for.
            if outcome == .none {
                unsafe context.pointee.state.pointee.fuel &-= Int64(count / 64)
            }
            return outcome
        case .refTest, .refTestNull, .refCast, .refCastNull:
            return unsafe cast(opcode, code, frame, context)
        case .structNew, .structNewDefault:
            return unsafe makeStructure(opcode, code, frame, context)
        default: return unsafe arrayGroup(opcode, code, frame, context)
        }
    }

    @inline(__always)
    private static func width(_ code: Code) -> HeapWidth {
        HeapWidth(rawValue: UInt8(truncatingIfNeeded: code.u16(14))) ?? .byte
    }

    // MARK: Casts

    /// `ref.test`: result in a. `ref.cast`: traps or not.
    private static func cast(
        _ opcode: Opcode, _ code: Code, _ frame: Slots,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        let reference = frame[code.b]
        let fits: Bool
        if reference == 0 {
            fits = opcode == .refTestNull || opcode == .refCastNull
        } else {
            fits = unsafe belongs(reference, code, context)
        }
        if opcode == .refTest || opcode == .refTestNull {
            frame.set(code.a, fits)
            return .none
        }
        return fits ? .none : .castFailure
    }

    private static func belongs(
        _ bits: UInt64, _ code: Code, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> Bool {
        let reference = Reference(bits: bits)
        let heap = unsafe context.pointee.state.pointee.heap
        let kind = CastTest.Kind(rawValue: UInt8(truncatingIfNeeded: code.u16(10))) ?? .never
        if kind == .always { return true }
        if kind == .function {
            guard let record = unsafe functionRecord(bits) else { return false }
            return unsafe record.pointee.typeNumber == code.u32(16)
                || isSubtype(record, code.u32(16))
        }
        if kind == .i31 { return reference.isI31 }
        if reference.isI31 { return kind == .equatable }
        if kind == .never || reference.isHostValue { return false }
        let header = unsafe heap.pointee.header(bits)
        switch kind {
        case .structure: return header.isStructure
        case .array: return header.isArray
        case .object:
            if header.number == Int(code.u32(16)) { return true }
            return unsafe heap.pointee.layout(header.number)?.pointee
                .isBelow(code.u32(16), depth: Int(code.u32(20))) ?? false
        default: return true
        }
    }

    // MARK: Structures

    private static func makeStructure(
        _ opcode: Opcode, _ code: Code, _ frame: Slots,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        let number = code.u32(16)
        let heap = unsafe context.pointee.state.pointee.heap
        let known = unsafe heap.pointee.layout(Int(number))
        let layout = unsafe known?.pointee ?? store(context).heap.layout(number)
        let header = HeapHeader.structure(number)
        var made = unsafe heap.pointee.allocate(layout, header)
        if made == nil {
            made = unsafe make(header, byteCount: UInt64(layout.byteCount), code, frame, context)
        }
        guard let handle = made else { return .pending }
        if opcode == .structNew, let fields = unsafe layout.fields {
            let object = unsafe heap.pointee.address(handle)
            var source = frame.from(code.b)
            // SAFETY: the layout has `fieldCount` fields, all inside the new object.
            for index in 0..<layout.fieldCount {
                let field = unsafe fields[index]
                unsafe field.width.store(source, to: object + Int(field.offset))
                source = source.from(field.width.slotCount)
            }
        }
        frame[code.a] = handle
        return .none
    }

    @inline(__always)
    static func store(_ context: UnsafeMutablePointer<InstanceContext>) -> Store {
        // SAFETY: the store outlives its contexts.
        unsafe context.pointee.state.pointee.store.takeUnretainedValue()
    }

    /// Makes an object of zeros; nil, with the trap pending, when the heap is full.
    @inline(never)
    static func make(
        _ header: HeapHeader, byteCount: UInt64, _ code: Code, _ frame: Slots,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) -> UInt64? {
        let store = unsafe store(context)
        let place = unsafe RunningPlace(code: code.address, frame: frame, context: context)
        if let handle = store.makeObject(header, byteCount: byteCount, at: place) { return handle }
        store.pendingTrap = store.heapExhausted
        return nil
    }
}
