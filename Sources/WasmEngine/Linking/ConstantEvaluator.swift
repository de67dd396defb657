internal import Wasm

/// Runs constant expressions, which the validator has checked (core specification 3.0, §3.4.13).
struct ConstantEvaluator {
    fileprivate let instance: Instance
    fileprivate var stack: [V128] = []

    init(_ instance: Instance) { self.instance = instance }

    /// The value of the expression in a range of the module's bytes; numbers and references stand in
    /// the low half.
    mutating func evaluate(_ range: Range<Int>) throws(Trap) -> V128 {
        stack.removeAll(keepingCapacity: true)
        var reader = ConstantReader(instance.module.module.bytes, range)
        while let opcode = reader.byte(), opcode != 0x0B { try step(opcode, &reader) }
        guard let value = stack.last else { throw .unreachable }
        return value
    }

    fileprivate mutating func push(_ low: UInt64, _ high: UInt64 = 0) {
        stack.append(V128(low: low, high: high))
    }

    fileprivate mutating func pop() -> UInt64 { stack.popLast()?.low ?? 0 }

    private mutating func step(_ opcode: UInt8, _ reader: inout ConstantReader) throws(Trap) {
        switch opcode {
        case 0x41: push(UInt64(UInt32(truncatingIfNeeded: reader.signed())))
        case 0x42: push(UInt64(bitPattern: reader.signed()))
        case 0x43: push(reader.fixed(4))
        case 0x44: push(reader.fixed(8))
        case 0x23:
            let global = instance.globals[Int(reader.unsigned())]
            push(global.slots[0], global.type.value == .v128 ? global.slots[1] : 0)
        case 0xD0:
            _ = reader.signed()
            push(0)
        case 0xD2: push(instance.function(UInt32(reader.unsigned())).reference.bits)
        case 0x6A, 0x6B, 0x6C: arithmetic32(opcode)
        case 0x7C, 0x7D, 0x7E: arithmetic64(opcode)
        case 0xFD:
            _ = reader.unsigned()
            let low = reader.fixed(8)
            push(low, reader.fixed(8))
        case 0xFB: try heapObject(UInt32(reader.unsigned()), &reader)
        default: throw .unreachable
        }
    }

    private mutating func arithmetic32(_ opcode: UInt8) {
        let right = UInt32(truncatingIfNeeded: pop())
        let left = UInt32(truncatingIfNeeded: pop())
        push(
            UInt64(opcode == 0x6A ? left &+ right : opcode == 0x6B ? left &- right : left &* right))
    }

    private mutating func arithmetic64(_ opcode: UInt8) {
        let right = pop()
        let left = pop()
        push(opcode == 0x7C ? left &+ right : opcode == 0x7D ? left &- right : left &* right)
    }

    /// `ref.i31`, and the instructions that make structures and arrays (prefix 0xFB).
    private mutating func heapObject(
        _ code: UInt32, _ reader: inout ConstantReader
    ) throws(Trap) {
        switch code {
        case 0, 1: try makeStructure(Int(reader.unsigned()), hasValues: code == 0)
        case 6:
            let type = Int(reader.unsigned())
            let count = UInt32(truncatingIfNeeded: pop())
            let value = popValue()
            try makeArray(type, count: count, value: value)
        case 7:
            let type = Int(reader.unsigned())
            try makeArray(type, count: UInt32(truncatingIfNeeded: pop()), value: nil)
        case 8:
            let type = Int(reader.unsigned())
            try makeArray(type, values: Int(reader.unsigned()))
        case 28: push(Reference.i31(UInt32(truncatingIfNeeded: pop())).bits)
        case 26, 27: break  // any.convert_extern, extern.convert_any: the bits stay.
        default: throw .unreachable
        }
    }
}

/// Objects. Operands stay on the stack, where the collector is told of them, until the object is
/// made.
extension ConstantEvaluator {
    private mutating func popValue() -> V128 { stack.popLast() ?? V128(low: 0, high: 0) }

