import Bytes
import Testing

@Suite struct JSONTests {
    private func decode(_ text: String) throws -> JSONNode {
        try JSONReader.decode(Array(text.utf8)[...])
    }

    @Test("a value keeps its exact bytes and offset")
    func exactBytes() throws {
        let node = try decode(#" {"a" : { "x":1,  "y" : [true,null,-0.5e+3] } , "s":"\u00e9\n"} "#)
        let inner = try node.member("a")
        #expect(
            String(decoding: inner.bytes, as: UTF8.self)
                == #"{ "x":1,  "y" : [true,null,-0.5e+3] }"#)
        #expect(inner.offset == 8)
        #expect(try inner.member("x").unsigned("x") == 1)
        #expect(try inner.member("y").array("y").count == 3)
        #expect(try node.member("s").string("s") == "é\n")
    }

    @Test("surrogate pairs make one character")
    func surrogates() throws {
        #expect(try decode(#""\ud83d\ude00""#).string("s") == "😀")
    }

    @Test(
        "what is no JSON, or says a thing twice, is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01", "1.", "1e", "+1", "nul",
            "tru e",
            "\"", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\u{1}\"", "{} {}", "[1 2]", "{a:1}",
            "'a'", "NaN", "-", "// c\n1", "{\"a\" 1}", "\u{feff}1",
        ])
    func refused(text: String) {
        #expect(throws: MalformedBytes.self) { try decode(text) }
    }

    @Test("depth, size and number of values are bounded")
    func bounds() throws {
        #expect(throws: MalformedBytes.self) { try decode(String(repeating: "[", count: 100_000)) }
        var limits = JSONLimits()
        limits.maximumValues = 3
        #expect(throws: MalformedBytes.self) {
            try JSONReader.decode(Array("[1,2,3]".utf8)[...], limits: limits)
        }
        limits.maximumBytes = 2
        #expect(throws: MalformedBytes.self) {
            try JSONReader.decode(Array("[1]".utf8)[...], limits: limits)
        }
    }

    @Test("numbers are whole and in range, or refused by name")
    func numbers() throws {
        #expect(try decode("18446744073709551615").unsigned("n") == .max)
        for text in ["18446744073709551616", "-1", "1.0", "1e3", "\"1\""] {
            #expect(throws: MalformedBytes.self) { try decode(text).unsigned("n") }
        }
    }

    @Test("written text reads back, escaped to ASCII")
    func writing() throws {
        let value = JSONText.object([
            ("text", .string("a\"\\\n\u{1b}é😀")), ("list", .array([.integer(-1), .null])),
        ])
        #expect(value.compact.utf8.allSatisfy { $0 < 0x7f && $0 >= 0x20 })
        #expect(try decode(value.compact).member("text").string("text") == "a\"\\\n\u{1b}é😀")
        #expect(try decode(value.indented).member("list").array("list").count == 2)
    }
}
