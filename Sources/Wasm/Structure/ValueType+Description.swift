extension HeapType: CustomStringConvertible {
    /// The text format's word; a concrete type is its index.
    package var description: String {
        switch self {
        case .any: "any"
        case .eq: "eq"
        case .i31: "i31"
        case .struct: "struct"
        case .array: "array"
        case .none: "none"
        case .func: "func"
        case .noFunc: "nofunc"
        case .extern: "extern"
        case .noExtern: "noextern"
        case .exn: "exn"
        case .noExn: "noexn"
        case .bottom: "bottom"
        default: typeIndex.map { "\($0)" } ?? "unknown"
        }
    }
}

extension ValueType: CustomStringConvertible {
    /// The type as the text format spells it, such as `(ref null func)`.
    package var description: String {
        switch self {
        case .bottom: "any type"
        case .i32: "i32"
        case .i64: "i64"
        case .f32: "f32"
        case .f64: "f64"
        case .v128: "v128"
        case .i8: "i8"
        case .i16: "i16"
        default: "(ref \(isNullable ? "null " : "")\(heapType))"
        }
    }
}

extension Sequence<ValueType> {
    /// The types' spellings, spaces between.
    package var names: String { map(\.description).joined(separator: " ") }
}
