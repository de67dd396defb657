internal import Wasm

/// What a value is, as far as registers care.
enum ValueKind: UInt8, BitwiseCopyable {
    case i32 = 1
    case i64, f32, f64, v128, reference

    init(_ type: ValueType) {
        // Raw values follow `ValueType`'s; bottom only stands in code that is not compiled.
        self = ValueKind(rawValue: UInt8(truncatingIfNeeded: type.rawValue)) ?? .i32
    }

    /// How the kind is stored.
    @inline(__always)
    fileprivate var tag: UInt8 {
        // SAFETY: an enum without payload is stored in a byte.
        unsafe unsafeBitCast(self, to: UInt8.self)
    }

    var isVector: Bool {
        @inline(__always) get { self == .f32 || self == .f64 || self == .v128 }
    }
    /// The width of the value's memory; of half a vector.
    var width: Width {
        @inline(__always) get { self == .i32 || self == .f32 ? .bits32 : .bits64 }
    }
}

/// A value on the virtual operand stack: where it is, so that it need not be moved before use.
///
/// Two words: parts of their own would be put together and taken apart around every call.
struct Operand: BitwiseCopyable {
    enum Place: UInt8, BitwiseCopyable {
        /// ``bits`` is the value; not for `v128`.
        case constant
        /// The value of local ``bits``, unchanged since.
        case local
        /// In a temporary register.
        case register
        /// In a temporary vector register.
        case vector
        /// In the operand's own slot of the frame.
        case slot
        /// 1 when the condition with number ``number`` holds, else 0; only on top of the stack, for
        /// the next instruction.
        case flags
        /// Not loaded yet: the place is ``BodyCompiler/pendingLoad``; only on top of the stack,
        /// for the next instruction.
        case memory
    }

    /// Bits 0–7 place, 8–15 kind, 16–23 number, 32–63 the deeper use.
    private var head: UInt64
    /// The constant, the local's index, or the position of a popped operand with a slot.
    var bits: UInt64

    @inline(__always)
    init(
        place: Place, kind: ValueKind, number: UInt8 = 0, deeperUse: Int32 = -1, bits: UInt64 = 0
    ) {
        head =
            UInt64(place.rawValue) | UInt64(kind.tag) << 8 | UInt64(number) << 16
            | UInt64(UInt32(bitPattern: deeperUse)) << 32
        self.bits = bits
    }

    @inline(__always)
    var place: Place {
        // SAFETY: `init` stored the tag of a ``Place``.
        unsafe unsafeBitCast(UInt8(truncatingIfNeeded: head), to: Place.self)
    }

    @inline(__always)
    var kind: ValueKind {
        // SAFETY: `init` or `set` stored the tag of a ``ValueKind``.
        get { unsafe unsafeBitCast(UInt8(truncatingIfNeeded: head &>> 8), to: ValueKind.self) }
        set { head = head & ~0xFF00 | UInt64(newValue.tag) << 8 }
    }

    /// A register's or condition's number.
    @inline(__always)
    var number: UInt8 {
        get { UInt8(truncatingIfNeeded: head &>> 16) }
        set { head = head & ~0xFF_0000 | UInt64(newValue) << 16 }
    }

    /// Position on the stack of the next deeper operand that is the same local's value, or -1.
    @inline(__always)
    var deeperUse: Int32 {
        get { Int32(truncatingIfNeeded: Int64(bitPattern: head) &>> 32) }
        set { head = head & 0xFFFF_FFFF | UInt64(UInt32(bitPattern: newValue)) << 32 }
    }

    static func constant(_ kind: ValueKind, _ bits: UInt64) -> Operand {
        Operand(place: .constant, kind: kind, bits: bits)
    }

    static func local(_ kind: ValueKind, _ index: Int) -> Operand {
        Operand(place: .local, kind: kind, bits: UInt64(truncatingIfNeeded: index))
    }

    static func register(_ kind: ValueKind, _ register: Register) -> Operand {
        Operand(place: .register, kind: kind, number: register.rawValue)
    }

    static func vector(_ kind: ValueKind, _ register: VectorRegister) -> Operand {
        Operand(place: .vector, kind: kind, number: register.rawValue)
    }

    static func slot(_ kind: ValueKind) -> Operand { Operand(place: .slot, kind: kind) }

    var localIndex: Int { Int(truncatingIfNeeded: bits) }

    /// The constant as an immediate of 32 bits, sign-extended to the operand's width.
    var immediate: Int32? {
        guard place == .constant else { return nil }
        return kind == .i32
            ? Int32(truncatingIfNeeded: bits) : Int32(exactly: Int64(bitPattern: bits))
    }
}

/// Conditions of the flags that an operand can stand for, beyond ``Condition``'s.
enum FlagsNumber {
    /// Equal and not unordered, after UCOMISD.
    static let floatEqual: UInt8 = 16
    /// Not equal or unordered.
    static let floatNotEqual: UInt8 = 17
}

/// Where a local lives for the whole function.
enum LocalHome: BitwiseCopyable {
    case register(Register)
    case vector(VectorRegister)
    /// Bytes above the stack pointer.
    case memory(Int32)
}

/// A set of registers, one bit each by number.
struct RegisterSet: BitwiseCopyable {
    var rawValue: UInt32 = 0

    init(rawValue: UInt32 = 0) { self.rawValue = rawValue }

    /// One register.
    init(_ register: Register) { rawValue = 1 &<< UInt32(register.rawValue) }

    var isEmpty: Bool { rawValue == 0 }
    /// Whether one register is in the set that is not empty.
    var hasOne: Bool { rawValue & (rawValue &- 1) == 0 }
    func contains(number: UInt8) -> Bool { rawValue & 1 &<< UInt32(number) != 0 }
    mutating func insert(number: UInt8) { rawValue |= 1 &<< UInt32(number) }
    mutating func remove(number: UInt8) { rawValue &= ~(1 &<< UInt32(number)) }
    mutating func insert(_ other: RegisterSet) { rawValue |= other.rawValue }
    func union(_ other: RegisterSet) -> RegisterSet {
        RegisterSet(rawValue: rawValue | other.rawValue)
    }

    /// Takes the lowest number out of the set.
    mutating func popLowest() -> UInt8? {
        guard let number = first else { return nil }
        rawValue &= rawValue &- 1
        return number
    }

    /// Takes the highest number out of the set.
    mutating func popHighest() -> UInt8? {
        guard rawValue != 0 else { return nil }
        let number = UInt8(truncatingIfNeeded: 31 - rawValue.leadingZeroBitCount)
        remove(number: number)
        return number
    }

    /// The lowest number in the set.
    var first: UInt8? { rawValue == 0 ? nil : UInt8(rawValue.trailingZeroBitCount) }
}
