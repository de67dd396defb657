import Bytes
import Cryptography
import Testing

@testable import Attestation

@Suite struct VendorRootsTests {
    @Test("every vendor's root is built in and names its vendor")
    func roots() {
        let roots = TrustRoots.vendors
        let names = [roots.amd, roots.intel, roots.aws].map {
            $0.compactMap(\.certificate.subject.commonName)
        }
        #expect(names[0] == ["ARK-Milan", "ARK-Genoa", "ARK-Turin"])
        #expect(names[1] == ["Intel SGX Root CA"])
        #expect(names[2] == ["aws.nitro-enclaves"])
        #expect([roots.amd, roots.intel, roots.aws].allSatisfy { $0.allSatisfy(\.isVendor) })
    }

    /// The fingerprint that AWS publishes for its root.
    @Test("the AWS root is the one whose fingerprint AWS publishes")
    func aws() {
        #expect(
            TrustRoots.vendors.aws.map(\.fingerprint.hexadecimal) == [
                "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b"
            ])
    }

    @Test("AMD's intermediates are issued by AMD's roots")
    func intermediates() throws {
        let now = try #require(Instant(rfc3339: "2026-06-15T12:00:00Z"))
        #expect(VendorIntermediates.amd.count == 6)
        for bytes in VendorIntermediates.amd {
            let certificate = try Certificate(decoding: bytes[...])
            let root = try #require(
                TrustRoots.vendors.amd.first { $0.certificate.subject == certificate.issuer })
            _ = try CertificateChain.verify(
                leaf: certificate, intermediates: [], root: root.certificate, at: now,
                rules: ChainRules(algorithms: [.rsaPSS(.sha384)]))
        }
    }
}
