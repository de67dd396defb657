import Bytes
import Testing

@testable import Attestation

@Suite struct SNPCertificateTableTests {
    private func entry(_ guid: String, _ offset: UInt32, _ count: UInt32) -> [UInt8] {
        ([UInt8](hexadecimal: guid) ?? []) + little(offset) + little(count)
    }

    private func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private let vcek = "8d75da6364e66445adc5f4b93be8accd"
    private let ask = "79b3b74aacbbe44fa02f05aef327c782"
    private let end = [UInt8](repeating: 0, count: 24)

    @Test("entries are found by GUID; others are skipped")
    func entries() throws {
        let other = String(repeating: "11", count: 16)
        let table =
            entry(vcek, 96, 2) + entry(other, 98, 1) + entry(ask, 99, 1) + end + [1, 2, 3, 4]
        let parts = try SNPCertificateTable.decode(table[...])
        #expect(parts == ["vek": [1, 2], "intermediate": [4]])
    }

    @Test("an entry outside the table, twice, or a table without end is refused")
    func refused() {
        for table in [
            entry(vcek, 48, 5) + end + [1, 2, 3, 4], entry(vcek, .max, .max) + end,
            entry(vcek, 0, 4) + end, entry(vcek, 72, 1) + entry(vcek, 72, 1) + end + [1],
            entry(vcek, 48, 0), Array(end.dropLast()), [],
        ] {
            #expect(throws: MalformedBytes.self) { try SNPCertificateTable.decode(table[...]) }
        }
    }
}
