/// A reference as it lies in a frame slot, a table, a global or a heap object. It belongs to one
/// ``Store`` and means nothing in another.
///
/// The encoding, fixed for the interpreter, native code and the collector:
///
/// | bits | meaning |
/// |---|---|
/// | 0 | null, of every type |
/// | …000 | address of a ``FunctionRecord`` (8-byte aligned) in a `func` reference; in an `any`, `extern` or `exn` reference the handle of a heap object: its offset in the GC heap, a multiple of 8, never 0 |
/// | …001 | `i31`: the 31 bits stand in bits 32–62 |
/// | …010 | a host value: index in the store's table of host values × 8 + 2 |
///
/// `extern.convert_any` and `any.convert_extern` change no bit.
package struct Reference: Hashable, Sendable {
    package let bits: UInt64

    package init(bits: UInt64) { self.bits = bits }

    package static let null = Reference(bits: 0)

    package var isNull: Bool { bits == 0 }
    package var isI31: Bool { bits & 7 == 1 }
    package var isHostValue: Bool { bits & 7 == 2 }

    /// An `i31` reference to the low 31 bits of a number.
    package static func i31(_ value: UInt32) -> Reference {
        Reference(bits: UInt64(value & 0x7FFF_FFFF) << 32 | 1)
    }

    /// The number in an `i31` reference, zero-extended; nil for any other reference.
    package var i31: UInt32? { isI31 ? UInt32(truncatingIfNeeded: bits >> 32) : nil }

    /// A reference to the host value at an index of the store's table.
    static func hostValue(_ index: Int) -> Reference {
        Reference(bits: UInt64(truncatingIfNeeded: index) << 3 | 2)
    }

    /// The index in the store's table of host values; nil for any other reference.
    var hostValueIndex: Int? { isHostValue ? Int(truncatingIfNeeded: bits >> 3) : nil }
}
