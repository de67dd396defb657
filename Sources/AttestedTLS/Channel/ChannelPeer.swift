package import Attestation

/// What is known about the other side once a channel is open.
package struct ChannelPeer: Sendable {
    /// How sure this side may be of the other.
    package enum Standing: Sendable {
        /// Its evidence was verified, is that of this connection, and was accepted.
        case attested(AttestedPeer)
        /// Its certificate chain ends at a root that was asked for; the leaf's subject.
        case passport(subject: String)
        /// It proved nothing but that it holds its key.
        case notAttested
    }

    package let standing: Standing
    /// The public key that it proved to hold in the TLS handshake, DER of SubjectPublicKeyInfo;
    /// nil when it showed none.
    package let publicKey: [UInt8]?
    /// Whether both sides speak `martlet-attest/1`; otherwise this is plain TLS 1.3.
    package let isAttestedTLS: Bool

    package init(standing: Standing, publicKey: [UInt8]?, isAttestedTLS: Bool) {
        self.standing = standing
        self.publicKey = publicKey
        self.isAttestedTLS = isAttestedTLS
    }

    /// The attested facts, if there are any.
    package var attested: AttestedPeer? {
        if case .attested(let peer) = standing { peer } else { nil }
    }
}

/// What a peer's evidence proved.
package struct AttestedPeer: Sendable {
    /// The accepted appraisal; its evidence is the verified, bound one.
    package let appraisal: Appraisal
    /// What the keep runs.
    package let workload: WorkloadIdentity
    /// The attester's public key, DER of SubjectPublicKeyInfo; the one of the TLS handshake.
    package let publicKey: [UInt8]
    /// Whether the evidence is of a simulated TEE, which protects nothing.
    package let isSimulated: Bool
    /// The evidence with its collateral as received, to be kept or verified elsewhere.
    package let bundle: EvidenceBundle
    /// What the report data is the hash of, as this side saw the connection.
    package let binding: BindingInputs
}
