internal import Wasm
internal import WasmEngine

/// Floating-point arithmetic (core specification 3.0, §4.3.3).
///
/// LLVM may take a signalling NaN for a quiet one, so that it folds what leaves any other number
/// alone, such as `x × 1`; Wasm's result is quiet. Where an operand is a constant that invites this,
/// LLVM is kept from seeing it. (Wasm from an optimising compiler has none of these.)
extension FunctionLowering {
    /// False, and nothing written, when the opcode is none of these.
    mutating func float(_ opcode: Opcode) -> Bool {
        if let (operation, type) = opcode.floatBinary { return arithmetic(operation, type) }
        if let (predicate, type) = opcode.floatComparison { return compare(predicate, type) }
        if let (intrinsic, type) = opcode.floatIntrinsic { return apply(intrinsic, type) }
        switch opcode {
        case .f32Neg: negate(.float)
        case .f64Neg: negate(.double)
        case .f32Min: extreme("minimum", .float)
        case .f32Max: extreme("maximum", .float)
        case .f64Min: extreme("minimum", .double)
        case .f64Max: extreme("maximum", .double)
        case .f32Copysign: copySign(.float)
        case .f64Copysign: copySign(.double)
        case .f32DemoteF64: demote()
        case .f64PromoteF32:
            cast("fpext", .float, to: .double)
            canonicalizeTop(.double)
        case .i32ReinterpretF32: cast("bitcast", .float, to: .i32)
        case .i64ReinterpretF64: cast("bitcast", .double, to: .i64)
        case .f32ReinterpretI32: cast("bitcast", .i32, to: .float)
        case .f64ReinterpretI64: cast("bitcast", .i64, to: .double)
        default: return conversion(opcode)
        }
        return true
    }

    /// In deterministic code every NaN result is the canonical one.
    mutating func canonicalizeTop(_ type: IRType) {
        guard plan.isDeterministic else { return }
        let value = pop(type)
        let isNumber = emit("fcmp ord \(value.typed), \(IRValue.zero(type).text)", .i1)
        let canonical = Self.canonicalNaN(type)
        let flags = type.isVector ? "<\(type.laneCount) x i1>" : "i1"
        push(
            emit(
                "select \(flags) \(isNumber.text), \(value.typed), \(type.text) \(canonical)", type),
            from: value)
    }

    private static func canonicalNaN(_ type: IRType) -> String {
        switch type {
        case .float, .double: "0x7FF8000000000000"
        default:
            "<"
                + Array(repeating: "\(type.lane) 0x7FF8000000000000", count: type.laneCount)
                .joined(separator: ", ") + ">"
        }
    }

    mutating func arithmetic(_ operation: String, _ type: IRType) -> Bool {
        var right = pop(type)
        var left = pop(type)
        if right.invitesFolding(operation, isRight: true) { right = opaque(right) }
        if left.invitesFolding(operation, isRight: false) { left = opaque(left) }
        push(emit("\(operation) \(left.typed), \(right.text)", type), from: left, right)
        canonicalizeTop(type)
        return true
    }

    /// The same constant, unknown to LLVM.
    private mutating func opaque(_ value: IRValue) -> IRValue {
        emit("call \(value.type.text) asm \"\", \"=x,0\"(\(value.typed))", value.type)
    }

    private mutating func compare(_ predicate: String, _ type: IRType) -> Bool {
        let right = pop(type)
        let left = pop(type)
        push(emit("fcmp \(predicate) \(left.typed), \(right.text)", .i1), from: left, right)
        return true
    }

    private mutating func apply(_ intrinsic: String, _ type: IRType) -> Bool {
        let value = pop(type)
        push(call("llvm.\(intrinsic).\(type.suffix)", type, value.typed), from: value)
        if intrinsic != "fabs" { canonicalizeTop(type) }
        return true
    }

    mutating func negate(_ type: IRType) {
        let value = pop(type)
        push(emit("fneg \(value.typed)", type), from: value)
    }

    mutating func extreme(_ intrinsic: String, _ type: IRType) {
        let right = pop(type)
        let left = pop(type)
        push(extreme(intrinsic, left, right), from: left, right)
        canonicalizeTop(type)
    }

