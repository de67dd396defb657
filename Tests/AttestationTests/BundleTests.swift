import Bytes
import Testing

@testable import Attestation

@Suite struct BundleTests {
    private let bundle = EvidenceBundle(.snp, [1, 2], collateral: ["vek": [3], "crl": [4, 5]])

    @Test("a bundle reads back as written")
    func roundTrip() throws {
        #expect(try EvidenceBundle(decoding: bundle.encoded[...]) == bundle)
    }

    @Test("one changed byte never crashes and never goes unseen")
    func flips() {
        let encoded = bundle.encoded
        for index in encoded.indices {
            var copy = encoded
            copy[index] ^= 1
            #expect((try? EvidenceBundle(decoding: copy[...])) != bundle)
        }
        for count in encoded.indices {
            #expect(throws: EvidenceRejection.self) {
                try EvidenceBundle(decoding: encoded[..<count])
            }
        }
        #expect(throws: EvidenceRejection.self) {
            try EvidenceBundle(decoding: (encoded + [0])[...])
        }
    }

    @Test("collateral that is missing or unknown is refused by name")
    func parts() throws {
        let now = Instant(secondsSince1970: 0)
        let none = EvidenceBundle(.snp, [1])
        let missing = #expect(throws: EvidenceRejection.self) {
            try none.verify(roots: .vendors, now: now)
        }
        #expect(missing?.reason == .missingCollateral)
        let odd = EvidenceBundle(.snp, [1], collateral: ["vek": [1], "extra": []])
        let unknown = #expect(throws: EvidenceRejection.self) {
            try odd.verify(roots: .vendors, now: now)
        }
        #expect(unknown?.what.contains("extra") == true)
    }

    @Test("formats are told apart by their first bytes")
    func detection() {
        var report = [UInt8](repeating: 0, count: 1184)
        report[0] = 2
        #expect(EvidenceFormat.detect(report[...]) == .snp)
        let tdx: [UInt8] = [4, 0, 2, 0, 0x81, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(EvidenceFormat.detect(tdx[...]) == .tdx)
        let sgx: [UInt8] = [3, 0, 2, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]
        #expect(EvidenceFormat.detect(sgx[...]) == .sgx)
        #expect(EvidenceFormat.detect([0xff, 0x54, 0x43, 0x47]) == nil)
        #expect(EvidenceFormat.detect([]) == nil)
    }
}
