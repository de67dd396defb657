import Bytes
import Testing

@Suite struct ByteReaderTests {
    @Test("integers are read in the byte order asked for")
    func byteOrder() throws {
        var reader = ByteReader([1, 2, 3, 4])
        #expect(try reader.integer("a", as: UInt16.self) == 0x0201)
        #expect(try reader.bigEndianInteger("b", as: UInt16.self) == 0x0304)
        #expect(reader.isAtEnd)
    }

    @Test("a read past the end says what, where, and how much was missing")
    func pastTheEnd() {
        var reader = ByteReader([1, 2, 3])
        #expect(
            throws: MalformedBytes(
                field: "VERSION", offset: 0, problem: "needs 4 bytes, 3 remain")
        ) {
            _ = try reader.integer("VERSION", as: UInt32.self)
        }
    }

    @Test("hexadecimal reads back what it wrote; odd or foreign digits are refused")
    func hexadecimal() {
        #expect([UInt8](hexadecimal: [0, 0x7f, 0xff].hexadecimal) == [0, 0x7f, 0xff])
        #expect([UInt8](hexadecimal: "abc") == nil)
        #expect([UInt8](hexadecimal: "zz") == nil)
    }

    @Test("numbers in hexadecimal have no leading zeros and read back")
    func hexadecimalNumbers() {
        let numbers: [(UInt64, String)] = [
            (0, "0"), (0xf, "f"), (0x10, "10"), (.max, "ffffffffffffffff"),
        ]
        for (number, text) in numbers {
            #expect(number.hexadecimal == text)
            #expect(UInt64(hexadecimal: Array(text.utf8)) == number)
        }
        for text in ["", "g", "-1", " 1", "12345678901234567"] {
            #expect(UInt64(hexadecimal: Array(text.utf8)) == nil)
        }
    }
}
