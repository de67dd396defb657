import Testing
import Wasm

@Suite("Integer literals")
struct IntegerLiteralTests {
    @Test("constants take both the signed and the unsigned range")
    func ranges() throws {
        #expect(try body("(func (drop (i32.const 4294967295)))") == [0, 0x41, 0x7F, 0x1A, 0x0B])
        #expect(try body("(func (drop (i32.const -1)))") == [0, 0x41, 0x7F, 0x1A, 0x0B])
        #expect(
            try body("(func (drop (i64.const -0x8000_0000_0000_0000)))")
                == body("(func (drop (i64.const 0x8000_0000_0000_0000)))"))
    }

    @Test(
        "one past either range is out of range",
        arguments: [
            "i32.const 4294967296", "i32.const -2147483649", "i64.const 18446744073709551616",
            "i64.const -9223372036854775809", "i32.const 99999999999999999999999999999999",
        ])
    func outOfRange(instruction: String) {
        #expect(
            rejection("(func (drop (\(instruction))))")?.problem.hasPrefix("constant out of range")
                == true)
    }

    @Test("underscores stand singly between digits", arguments: ["1_", "_1", "1__1", "0x_1", "0x"])
    func underscores(text: String) {
        #expect(rejection("(func (drop (i32.const \(text))))") != nil)
    }

    @Test("an index has no sign")
    func unsignedIndex() {
        #expect(rejection("(func (call +0))") != nil)
        #expect(rejection("(func (call -0))") != nil)
    }
}
