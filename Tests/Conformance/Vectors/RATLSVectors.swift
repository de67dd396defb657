import Attestation
import Bytes

/// Runs the RA-TLS cases: certificates with SGX quotes, without collateral.
enum RATLSVectors {
    static func run(_ vector: VectorCase) throws -> VectorOutcome {
        let blocks = try PEM.decode(try vector.file("evidence")[...])
        let bytes = blocks.first ?? []
        var outcome = VectorOutcome()
        do {
            let certificate = try RATLSCertificate(decoding: bytes[...])
            outcome.claims = try claims(certificate)
            let quote = try certificate.boundQuote()
            // Without collateral there is no verified quote: the chain inside is checked at a
            // moment when the platform's certificate was in force, and no policy can accept.
            let start = quote.platformCertificate?.notBefore.secondsSince1970 ?? 0
            try quote.checkSignatureChain(
                roots: .vendors, now: Instant(secondsSince1970: start + 86_400))
            if case .sgx(let report) = quote.body, report.isDebug { outcome.flags = ["debug"] }
        } catch let rejection as EvidenceRejection {
            outcome.rejection = rejection
        }
        return outcome
    }

    private static func claims(_ certificate: RATLSCertificate) throws -> JSONText {
        let hash = certificate.keyHash
        return .object([
            ("cbor_tag", .integer(60000)),
            ("pubkey_hash_alg", hash.map { .integer($0.algorithm) } ?? .null),
            ("pubkey_hash", hash.map { .string($0.digest.hexadecimal) } ?? .null),
            ("claims_keys", .array(certificate.claimNames.map { .string($0) })),
            (
                "quote_claims",
                try DCAPVectors.claims(DCAPQuote(decoding: certificate.quoteBytes[...]))
            ),
        ])
    }
}
