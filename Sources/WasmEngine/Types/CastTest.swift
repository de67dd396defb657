internal import Wasm

/// How to see that a reference, not null and of a known hierarchy, belongs to a heap type.
struct CastTest {
    enum Kind: UInt8 {
        /// Every reference of the hierarchy does.
        case always
        /// None does.
        case never
        /// An `i31`, a structure or an array.
        case equatable
        case i31
        case structure
        case array
        /// A structure or array of the numbered type or below.
        case object
        /// A function of the numbered type or below.
        case function
    }

    var kind: Kind
    /// Number of the type in the ``TypeRegistry``.
    var number: UInt32 = 0
    /// How many supertypes it has.
    var depth: UInt32 = 0

    /// - Parameters:
    ///   - target: with indices of a module's types.
    ///   - typeNumbers: number of each of them.
    init(_ target: ValueType, typeNumbers: [UInt32]) {
        switch target.heapType {
        case .any, .func, .extern, .exn: kind = .always
        case .eq: kind = .equatable
        case .i31: kind = .i31
        case .struct: kind = .structure
        case .array: kind = .array
        default:
            kind = .never
            guard let index = target.heapType.typeIndex else { return }
            number = typeNumbers[Int(index)]
            depth = UInt32(max(TypeRegistry.shared.lineage(number).count, 1) - 1)
            kind = TypeRegistry.shared.functionType(number) == nil ? .object : .function
        }
    }
}
