internal import Platform
internal import Synchronization
internal import Wasm

extension Interpreter {
    /// Runs one atomic instruction (threads proposal, "Atomic Memory Accesses").
    ///
    /// Words: {op, a: result, b: address, c: operand}, {opcode, third operand, memory}, {offset}.
    @inline(never)
    static func atomicGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        let opcode = code.opcode(8)
        if opcode == .atomicFence {
            atomicMemoryFence(ordering: .sequentiallyConsistent)
            return .none
        }
        let access = unsafe MemoryAccess(
            context, memory: code.u16(12), index: frame[code.b], offset: code.u64(16))
        let width = UInt64(1) << UInt64(opcode.description.accessWidthLog2 ?? 0)
        guard access.isAligned(to: width) else { return .unalignedAtomic }
        guard let place = unsafe access.bytes(width) else { return .memoryOutOfBounds }
        switch opcode {
        case .memoryAtomicNotify:
            frame.set(code.a, unsafe WaitQueues.shared.wake(place, count: frame.u32(code.c)))
            return .none
        case .memoryAtomicWait32, .memoryAtomicWait64:
            return unsafe wait(place, isWide: opcode == .memoryAtomicWait64, code, frame, context)
        default:
            // SAFETY: the address is aligned and inside the memory, whose bytes never move.
            switch width {
            case 1: unsafe AtomicOperation(opcode).run(UInt8.self, place, code, frame)
            case 2: unsafe AtomicOperation(opcode).run(UInt16.self, place, code, frame)
            case 4: unsafe AtomicOperation(opcode).run(UInt32.self, place, code, frame)
            default: unsafe AtomicOperation(opcode).run(UInt64.self, place, code, frame)
            }
            return .none
        }
    }

    private static func wait(
        _ place: UnsafeMutableRawPointer, isWide: Bool, _ code: Code, _ frame: Slots,
        _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        // SAFETY: contexts point back at their instances, which the store keeps.
        let instance = unsafe context.pointee.instance.takeUnretainedValue()
        guard instance.memories[code.u16(12)].type.isShared else { return .waitOnUnsharedMemory }
        let store = instance.store
        let expected = isWide ? frame.u64(code.c) : UInt64(frame.u32(code.c))
        let timeout = Int64(bitPattern: frame.u64(code.u16(10)))
        let outcome = unsafe WaitQueues.shared.wait(
            place, isWide: isWide, expected: expected,
            timeoutNanoseconds: timeout < 0 ? nil : UInt64(timeout), until: { store.mustEnd })
        guard let outcome else {
            do throws(Trap) {
                try store.checkInterruption()
            } catch {
                store.pendingTrap = error
                return .pending
            }
            return .interrupted
        }
        frame.set(code.a, outcome.rawValue)
        return .none
    }
}

/// What an atomic access does with the place's value.
enum AtomicOperation {
    case load, store, add, sub, and, or, xor, exchange, compareExchange

    /// The table lists seven widths of each, in this order.
    init(_ opcode: Opcode) {
        let order: [AtomicOperation] = [
            .load, .store, .add, .sub, .and, .or, .xor, .exchange, .compareExchange,
        ]
        let place = Int(opcode.description.code) - 0x10
        self = order[min(max(place / 7, 0), order.count - 1)]
    }

    /// Runs on an aligned place inside a memory.
    @inline(__always)
    func run<T: AtomicInteger>(
        _: T.Type, _ place: UnsafeMutableRawPointer, _ code: Code, _ frame: Slots
    ) {
        let operand = T(truncatingIfNeeded: frame[code.c])
        var old: T
        switch self {
        case .store:
            unsafe T.store(operand, at: place)
            return
        case .load: old = unsafe T.load(at: place)
        case .compareExchange:
            // The expected value is wrapped to the place's width, as in the proposal's overview.
            let replacement = T(truncatingIfNeeded: frame[code.u16(10)])
            old = unsafe T.compareExchange(at: place, operand, replacement)
        case .add, .sub, .and, .or, .xor, .exchange:
            old = unsafe T.load(at: place)
            while true {
                let found = unsafe T.compareExchange(at: place, old, applied(old, operand))
                if found == old { break }
                old = found
            }
        }
        frame.set(code.a, UInt64(old))
    }

    @inline(__always)
    private func applied<T: FixedWidthInteger>(_ value: T, _ operand: T) -> T {
        switch self {
        case .add: value &+ operand
        case .sub: value &- operand
        case .and: value & operand
        case .or: value | operand
        case .xor: value ^ operand
        case .exchange, .load, .store, .compareExchange: operand
        }
    }
}
