import Wasm

/// Makes modules' bytes for tests, piece by piece.
enum ModuleBytes {
    static let preamble: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]

    /// A module of the given sections.
    static func module(_ sections: [UInt8]...) -> [UInt8] { preamble + sections.joined() }

    static func section(_ id: SectionID, _ contents: [UInt8]) -> [UInt8] {
        [id.rawValue] + leb(contents.count) + contents
    }

    /// A section that is a list.
    static func section(_ id: SectionID, list: [[UInt8]]) -> [UInt8] {
        section(id, leb(list.count) + list.joined())
    }

    /// `value` as unsigned LEB128.
    static func leb(_ value: Int) -> [UInt8] {
        var rest = UInt64(bitPattern: Int64(value))
        var bytes: [UInt8] = []
        repeat {
            let more = rest >= 0x80
            bytes.append(UInt8(rest & 0x7F) | (more ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes
    }

    static func name(_ text: String) -> [UInt8] { leb(text.utf8.count) + Array(text.utf8) }

    /// A function type of one-byte value types.
    static func type(_ parameters: [UInt8] = [], _ results: [UInt8] = []) -> [UInt8] {
        [0x60] + leb(parameters.count) + parameters + leb(results.count) + results
    }

    /// A body without the size: local runs and code, `end` included.
    static func body(locals: [(Int, [UInt8])] = [], _ code: [UInt8]) -> [UInt8] {
        let declarations = leb(locals.count) + locals.flatMap { leb($0.0) + $0.1 }
        let bytes = declarations + code
        return leb(bytes.count) + bytes
    }

    /// A module of one function.
    static func function(
        _ parameters: [UInt8], _ results: [UInt8], locals: [(Int, [UInt8])] = [],
        before: [UInt8] = [], _ code: [UInt8]
    ) -> [UInt8] {
        module(
            section(.type, list: [type(parameters, results)]),
            section(.function, list: [[0]]), before,
            section(.code, list: [body(locals: locals, code)]))
    }
}

extension ModuleBytes {
    /// A module of one function without parameters and results.
    static func function(locals: [(Int, [UInt8])] = [], _ code: [UInt8]) -> [UInt8] {
        function([], [], locals: locals, code)
    }
}

/// Codes of value types.
let i32: UInt8 = 0x7F
let i64: UInt8 = 0x7E
let f32: UInt8 = 0x7D
let f64: UInt8 = 0x7C
let v128: UInt8 = 0x7B
let funcref: UInt8 = 0x70
let externref: UInt8 = 0x6F

/// The error that decoding and validating `bytes` gives, or `nil`.
func validationError(
    _ bytes: [UInt8], limits: DecoderLimits = .standard
) -> WasmError? {
    do throws(WasmError) {
        let module = try ModuleDecoder.decode(bytes, limits: limits)
        _ = try ModuleValidator.validate(module, limits: limits)
        return nil
    } catch {
        return error
    }
}

extension WasmError {
    var isMalformed: Bool {
        if case .malformed = self { return true }
        return false
    }
}
