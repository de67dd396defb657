import Testing
import Wasm

@Suite("Scripts")
struct ScriptParserTests {
    private func parse(_ text: String) throws -> [ScriptCommand] {
        try ScriptParser.parse(Array(text.utf8))
    }

    private func operation(_ text: String) throws -> ScriptCommand.Operation {
        try #require(try parse(text).first).operation
    }

    @Test("commands know their lines")
    func lines() throws {
        let commands = try parse("(module)\n\n(register \"a\")\r\n(invoke \"f\")(get \"g\")")
        #expect(commands.map(\.line) == [1, 3, 4, 4])
    }

    @Test("a script that is a module's fields is that module")
    func inlineModule() throws {
        guard case .module(let module) = try operation("(func) (memory 1)") else {
            Issue.record("not a module")
            return
        }
        #expect(try module.assemble().count > 8)
    }

    @Test("module forms")
    func modules() throws {
        guard case .module(let module) = try operation("(module definition $m binary \"a\" \"b\")")
        else {
            Issue.record("not a module")
            return
        }
        #expect(module.role == .definition)
        #expect(module.name == "m")
        #expect(try module.assemble() == [0x61, 0x62])
        guard case .instance("i", "m") = try operation("(module instance $i $m)"),
            case .instance(nil, nil) = try operation("(module instance)")
        else {
            Issue.record("not an instance")
            return
        }
    }

    @Test("arguments and results")
    func values() throws {
        let text = """
            (assert_return (invoke $m "f" (i32.const -1) (f32.const 1) (ref.extern 7) (ref.null func))
              (either (i64.const 2) (f64.const nan:arithmetic)) (ref.func) (ref.null)
              (v128.const f32x4 1 nan:canonical nan:arithmetic -0))
            """
        guard case .assertReturn(let action, let results) = try operation(text),
            case .invoke(let arguments) = action.kind
        else {
            Issue.record("not an assertion")
            return
        }
        #expect(action.instance == "m")
        #expect(
            arguments == [.i32(.max), .f32(0x3F80_0000), .refExtern(7), .refNull(.func)])
        #expect(
            results == [
                .either([.i64(2), .f64(.arithmeticNaN)]), .reference(.func), .refNull(nil),
                .v128(
                    .f32x4,
                    [.bits(0x3F80_0000), .canonicalNaN, .arithmeticNaN, .bits(0x8000_0000)]),
            ])
    }

    @Test("threads hold commands and share instances")
    func threads() throws {
        let text = "(thread $t (shared (module $m)) (register \"m\" $m) (module)) (wait $t)"
        guard case .thread("t", ["m"], let commands) = try operation(text) else {
            Issue.record("not a thread")
            return
        }
        #expect(commands.count == 2)
        let deep = String(repeating: "(thread $t ", count: 100) + String(repeating: ")", count: 100)
        #expect(throws: TextError.self) { try parse(deep) }
    }

    @Test(
        "what is no script is rejected",
        arguments: [
            "(foo)", "(assert_return)", "(invoke f)", "(register $m)", "(module) x", "(",
            "(assert_trap (module))", "(wait)", "(assert_return (invoke \"f\") (i32.add))",
            "(assert_return (invoke \"f\" (either)))", "(get \"a\" (i32.const 1))",
        ])
    func rejected(text: String) {
        #expect(throws: TextError.self) { try parse(text) }
    }

    @Test("NaN patterns match by payload, numbers by bits")
    func matching() {
        #expect(ExpectedFloat.canonicalNaN.matches(0xFFC0_0000, width: 32))
        #expect(!ExpectedFloat.canonicalNaN.matches(0x7FC0_0001, width: 32))
        #expect(ExpectedFloat.arithmeticNaN.matches(0x7FC0_0001, width: 32))
        #expect(!ExpectedFloat.arithmeticNaN.matches(0x7F80_0001, width: 32))
        #expect(!ExpectedFloat.arithmeticNaN.matches(0x7F80_0000, width: 32))
        #expect(ExpectedFloat.canonicalNaN.matches(0x7FF8_0000_0000_0000, width: 64))
        #expect(!ExpectedFloat.bits(0).matches(0x8000_0000, width: 32))
        #expect(ExpectedValue.i32(3).matches(.i32, 3))
        #expect(!ExpectedValue.i32(3).matches(.i64, 3))
        #expect(ExpectedValue.either([.i32(1), .i32(2)]).matches(.i32, 2))
        let lanes: [ExpectedFloat] = [.bits(1), .canonicalNaN]
        let nan: UInt64 = 0x7FF8_0000_0000_0000
        #expect(ExpectedValue.v128(.f64x2, lanes).matches(VectorBits(low: 1, high: nan)))
        #expect(!ExpectedValue.v128(.f64x2, lanes).matches(VectorBits(low: nan, high: nan)))
    }
}
