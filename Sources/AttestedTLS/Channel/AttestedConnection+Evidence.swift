import Bytes
import Cryptography
import Platform
import Synchronization

/// Evidence anew on an open channel. The messages are RFC 9261's; the application's own protocol
/// carries them, so that they have their place among its messages.
extension AttestedConnection {
    /// A fresh request for evidence, to be sent to the peer inside a message of the application's own
    /// protocol. Each request is answered at most once, and a new one forgets the last.
    ///
    /// The keep protocol uses it after a workload was sent: the evidence that answers names it.
    package func makeEvidenceRequest() throws(ChannelFailure) -> [UInt8] {
        let nonce: [UInt8]
        do throws(CryptographyFailure) {
            nonce = try SystemEntropy().bytes(AuthenticatorRequest.nonceByteCount)
        } catch {
            throw ChannelFailure(.transport, error.description)
        }
        return try state.withLock { (state) throws(ChannelFailure) in
            let session = try openSession(state)
            let request = AuthenticatorRequest(from: session.role, nonce: nonce)
            state.evidenceRequest = request
            return request.encoded
        }
    }

    /// Answers a request of the peer with an authenticator: fresh evidence that binds the workload of
    /// this moment (``ChannelConfiguration/workload``). To be sent in a message of the application's.
    package func answer(evidenceRequest: [UInt8]) throws(ChannelFailure) -> [UInt8] {
        let session = try state.withLock { (state) throws(ChannelFailure) in
            try openSession(state)
        }
        let request = try decodingMessage { () throws(MalformedBytes) in
            try AuthenticatorRequest(decoding: evidenceRequest[...], from: session.peerRole)
        }
        let configuration = endpoint.configuration
        return try session.makeAuthenticator(
            answering: request, configuration.evidence, configuration.workload())
    }

    /// Verifies and appraises the answer to the last request.
    ///
    /// - Parameter appraiser: what to accept, such as a policy that names the workload that was sent.
    /// - Throws: `unexpectedMessage` when no request waits for an answer. The channel stays open
    ///   whatever the answer is: whether to go on is the caller's decision.
    package func appraise(
        answer: [UInt8], _ appraiser: PeerAppraiser
    ) throws(ChannelFailure) -> AttestedPeer {
        let (session, request) = try state.withLock { (state) throws(ChannelFailure) in
            let session = try openSession(state)
            defer { state.evidenceRequest = nil }
            return (session, state.evidenceRequest)
        }
        guard let request else {
            throw ChannelFailure(.unexpectedMessage, "evidence came that nobody asked for")
        }
        return try session.examine(
            authenticator: answer, answering: request, appraiser,
            at: endpoint.configuration.clock(),
            limit: endpoint.configuration.limits.authenticatorBytes)
    }

    private func openSession(_ state: borrowing State) throws(ChannelFailure) -> ChannelSession {
        try requireOpen(state)
        guard case .open(let peer) = state.phase, peer.isAttestedTLS, let session = state.session
        else {
            throw ChannelFailure(
                .downgrade, "the peer does not speak martlet-attest/1: it has no evidence")
        }
        return session
    }
}
