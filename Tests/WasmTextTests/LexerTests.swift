import Testing
import Wasm

@Suite("Lexical format")
struct LexerTests {
    @Test("comments nest, end at every kind of line end, and delimit tokens")
    func comments() throws {
        let plain = try TextParser.assemble("(module (func (nop)))")
        for text in [
            "(;(;a;)b;)(module(;;)(func(nop);;c\n))", "(module (func;;a\r(nop)))",
            "(module ;;a\r\n(func (nop)))", "(module (func (nop)))(;;)",
        ] {
            #expect(try TextParser.assemble(text) == plain)
        }
    }

    @Test("quoted and plain identifiers are the same when their bytes are")
    func identifiers() throws {
        _ = try TextParser.assemble(#"(func $"\41b") (func (call $Ab) (call $"A\62"))"#)
        // Composed and decomposed é are equivalent in Unicode, but different identifiers.
        _ = try TextParser.assemble("(func $\"\u{E9}\") (func $\"e\u{301}\")")
        #expect(rejection(#"(func $"") "#)?.problem.hasPrefix("empty identifier") == true)
        #expect(rejection("(func $)")?.problem.hasPrefix("empty identifier") == true)
    }

    @Test("escapes stand for their bytes")
    func escapes() throws {
        let data = try sections(#"(memory 1) (data "\t\n\r\"\'\\\00\fF\u{41}\u{10_FFFF}")"#)
        #expect(
            data.standard[11] == [
                1, 1, 13, 9, 10, 13, 34, 39, 92, 0, 255, 65, 0xF4, 0x8F, 0xBF, 0xBF,
            ])
    }

    @Test(
        "bad strings are rejected",
        arguments: [
            #""\x""#, #""\0""#, #""\u{110000}""#, #""\u{d800}""#, #""\u{}""#, #""\u41""#, "\"\n\"",
            "\"\u{7F}\"", "\"a", #""\"#,
        ])
    func badStrings(text: String) {
        #expect(rejection("(memory 1) (data \(text))") != nil)
    }

    @Test("tokens that run together are no tokens")
    func runTogether() {
        for text in ["(func br 0drop)", "(data \"a\"\"b\")", "(data \"a\"$b)", "(func $a\"b\")"] {
            #expect(rejection(text)?.problem.hasPrefix("unknown operator") == true, "\(text)")
        }
    }

    @Test("annotations are stepped over wherever white space may stand")
    func annotations() throws {
        let text = "((@a)module(@b x \"(\" (y) ;; )\n)(func((@c ,;[]{})nop)))"
        #expect(try TextParser.assemble(text) == TextParser.assemble("(module (func (nop)))"))
        #expect(rejection("(@a (b)")?.problem.hasPrefix("unclosed annotation") == true)
        #expect(rejection("(@)")?.problem.hasPrefix("empty annotation id") == true)
    }

    @Test("malformed UTF-8 is rejected at its byte")
    func utf8() {
        for bytes: [UInt8] in [
            [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        ] {
            #expect(throws: TextError.self) { try TextParser.assemble([0x3B, 0x3B] + bytes) }
        }
    }

    @Test("every keyword is found, and nothing between")
    func keywords() {
        for row in InstructionTable.rows {
            let name = Array(row.mnemonic.description.utf8)
            let found = KeywordTable.shared.find(name, 0..<name.count)?.opcode
            #expect(found?.description.mnemonic.description == row.mnemonic.description)
            #expect(KeywordTable.shared.find(name, 0..<name.count - 1)?.spelling != name)
        }
        for word in TextWord.allCases {
            let name = Array(word.rawValue.utf8)
            #expect(KeywordTable.shared.find(name, 0..<name.count)?.word == word)
        }
    }
}
