import Testing
import Wasm

@Suite("Assembling modules")
struct AssemblerTests {
    @Test("a small module, byte for byte")
    func golden() throws {
        let text = """
            (module $m
              (func $add (export "add") (param $a i32) (param i32) (result i32)
                local.get $a
                local.get 1
                i32.add))
            """
        #expect(
            try TextParser.assemble(text) == [
                0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00,
                0x01, 0x07, 0x01, 0x60, 0x02, 0x7F, 0x7F, 0x01, 0x7F,
                0x03, 0x02, 0x01, 0x00,
                0x07, 0x07, 0x01, 0x03, 0x61, 0x64, 0x64, 0x00, 0x00,
                0x0A, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x20, 0x01, 0x6A, 0x0B,
                0x00, 0x19, 0x04, 0x6E, 0x61, 0x6D, 0x65,
                0x00, 0x02, 0x01, 0x6D,
                0x01, 0x06, 0x01, 0x00, 0x03, 0x61, 0x64, 0x64,
                0x02, 0x06, 0x01, 0x00, 0x01, 0x00, 0x01, 0x61,
            ])
    }

    @Test("every instruction without immediates is its opcode")
    func plainInstructions() throws {
        let structural: [Opcode] = [.else, .end, .catchAll, .select, .selectTyped]
        for row in InstructionTable.rows
        where row.immediates == .none && !structural.contains(row.opcode) {
            var expected: [UInt8] = [0]
            if row.space == .core {
                expected.append(UInt8(truncatingIfNeeded: row.code))
            } else {
                expected.append(row.space.rawValue)
                if row.code > 0x7F { expected.append(UInt8(row.code & 0x7F) | 0x80) }
                expected.append(UInt8(row.code > 0x7F ? row.code >> 7 : row.code))
            }
            #expect(try body("(func \(row.mnemonic))") == expected + [0x0B], "\(row.mnemonic)")
        }
    }

    @Test(
        "abbreviations assemble as what they abbreviate",
        arguments: [
            (
                "(func (export \"a\") (export \"b\"))",
                "(func) (export \"a\" (func 0)) (export \"b\" (func 0))"
            ),
            (
                "(func (import \"m\" \"f\") (param i32))",
                "(import \"m\" \"f\" (func (param i32)))"
            ),
            ("(func (param i32 i64))", "(func (param i32) (param i64))"),
            (
                "(memory (data \"ab\" \"c\"))",
                "(memory 1 1) (data (memory 0) (offset i32.const 0) \"abc\")"
            ),
            (
                "(memory i64 (data \"a\"))",
                "(memory i64 1 1) (data (i64.const 0) \"a\")"
            ),
            (
                "(func) (table funcref (elem 0 0))",
                "(func) (table 2 2 funcref) (elem (table 0) (i32.const 0) func 0 0)"
            ),
            (
                "(table 1 funcref) (func) (elem (i32.const 0) 0)",
                "(table 1 funcref) (func) (elem (table 0) (offset (i32.const 0)) func 0)"
            ),
            (
                "(table 1 externref) (elem externref (ref.null extern))",
                "(table 1 (ref null extern)) (elem (ref null extern) (item ref.null extern))"
            ),
            ("(type (func))", "(type (sub final (func)))"),
            ("(memory 1) (func (memory.size) (drop))", "(memory 1) (func (memory.size 0) (drop))"),
        ])
    func abbreviations(short: String, long: String) throws {
        #expect(try TextParser.assemble(short) == TextParser.assemble(long))
    }

    @Test(
        "folded and flat instructions assemble alike",
        arguments: [
            (
                "(drop (i32.add (i32.const 1) (i32.const 2)))",
                "i32.const 1 i32.const 2 i32.add drop"
            ),
            (
                "(if (i32.const 1) (then nop) (else (unreachable)))",
                "i32.const 1 if nop else unreachable end"
            ),
            (
                "(block $a (result i32) (loop $b (br_if $a (i32.const 0) (i32.const 1)) (br $b)) "
                    + "(i32.const 2)) drop",
                "block $a (result i32) loop $b i32.const 0 i32.const 1 br_if $a br $b end $b "
                    + "i32.const 2 end $a drop"
            ),
            (
                "(if $x (result i32) (block (result i32) (br 0 (i32.const 1))) "
                    + "(then (br $x (i32.const 2))) (else (i32.const 3))) drop",
                "block (result i32) i32.const 1 br 0 end if $x (result i32) i32.const 2 br $x "
                    + "else $x i32.const 3 end $x drop"
            ),
            (
                "(try (do nop) (catch 0 nop) (catch_all (rethrow 0)))",
                "try nop catch 0 nop catch_all rethrow 0 end"
            ),
            ("(try $a (do nop) (delegate 0))", "try $a nop delegate 0"),
            (
                "(block $h (try_table (catch 0 $h) (catch_all $h) (throw 0)))",
                "block $h try_table (catch 0 $h) (catch_all $h) throw 0 end end"
            ),
        ])
    func folding(folded: String, flat: String) throws {
        let tag = "(tag) (func "
        #expect(try body(tag + folded + ")") == body(tag + flat + ")"))
    }

    @Test("type uses share plain types and append new ones in the order of the text")
    func typeUses() throws {
        let text = """
            (func (param f32) (block (param f32) (result f64) unreachable) drop)
            (func (result i64) (call_indirect (param f64) (i32.const 0)) unreachable)
            (type (func (param i32)))
            (rec (type (func (param f32))) (type (func)))
            (func (param i32)) (table 1 funcref)
            """
        let sections = try sections(text)
        #expect(
            sections.standard[1] == [
                6, 0x60, 1, 0x7F, 0, 0x4E, 2, 0x60, 1, 0x7D, 0, 0x60, 0, 0, 0x60, 1, 0x7D, 0, 0x60,
                1, 0x7D, 1, 0x7C, 0x60, 0, 1, 0x7E, 0x60, 1, 0x7C, 0,
            ])
        #expect(sections.standard[3] == [3, 3, 5, 0])
    }

    @Test("forward references and every index space resolve by name")
    func forwardReferences() throws {
        let text = """
            (export "f" (func $f)) (start $s) (elem $e (table $t) (offset (global.get $g)) func $f)
            (data $d (memory $m) (offset (global.get $g)) "x")
            (import "m" "g" (global $g i32))
            (func $f (call $s) (data.drop $d) (elem.drop $e) (throw $x)) (func $s) (tag $x)
            (table $u 1 funcref) (table $t 1 funcref) (memory $n 1) (memory $m 1)
            """
        let sections = try sections(text)
        #expect(sections.standard[8] == [1])
        #expect(sections.standard[9] == [1, 2, 1, 0x23, 0, 0x0B, 0, 1, 0])
        #expect(sections.standard[11] == [1, 2, 1, 0x23, 0, 0x0B, 1, 0x78])
        #expect(sections.standard[12] == [1])
    }

    @Test("labels shadow and come back; numbers count from inside")
    func labels() throws {
        let text = "(func block $a block $a br $a end br $a block br $a br 1 end end)"
        #expect(
            try body(text) == [
                0, 2, 0x40, 2, 0x40, 0x0C, 0, 0x0B, 0x0C, 0, 2, 0x40, 0x0C, 1, 0x0C, 1, 0x0B, 0x0B,
                0x0B,
            ])
    }

    @Test("memory arguments: memory, offset, alignment")
    func memoryArguments() throws {
        let head = "(memory 1) (memory $m i64 1) (func (param v128) i32.const 0 "
        #expect(try body(head + "i32.load)").suffix(4) == [0x28, 2, 0, 0x0B])
        #expect(
            try body(head + "i32.load offset=300 align=1)").suffix(5) == [0x28, 0, 0xAC, 2, 0x0B])
        #expect(try body(head + "i32.load $m align=2)").suffix(5) == [0x28, 0x41, 1, 0, 0x0B])
        let lane = head + "local.get 0 v128.load8_lane "
        #expect(try body(lane + "3)").suffix(6) == [0xFD, 0x54, 0, 0, 3, 0x0B])
        #expect(try body(lane + "1 3)").suffix(7) == [0xFD, 0x54, 0x40, 1, 0, 3, 0x0B])
        #expect(try body(lane + "1 offset=7 3)").suffix(7) == [0xFD, 0x54, 0x40, 1, 7, 3, 0x0B])
    }

    @Test("vectors in every shape")
    func vectors() throws {
        func constant(_ text: String) throws -> [UInt8] {
            Array(try body("(func (drop (v128.const \(text))))").dropFirst(3).prefix(16))
        }
        let counting = (1...16).map(UInt8.init)
        let bytes = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"
        #expect(try constant("i8x16 \(bytes)") == counting)
        #expect(try constant("i64x2 0x0807060504030201 0x100f0e0d0c0b0a09") == counting)
        #expect(
            try constant("f32x4 1 -0 nan inf")
                == constant("i32x4 0x3f800000 -0x80000000 0x7fc00000 0x7f800000"))
        #expect(try constant("f64x2 1 -1").suffix(8) == [0, 0, 0, 0, 0, 0, 0xF0, 0xBF])
    }

    @Test("structures: fields by name, casts by nullability")
    func aggregates() throws {
        let text = """
            (type $p (struct (field $x i32) (field f64) (field $y (mut i8))))
            (func (param anyref)
              (drop (struct.get_s $p $y (ref.cast (ref null $p) (local.get 0))))
              (drop (ref.test (ref $p) (local.get 0))))
            """
        #expect(
            try sections(text).standard[1]?.prefix(10) == [
                2, 0x5F, 3, 0x7F, 0, 0x7C, 0, 0x78, 1, 0x60,
            ])
        #expect(
            try body(text) == [
                0, 0x20, 0, 0xFB, 0x17, 0, 0xFB, 3, 0, 2, 0x1A, 0x20, 0, 0xFB, 0x14, 0, 0x1A, 0x0B,
            ])
    }

    @Test("annotations: names, custom sections, branch hints")
    func annotations() throws {
        let text = """
            (module $m (@name "Modül") (@custom "a" (before first) "1")
              (func $f (@name "λ") (param $p (@name "ρ") i32)
                (@metadata.code.branch_hint "\\01") (if (local.get 0) (then nop))))
            """
        let sections = try sections(text)
        #expect(sections.custom["a"] == [0x31])
        #expect(sections.custom["metadata.code.branch_hint"] == [1, 0, 1, 3, 1, 1])
        #expect(
            sections.custom["name"]
                == [0, 7, 6] + Array("Modül".utf8) + [1, 5, 1, 0, 2] + Array("λ".utf8)
                + [2, 7, 1, 0, 1, 0, 2] + Array("ρ".utf8))
    }

    @Test("binary and quoted modules")
    func otherForms() throws {
        let empty: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]
        #expect(try TextParser.assemble(#"(module binary "\00asm" "\01\00\00\00")"#) == empty)
        #expect(try TextParser.assemble(#"(module quote "(module" ")")"#) == empty)
        #expect(try TextParser.assemble("") == empty)
        #expect(rejection(#"(module quote "(module quote)")"#) != nil)
        #expect(rejection("(module definition)") != nil)
    }
}
