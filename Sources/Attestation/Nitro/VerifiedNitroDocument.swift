/// A Nitro attestation document that AWS's keys vouch for.
///
/// Only ``NitroDocument/verify(_:roots:now:)`` makes one.
package struct VerifiedNitroDocument: VerifiedEvidence {
    package let document: NitroDocument
    package let steps: [VerificationStep]
    package let anchor: TrustAnchor
    package let instant: Instant

    init(
        document: NitroDocument, steps: [VerificationStep], anchor: TrustAnchor, instant: Instant,
        _: NitroSeal
    ) {
        self.document = document
        self.steps = steps
        self.anchor = anchor
        self.instant = instant
    }

    package var format: EvidenceFormat { .nitro }
    package var evidenceBytes: [UInt8] { document.bytes }
    package var root: TrustAnchor? { anchor }
    package var flags: [String] { document.isDebug ? ["debug_pcr0_zero"] : [] }
    package var claims: [Claim] {
        NitroClaims.table.map { Claim($0, NitroClaims.value($0.name, of: self)) }
    }
}

/// The claims of a verified Nitro document.
enum NitroClaims {
    private typealias Row = (ClaimDefinition, @Sendable (VerifiedNitroDocument) -> ClaimValue?)

    static let table: [ClaimDefinition] = rows.map(\.0)

    static func value(_ name: String, of document: VerifiedNitroDocument) -> ClaimValue? {
        rows.first { $0.0.name == name }?.1(document)
    }

    private static let rows: [Row] = registers + data

    private static func row(
        _ name: String, _ kind: ClaimKind, _ demand: ClaimDefinition.Demand, _ field: String,
        _ meaning: String, _ value: @escaping @Sendable (VerifiedNitroDocument) -> ClaimValue?
    ) -> Row {
        (ClaimDefinition(name, kind, demand, field: field, meaning), value)
    }

    private static let meanings: [(UInt8, ClaimDefinition.Demand, String)] = [
        (0, .required, "SHA-384 of the enclave's image file"),
        (1, .required, "SHA-384 of the enclave's kernel and first RAM disk"),
        (2, .required, "SHA-384 of the application, without the first RAM disk"),
        (3, .optional, "SHA-384 of the parent instance's IAM role"),
        (4, .optional, "SHA-384 of the parent instance's identifier"),
        (8, .optional, "SHA-384 of the image file's signing certificate"),
    ]

    private static let registers: [Row] = meanings.map { index, demand, meaning in
        row("pcr\(index)", .bytes, demand, "pcrs[\(index)]", meaning) {
            $0.document.registers[index].map { .bytes($0) }
        }
    }

    private static let data: [Row] = [
        row(
            "debug", .flag, .defaulted(.oneOf([.flag(false)])), "pcrs[0…2] all zero",
            "The enclave runs in debug mode: its console is open and it is not measured"
        ) { .flag($0.document.isDebug) },
        row(
            "user-data", .bytes, .required, "user_data",
            "Up to 512 bytes that the enclave chose, such as a key's digest; empty when absent"
        ) { .bytes($0.document.userData ?? []) },
        row(
            "nonce", .bytes, .required, "nonce",
            "Up to 512 bytes that the verifier chose; empty when absent"
        ) { .bytes($0.document.nonce ?? []) },
        row(
            "public-key", .bytes, .optional, "public_key",
            "A key that the enclave asks others to encrypt to"
        ) { $0.document.publicKey.map { .bytes($0) } },
        row("module-id", .text, .optional, "module_id", "The instance and enclave") {
            .text($0.document.moduleID)
        },
        row(
            "timestamp", .number, .optional, "timestamp",
            "When the document was made, in milliseconds since 1970"
        ) { .number($0.document.timestampMilliseconds) },
        row(
            "vendor-root", .flag, .defaulted(.oneOf([.flag(true)])), "cabundle[0]",
            "Chains to AWS's own root"
        ) { .flag($0.anchor.isVendor) },
    ]
}
