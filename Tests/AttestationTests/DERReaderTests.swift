import Bytes
import Testing

@testable import Attestation

@Suite struct DERReaderTests {
    private func reader(_ hex: String) throws -> DERReader {
        DERReader(try #require([UInt8](hexadecimal: hex))[...])
    }

    @Test("numbers are read in their shortest form only")
    func integers() throws {
        for (hex, value) in [("020100", 0), ("02017f", 127), ("02020080", 128), ("020200ff", 255)] {
            var reader = try reader(hex)
            #expect(try reader.integer("n", maximum: 255) == value)
        }
        for hex in ["0200", "0201ff", "0202007f", "0203000080", "02020100", "0402", "0201"] {
            var reader = try reader(hex)
            #expect(throws: MalformedBytes.self, "\(hex)") {
                try reader.integer("n", maximum: 255)
            }
        }
    }

    @Test("lengths are definite and in their shortest form")
    func lengths() throws {
        for hex in ["048000000000", "04810100", "0482000100", "0485000000000100", "04847fffffff00"]
        {
            var reader = try reader(hex)
            #expect(throws: MalformedBytes.self, "\(hex)") { try reader.octetString("o") }
        }
        var long = DERReader(([0x04, 0x81, 0x80] + [UInt8](repeating: 7, count: 128))[...])
        #expect(try long.octetString("o").count == 128)
    }

    @Test("tags above 30, loose booleans and partial bit strings are refused")
    func others() throws {
        var tag = try reader("1f810100")
        #expect(throws: MalformedBytes.self) { try tag.any("t") }
        var boolean = try reader("010101")
        #expect(throws: MalformedBytes.self) { try boolean.boolean("b") }
        var bits = try reader("030207ff")
        #expect(throws: MalformedBytes.self) { try bits.wholeBitString("b") }
        var empty = try reader("0300")
        #expect(throws: MalformedBytes.self) { try empty.wholeBitString("b") }
    }

    @Test("object identifiers read back; padded and endless ones are refused")
    func identifiers() throws {
        var reader = try reader("06092b0601040184582a01")
        #expect(try reader.objectIdentifier("o").description == "1.3.6.1.4.1.600.42.1")
        #expect(OID(1, 3, 6, 1, 4, 1, 3704, 1, 3, 8).description == "1.3.6.1.4.1.3704.1.3.8")
        #expect(OID(2, 999, 3).description == "2.999.3")
        #expect(OID(encoded: []) == nil)
        #expect(OID(encoded: [0x2a, 0x80, 0x01]) == nil)
        #expect(OID(encoded: [0x2a, 0x86]) == nil)
        #expect(OID(encoded: ([0x2a] + [UInt8](repeating: 0xff, count: 9) + [0x01])[...]) == nil)
    }

    @Test("times are UTC with seconds, and dates that exist")
    func times() throws {
        func time(_ tag: UInt8, _ text: String) throws -> Instant {
            var reader = DERReader(([tag, UInt8(text.utf8.count)] + Array(text.utf8))[...])
            return try reader.time("t")
        }
        #expect(try time(0x17, "260615120000Z").description == "2026-06-15T12:00:00Z")
        #expect(try time(0x17, "500101000000Z").description == "1950-01-01T00:00:00Z")
        #expect(try time(0x18, "20500101000000Z").description == "2050-01-01T00:00:00Z")
        for (tag, text) in [
            (0x17, "2606151200Z"), (0x17, "260615120000+"), (0x17, "260631120000Z"),
            (0x18, "20260615120000Z"), (0x18, "20500101000000.5Z"), (0x17, "26061512000aZ"),
            (0x17, "2606151200000Z"),
        ] as [(UInt8, String)] {
            #expect(throws: MalformedBytes.self, "\(text)") { try time(tag, text) }
        }
    }
}
