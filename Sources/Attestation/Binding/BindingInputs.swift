/// Everything that a keep's report data is bound to. Who verifies evidence puts this together from
/// its own view of the live connection, and from nothing that the peer claims.
package struct BindingInputs: Equatable, Sendable {
    /// Which end of the TLS connection the attester is.
    package enum Role: String, Sendable, CaseIterable {
        case client
        case server
    }

    /// Which end the one that makes the evidence is.
    package let attester: Role
    /// The attester's public key in the channel: DER of SubjectPublicKeyInfo (RFC 5280 §4.1).
    package let attesterPublicKey: [UInt8]
    /// The other end's public key, in the same form; `nil` when it has shown none.
    package let peerPublicKey: [UInt8]?
    /// Keying material that only the two ends can export (RFC 8446 §7.5).
    package let exporter: [UInt8]
    /// The verifier's nonce, fresh for this connection.
    package let nonce: [UInt8]
    /// What the keep runs.
    package let workload: WorkloadIdentity

    /// Bytes of a public key.
    package static let publicKeyByteCounts = 32...2048
    /// Bytes of the exporter's output.
    package static let exporterByteCounts = 32...64
    /// Bytes of a nonce.
    package static let nonceByteCounts = 16...64

    /// - Throws: ``InvalidBinding`` when an input is shorter or longer than it may be.
    package init(
        attester: Role, attesterPublicKey: [UInt8], peerPublicKey: [UInt8]?, exporter: [UInt8],
        nonce: [UInt8], workload: WorkloadIdentity
    ) throws(InvalidBinding) {
        try Self.check("the attester's public key", attesterPublicKey, Self.publicKeyByteCounts)
        if let peerPublicKey {
            try Self.check("the peer's public key", peerPublicKey, Self.publicKeyByteCounts)
        }
        try Self.check("the exporter", exporter, Self.exporterByteCounts)
        try Self.check("the nonce", nonce, Self.nonceByteCounts)
        self.attester = attester
        self.attesterPublicKey = attesterPublicKey
        self.peerPublicKey = peerPublicKey
        self.exporter = exporter
        self.nonce = nonce
        self.workload = workload
    }

    private static func check(
        _ field: String, _ bytes: [UInt8], _ allowed: ClosedRange<Int>
    ) throws(InvalidBinding) {
        guard allowed.contains(bytes.count) else {
            throw InvalidBinding(field: field, byteCount: bytes.count, allowed: allowed)
        }
    }
}
