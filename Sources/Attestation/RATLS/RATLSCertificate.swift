import Bytes

/// A certificate that carries an SGX quote about its own key (RA-TLS), decoded and not believed.
package struct RATLSCertificate: Sendable {
    package let certificate: Certificate
    private let evidence: RATLSEvidence

    /// Decodes a certificate in DER.
    package init(decoding bytes: ArraySlice<UInt8>) throws(EvidenceRejection) {
        do throws(MalformedBytes) {
            certificate = try Certificate(decoding: bytes, isRATLS: true)
            guard let value = certificate.value(of: .taggedEvidence) else {
                throw MalformedBytes(
                    field: "extension \(OID.taggedEvidence)", offset: 0, problem: "is absent")
            }
            evidence = try RATLSEvidence(decoding: value)
        } catch {
            throw EvidenceRejection(error, in: "RA-TLS certificate")
        }
    }

    /// The quote, as received.
    package var quoteBytes: [UInt8] { evidence.quoteBytes }
    /// The claims whose digest the quote's REPORTDATA holds, as received.
    package var claimsBytes: [UInt8] { evidence.claimsBytes }
    /// The digest of the certificate's key that the claims name, and its algorithm's number.
    package var keyHash: (algorithm: Int, digest: [UInt8])? { evidence.keyHash }
    /// The names of the claims.
    package var claimNames: [String] { evidence.claimNames }

    /// Checks that the certificate is its own key's and that the quote is about that key; the quote
    /// itself is verified by ``DCAPQuote/verify(_:collateral:roots:now:)``.
    ///
    /// - Returns: the quote, decoded and not yet believed.
    package func boundQuote() throws(EvidenceRejection) -> DCAPQuote {
        let place = "RA-TLS certificate"
        guard
            certificate.publicKey.verifies(
                certificate.signature, over: certificate.signedBytes,
                certificate.signatureAlgorithm)
        else {
            throw EvidenceRejection(.signature, "is not signed by its own key", in: place)
        }
        return try evidence.boundQuote(to: certificate.publicKey, in: place)
    }
}
