import Testing
import Wasm

@Suite("Module rules")
struct ModuleRuleTests {
    private typealias B = ModuleBytes

    @Test(
        "Invalid modules are told in the official suite's words",
        arguments: [
            (B.module(B.section(.memory, list: [[1, 2, 1]])), "size minimum must not be greater"),
            (
                B.module(B.section(.memory, list: [[0, 0x81, 0x80, 0x04]])),
                "memory size must be at most"
            ),
            (B.module(B.section(.memory, list: [[2, 1]])), "shared memory must have maximum"),
            (
                B.module(B.section(.table, list: [[0x64, 0x70, 0, 1]])),
                "type mismatch: non-defaultable"
            ),
            (B.module(B.section(.global, list: [[i32, 0, 0x42, 0, 0x0B]])), "type mismatch"),
            (B.module(B.section(.global, list: [[i32, 0, 0x23, 0, 0x0B]])), "unknown global 0"),
            (
                B.module(B.section(.global, list: [[i32, 0, 0x01, 0x0B]])),
                "constant expression required"
            ),
            (B.module(B.section(.global, list: [[i32, 0, 0x0B]])), "type mismatch"),
            (
                B.module(
                    B.section(.global, list: [[i32, 1, 0x41, 0, 0x0B], [i32, 0, 0x23, 0, 0x0B]])),
                "constant expression required"
            ),
            (B.module(B.section(.export, list: [[0, 0, 0]])), "unknown function 0"),
            (
                B.module(
                    B.section(.memory, list: [[0, 1]]),
                    B.section(.export, list: [[0, 2, 0], [0, 2, 0]])),
                "duplicate export name"
            ),
            (B.module(B.section(.start, [0])), "unknown function 0"),
            (B.module(B.section(.import, list: [[0, 0, 0, 0]])), "unknown type 0"),
            (B.module(B.section(.data, list: [[0, 0x41, 0, 0x0B, 0]])), "unknown memory 0"),
            (B.module(B.section(.element, list: [[0, 0x41, 0, 0x0B, 0]])), "unknown table 0"),
            (B.module(B.section(.element, list: [[1, 0, 1, 0]])), "unknown function 0"),
            (
                B.module(
                    B.section(.table, list: [[externref, 0, 1]]),
                    B.section(.element, list: [[0, 0x41, 0, 0x0B, 0]])), "type mismatch"
            ),
            (
                B.module(
                    B.section(.type, list: [B.type([], [i32])]), B.section(.tag, list: [[0, 0]])),
                "non-empty tag result type"
            ),
        ] as [([UInt8], String)])
    func invalid(bytes: [UInt8], message: String) {
        let error = validationError(bytes)
        #expect(error?.isMalformed == false)
        #expect(error?.problem.message.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test(
        "Invalid bodies are told in the official suite's words",
        arguments: [
            ([0x6A], "type mismatch"), ([0x41, 0], "type mismatch"),
            ([0x0C, 1], "unknown label 1"),
            ([0x10, 1], "unknown function 1"), ([0x28, 2, 0], "unknown memory 0"),
            ([0xD2, 0, 0x1A], "undeclared function reference"), ([0x08, 0], "unknown tag 0"),
            ([0x09, 0], "invalid rethrow label"), ([0x02, 1, 0x0B], "unknown type 1"),
            ([0x41, 0, 0x04, i32, 0x41, 0, 0x0B, 0x1A], "type mismatch"),
            ([0x41, 0, 0x11, 0, 0], "unknown table 0"),
            ([0xFC, 0x0D, 0], "unknown elem segment 0"),
            ([0xFB, 0x00, 0], "type mismatch"), ([0x00, 0xFD, 0x15, 16], "invalid lane index"),
            ([0x00, 0xFD, 0x0D] + [UInt8](repeating: 32, count: 16), "invalid lane index"),
            ([0x24, 0], "unknown global 0"), ([0xD0, 5, 0x1A], "unknown type 5"),
            ([0x41, 0, 0x41, 0, 0x41, 0, 0x1C, 0], "invalid result arity"),
        ] as [([UInt8], String)])
    func invalidBody(code: [UInt8], message: String) {
        let error = validationError(B.function(code + [0x0B]))
        #expect(error?.isMalformed == false && error?.problem.function == 0)
        #expect(error?.problem.message.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test(
        "Bodies outside the format are malformed",
        arguments: [
            ([0x05, 0x0B], "unexpected token: else"), ([0x07, 0, 0x0B], "unexpected token: catch"),
            ([0x18, 0, 0x0B], "unexpected token: delegate"),
            ([0x0B, 0x0B], "section size mismatch"),
            ([0x01], "unexpected end of section or function"),
            ([0x28, 0x80, 0x01, 0, 0x0B], "malformed memop flags"),
            ([0x00, 0xFC, 0x09, 0, 0x0B], "data count section required"),
            ([0x02, 0x7A, 0x0B, 0x0B], "malformed block type"),
            ([0x1F, 0x40, 1, 4, 0, 0x0B, 0x0B], "malformed catch clause"),
            ([0xFE, 0x03, 0x01, 0x0B], "zero byte expected"),
        ] as [([UInt8], String)])
    func malformedBody(code: [UInt8], message: String) {
        let error = validationError(B.function(code))
        #expect(error?.isMalformed == true)
        #expect(error?.problem.message.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test("Alignment: at most the access's width; for atomics exactly that")
    func alignment() {
        let memory = B.section(.memory, list: [[0x03, 1, 1]])
        func error(_ code: [UInt8]) -> String? {
            validationError(B.function([], [], before: memory, [0x41, 0] + code + [0x1A, 0x0B]))?
                .problem.message
        }
        #expect(error([0x28, 2, 0]) == nil && error([0x28, 0, 0]) == nil)
        #expect(error([0x28, 3, 0])?.hasPrefix("alignment must not be larger") == true)
        #expect(error([0xFE, 0x10, 2, 0]) == nil)
        #expect(error([0xFE, 0x10, 1, 0])?.hasPrefix("atomic alignment must be natural") == true)
        #expect(error([0xFE, 0x10, 3, 0])?.hasPrefix("atomic alignment must be natural") == true)
    }

    @Test("A 32-bit memory's offset stays below 4 GiB, a 64-bit memory's may be any")
    func memoryOffsets() {
        let offset: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x10]
        let narrow = B.function(
            [], [], before: B.section(.memory, list: [[0, 1]]),
            [0x41, 0, 0x2D, 0] + offset + [0x1A, 0x0B])
        #expect(validationError(narrow)?.problem.message.hasPrefix("offset out of range") == true)
        let wide = B.function(
            [], [], before: B.section(.memory, list: [[4, 1]]),
            [0x42, 0, 0x2D, 0] + offset + [0x1A, 0x0B])
        #expect(validationError(wide) == nil)
    }

    @Test("Export names are compared byte by byte, not by Unicode's equivalence")
    func exportNames() {
        let composed: [UInt8] = [2, 0xC3, 0xA9, 2, 0]
        let decomposed: [UInt8] = [3, 0x65, 0xCC, 0x81, 2, 0]
        let memory = B.section(.memory, list: [[0, 1]])
        #expect(
            validationError(B.module(memory, B.section(.export, list: [composed, decomposed])))
                == nil)
    }

    @Test("An error in a body names the function, its name and the place")
    func functionName() {
        let names = B.section(
            .custom, B.name("name") + [1, 8, 1, 0] + B.name("\u{1B}evil"))
        let module = B.function([0x6A, 0x0B]) + names
        let text = validationError(module)?.description ?? ""
        #expect(
            text.contains("code section, function 0 \"\\u{1b}evil\", byte offset 0x17"), "\(text)")
        #expect(text.contains("type mismatch (i32.add): found an empty operand stack, allowed i32"))
    }
}
