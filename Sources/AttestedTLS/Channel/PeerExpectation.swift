package import Attestation

/// What the other side of a channel has to prove. Nothing is assumed: leaving evidence out needs a
/// reason.
package enum PeerExpectation: Sendable {
    /// Fresh evidence, bound to the connection, that this appraiser accepts.
    case evidence(PeerAppraiser)
    /// A certificate chain from an attestation service, ending at one of these roots (DER) and
    /// naming `serverName` where this side is a client. Needs no evidence.
    case passport(roots: [[UInt8]], serverName: String?)
    /// Nothing, and why: a keep, for example, serves owners that have no TEE.
    case notAttested(because: String)
}

/// Verifies and appraises a peer's evidence.
package struct PeerAppraiser: Sendable {
    /// What is accepted. It must state `workload-identity`; its `report-data` is fixed by the channel.
    package var policy: Policy
    /// Whom evidence may chain to.
    package var roots: TrustRoots
    /// Whether evidence of a simulated TEE is accepted where the policy accepts it too; the policy's
    /// word alone is not enough.
    package var allowsSimulated: Bool

    package init(policy: Policy, roots: TrustRoots, allowsSimulated: Bool = false) {
        self.policy = policy
        self.roots = roots
        self.allowsSimulated = allowsSimulated
    }
}