    /// `min` or `max`. LLVM may hand a signalling NaN on, which a sum makes quiet.
    mutating func extreme(_ intrinsic: String, _ left: IRValue, _ right: IRValue) -> IRValue {
        let type = left.type
        let number = call(
            "llvm.\(intrinsic).\(type.suffix)", type, "\(left.typed), \(right.typed)")
        let isNaN = emit("fcmp uno \(left.typed), \(right.text)", .i1)
        let sum = emit("fadd \(left.typed), \(right.text)", type)
        let flags = type.isVector ? "<\(type.laneCount) x i1>" : "i1"
        return emit(
            "select \(flags) \(isNaN.text), \(sum.typed), \(number.typed)", type)
    }

    private mutating func copySign(_ type: IRType) {
        let right = pop(type)
        let left = pop(type)
        push(
            call("llvm.copysign.\(type.suffix)", type, "\(left.typed), \(right.typed)"),
            from: left, right)
    }

    /// LLVM would take a demotion of a promoted number away.
    private mutating func demote() {
        var value = pop(.double)
        if body.endsWithPromotion { value = opaque(value) }
        push(emit("fptrunc \(value.typed) to float", .float), from: value)
        canonicalizeTop(.float)
    }

    private mutating func conversion(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .f32ConvertI32S: cast("sitofp", .i32, to: .float)
        case .f32ConvertI32U: cast("uitofp", .i32, to: .float)
        case .f32ConvertI64S: cast("sitofp", .i64, to: .float)
        case .f32ConvertI64U: cast("uitofp", .i64, to: .float)
        case .f64ConvertI32S: cast("sitofp", .i32, to: .double)
        case .f64ConvertI32U: cast("uitofp", .i32, to: .double)
        case .f64ConvertI64S: cast("sitofp", .i64, to: .double)
        case .f64ConvertI64U: cast("uitofp", .i64, to: .double)
        case .i32TruncF32S: truncate(.float, to: .i32, isSigned: true)
        case .i32TruncF32U: truncate(.float, to: .i32, isSigned: false)
        case .i32TruncF64S: truncate(.double, to: .i32, isSigned: true)
        case .i32TruncF64U: truncate(.double, to: .i32, isSigned: false)
        case .i64TruncF32S: truncate(.float, to: .i64, isSigned: true)
        case .i64TruncF32U: truncate(.float, to: .i64, isSigned: false)
        case .i64TruncF64S: truncate(.double, to: .i64, isSigned: true)
        case .i64TruncF64U: truncate(.double, to: .i64, isSigned: false)
        case .i32TruncSatF32S: saturate(.float, to: .i32, "fptosi")
        case .i32TruncSatF32U: saturate(.float, to: .i32, "fptoui")
        case .i32TruncSatF64S: saturate(.double, to: .i32, "fptosi")
        case .i32TruncSatF64U: saturate(.double, to: .i32, "fptoui")
        case .i64TruncSatF32S: saturate(.float, to: .i64, "fptosi")
        case .i64TruncSatF32U: saturate(.float, to: .i64, "fptoui")
        case .i64TruncSatF64S: saturate(.double, to: .i64, "fptosi")
        case .i64TruncSatF64U: saturate(.double, to: .i64, "fptoui")
        default: return false
        }
        return true
    }

    private mutating func saturate(_ from: IRType, to: IRType, _ operation: String) {
        let value = pop(from)
        push(
            call("llvm.\(operation).sat.\(to.text).\(from.suffix)", to, value.typed), from: value)
    }

    /// A conversion that traps for NaN and for what does not fit.
    private mutating func truncate(_ from: IRType, to: IRType, isSigned: Bool) {
        let value = pop(from)
        let bits = to.laneBits
        let past = IRValue.power(of: isSigned ? bits - 1 : bits, from)
        // The bound is the last number that does not fit where the type can tell it from −2ⁿ.
        let (predicate, bound): (String, String) =
            switch (isSigned, from, to) {
            case (false, _, _): ("ogt", "-1.0")
            case (_, .double, .i32): ("ogt", "-2147483649.0")
            default: ("oge", "-\(past)")
            }
        let above = emit("fcmp \(predicate) \(value.typed), \(bound)", .i1)
        let below = emit("fcmp olt \(value.typed), \(past)", .i1)
        let fits = emit("and i1 \(above.text), \(below.text)", .i1)
        let (fail, next) = (newLabel(), newLabel())
        emit("br i1 \(fits.text), label %L\(next), label %L\(fail), !prof !6")
        writeConversionTrap(fail, value)
        place(next)
        let operation = isSigned ? "fptosi" : "fptoui"
        push(emit("\(operation) \(value.typed) to \(to.text)", to), from: value)
    }

    private mutating func writeConversionTrap(_ label: Int, _ value: IRValue) {
        let isNaN = newName()
        let (invalid, overflow) = (newLabel(), newLabel())
        traps.line("L\(label):")
        traps.line("\(isNaN) = fcmp uno \(value.typed), \(IRValue.zero(value.type).text)")
        traps.line("br i1 \(isNaN), label %L\(invalid), label %L\(overflow)")
        traps.line("L\(invalid):")
        writeTrap(.invalidConversion)
        traps.line("L\(overflow):")
        writeTrap(.integerOverflow)
    }
}

