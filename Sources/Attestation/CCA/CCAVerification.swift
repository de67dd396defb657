import Bytes
import Cryptography

extension CCAToken {
    /// Verifies a token: a pure function of its arguments.
    ///
    /// - Throws: ``EvidenceRejection`` for whatever no policy can accept.
    package static func verify(
        _ evidence: ArraySlice<UInt8>, roots: TrustRoots, now: Instant
    ) throws(EvidenceRejection) -> VerifiedCCAToken {
        let token = try CCAToken(decoding: evidence)
        var steps = [VerificationStep("structure", "platform and realm tokens, COSE_Sign1 each")]
        guard
            let anchor = roots.arm.first(where: {
                $0.implementationID == token.implementationID
                    && $0.instanceID == token.instanceID
            })
        else {
            throw EvidenceRejection(
                .untrustedRoot, "no trusted key for this implementation and instance",
                in: "platform token", remedy: "enrol the platform's key in the policy's roots")
        }
        guard token.platform.isSigned(by: anchor.key) else {
            throw EvidenceRejection(
                .signature, "is not signed by the platform's enrolled key", in: "platform token")
        }
        steps.append(VerificationStep("platform signature", "by the enrolled key"))
        let key = try decoding("realm key") { () throws(MalformedBytes) in try token.realmKey() }
        guard let key, token.realm.isSigned(by: key) else {
            throw EvidenceRejection(
                .signature, "is not signed by the realm's P-384 key", in: "realm token")
        }
        steps.append(VerificationStep("realm signature", "by the realm's own key"))
        guard let hash = token.realmKeyHash,
            Hash.digest(token.realmKeyClaim, hash) == token.challenge
        else {
            throw EvidenceRejection(
                .binding, "the platform's challenge is not the hash of the realm's key",
                in: "CCA token")
        }
        steps.append(VerificationStep("binding", "\(hash) of the realm's key"))
        return VerifiedCCAToken(token: token, steps: steps, instant: now, CCASeal())
    }
}

/// Lets only this file make a ``VerifiedCCAToken``.
struct CCASeal { fileprivate init() {} }

/// An Arm CCA token that an enrolled platform key vouches for.
package struct VerifiedCCAToken: VerifiedEvidence {
    package let token: CCAToken
    package let steps: [VerificationStep]
    package let instant: Instant

    init(token: CCAToken, steps: [VerificationStep], instant: Instant, _: CCASeal) {
        self.token = token
        self.steps = steps
        self.instant = instant
    }

    package var format: EvidenceFormat { .cca }
    package var evidenceBytes: [UInt8] { token.bytes }
    package var root: TrustAnchor? { nil }
    package var flags: [String] { token.isSecured ? [] : ["not_secured"] }
    package var claims: [Claim] {
        CCAClaims.table.map { Claim($0, CCAClaims.value($0.name, of: self)) }
    }
}

/// The claims of a verified CCA token.
enum CCAClaims {
    private typealias Row = (ClaimDefinition, @Sendable (CCAToken) -> ClaimValue?)

    static let table: [ClaimDefinition] = rows.map(\.0)

    static func value(_ name: String, of verified: VerifiedCCAToken) -> ClaimValue? {
        rows.first { $0.0.name == name }?.1(verified.token)
    }

    private static func row(
        _ name: String, _ kind: ClaimKind, _ demand: ClaimDefinition.Demand, _ field: String,
        _ meaning: String, _ value: @escaping @Sendable (CCAToken) -> ClaimValue?
    ) -> Row {
        (ClaimDefinition(name, kind, demand, field: field, meaning), value)
    }

    private static let rows: [Row] =
        [
            row(
                "measurement", .bytes, .required, "realm 44238 (RIM)",
                "The realm's initial measurement"
            ) { .bytes($0.initialMeasurement) },
            row(
                "report-data", .bytes, .required, "realm 10", "64 bytes that the realm chose"
            ) { .bytes($0.realmChallenge) },
            row(
                "personalization-value", .bytes, .required, "realm 44235 (RPV)",
                "64 bytes that the host gave when the realm was made"
            ) { .bytes($0.personalizationValue) },
            row(
                "secured", .flag, .defaulted(.oneOf([.flag(true)])), "platform 2395",
                "The platform's lifecycle is the secured state, so debugging is closed"
            ) { .flag($0.isSecured) },
            row(
                "implementation-id", .bytes, .required, "platform 2396", "The platform's model"
            ) { .bytes($0.implementationID) },
            row("instance-id", .bytes, .optional, "platform 256", "This platform") {
                .bytes($0.instanceID)
            },
        ]
        + (0..<4).map { index in
            row(
                "rem\(index)", .bytes, .optional, "realm 44239[\(index)]",
                "What the realm extended while running"
            ) { .bytes($0.extensibleMeasurements[index]) }
        }
}
