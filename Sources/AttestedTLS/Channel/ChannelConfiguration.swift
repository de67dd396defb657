package import Attestation

/// Makes evidence that carries these 64 bytes of report data; called on the thread that drives the
/// connection, once for each time that the peer asks.
package typealias EvidenceProvider =
    @Sendable (_ reportData: [UInt8]) throws(CollectionFailure) -> EvidenceBundle

/// How one side makes channels: who it is, what it shows and what it demands.
///
/// A ``ChannelEndpoint`` is made of it once and serves many connections.
package struct ChannelConfiguration: Sendable {
    /// Which end of connections this side is.
    package var role: ChannelRole
    /// The key pair and certificate; a server needs one, a client that attests or is to be known
    /// by its key too.
    package var identity: ChannelIdentity?
    /// Makes this side's evidence; nil when it has none.
    package var evidence: EvidenceProvider?
    /// What the keep runs at this moment; bound into all evidence from then on. Called when evidence
    /// is made, so a keep's answer may change between two requests on one connection.
    package var workload: @Sendable () -> WorkloadIdentity = { .empty }
    /// What the peer has to prove.
    package var expectation: PeerExpectation
    /// Permission for peers that do not speak `martlet-attest/1` to use plain TLS 1.3. Ignored (such
    /// peers are refused) when ``expectation`` demands evidence.
    package var permitsPlainTLS = false
    package var limits = ChannelLimits()
    /// The time that evidence and certificates are verified for.
    package var clock: @Sendable () -> Instant

    package init(
        _ role: ChannelRole, identity: ChannelIdentity?, expectation: PeerExpectation,
        clock: @escaping @Sendable () -> Instant
    ) {
        self.role = role
        self.identity = identity
        self.expectation = expectation
        self.clock = clock
    }
}

extension ChannelConfiguration {
    /// Whether a peer may do without `martlet-attest/1`: evidence never falls back to none.
    var allowsPlainTLS: Bool {
        if case .evidence = expectation { false } else { permitsPlainTLS }
    }
}

/// Which end of a connection a side is.
package typealias ChannelRole = BindingInputs.Role
