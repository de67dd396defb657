internal import Wasm

/// A type of LLVM IR that Wasm's values take.
enum IRType: UInt8, Sendable {
    /// The outcome of a comparison; an `i32` of Wasm that is 0 or 1.
    case i1
    case i32, i64, float, double
    /// A vector by its lanes; Wasm's `v128` is any of them.
    case i8x16, i16x8, i32x4, i64x2, floatx4, doublex2

    /// How LLVM spells it.
    var text: String {
        switch self {
        case .i1: "i1"
        case .i32: "i32"
        case .i64: "i64"
        case .float: "float"
        case .double: "double"
        case .i8x16: "<16 x i8>"
        case .i16x8: "<8 x i16>"
        case .i32x4: "<4 x i32>"
        case .i64x2: "<2 x i64>"
        case .floatx4: "<4 x float>"
        case .doublex2: "<2 x double>"
        }
    }

    /// How LLVM spells it in an intrinsic's name.
    var suffix: String {
        switch self {
        case .i1: "i1"
        case .i32: "i32"
        case .i64: "i64"
        case .float: "f32"
        case .double: "f64"
        case .i8x16: "v16i8"
        case .i16x8: "v8i16"
        case .i32x4: "v4i32"
        case .i64x2: "v2i64"
        case .floatx4: "v4f32"
        case .doublex2: "v2f64"
        }
    }

    var isInteger: Bool { self == .i32 || self == .i64 }

    var isVector: Bool { rawValue >= IRType.i8x16.rawValue }

    /// Lanes of a vector; 1 for a number.
    var laneCount: Int {
        switch self {
        case .i8x16: 16
        case .i16x8: 8
        case .i32x4, .floatx4: 4
        case .i64x2, .doublex2: 2
        default: 1
        }
    }

    /// How LLVM spells a lane's type.
    var lane: String {
        switch self {
        case .i8x16: "i8"
        case .i16x8: "i16"
        case .i32x4: "i32"
        case .i64x2: "i64"
        case .floatx4: "float"
        case .doublex2: "double"
        default: text
        }
    }

    /// Bits of a lane, or of a number.
    var laneBits: Int {
        switch self {
        case .i1: 1
        case .i8x16: 8
        case .i16x8: 16
        case .i32, .float, .i32x4, .floatx4: 32
        case .i64, .double, .i64x2, .doublex2: 64
        }
    }
}

extension ValueType {
    /// The type that locals, parameters and results of this type have.
    var ir: IRType {
        switch self {
        case .i32: .i32
        case .f32: .float
        case .f64: .double
        case .v128: .i64x2
        default: .i64
        }
    }
}

/// A value of LLVM IR as an operand: a name such as `%v7`, or a constant.
struct IRValue: Sendable {
    var text: String
    var type: IRType
    /// Whether dropping it may drop a load that should have trapped.
    var holdsLoad = false
    /// The local that it was read from or written to, if any.
    var local: LocalValue?
    /// What it is the sum of, when one operand was an index before.
    var sum: AddressSum?

    init(_ text: String, _ type: IRType) {
        self.text = text
        self.type = type
    }

    /// An `i32` constant.
    static func constant(_ value: Int32) -> IRValue { IRValue("\(value)", .i32) }
    /// An `i64` constant.
    static func constant(_ value: Int64) -> IRValue { IRValue("\(value)", .i64) }

    /// The zero of a type.
    static func zero(_ type: IRType) -> IRValue {
        switch type {
        case .i1: IRValue("false", type)
        case .i32, .i64: IRValue("0", type)
        case .float, .double: IRValue("0.0", type)
        default: IRValue("zeroinitializer", type)
        }
    }

    /// The value of an integer constant; nil for anything else.
    var integer: Int64? {
        guard type == .i32 || type == .i64, text.utf8.first != UInt8(ascii: "%") else { return nil }
        return Int64(text)
    }

    /// Type and name, as an operand is written.
    var typed: String { "\(type.text) \(text)" }
}

/// One of the values that a local has had.
struct LocalValue: Hashable, Sendable {
    var local: UInt32
    /// How often the local had been set, in the order of the text.
    var version: Int
    /// How many labels stood before: behind one, the same local may hold something else.
    var straightLine: Int
}

/// An `i32` that was the index of an access, and a small number.
///
/// A memory ends at least 64 KiB below 2^32 (`LinearMemory.pageLimit`), so that the sum is below
/// 2^32, or the access has trapped. An address may be made of it with 64 bits. Where LLVM has left
/// the access out, what follows may then trap in its place: the reservation reaches that far.
struct AddressSum: Sendable {
    var base: String
    /// Below 65,536.
    var addend: Int64
}
