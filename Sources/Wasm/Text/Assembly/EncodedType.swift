/// A value or storage type as the binary format writes it.
///
/// Source: core specification 3.0, §5.3.1–5.3.5. Two types are the same text type exactly when they
/// are equal here: `funcref` is `(ref null func)`.
struct EncodedType: Hashable, Sendable {
    /// The type's code; 0x63 and 0x64 for `(ref null heap)` and `(ref heap)`.
    let code: UInt8
    /// A type index, or an abstract heap type's code as a negative number.
    let heap: Int64

    init(code: UInt8) {
        self.code = code
        heap = 0
    }

    init(heap: Int64, isNullable: Bool) {
        code = isNullable ? 0x63 : 0x64
        self.heap = heap
    }

    var isReference: Bool { code == 0x63 || code == 0x64 }
    var isNullable: Bool { code == 0x63 }

    static let funcref = EncodedType(heap: -0x10, isNullable: true)
    static let nonNullFunction = EncodedType(heap: -0x10, isNullable: false)

    func write(to bytes: inout [UInt8]) {
        guard isReference else { return bytes.append(code) }
        // A nullable reference to an abstract heap type is written as the heap type alone.
        if heap >= 0 || !isNullable { bytes.append(code) }
        bytes.appendSigned(heap)
    }

    /// Number, vector and packed types.
    private static func simple(_ word: TextWord) -> EncodedType? {
        switch word {
        case .i32: EncodedType(code: 0x7F)
        case .i64: EncodedType(code: 0x7E)
        case .f32: EncodedType(code: 0x7D)
        case .f64: EncodedType(code: 0x7C)
        case .v128: EncodedType(code: 0x7B)
        case .i8: EncodedType(code: 0x78)
        case .i16: EncodedType(code: 0x77)
        default: nil
        }
    }

    /// The type that a single keyword names.
    init?(_ word: TextWord) {
        if let simple = Self.simple(word) {
            self = simple
            return
        }
        let heap: Int64? =
            switch word {
            case .anyref: -0x12
            case .eqref: -0x13
            case .i31ref: -0x14
            case .structref: -0x15
            case .arrayref: -0x16
            case .nullref: -0x0F
            case .funcref: -0x10
            case .nullfuncref: -0x0D
            case .externref: -0x11
            case .nullexternref: -0x0E
            case .exnref: -0x17
            case .nullexnref: -0x0C
            default: nil
            }
        guard let heap else { return nil }
        self.init(heap: heap, isNullable: true)
    }

    /// The code of an abstract heap type.
    static func abstractHeap(_ word: TextWord) -> Int64? {
        switch word {
        case .any: -0x12
        case .eq: -0x13
        case .i31: -0x14
        case .struct: -0x15
        case .array: -0x16
        case .none: -0x0F
        case .func: -0x10
        case .nofunc: -0x0D
        case .extern: -0x11
        case .noextern: -0x0E
        case .exn: -0x17
        case .noexn: -0x0C
        default: nil
        }
    }
}
