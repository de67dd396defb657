internal import Wasm

extension Interpreter {
    /// Loads and stores that name a memory other than 0 or have 64-bit addresses.
    ///
    /// Words: {op, a: value, b: address}, {opcode, -, f: memory}, {offset}.
    @inline(never)
    static func accessGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        let opcode = code.opcode(8)
        let access = unsafe MemoryAccess(
            context, memory: code.u16(12), index: frame[code.b], offset: code.u64(16))
        switch opcode {
        case .i32Load, .f32Load, .i64Load32U:
            return access.load(UInt32.self) { frame.set(code.a, $0) }
        case .i64Load, .f64Load: return access.load(UInt64.self) { frame.set(code.a, $0) }
        case .i32Load8U, .i64Load8U:
            return access.load(UInt8.self) { frame.set(code.a, UInt64($0)) }
        case .i32Load16U, .i64Load16U:
            return access.load(UInt16.self) { frame.set(code.a, UInt64($0)) }
        case .i32Load8S:
            return access.load(Int8.self) { frame.set(code.a, UInt32(truncatingIfNeeded: $0)) }
        case .i32Load16S:
            return access.load(Int16.self) { frame.set(code.a, UInt32(truncatingIfNeeded: $0)) }
        case .i64Load8S:
            return access.load(Int8.self) { frame.set(code.a, UInt64(truncatingIfNeeded: $0)) }
        case .i64Load16S:
            return access.load(Int16.self) { frame.set(code.a, UInt64(truncatingIfNeeded: $0)) }
        case .i64Load32S:
            return access.load(Int32.self) { frame.set(code.a, UInt64(truncatingIfNeeded: $0)) }
        case .i32Store, .f32Store, .i64Store32: return access.store(frame.u32(code.a))
        case .i64Store, .f64Store: return access.store(frame.u64(code.a))
        case .i32Store8, .i64Store8:
            return access.store(UInt8(truncatingIfNeeded: frame[code.a]))
        case .i32Store16, .i64Store16:
            return access.store(UInt16(truncatingIfNeeded: frame[code.a]))
        default: return .unreachable
        }
    }
}

/// One checked access to any memory, for the groups beside the loop.
@safe
struct MemoryAccess {
    private let cell: UnsafeMutablePointer<MemoryCell>
    private let state: UnsafeMutablePointer<ExecutionState>
    /// Index plus offset; nil when the sum passes 64 bits.
    private let address: UInt64?

    init(
        _ context: UnsafeMutablePointer<InstanceContext>, memory: Int, index: UInt64,
        offset: UInt64
    ) {
        unsafe cell = context.pointee.memories[memory]
        unsafe state = context.pointee.state
        let (sum, overflow) = index.addingReportingOverflow(offset)
        address = overflow ? nil : sum
    }

    /// Whether the address is a multiple of a power of two.
    func isAligned(to width: UInt64) -> Bool { (address ?? 0) & (width - 1) == 0 }

    /// The accessed bytes; nil, with the trap's details noted, when not all lie inside the memory.
    func bytes(_ width: UInt64) -> UnsafeMutableRawPointer? {
        let size = UInt64(unsafe cell.pointee.byteCount)
        guard let address, address <= size, width <= size - address else {
            unsafe state.pointee.trapAddress = address ?? .max
            unsafe state.pointee.trapWidth = width
            return nil
        }
        return unsafe cell.pointee.base + Int(address)
    }

    func load<T: BitwiseCopyable>(_: T.Type, _ body: (T) -> Void) -> TrapCode {
        guard let bytes = unsafe bytes(UInt64(MemoryLayout<T>.size)) else {
            return .memoryOutOfBounds
        }
        body(unsafe bytes.loadUnaligned(as: T.self))
        return .none
    }

    func store<T: BitwiseCopyable>(_ value: T) -> TrapCode {
        guard let bytes = unsafe bytes(UInt64(MemoryLayout<T>.size)) else {
            return .memoryOutOfBounds
        }
        unsafe bytes.storeBytes(of: value, as: T.self)
        return .none
    }
}
