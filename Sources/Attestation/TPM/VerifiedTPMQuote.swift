import Bytes
package import Cryptography

/// A TPM quote that an attestation key vouches for. Whose key it is, the policy says.
///
/// Only ``TPMQuote/verify(_:collateral:now:)`` makes one.
package struct VerifiedTPMQuote: VerifiedEvidence {
    package let quote: TPMQuote
    package let attestationKey: PublicKey
    /// PCR values that the quote's digest covers.
    package let registers: [HashAlgorithm: [UInt8: [UInt8]]]
    package let steps: [VerificationStep]
    package let instant: Instant

    init(
        quote: TPMQuote, attestationKey: PublicKey, registers: [HashAlgorithm: [UInt8: [UInt8]]],
        steps: [VerificationStep], instant: Instant, _: TPMSeal
    ) {
        self.quote = quote
        self.attestationKey = attestationKey
        self.registers = registers
        self.steps = steps
        self.instant = instant
    }

    package var format: EvidenceFormat { .tpm }
    package var evidenceBytes: [UInt8] { quote.bytes }
    package var root: TrustAnchor? { nil }
    package var flags: [String] { quote.isClockSafe ? [] : ["clock_unsafe"] }
    package var claims: [Claim] {
        TPMClaims.table.map { Claim($0, TPMClaims.value($0.name, of: self)) }
    }
}

/// The claims of a verified TPM quote.
enum TPMClaims {
    private typealias Row = (ClaimDefinition, @Sendable (VerifiedTPMQuote) -> ClaimValue?)

    static let table: [ClaimDefinition] = rows.map(\.0)

    static func value(_ name: String, of quote: VerifiedTPMQuote) -> ClaimValue? {
        rows.first { $0.0.name == name }?.1(quote)
    }

    private static let rows: [Row] = identity + registers

    private static func row(
        _ name: String, _ kind: ClaimKind, _ demand: ClaimDefinition.Demand, _ field: String,
        _ meaning: String, _ value: @escaping @Sendable (VerifiedTPMQuote) -> ClaimValue?
    ) -> Row {
        (ClaimDefinition(name, kind, demand, field: field, meaning), value)
    }

    private static let identity: [Row] = [
        row(
            "attestation-key", .bytes, .required, "SHA-256 of the SubjectPublicKeyInfo",
            "The key that signed; only its enrolment says which machine's it is"
        ) { .bytes(Hash.sha256($0.attestationKey.encoded)) },
        row("nonce", .bytes, .required, "extraData", "What the verifier chose for freshness") {
            .bytes($0.quote.extraData)
        },
        row(
            "pcr-digest", .bytes, .required, "pcrDigest",
            "Digest of the selected registers, in order of bank and index"
        ) { .bytes($0.quote.registerDigest) },
        row(
            "firmware-version", .number, .optional, "firmwareVersion",
            "The TPM's own firmware, as its vendor numbers it"
        ) { .number($0.quote.firmwareVersion) },
        row("reset-count", .number, .optional, "resetCount", "How often the TPM was reset") {
            .number(UInt64($0.quote.resetCount))
        },
        row("restart-count", .number, .optional, "restartCount", "How often it was resumed") {
            .number(UInt64($0.quote.restartCount))
        },
        row("clock-safe", .flag, .optional, "safe", "The clock never went back") {
            .flag($0.quote.isClockSafe)
        },
    ]

    private static let registers: [Row] = (UInt8(0)..<24).map { index in
        row(
            "pcr\(index)", .bytes, .optional, "SHA-256 bank, register \(index)",
            "The register's value, when values were given with the quote"
        ) { $0.registers[.sha256]?[index].map { .bytes($0) } }
    }
}