    private func make(
        _ header: HeapHeader, byteCount: UInt64, keeping values: [V128]
    ) throws(Trap) -> UInt64 {
        let store = instance.store
        store.heap.workingRoots = values.map(\.low)
        defer { store.heap.workingRoots = [] }
        guard let made = store.makeObject(header, byteCount: byteCount, at: nil) else {
            throw store.heapExhausted
        }
        return made
    }

    private mutating func makeStructure(_ type: Int, hasValues: Bool) throws(Trap) {
        let number = instance.module.typeNumbers[type]
        let layout = instance.store.heap.layout(number)
        let made = try make(
            .structure(number), byteCount: UInt64(layout.byteCount), keeping: stack)
        if hasValues, let fields = unsafe layout.fields {
            let values = stack.suffix(layout.fieldCount)
            stack.removeLast(values.count)
            for (index, value) in values.enumerated() {
                // SAFETY: the layout has as many fields as the validator saw values.
                let field = unsafe fields[index]
                write(value, field.width, made, Int(field.offset))
            }
        }
        push(made)
    }

    /// An array of one value, or of zeros.
    private mutating func makeArray(_ type: Int, count: UInt32, value: V128?) throws(Trap) {
        let (made, width) = try makeArray(
            type, count: count, keeping: stack + (value.map { [$0] } ?? []))
        if let value {
            for index in 0..<Int(count) {
                write(
                    value, width, made,
                    FieldPlacement.headerByteCount + index << Int(width.shift))
            }
        }
        push(made)
    }

    /// An array of the values on the stack.
    private mutating func makeArray(_ type: Int, values count: Int) throws(Trap) {
        let (made, width) = try makeArray(type, count: UInt32(count), keeping: stack)
        let values = stack.suffix(count)
        stack.removeLast(values.count)
        for (index, value) in values.enumerated() {
            write(value, width, made, FieldPlacement.headerByteCount + index << Int(width.shift))
        }
        push(made)
    }

    private func makeArray(
        _ type: Int, count: UInt32, keeping values: [V128]
    ) throws(Trap) -> (handle: UInt64, width: HeapWidth) {
        let number = instance.module.typeNumbers[type]
        let width = instance.store.heap.layout(number).element
        let byteCount = UInt64(FieldPlacement.headerByteCount) + UInt64(count) << width.shift
        return (
            try make(.array(number, count: count), byteCount: byteCount, keeping: values), width
        )
    }

    private func write(_ value: V128, _ width: HeapWidth, _ object: UInt64, _ offset: Int) {
        var pair = (value.low, value.high)
        let place = unsafe instance.store.heap.state.pointee.address(object) + offset
        unsafe withUnsafeMutablePointer(to: &pair) { pair in
            // SAFETY: the pair is two slots; the place is a field of a new object.
            unsafe pair.withMemoryRebound(to: UInt64.self, capacity: 2) { slots in
                unsafe width.store(Slots(slots), to: place)
            }
        }
    }
}

/// Reads the immediates of a validated constant expression.
struct ConstantReader {
    private let bytes: ModuleBytes
    private var position: Int
    private let end: Int

    init(_ bytes: ModuleBytes, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = min(range.upperBound, bytes.count)
    }

    mutating func byte() -> UInt8? {
        guard position < end else { return nil }
        position += 1
        return bytes[position - 1]
    }

    /// LEB128, unsigned.
    mutating func unsigned() -> UInt64 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = byte() {
            result |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        return result
    }

    /// LEB128, signed.
    mutating func signed() -> Int64 {
        var result: Int64 = 0
        var shift: Int64 = 0
        while let byte = byte() {
            result |= Int64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 {
                if byte & 0x40 != 0, shift < 64 { result |= -1 << shift }
                break
            }
        }
        return result
    }

    /// Little-endian bytes.
    mutating func fixed(_ count: Int) -> UInt64 {
        var result: UInt64 = 0
        for index in 0..<count { result |= UInt64(byte() ?? 0) << UInt64(index * 8) }
        return result
    }
}
