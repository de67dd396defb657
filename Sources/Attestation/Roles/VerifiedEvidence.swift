/// Evidence whose signatures, chains, bindings and structure have been verified.
///
/// Only the `verify` function of each format makes values of the types that conform.
package protocol VerifiedEvidence: Sendable {
    /// The format of the evidence.
    var format: EvidenceFormat { get }
    /// Every claim of the format, in the order of its table.
    var claims: [Claim] { get }
    /// Facts that a policy may act on, by the names that verifiers share.
    var flags: [String] { get }
    /// What was checked and what was left out.
    var steps: [VerificationStep] { get }
    /// The evidence as received.
    var evidenceBytes: [UInt8] { get }
    /// The root that everything chains to.
    var root: TrustAnchor? { get }
    /// The moment that the evidence was verified for.
    var instant: Instant { get }
}

extension VerifiedEvidence {
    /// The value of a claim by name.
    package func value(_ name: String) -> ClaimValue? {
        claims.first { $0.definition.name == name }?.value
    }
}
