internal import Wasm

extension Interpreter {
    /// Runs one vector instruction (core specification 3.0, §4.3.5 and §4.6.3).
    ///
    /// Words: {op, a: result, b, c: operands}, {opcode, third operand, lane or memory, lane},
    /// {offset or low lanes}, {high lanes}. Relaxed instructions do what the deterministic profile
    /// fixes (appendix "Profiles").
    @inline(never)
    static func vectorGroup(
        _ code: Code, _ frame: Slots, _ context: UnsafeMutablePointer<InstanceContext>
    ) -> TrapCode {
        guard let opcode = Opcode(rawValue: UInt16(code.u16(8))) else { return .unreachable }
        let vector = VectorInstruction(code: code, frame: frame)
        switch VectorShape.table[Int(opcode.rawValue)] {
        case .access: return unsafe vectorAccess(opcode, code, frame, context)
        case .lanes: vector.lanes(opcode)
        case .bits: vector.bits(opcode)
        case .i8x16: vector.bytes(opcode)
        case .i16x8: vector.words(opcode)
        case .i32x4: vector.doublewords(opcode)
        case .i64x2: vector.quadwords(opcode)
        case .f32x4: vector.singles(opcode)
        case .f64x2: vector.doubles(opcode)
        }
        return .none
    }
}

/// Which function runs a vector instruction.
enum VectorShape {
    case access, lanes, bits, i8x16, i16x8, i32x4, i64x2, f32x4, f64x2

    /// By the opcode's raw value, for every instruction; worked out once.
    static let table: [VectorShape] = Opcode.allCases.map { VectorShape($0.description) }

    private init(_ instruction: InstructionDescription) {
        if instruction.accessWidthLog2 != nil {
            self = .access
            return
        }
        switch instruction.code {
        case 13...34: self = .lanes
        case 77...83: self = .bits
        case 35...44, 96...102, 107...115, 118...121, 123, 0x100, 0x109: self = .i8x16
        case 45...54, 124, 125, 128...147, 149...159, 0x10A, 0x111, 0x112: self = .i16x8
        case 55...64, 126, 127, 160...191, 248, 249, 252, 253, 0x101...0x104, 0x10B, 0x113:
            self = .i32x4
        case 192...223, 0x10C: self = .i64x2
        case 65...70, 94, 103...106, 224...235, 250, 251, 0x105, 0x106, 0x10D, 0x10E:
            self = .f32x4
        default: self = .f64x2
        }
    }
}

/// A vector instruction with its operands' slots.
struct VectorInstruction {
    let code: Code
    let frame: Slots

    // MARK: Operands

    @inline(__always)
    func first<V: SIMD>(_: V.Type) -> V { frame.vector(code.b) }
    @inline(__always)
    func second<V: SIMD>(_: V.Type) -> V { frame.vector(code.c) }
    @inline(__always)
    func third<V: SIMD>(_: V.Type) -> V { frame.vector(code.u16(10)) }
    /// The lane of an extracting or replacing instruction.
    @inline(__always)
    var lane: Int { code.u16(12) }

    // MARK: Results

    @inline(__always)
    func result<V: SIMD>(_ value: V) { frame.setVector(code.a, value) }

    @inline(__always)
    func unary<V: SIMD, R: SIMD>(_: V.Type, _ body: (V) -> R) { result(body(first(V.self))) }

    @inline(__always)
    func binary<V: SIMD, R: SIMD>(_: V.Type, _ body: (V, V) -> R) {
        result(body(first(V.self), second(V.self)))
    }

    @inline(__always)
    func ternary<V: SIMD, R: SIMD>(_: V.Type, _ body: (V, V, V) -> R) {
        result(body(first(V.self), second(V.self), third(V.self)))
    }

    /// All ones in the lanes where the comparison holds.
    @inline(__always)
    func compare<V: SIMD>(_: V.Type, _ body: (V, V) -> SIMDMask<V.MaskStorage>)
    where
        V.MaskStorage.Scalar: FixedWidthInteger & SignedInteger,
        V.MaskStorage.MaskStorage == V.MaskStorage
    {
        let mask = body(first(V.self), second(V.self))
        result(V.MaskStorage(repeating: 0).replacing(with: -1, where: mask))
    }

