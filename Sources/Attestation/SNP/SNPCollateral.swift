import Bytes

/// What a verifier needs besides an SNP report: DER, as received.
package struct SNPCollateral: Equatable, Sendable {
    /// The VCEK or VLEK certificate.
    package var endorsementKey: [UInt8]
    /// The ASK or ASVK certificate that issued it.
    package var signingKey: [UInt8]
    /// The ARK's revocation list; without it, revocation is not checked and the result says so.
    package var revocationList: [UInt8]?

    package init(
        endorsementKey: [UInt8], signingKey: [UInt8], revocationList: [UInt8]? = nil
    ) {
        self.endorsementKey = endorsementKey
        self.signingKey = signingKey
        self.revocationList = revocationList
    }
}

extension SNPCollateral {
    /// Names of the parts in an ``EvidenceBundle``.
    package enum Part {
        package static let endorsementKey = "vek"
        package static let signingKey = "intermediate"
        package static let revocationList = "crl"
    }

    /// Takes the parts of a bundle.
    ///
    /// Without an intermediate, AMD's own of that issuer is taken, and checked like any other.
    init(parts: [String: [UInt8]]) throws(EvidenceRejection) {
        let place = "SEV-SNP collateral"
        try EvidenceBundle.checkNames(
            parts, known: [Part.endorsementKey, Part.signingKey, Part.revocationList], place)
        endorsementKey = try EvidenceBundle.part(
            Part.endorsementKey, of: parts, place,
            remedy: "give the VCEK or VLEK certificate of the machine")
        if let given = parts[Part.signingKey] {
            signingKey = given
        } else {
            let bytes = endorsementKey
            let leaf = try decoding("VCEK or VLEK certificate") { () throws(MalformedBytes) in
                try Certificate(decoding: bytes[...])
            }
            guard let own = Self.ownIntermediate(of: leaf) else {
                throw EvidenceRejection(
                    .missingCollateral, "collateral has no certificate of \(leaf.issuer)",
                    in: place,
                    remedy: "give the ASK or ASVK certificate of the machine's product line")
            }
            signingKey = own
        }
        revocationList = parts[Part.revocationList]
    }

    private static func ownIntermediate(of leaf: Certificate) -> [UInt8]? {
        VendorIntermediates.amd.first { bytes in
            (try? Certificate(decoding: bytes[...]))?.subject == leaf.issuer
        }
    }

    /// The parts for a bundle.
    package var parts: [String: [UInt8]] {
        var parts = [Part.endorsementKey: endorsementKey, Part.signingKey: signingKey]
        parts[Part.revocationList] = revocationList
        return parts
    }

    /// Sorts certificates and lists, in any order and each in DER, into the parts of a bundle.
    ///
    /// Roots are left out: only those that the verifier trusts count.
    package static func sort(_ files: [[UInt8]]) throws(EvidenceRejection) -> [String: [UInt8]] {
        var parts: [String: [UInt8]] = [:]
        for file in files {
            let name: String
            if let certificate = try? Certificate(decoding: file[...]) {
                switch certificate.subject.commonName {
                case "SEV-VCEK"?, "SEV-VLEK"?: name = Part.endorsementKey
                case let subject? where subject.hasPrefix("SEV-"): name = Part.signingKey
                default: continue
                }
            } else {
                _ = try decoding("collateral") { () throws(MalformedBytes) in
                    try CertificateRevocationList(decoding: file[...])
                }
                name = Part.revocationList
            }
            guard parts.updateValue(file, forKey: name) == nil else {
                throw EvidenceRejection(
                    .malformed, "two files are \(name)", in: "SEV-SNP collateral",
                    remedy: "give one certificate of each kind and one revocation list")
            }
        }
        return parts
    }
}
