package import Diagnostics

/// A channel that could not be made, or broke: why, and how to mend it. Never holds a secret.
package struct ChannelFailure: Error, Equatable, Sendable, Diagnosable {
    /// The machine-readable reason, one for each thing that an attacker may try.
    package enum Reason: String, Equatable, Sendable, CaseIterable {
        /// The TLS handshake or a TLS record failed.
        case tls
        /// The peer does not speak `martlet-attest/1` and plain TLS is not permitted here.
        case downgrade
        /// A session was resumed or early data came.
        case resumption
        /// Bytes are not in the channel's format.
        case malformed
        /// A message came that does not belong here, such as data before the evidence.
        case unexpectedMessage = "unexpected-message"
        /// A message, or all of them, are larger than the limits allow.
        case tooLarge = "too-large"
        /// The peer sent no evidence where evidence is required, or is not able to.
        case noEvidence = "no-evidence"
        /// The authenticator answers another request: its nonce is not the one of this connection.
        case nonce
        /// The authenticator's certificate is not the one of the TLS handshake.
        case certificate
        /// The authenticator's signature or its Finished code is not of this connection and role.
        case authenticator
        /// The evidence does not verify.
        case evidence
        /// The evidence is that of another connection, key, role, nonce or workload.
        case binding
        /// The policy refuses what the evidence says.
        case policy
        /// The evidence is simulated and that was not allowed.
        case simulated
        /// The peer's certificate chain is not one that was asked for (passport).
        case passport
        /// This side has no evidence to give, or could not collect it.
        case collection
        /// The peer refused this side.
        case refusedByPeer = "refused-by-peer"
        /// A time limit ran out.
        case timeout
        /// Somebody asked this side to stop waiting.
        case interrupted
        /// The peer closed the connection, or cut it without saying so.
        case closed
        /// The connection's descriptor failed.
        case transport
        /// The configuration contradicts itself.
        case configuration
    }

    package let reason: Reason
    package let what: String
    package let remedy: String

    package init(_ reason: Reason, _ what: String, remedy: String = "") {
        self.reason = reason
        self.what = what
        self.remedy = remedy
    }

    package var diagnostic: Diagnostic {
        Diagnostic(what: what, where: "channel (\(reason.rawValue))", remedy: remedy)
    }
}
