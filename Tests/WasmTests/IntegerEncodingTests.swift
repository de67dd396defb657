import Testing
import Wasm

@Suite("LEB128 integers")
struct IntegerEncodingTests {
    /// What an `i32.const` or `i64.const` with these bytes holds, or the error's words.
    private func constant(_ opcode: UInt8, _ bytes: [UInt8]) -> Result<UInt64, WasmError> {
        let result = opcode == 0x41 ? i32 : i64
        do throws(WasmError) {
            let module = try ModuleDecoder.decode(
                ModuleBytes.function([], [result], [opcode] + bytes + [0x0B]))
            let valid = try ModuleValidator.validate(module)
            var validator = try FunctionValidator(valid, functionIndex: 0)
            _ = try validator.next()
            return .success(validator.value)
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "Signed 32-bit integers, padded to five bytes at most",
        arguments: [
            ([0x00], 0), ([0x3F], 63), ([0x40], 0xFFFF_FFC0), ([0x7F], 0xFFFF_FFFF),
            ([0x80, 0x01], 128), ([0xFF, 0x00], 127), ([0x80, 0x7F], 0xFFFF_FF80),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0x07], 0x7FFF_FFFF),
            ([0x80, 0x80, 0x80, 0x80, 0x78], 0x8000_0000),
            ([0x80, 0x80, 0x80, 0x80, 0x00], 0), ([0xFF, 0xFF, 0xFF, 0xFF, 0x7F], 0xFFFF_FFFF),
        ] as [([UInt8], UInt64)])
    func signed32(bytes: [UInt8], expected: UInt64) throws {
        #expect(try constant(0x41, bytes).get() == expected)
    }

    @Test(
        "Signed 64-bit integers, padded to ten bytes at most",
        arguments: [
            ([0x7F], UInt64.max),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00], UInt64.max >> 1),
            ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F], 1 << 63),
        ] as [([UInt8], UInt64)])
    func signed64(bytes: [UInt8], expected: UInt64) throws {
        #expect(try constant(0x42, bytes).get() == expected)
    }

    @Test(
        "A byte too many, or bits beyond the width, are malformed",
        arguments: [
            (0x41, [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "integer representation too long"),
            (0x41, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], "integer too large"),
            (0x41, [0x80, 0x80, 0x80, 0x80, 0x70], "integer too large"),
            (
                0x42, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
                "integer representation too long"
            ),
            (
                0x42, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7E],
                "integer too large"
            ),
            (
                0x42, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
                "integer too large"
            ),
        ] as [(UInt8, [UInt8], String)])
    func rejected(opcode: UInt8, bytes: [UInt8], message: String) {
        guard case .failure(let error) = constant(opcode, bytes) else {
            Issue.record("accepted")
            return
        }
        #expect(error.isMalformed && error.problem.message == message)
    }

    @Test(
        "Unsigned indices take five bytes and 32 bits at most",
        arguments: [
            ([0x80, 0x80, 0x80, 0x80, 0x00], ""),
            ([0x80, 0x80, 0x80, 0x80, 0x10], "integer too large"),
            ([0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "integer representation too long"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F], "unknown local 4294967295"),
        ] as [([UInt8], String)])
    func unsigned32(bytes: [UInt8], message: String) {
        let module = ModuleBytes.function([i32], [], [0x20] + bytes + [0x1A, 0x0B])
        let found = validationError(module)?.problem.message ?? ""
        #expect(message.isEmpty ? found.isEmpty : found.hasPrefix(message))
    }
}
