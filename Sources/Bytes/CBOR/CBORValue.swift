/// One data item of the Concise Binary Object Representation (RFC 8949).
///
/// Floating-point numbers are not represented: no format read here uses them.
package indirect enum CBORValue: Equatable, Sendable {
    /// Major type 0.
    case unsigned(UInt64)
    /// Major type 1: the number is `-1 - value`.
    case negative(UInt64)
    /// Major type 2.
    case bytes(ArraySlice<UInt8>)
    /// Major type 3.
    case text(String)
    /// Major type 4.
    case array([CBORValue])
    /// Major type 5, in the order received; keys are unique.
    case map([CBOREntry])
    /// Major type 6.
    case tagged(UInt64, CBORValue)
    /// Simple values 20 and 21.
    case boolean(Bool)
    /// Simple value 22.
    case null
    /// Simple value 23.
    case undefined
    /// Any other simple value.
    case simple(UInt8)

    /// A signed integer as CBOR holds it.
    package init(_ integer: Int) {
        self = integer >= 0 ? .unsigned(UInt64(integer)) : .negative(UInt64(-1 - integer))
    }

    /// The integer, when it is one that fits.
    package var integer: Int? {
        switch self {
        case .unsigned(let value): Int(exactly: value)
        case .negative(let value): Int(exactly: value).map { -1 - $0 }
        case .bytes, .text, .array, .map, .tagged, .boolean, .null, .undefined, .simple: nil
        }
    }

    /// The value of a map under an integer key; `nil` when absent or when this is no map.
    package subscript(key: Int) -> CBORValue? { self[CBORValue(key)] }

    /// The value of a map under a text key; `nil` when absent or when this is no map.
    package subscript(key: String) -> CBORValue? { self[.text(key)] }

    private subscript(key: CBORValue) -> CBORValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }
}
