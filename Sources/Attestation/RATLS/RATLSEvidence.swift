import Bytes
import Cryptography

/// What the extension 2.23.133.5.4.9 holds: a quote with the claims that its REPORTDATA is the digest
/// of, decoded and not believed.
///
/// Source: TCG DICE Attestation Architecture 1.1, §6.1 (tagged evidence), and the interoperable RA-TLS
/// design of the Confidential Computing Consortium's attestation group.
struct RATLSEvidence: Sendable {
    /// The quote, as received.
    let quoteBytes: [UInt8]
    /// The claims whose digest the quote's REPORTDATA holds, as received.
    let claimsBytes: [UInt8]
    private let claims: CBORValue

    /// The CBOR tag of a DCAP quote with claims.
    private static let quoteTag: UInt64 = 60000
    /// The IANA named information hash algorithm number of SHA-256.
    private static let sha256Number = 1

    init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        let evidence = try CBORReader.decode(bytes, "evidence")
        guard case .tagged(Self.quoteTag, .array(let parts)) = evidence, parts.count == 2,
            case .bytes(let quote) = parts[0], case .bytes(let claims) = parts[1]
        else {
            throw MalformedBytes(
                field: "evidence", offset: 0, problem: "is no tag 60000 with quote and claims")
        }
        quoteBytes = Array(quote)
        claimsBytes = Array(claims)
        self.claims = try CBORReader.decode(claims, "claims")
    }

    /// The digest of the certificate's key that the claims name, and its algorithm's number.
    var keyHash: (algorithm: Int, digest: [UInt8])? {
        guard case .bytes(let encoded)? = claims["pubkey-hash"],
            let pair = try? CBORReader.decode(encoded, "pubkey-hash"),
            case .array(let parts) = pair, parts.count == 2, let number = parts[0].integer,
            case .bytes(let digest) = parts[1]
        else { return nil }
        return (number, Array(digest))
    }

    /// The names of the claims.
    var claimNames: [String] {
        guard case .map(let entries) = claims else { return [] }
        return entries.compactMap { entry in
            if case .text(let name) = entry.key { name } else { nil }
        }
    }

    /// Checks that the quote is about `key`.
    func boundQuote(
        to key: PublicKey, in place: String
    ) throws(EvidenceRejection) -> DCAPQuote {
        guard let hash = keyHash, hash.algorithm == Self.sha256Number,
            hash.digest == Hash.sha256(key.encoded)
        else {
            throw EvidenceRejection(
                .binding, "the claims do not name the key by its SHA-256", in: place)
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
