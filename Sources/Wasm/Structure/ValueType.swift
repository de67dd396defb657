/// A value type, packed into 32 bits so that validation compares types in one instruction.
///
/// Source: WebAssembly Core Specification 3.0, §2.3.5 (Value Types).
package struct ValueType: Hashable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Bits 0–7: kind; bit 8: nullable; bits 12–31: heap type.
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// What the operand stack of unreachable code holds: a subtype of everything.
    package static let bottom = ValueType(rawValue: 0)
    package static let i32 = ValueType(rawValue: 1)
    package static let i64 = ValueType(rawValue: 2)
    package static let f32 = ValueType(rawValue: 3)
    package static let f64 = ValueType(rawValue: 4)
    package static let v128 = ValueType(rawValue: 5)
    /// Storage types of fields only (§2.3.8).
    package static let i8 = ValueType(rawValue: 7)
    package static let i16 = ValueType(rawValue: 8)

    /// `(ref null? heap)`.
    package static func reference(_ heap: HeapType, nullable: Bool) -> ValueType {
        ValueType(rawValue: 6 | (nullable ? 0x100 : 0) | heap.rawValue << 12)
    }

    package static let funcref = reference(.func, nullable: true)
    package static let externref = reference(.extern, nullable: true)
    package static let anyref = reference(.any, nullable: true)
    package static let eqref = reference(.eq, nullable: true)
    package static let i31ref = reference(.i31, nullable: true)
    package static let structref = reference(.struct, nullable: true)
    package static let arrayref = reference(.array, nullable: true)
    package static let exnref = reference(.exn, nullable: true)

    package var isReference: Bool { rawValue & 0xFF == 6 }
    package var isNumber: Bool { rawValue &- 1 < 4 }
    package var isVector: Bool { self == .v128 }
    /// `i8` or `i16`.
    package var isPacked: Bool { self == .i8 || self == .i16 }
    package var isNullable: Bool { rawValue & 0x100 != 0 }
    /// Whether a local of this type starts with a default value (§3.2.6).
    package var isDefaultable: Bool { !isReference || isNullable }

    /// The heap type of a reference; meaningless for other types.
    package var heapType: HeapType { HeapType(rawValue: rawValue >> 12) }

    /// The value a field of this storage type unpacks to.
    package var unpacked: ValueType { isPacked ? .i32 : self }

    /// The same reference type without null.
    package var nonNull: ValueType { ValueType(rawValue: rawValue & ~0x100) }
}

/// A heap type: abstract, or an index into the module's types.
///
/// Source: WebAssembly Core Specification 3.0, §2.3.3 (Heap Types).
package struct HeapType: Hashable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Below 32 an abstract heap type; otherwise 32 + type index. At most 20 bits.
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let any = HeapType(rawValue: 0)
    package static let eq = HeapType(rawValue: 1)
    package static let i31 = HeapType(rawValue: 2)
    package static let `struct` = HeapType(rawValue: 3)
    package static let array = HeapType(rawValue: 4)
    package static let none = HeapType(rawValue: 5)
    package static let `func` = HeapType(rawValue: 6)
    package static let noFunc = HeapType(rawValue: 7)
    package static let extern = HeapType(rawValue: 8)
    package static let noExtern = HeapType(rawValue: 9)
    package static let exn = HeapType(rawValue: 10)
    package static let noExn = HeapType(rawValue: 11)
    /// The bottom of every hierarchy: what unreachable code's references hold.
    package static let bottom = HeapType(rawValue: 12)

    /// The type with this index in the module (or, in the engine, this canonical number).
    package static func concrete(_ index: UInt32) -> HeapType { HeapType(rawValue: index &+ 32) }

    /// The type index of a concrete heap type.
    package var typeIndex: UInt32? { rawValue >= 32 ? rawValue - 32 : nil }
}
