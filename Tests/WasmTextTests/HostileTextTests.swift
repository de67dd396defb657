import Testing
import Wasm
import WasmFuzz

@Suite("Hostile text")
struct HostileTextTests {
    private func nested(_ open: String, _ close: String, _ count: Int) -> String {
        String(repeating: open, count: count) + String(repeating: close, count: count)
    }

    @Test(
        "60,000 levels of nesting are read or rejected, without native stack",
        arguments: [
            ("(func ", "(block ", ")", ")", true), ("(func ", "block ", "end ", ")", true),
            ("(func ", "(drop ", ")", ")", true), ("(func ", "(if (then ", "))", ")", true),
            ("(func ", "(try (do ", "))", ")", true), ("(", "(", ")", ")", false),
            ("(@a", "(", ")", ")", true), ("", "(;", ";)", "", true),
            ("(func ", "(if (i32.const 0) (then) (else ", "))", ")", true),
            ("(global i32 ", "(i32.eqz ", ")", ")", true), ("(type ", "(sub ", ")", ")", false),
            ("(elem ", "(item ", ")", ")", false),
        ])
    func nesting(head: String, open: String, close: String, tail: String, isText: Bool) {
        let text = head + nested(open, close, 60_000) + tail
        #expect((rejection(text) == nil) == isText)
    }

    @Test("a branch out of each of 40,000 named blocks takes time in proportion")
    func manyLabels() throws {
        var text = "(func "
        for index in 0..<40_000 { text += "block $l\(index) br $l0 " }
        text += String(repeating: "end ", count: 40_000) + ")"
        #expect(try TextParser.assemble(text).count > 40_000)
    }

    @Test("40,000 names in every index space, found by name")
    func manyNames() throws {
        var text = ""
        for index in 0..<40_000 { text += "(func $f\(index) (call $f\(39_999 - index)))" }
        #expect(try TextParser.assemble(text).count > 40_000)
    }

    private static let sample = """
        (module $m (@name "x") (@custom "c" (after code) "z")
          (type $p (sub (struct (field $x i32) (field (mut i8))))) (rec (type $q (func (param i32))))
          (import "m" "g" (global $g i32)) (tag $t (param i32)) (memory $mem i64 1 2 shared)
          (table $tab i64 1 2 funcref (ref.null func)) (elem $e declare func $f) (data $d "\\00ab")
          (func $f (export "f") (param $a i32) (result i32) (local f32 v128)
            (block $h (result i32) (try_table (catch $t $h) (br_table 0 $h 1 (local.get $a))))
            (if (result i32) (then (i32.load8_u offset=1 align=1 (i64.const 0x1_0)))
              (else (f32.const nan:0x7) drop (v128.const f32x4 1e3 -0x1p-2 inf nan) drop 1))
            (@metadata.code.branch_hint "\\00") (br_if 0 (i32.const 1) (i32.const 2))
            try $z nop catch $t drop end $z (call_indirect $tab (type $q) (i64.const 0))))
        """

    @Test("cut anywhere, and with any byte changed, it ends in a module or an error")
    func mutations() {
        let bytes = Array(Self.sample.utf8)
        var generator = SplitMix64(seed: 3)
        for index in bytes.indices {
            fuzzText(Array(bytes[..<index]))
            var changed = bytes
            changed[index] = UInt8(truncatingIfNeeded: generator.next())
            fuzzText(changed)
            changed[index] = bytes.randomElement(using: &generator) ?? 0
            fuzzText(changed)
        }
    }

    @Test("tokens swapped and repeated at random end in a module or an error")
    func shuffledTokens() throws {
        let tokens = Self.sample.split(whereSeparator: \.isWhitespace).map(String.init)
        var generator = SplitMix64(seed: 4)
        for _ in 0..<500 {
            var mixed = tokens
            for _ in 0..<3 {
                let from = Int.random(in: mixed.indices, using: &generator)
                let to = Int.random(in: mixed.indices, using: &generator)
                mixed.insert(mixed[from], at: to)
                mixed.remove(at: Int.random(in: mixed.indices, using: &generator))
            }
            fuzzText(Array(mixed.joined(separator: " ").utf8))
        }
    }
}
