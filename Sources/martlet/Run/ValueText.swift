import Diagnostics
import Wasm
import WasmEngine

/// Values of Wasm as a person writes and reads them on a command line.
enum ValueText {
    /// Arguments for a function's parameters.
    static func values(
        _ texts: [String], for types: [ValueType], of name: String
    ) throws(CommandFailure) -> [Value] {
        guard texts.count == types.count else {
            throw failure(
                "\(name.escapedForDisplay()) takes \(types.count) arguments, found \(texts.count)",
                "pass one argument for each of: \(types.map { "\($0)" }.joined(separator: " "))")
        }
        var values: [Value] = []
        for (text, type) in zip(texts, types) {
            guard let value = value(text, of: type) else {
                throw failure(
                    "\"\(text.escapedForDisplay())\" is not a value of type \(type)",
                    "numbers are decimal or 0x-hexadecimal; references can not be passed")
            }
            values.append(value)
        }
        return values
    }

    private static func failure(_ what: String, _ remedy: String) -> CommandFailure {
        CommandFailure(.usage, Diagnostic(what: what, where: "--invoke", remedy: remedy))
    }

    /// One argument, or `nil` when the text is no value of the type.
    static func value(_ text: String, of type: ValueType) -> Value? {
        switch type {
        case .i32: bits(text, UInt32.self, Int32.self).map { .i32($0) }
        case .i64: bits(text, UInt64.self, Int64.self).map { .i64($0) }
        case .f32: Float(text).map { .f32($0.bitPattern) }
        case .f64: Double(text).map { .f64($0.bitPattern) }
        default: nil
        }
    }

    private static func bits<U: FixedWidthInteger & UnsignedInteger, S: FixedWidthInteger>(
        _ text: String, _: U.Type, _: S.Type
    ) -> U? {
        if text.hasPrefix("0x") { return U(text.dropFirst(2), radix: 16) }
        return U(text) ?? S(text).map { U(truncatingIfNeeded: $0) }
    }

    /// A result; integers are signed.
    static func text(of value: Value) -> String {
        switch value {
        case .i32(let bits): "\(Int32(bitPattern: bits))"
        case .i64(let bits): "\(Int64(bitPattern: bits))"
        case .f32(let bits): "\(Float(bitPattern: bits))"
        case .f64(let bits): "\(Double(bitPattern: bits))"
        case .v128(let bits): "0x" + hexadecimal(bits.high) + hexadecimal(bits.low)
        case .reference(let reference): reference.isNull ? "null" : "reference"
        }
    }

    private static func hexadecimal(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
