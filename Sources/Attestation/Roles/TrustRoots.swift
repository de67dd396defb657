import Bytes
import Cryptography

/// A certificate that is trusted by its own bytes.
package struct TrustAnchor: Equatable, Sendable {
    package let certificate: Certificate
    /// Whether it is a silicon or cloud vendor's own root, as built into this code. Roots that a
    /// policy adds, such as a simulated TEE's, are not.
    package let isVendor: Bool

    package init(_ certificate: Certificate, isVendor: Bool = false) {
        self.certificate = certificate
        self.isVendor = isVendor
    }

    /// SHA-256 of the certificate.
    package var fingerprint: [UInt8] { Hash.sha256(certificate.encoded) }
}

/// The roots that evidence may chain to, by vendor.
package struct TrustRoots: Equatable, Sendable {
    /// AMD root keys (ARK), one a product line.
    package var amd: [TrustAnchor] = []
    /// Intel SGX root CA.
    package var intel: [TrustAnchor] = []
    /// AWS Nitro Enclaves root.
    package var aws: [TrustAnchor] = []
    /// Platform keys of Arm CCA machines, enrolled one by one.
    package var arm: [ARMTrustAnchor] = []

    package init() {}

    /// The vendors' own roots and no other.
    package static let vendors: TrustRoots = {
        var roots = TrustRoots()
        roots.amd = VendorRoots.amd.compactMap(anchor)
        roots.intel = VendorRoots.intel.compactMap(anchor)
        roots.aws = VendorRoots.aws.compactMap(anchor)
        return roots
    }()

    private static func anchor(_ base64: String) -> TrustAnchor? {
        guard let bytes = [UInt8](base64: base64),
            let certificate = try? Certificate(decoding: bytes[...])
        else { return nil }
        return TrustAnchor(certificate, isVendor: true)
    }
}
