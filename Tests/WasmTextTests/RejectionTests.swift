import Testing
import Wasm

@Suite("Malformed text")
struct RejectionTests {
    @Test(
        "errors say line, column, and what is wrong in the suite's words",
        arguments: [
            ("(func (i32.foo))", 1, 8, "unknown operator i32.foo"),
            ("(module\n  (fun))", 2, 4, "unknown operator fun"),
            ("(func\r\n\r  (param) nop (param))", 3, 16, "unexpected token `param`"),
            ("(func nop (param i32))", 1, 12, "unexpected token `param`"),
            ("(func (result i32) (param i32))", 1, 21, "unexpected token `param`"),
            ("(func (block (type 0) (result i32) (param i32)))", 1, 37, "unexpected token"),
            ("(func", 1, 1, "unexpected end"),
            ("(func))", 1, 7, "unexpected token"),
            ("(func (br $l))", 1, 11, "unknown label `$l`"),
            ("(func (param $a i32) (local $a i32))", 1, 29, "duplicate local `$a`"),
            ("(func $f) (func $f)", 1, 17, "duplicate func `$f`"),
            ("(table $t 1 funcref) (table $t 1 funcref)", 1, 29, "duplicate table"),
            ("(type (struct (field $a i32) (field $a i32)))", 1, 37, "duplicate field"),
            ("(func) (import \"a\" \"b\" (func))", 1, 9, "import after function"),
            ("(memory 1) (func (import \"a\" \"b\"))", 1, 18, "import after memory"),
            (
                "(type $t (func)) (func (type $t) (result i32))", 1, 46,
                "inline function type"
            ),
            ("(func (type 7) (result i32))", 1, 28, "unknown type 7"),
            ("(func (type $x))", 1, 13, "unknown type `$x`"),
            ("(memory 1) (func (drop (i32.load align=3 (i32.const 0))))", 1, 34, "alignment must"),
            ("(memory 1) (func (drop (i32.load align=0 (i32.const 0))))", 1, 34, "alignment must"),
            ("(func block $a end $b)", 1, 20, "mismatching label `$b`"),
            ("(func block end $b)", 1, 17, "mismatching label `$b`"),
            ("(func end)", 1, 7, "unexpected token `end`"),
            ("(func block)", 1, 12, "unexpected token"),
            ("(func (block) else)", 1, 15, "unexpected token `else`"),
            ("(func (if (i32.const 1)))", 1, 24, "unexpected token"),
            ("(func (if (i32.const 1) (else)))", 1, 26, "unexpected token `else`"),
            ("(func (drop i32.const 1))", 1, 13, "unexpected token `i32.const`"),
            ("(func) (start 0) (start 0)", 1, 19, "multiple start sections"),
            ("(func (v128.const i32x4 1 2 3) drop)", 1, 30, "wrong number of lane literals"),
            ("(func (i8x16.shuffle 1 2 3) drop)", 1, 27, "invalid lane length"),
            ("(func (i8x16.extract_lane_s 256))", 1, 29, "i8 constant out of range"),
            ("(func (call 4294967296))", 1, 13, "constant out of range"),
            ("(func (try (do) (catch_all) (delegate 0)))", 1, 29, "unexpected token"),
            ("(module) (module)", 1, 10, "unexpected token"),
            ("é", 1, 1, "illegal character 0xc3"),
            ("(func \"", 1, 7, "unclosed string"),
            ("(; (; ;)", 1, 1, "unclosed comment"),
        ])
    func errors(text: String, line: Int, column: Int, problem: String) {
        let error = rejection(text)
        #expect(error?.line == line, "\(String(describing: error))")
        #expect(error?.column == column, "\(String(describing: error))")
        #expect(error?.problem.hasPrefix(problem) == true, "\(String(describing: error))")
    }

    @Test("foreign text in an error is escaped and cut")
    func escaping() throws {
        let error = try #require(
            rejection("(func $\"\\u{1b}\(String(repeating: "x", count: 500))\"!)"))
        #expect(!error.problem.unicodeScalars.contains("\u{1B}"))
        #expect(error.problem.count < 200)
    }

    @Test("a source over the limit is rejected")
    func sourceLimit() {
        let limits = TextLimits(sourceBytes: 4)
        #expect(throws: TextError.self) { try TextParser.assemble("(module)", limits: limits) }
    }
}
