import Testing
import Wasm

@Suite("LEB128 integers")
struct IntegerEncodingTests {
    /// Instructions between a number and the body's end: numbers close to it are read byte by byte,
    /// others eight bytes at once.
    private static let distances = [0, 16]

    /// What an `i32.const` or `i64.const` with these bytes holds, or the error's words.
    private func constant(
        _ opcode: UInt8, _ bytes: [UInt8], _ distance: Int
    ) -> Result<UInt64, WasmError> {
        let result = opcode == 0x41 ? i32 : i64
        let nops = [UInt8](repeating: 0x01, count: distance)
        do throws(WasmError) {
            let module = try ModuleDecoder.decode(
                ModuleBytes.function([], [result], [opcode] + bytes + nops + [0x0B]))
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
        ] as [([UInt8], UInt64)], distances)
    func signed32(number: ([UInt8], UInt64), distance: Int) throws {
        #expect(try constant(0x41, number.0, distance).get() == number.1)
    }

    @Test(
        "Signed 64-bit integers, padded to ten bytes at most",
        arguments: [
            ([0x7F], UInt64.max),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00], UInt64.max >> 1),
            ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F], 1 << 63),
        ] as [([UInt8], UInt64)], distances)
    func signed64(number: ([UInt8], UInt64), distance: Int) throws {
        #expect(try constant(0x42, number.0, distance).get() == number.1)
    }

    @Test(
        "Signed integers of each length, bare and padded to it, are what was written",
        arguments: 1...10, distances)
    func lengths(byteCount: Int, distance: Int) throws {
        for shift in 0..<min(7 * byteCount, 64) {
            for value in [Int64(1) &<< Int64(shift) &- 1, -1 &<< Int64(shift)] {
                let bytes = signedBytes(value, byteCount)
                let unused = Int64(max(64 - 7 * byteCount, 0))
                guard (value &<< unused) >> unused == value else { continue }
                #expect(try constant(0x42, bytes, distance).get() == UInt64(bitPattern: value))
                guard byteCount < 6, let short = Int32(exactly: value) else { continue }
                let bits = UInt64(UInt32(bitPattern: short))
                #expect(try constant(0x41, bytes, distance).get() == bits)
            }
        }
    }

    /// The low bits of a number as signed LEB128 of so many bytes.
    private func signedBytes(_ value: Int64, _ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { index in
            let group = UInt8(truncatingIfNeeded: value >> Int64(7 * index)) & 0x7F
            return index + 1 < byteCount ? group | 0x80 : group
        }
    }

    @Test(
        "An offset takes up to ten bytes, of which padding is no part", arguments: 1...10,
        distances)
    func offsets(byteCount: Int, distance: Int) throws {
        let memory = ModuleBytes.section(.memory, list: [[0x00, 0x01]])
        let nops = [UInt8](repeating: 0x01, count: distance)
        for value in [Int64(0), 1, 0x7F, 0x1234, 0xFFFF_FFFF, 0x1_0000_0000]
        where byteCount > 8 || value < 1 << Int64(7 * byteCount) {
            let load = [0x41, 0x00, 0x28, 0x02] + signedBytes(value, byteCount) + [0x1A]
            let found = validationError(
                ModuleBytes.function([], [], before: memory, load + nops + [0x0B]))
            #expect((found == nil) == (value < 1 << 32))
        }
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
        ] as [(UInt8, [UInt8], String)], distances)
    func rejected(number: (opcode: UInt8, bytes: [UInt8], message: String), distance: Int) {
        guard case .failure(let error) = constant(number.opcode, number.bytes, distance) else {
            Issue.record("accepted")
            return
        }
        #expect(error.isMalformed && error.problem.message == number.message)
    }

    @Test(
        "Unsigned indices take five bytes and 32 bits at most",
        arguments: [
            ([0x80, 0x80, 0x80, 0x80, 0x00], ""),
            ([0x80, 0x80, 0x80, 0x80, 0x10], "integer too large"),
            ([0x80, 0x80, 0x80, 0x80, 0x80, 0x00], "integer representation too long"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F], "unknown local 4294967295"),
        ] as [([UInt8], String)], distances)
    func unsigned32(index: (bytes: [UInt8], message: String), distance: Int) {
        let nops = [UInt8](repeating: 0x01, count: distance)
        let code = [0x20] + index.bytes + [0x1A] + nops + [0x0B]
        let found = validationError(ModuleBytes.function([i32], [], code))?.problem.message ?? ""
        #expect(index.message.isEmpty ? found.isEmpty : found.hasPrefix(index.message))
    }
}