extension IRText {
    /// Whether the last line widened a number.
    var endsWithPromotion: Bool {
        guard bytes.count > 1,
            let start = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n"))
        else { return false }
        return String(decoding: bytes[start...], as: UTF8.self).contains("= fpext ")
    }
}

extension IRValue {
    /// A constant's bits.
    static func float(bits: UInt32) -> IRValue {
        IRValue("bitcast (i32 \(Int32(bitPattern: bits)) to float)", .float)
    }

    static func double(bits: UInt64) -> IRValue {
        let digits = String(bits, radix: 16, uppercase: true)
        return IRValue(
            "0x" + String(repeating: "0", count: 16 - digits.count) + digits, .double)
    }

    /// Two to this power, spelled for a type.
    fileprivate static func power(of exponent: Int, _ type: IRType) -> String {
        switch exponent {
        case 31: "2147483648.0"
        case 32: "4294967296.0"
        case 63: "9223372036854775808.0"
        default: "18446744073709551616.0"
        }
    }

    /// Whether it is a constant with which LLVM takes the operation away, or changes it to one that
    /// lets signalling NaNs pass.
    fileprivate func invitesFolding(_ operation: String, isRight: Bool) -> Bool {
        guard let value = floatConstant else { return false }
        return switch operation {
        case "fadd": value == 0
        case "fsub": value == 0
        case "fmul": value == 1 || value == -1
        default: isRight && (value == 1 || value == -1)
        }
    }

    /// The number that a constant of `float` or `double` is.
    private var floatConstant: Double? {
        if type == .double, text.hasPrefix("0x"), let bits = UInt64(text.dropFirst(2), radix: 16) {
            return Double(bitPattern: bits)
        }
        guard type == .float, text.hasPrefix("bitcast (i32 "),
            let word = text.dropFirst(13).split(separator: " ").first, let bits = Int32(word)
        else { return nil }
        return Double(Float(bitPattern: UInt32(bitPattern: bits)))
    }
}

extension Opcode {
    /// LLVM's instruction for two numbers and a result of one type.
    fileprivate var floatBinary: (String, IRType)? {
        switch self {
        case .f32Add: ("fadd", .float)
        case .f32Sub: ("fsub", .float)
        case .f32Mul: ("fmul", .float)
        case .f32Div: ("fdiv", .float)
        case .f64Add: ("fadd", .double)
        case .f64Sub: ("fsub", .double)
        case .f64Mul: ("fmul", .double)
        case .f64Div: ("fdiv", .double)
        default: nil
        }
    }

    fileprivate var floatComparison: (String, IRType)? {
        switch self {
        case .f32Eq: ("oeq", .float)
        case .f32Ne: ("une", .float)
        case .f32Lt: ("olt", .float)
        case .f32Gt: ("ogt", .float)
        case .f32Le: ("ole", .float)
        case .f32Ge: ("oge", .float)
        case .f64Eq: ("oeq", .double)
        case .f64Ne: ("une", .double)
        case .f64Lt: ("olt", .double)
        case .f64Gt: ("ogt", .double)
        case .f64Le: ("ole", .double)
        case .f64Ge: ("oge", .double)
        default: nil
        }
    }

    /// LLVM's intrinsic for one number and a result of the same type.
    fileprivate var floatIntrinsic: (String, IRType)? {
        switch self {
        case .f32Abs: ("fabs", .float)
        case .f32Ceil: ("ceil", .float)
        case .f32Floor: ("floor", .float)
        case .f32Trunc: ("trunc", .float)
        case .f32Nearest: ("roundeven", .float)
        case .f32Sqrt: ("sqrt", .float)
        case .f64Abs: ("fabs", .double)
        case .f64Ceil: ("ceil", .double)
        case .f64Floor: ("floor", .double)
        case .f64Trunc: ("trunc", .double)
        case .f64Nearest: ("roundeven", .double)
        case .f64Sqrt: ("sqrt", .double)
        default: nil
        }
    }
}
