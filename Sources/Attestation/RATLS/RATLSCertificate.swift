import Bytes
import Cryptography

/// A certificate that carries an SGX quote about its own key (RA-TLS), decoded and not believed.
///
/// Source: TCG DICE Attestation Architecture 1.1, §6.1 (tagged evidence, OID 2.23.133.5.4.9), and the
/// interoperable RA-TLS design of the Confidential Computing Consortium's attestation group.
package struct RATLSCertificate: Sendable {
    /// Most bytes of a certificate; quotes make them large.
    package static let maximumBytes = 64 * 1024

    package let certificate: Certificate
    /// The quote, as received.
    package let quoteBytes: [UInt8]
    /// The claims whose digest the quote's REPORTDATA holds, as received.
    package let claimsBytes: [UInt8]
    private let claims: CBORValue

    private static let evidence = OID(2, 23, 133, 5, 4, 9)
    /// The CBOR tag of a DCAP quote with claims.
    private static let quoteTag: UInt64 = 60000
    /// The IANA named information hash algorithm number of SHA-256.
    private static let sha256Number = 1

    /// Decodes a certificate in DER.
    package init(decoding bytes: ArraySlice<UInt8>) throws(EvidenceRejection) {
        let place = "RA-TLS certificate"
        do throws(MalformedBytes) {
            certificate = try Certificate(decoding: bytes, isRATLS: true)
            guard let value = certificate.value(of: Self.evidence) else {
                throw Self.malformed("extension 2.23.133.5.4.9", "is absent")
            }
            let evidence = try CBORReader.decode(value, "evidence")
            guard case .tagged(Self.quoteTag, .array(let parts)) = evidence, parts.count == 2,
                case .bytes(let quote) = parts[0], case .bytes(let claims) = parts[1]
            else { throw Self.malformed("evidence", "is no tag 60000 with quote and claims") }
            quoteBytes = Array(quote)
            claimsBytes = Array(claims)
            self.claims = try CBORReader.decode(claims, "claims")
        } catch {
            throw EvidenceRejection(error, in: place)
        }
    }

    private static func malformed(_ field: String, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: field, offset: 0, problem: problem)
    }

    /// The digest of the certificate's key that the claims name, and its algorithm's number.
    package var keyHash: (algorithm: Int, digest: [UInt8])? {
        guard case .bytes(let encoded)? = claims["pubkey-hash"],
            let pair = try? CBORReader.decode(encoded, "pubkey-hash"),
            case .array(let parts) = pair, parts.count == 2, let number = parts[0].integer,
            case .bytes(let digest) = parts[1]
        else { return nil }
        return (number, Array(digest))
    }

    /// The names of the claims.
    package var claimNames: [String] {
        guard case .map(let entries) = claims else { return [] }
        return entries.compactMap { entry in
            if case .text(let name) = entry.key { name } else { nil }
        }
    }

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
        guard let hash = keyHash, hash.algorithm == Self.sha256Number,
            hash.digest == Hash.sha256(certificate.publicKey.encoded)
        else {
            throw EvidenceRejection(
                .binding, "the claims do not name the certificate's key by its SHA-256", in: place)
        }
        let quote = try DCAPQuote(decoding: quoteBytes[...])
        let expected = Hash.sha256(claimsBytes) + [UInt8](repeating: 0, count: 32)
        guard quote.reportData == expected else {
            throw EvidenceRejection(
                .binding, "the quote's REPORTDATA is not the digest of the claims", in: place)
        }
        return quote
    }
}
