/// What came of appraising verified evidence against a policy.
package struct Appraisal: Sendable {
    package let evidence: any VerifiedEvidence
    /// The policy's name.
    package let policyIdentifier: String
    /// SHA-256 of the policy's file, if it was read from one.
    package let policyDigest: [UInt8]?
    /// Whether the policy accepts this format at all.
    package let formatAccepted: Bool
    /// One check a claim, in the order of the format's table.
    package let checks: [ClaimCheck]

    /// Whether every expectation is met. There is no middle: a relying party authorizes or not.
    package var isAccepted: Bool { formatAccepted && !checks.contains(where: \.isRefusal) }

    /// The checks that stand against accepting.
    package var refusals: [ClaimCheck] { checks.filter(\.isRefusal) }
}

/// Appraises verified evidence against a policy: a pure function of the two.
package func appraise(_ evidence: some VerifiedEvidence, _ policy: Policy) -> Appraisal {
    let section = policy.sections[evidence.format]
    return Appraisal(
        evidence: evidence, policyIdentifier: policy.identifier, policyDigest: policy.sourceDigest,
        formatAccepted: section != nil,
        checks: withWorkload(evidence.claims).map { claim in
            check(
                claim, evidence.format, section ?? [:],
                policy.places[evidence.format]?[claim.definition.name])
        })
}

/// The claims with the workload's identity, which is absent where evidence is not bound to a channel:
/// a policy that names a workload then refuses instead of being passed over.
private func withWorkload(_ claims: [Claim]) -> [Claim] {
    let definition = EvidenceFormat.workloadIdentity
    guard !claims.contains(where: { $0.definition.name == definition.name }) else { return claims }
    return claims + [Claim(definition, nil)]
}

private func check(
    _ claim: Claim, _ format: EvidenceFormat, _ section: [String: Expectation], _ place: String?
) -> ClaimCheck {
    let stated = section[claim.definition.name]
    let expectation =
        switch claim.definition.demand {
        case .required, .optional: stated
        case .defaulted(let safe): stated ?? safe
        }
    let outcome: ClaimCheck.Outcome =
        switch expectation {
        case .notAppraised(let reason)?: .notAppraised(because: reason)
        case let wanted?: wanted.admits(claim.value) ? .met : .refused
        case nil: claim.definition.demand == .required ? .unstated : .told
        }
    return ClaimCheck(
        claim: claim, expectation: expectation, outcome: outcome,
        admittingLine: PolicyLine.admitting(claim, like: expectation, format),
        place: place)
}
