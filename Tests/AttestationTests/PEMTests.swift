import Bytes
import Testing

@testable import Attestation

@Suite struct PEMTests {
    private func decode(_ text: String, null: Bool = false) throws -> [[UInt8]] {
        try PEM.decode(Array(text.utf8)[...], allowsTrailingNull: null)
    }

    @Test("blocks read back as written, with either line end")
    func roundTrip() throws {
        let first = [UInt8](0..<100)
        let text = PEM.encode(first) + PEM.encode([7])
        #expect(try decode(text) == [first, [7]])
        #expect(try decode(text.replacing("\n", with: "\r\n")) == [first, [7]])
        #expect(try decode(text + "\0", null: true) == [first, [7]])
    }

    @Test("half a block, foreign text, a wrong label and loose base64 are refused")
    func refused() {
        let good = PEM.encode([1, 2, 3])
        for text in [
            "", good.replacing("-----END CERTIFICATE-----\n", with: ""), "hello\n" + good,
            good.replacing("CERTIFICATE", with: "KEY"), good.replacing("AQID", with: "AQI*"),
            good.replacing("AQID", with: ""), good + "\0", good + good.prefix(40),
        ] {
            #expect(throws: MalformedBytes.self, "\(text)") { try decode(text) }
        }
    }
}