    /// Applies `body` to each pair of lanes.
    @inline(__always)
    func lanewise<V: SIMD>(_: V.Type, _ body: (V.Scalar, V.Scalar) -> V.Scalar) {
        let (one, other) = (first(V.self), second(V.self))
        var value = one
        for lane in 0..<V.scalarCount { value[lane] = body(one[lane], other[lane]) }
        result(value)
    }

    /// Applies `body` to each lane.
    @inline(__always)
    func lanewise<V: SIMD>(_: V.Type, _ body: (V.Scalar) -> V.Scalar) {
        var value = first(V.self)
        for lane in 0..<V.scalarCount { value[lane] = body(value[lane]) }
        result(value)
    }

    /// Shifts each lane by the scalar operand, which counts modulo the lane's bits.
    @inline(__always)
    func shift<V: SIMD>(_: V.Type, _ body: (V, V) -> V) where V.Scalar: FixedWidthInteger {
        let count = V.Scalar(
            truncatingIfNeeded: frame.u32(code.c) & UInt32(V.Scalar.bitWidth - 1))
        result(body(first(V.self), V(repeating: count)))
    }

    @inline(__always)
    func allTrue<V: SIMD>(_: V.Type) where V.Scalar: FixedWidthInteger {
        let value = first(V.self)
        var holds = true
        for lane in 0..<V.scalarCount { holds = holds && value[lane] != 0 }
        frame.set(code.a, holds)
    }

    @inline(__always)
    func bitmask<V: SIMD>(_: V.Type) where V.Scalar: FixedWidthInteger & SignedInteger {
        let value = first(V.self)
        var mask: UInt32 = 0
        for lane in 0..<V.scalarCount where value[lane] < 0 { mask |= 1 << UInt32(lane) }
        frame.set(code.a, mask)
    }

    /// Joins two vectors into one of half as wide lanes, saturating.
    @inline(__always)
    func narrow<V: SIMD, R: SIMD>(_: V.Type, to _: R.Type)
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        let (one, other) = (first(V.self), second(V.self))
        var value = R(repeating: 0)
        for lane in 0..<V.scalarCount {
            value[lane] = R.Scalar(clamping: one[lane])
            value[lane + V.scalarCount] = R.Scalar(clamping: other[lane])
        }
        result(value)
    }

    /// Widens the lower or upper half of the lanes.
    @inline(__always)
    func extend<V: SIMD, R: SIMD>(_: V.Type, to _: R.Type, high: Bool)
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        result(Self.half(first(V.self), high: high) as R)
    }

    /// Multiplies the widened lower or upper halves.
    @inline(__always)
    func extendMultiply<V: SIMD, R: SIMD>(_: V.Type, to _: R.Type, high: Bool)
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        let one: R = Self.half(first(V.self), high: high)
        let other: R = Self.half(second(V.self), high: high)
        result(one &* other)
    }

    @inline(__always)
    private static func half<V: SIMD, R: SIMD>(_ value: V, high: Bool) -> R
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        var wide = R(repeating: 0)
        let start = high ? R.scalarCount : 0
        for lane in 0..<R.scalarCount {
            wide[lane] = R.Scalar(truncatingIfNeeded: value[start + lane])
        }
        return wide
    }

    /// Adds neighbouring lanes, widened.
    @inline(__always)
    func addPairs<V: SIMD, R: SIMD>(_: V.Type, to _: R.Type)
    where V.Scalar: FixedWidthInteger, R.Scalar: FixedWidthInteger {
        let value = first(V.self)
        var sums = R(repeating: 0)
        for lane in 0..<R.scalarCount {
            sums[lane] =
                R.Scalar(truncatingIfNeeded: value[2 * lane])
                &+ R.Scalar(truncatingIfNeeded: value[2 * lane + 1])
        }
        result(sums)
    }

    /// `first` where the mask's bits are set, else `second`.
    @inline(__always)
    func selectBits() {
        ternary(SIMD2<UInt64>.self) { $0 & $2 | $1 & ~$2 }
    }
}

extension Slots {
    /// The vector in two slots.
    @inline(__always)
    func vector<V: SIMD>(_ index: Int) -> V {
        // SAFETY: the translator gives every v128 two slots; V has 16 bytes.
        unsafe UnsafeRawPointer(base + index).loadUnaligned(as: V.self)
    }

    @inline(__always)
    func setVector<V: SIMD>(_ index: Int, _ value: V) {
        // SAFETY: as above.
        unsafe UnsafeMutableRawPointer(base + index).storeBytes(of: value, as: V.self)
    }
}
