package import Wasm

/// A value that crosses the border between host and guest; floats are carried as their bits, so no
/// NaN payload is lost.
package enum Value: Hashable, Sendable {
    case i32(UInt32)
    case i64(UInt64)
    /// IEEE 754 binary32, as its bits.
    case f32(UInt32)
    /// IEEE 754 binary64, as its bits.
    case f64(UInt64)
    case v128(V128)
    case reference(Reference)

    package static func i32(_ value: Int32) -> Value { .i32(UInt32(bitPattern: value)) }
    package static func i64(_ value: Int64) -> Value { .i64(UInt64(bitPattern: value)) }
    package static func f32(_ value: Float) -> Value { .f32(value.bitPattern) }
    package static func f64(_ value: Double) -> Value { .f64(value.bitPattern) }

    /// The value a variable of this type starts with: zero or null (§4.2.1).
    package static func zero(of type: ValueType) -> Value {
        switch type {
        case .i32: .i32(0 as UInt32)
        case .i64: .i64(0 as UInt64)
        case .f32: .f32(0 as UInt32)
        case .f64: .f64(0 as UInt64)
        case .v128: .v128(V128(low: 0, high: 0))
        default: .reference(.null)
        }
    }

    /// Reads a value of a type from frame slots.
    init(_ type: ValueType, at slots: Slots) {
        switch type {
        case .i32: self = .i32(UInt32(truncatingIfNeeded: slots[0]))
        case .i64: self = .i64(slots[0])
        case .f32: self = .f32(UInt32(truncatingIfNeeded: slots[0]))
        case .f64: self = .f64(slots[0])
        case .v128: self = .v128(V128(low: slots[0], high: slots[1]))
        default: self = .reference(Reference(bits: slots[0]))
        }
    }

    /// Writes the value to one frame slot, or two for a vector.
    func write(to slots: Slots) {
        switch self {
        case .i32(let bits), .f32(let bits): slots[0] = UInt64(bits)
        case .i64(let bits), .f64(let bits): slots[0] = bits
        case .v128(let vector):
            slots[0] = vector.low
            slots[1] = vector.high
        case .reference(let reference): slots[0] = reference.bits
        }
    }
}

/// 128 bits of a vector, in two little-endian halves.
package struct V128: Hashable, Sendable {
    package var low: UInt64
    package var high: UInt64

    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }
}
