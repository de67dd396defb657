package import Bytes
import Cryptography

extension Appraisal {
    /// The whole result for `--json`; its shape is stable and described in
    /// `Documentation/Formats/AppraisalResult.md`.
    package var json: JSONText {
        .object([
            ("accepted", .boolean(isAccepted)), ("format", .string(evidence.format.rawValue)),
            ("verified_at", .string(evidence.instant.description)),
            ("policy", .string(policyIdentifier)),
            ("policy_sha256", policyDigest.map { .string($0.hexadecimal) } ?? .null),
            ("format_in_policy", .boolean(formatAccepted)),
            ("evidence_bytes", .integer(evidence.evidenceBytes.count)),
            ("evidence_sha256", .string(Hash.sha256(evidence.evidenceBytes).hexadecimal)),
            ("root_is_vendor", .boolean(evidence.root?.isVendor ?? false)),
            ("trustworthiness", TrustVector(self).json),
            ("flags", .array(evidence.flags.map(JSONText.string))),
            ("steps", .array(evidence.steps.map(Self.json))),
            ("claims", .array(checks.map(Self.json))),
        ])
    }

    private static func json(_ step: VerificationStep) -> JSONText {
        .object(
            [("name", .string(step.name)), ("done", .boolean(step.skippedBecause == nil))]
                + (step.skippedBecause.map { [("skipped_because", .string($0))] }
                    ?? [("detail", .string(step.detail))]))
    }

    private static func json(_ check: ClaimCheck) -> JSONText {
        var members: [(String, JSONText)] = [
            ("name", .string(check.claim.definition.name)),
            ("value", check.claim.value?.json ?? .null),
            ("outcome", .string(check.outcome.word)),
        ]
        if let expectation = check.expectation {
            members.append(("expected", .string(expectation.description)))
        }
        if check.isRefusal { members.append(("admitting_line", .string(check.admittingLine))) }
        return .object(members)
    }
}

extension ClaimCheck.Outcome {
    /// One word for results.
    var word: String {
        switch self {
        case .met: "met"
        case .refused: "refused"
        case .unstated: "unstated"
        case .notAppraised: "not-appraised"
        case .told: "told"
        }
    }
}
