import Bytes
import Cryptography

extension NitroDocument {
    /// Verifies a document: a pure function of its arguments. Its certificates travel inside it.
    ///
    /// - Parameter now: the moment at which certificates must be in force; leaves live three hours.
    /// - Throws: ``EvidenceRejection`` for whatever no policy can accept.
    package static func verify(
        _ evidence: ArraySlice<UInt8>, roots: TrustRoots, now: Instant
    ) throws(EvidenceRejection) -> VerifiedNitroDocument {
        let document = try NitroDocument(decoding: evidence)
        var steps = [VerificationStep("structure", "COSE_Sign1 with known members only")]
        let leaf = try certificate(document.certificate, "signing certificate")
        var authorities: [Certificate] = []
        for bytes in document.authorities {
            authorities.append(try certificate(bytes, "cabundle certificate"))
        }
        guard let first = authorities.first,
            let anchor = roots.aws.first(where: { $0.certificate == first })
        else {
            throw EvidenceRejection(
                .untrustedRoot, "the bundle's root is not among the trusted AWS roots",
                in: "cabundle")
        }
        let chain = try CertificateChain.verify(
            leaf: leaf, intermediates: authorities.dropFirst().reversed(),
            root: anchor.certificate, at: now, rules: rules)
        steps.append(
            VerificationStep(
                "certificate chain",
                "\(chain.all.count) certificates to \(anchor.certificate.subject): "
                    + "ECDSA P-384 with SHA-384, in force at \(now)"))
        steps.append(
            VerificationStep(
                "revocation", skippedBecause: "AWS publishes no lists; leaves live hours"))
        guard document.message.algorithm == .es384, leaf.publicKey.kind == .p384,
            !leaf.constraints.isAuthority, document.message.isSigned(by: leaf.publicKey)
        else {
            throw EvidenceRejection(
                .signature, "is not signed by its certificate's P-384 key", in: "COSE_Sign1")
        }
        steps.append(VerificationStep("document signature", "ES384 by \(leaf.subject)"))
        return VerifiedNitroDocument(
            document: document, steps: steps, anchor: anchor, instant: now, NitroSeal())
    }

    /// AWS signs with ECDSA and SHA-384 and nothing else.
    private static let rules = ChainRules(algorithms: [.ecdsa(.sha384)])

    private static func certificate(
        _ bytes: [UInt8], _ place: String
    ) throws(EvidenceRejection) -> Certificate {
        try decoding(place) { () throws(MalformedBytes) in try Certificate(decoding: bytes[...]) }
    }
}

/// Lets only this file make a ``VerifiedNitroDocument``.
struct NitroSeal { fileprivate init() {} }
