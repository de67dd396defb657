internal import Wasm

extension Interpreter {
    /// Loads and stores of vectors and lanes (core specification 3.0, §4.6.9) that name a memory
    /// other than 0 or have 64-bit addresses.
    ///
    /// Words: {op, a: result, b: address, c: vector}, {opcode, -, memory, lane}, {offset}, {}.
    @inline(never)
    static func vectorAccess(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        let opcode = code.opcode(8)
        let access = unsafe MemoryAccess(
            context, memory: code.u16(12), index: frame[code.b], offset: code.u64(16))
        let target = code.a
        switch opcode {
        case .v128Load: return access.load(SIMD2<UInt64>.self) { frame.setVector(target, $0) }
        case .v128Store: return access.store(frame.vector(code.c) as SIMD2<UInt64>)
        case .v128Load8x8S:
            return access.load(SIMD8<Int8>.self) {
                frame.setVector(target, SIMD8<Int16>(truncatingIfNeeded: $0))
            }
        case .v128Load8x8U:
            return access.load(SIMD8<UInt8>.self) {
                frame.setVector(target, SIMD8<UInt16>(truncatingIfNeeded: $0))
            }
        case .v128Load16x4S:
            return access.load(SIMD4<Int16>.self) {
                frame.setVector(target, SIMD4<Int32>(truncatingIfNeeded: $0))
            }
        case .v128Load16x4U:
            return access.load(SIMD4<UInt16>.self) {
                frame.setVector(target, SIMD4<UInt32>(truncatingIfNeeded: $0))
            }
        case .v128Load32x2S:
            return access.load(SIMD2<Int32>.self) {
                frame.setVector(target, SIMD2<Int64>(truncatingIfNeeded: $0))
            }
        case .v128Load32x2U:
            return access.load(SIMD2<UInt32>.self) {
                frame.setVector(target, SIMD2<UInt64>(truncatingIfNeeded: $0))
            }
        case .v128Load8Splat:
            return access.load(UInt8.self) { frame.setVector(target, SIMD16(repeating: $0)) }
        case .v128Load16Splat:
            return access.load(UInt16.self) { frame.setVector(target, SIMD8(repeating: $0)) }
        case .v128Load32Splat:
            return access.load(UInt32.self) { frame.setVector(target, SIMD4(repeating: $0)) }
        case .v128Load64Splat:
            return access.load(UInt64.self) { frame.setVector(target, SIMD2(repeating: $0)) }
        case .v128Load32Zero:
            return access.load(UInt32.self) { frame.setVector(target, SIMD4($0, 0, 0, 0)) }
        case .v128Load64Zero:
            return access.load(UInt64.self) { frame.setVector(target, SIMD2($0, 0)) }
        default: return laneAccess(opcode, access, code, frame)
        }
    }

    private static func laneAccess(
        _ opcode: Opcode, _ access: MemoryAccess, _ code: Code, _ frame: Slots
    ) -> TrapCode {
        switch opcode {
        case .v128Load8Lane: loadLane(SIMD16<UInt8>.self, access, code, frame)
        case .v128Load16Lane: loadLane(SIMD8<UInt16>.self, access, code, frame)
        case .v128Load32Lane: loadLane(SIMD4<UInt32>.self, access, code, frame)
        case .v128Load64Lane: loadLane(SIMD2<UInt64>.self, access, code, frame)
        case .v128Store8Lane: storeLane(SIMD16<UInt8>.self, access, code, frame)
        case .v128Store16Lane: storeLane(SIMD8<UInt16>.self, access, code, frame)
        case .v128Store32Lane: storeLane(SIMD4<UInt32>.self, access, code, frame)
        case .v128Store64Lane: storeLane(SIMD2<UInt64>.self, access, code, frame)
        default: .unreachable
        }
    }

    @inline(__always)
    private static func loadLane<V: SIMD>(
        _: V.Type, _ access: MemoryAccess, _ code: Code, _ frame: Slots
    ) -> TrapCode where V.Scalar: BitwiseCopyable {
        access.load(V.Scalar.self) {
            var value: V = frame.vector(code.c)
            value[code.u16(14)] = $0
            frame.setVector(code.a, value)
        }
    }

    @inline(__always)
    private static func storeLane<V: SIMD>(
        _: V.Type, _ access: MemoryAccess, _ code: Code, _ frame: Slots
    ) -> TrapCode where V.Scalar: BitwiseCopyable {
        access.store((frame.vector(code.c) as V)[code.u16(14)])
    }
}
