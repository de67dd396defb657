import Attestation
import Bytes
import Diagnostics

/// What one side knows of its TLS connection once the handshake is done. A plain value: all that comes
/// after is computed from it, without input or output.
struct ChannelSession: Sendable {
    let role: ChannelRole
    let identity: ChannelIdentity?
    /// The certificate that the peer showed in the handshake, DER; nil when it showed none.
    let peerCertificate: [UInt8]?
    /// The key in it, DER of SubjectPublicKeyInfo.
    let peerPublicKey: [UInt8]?
    let keys: AuthenticatorKeys

    /// The other end's role.
    var peerRole: ChannelRole { role.other }

    /// Makes this side's authenticator: asks for evidence whose report data binds this connection.
    func makeAuthenticator(
        answering request: AuthenticatorRequest, _ provider: EvidenceProvider?,
        _ workload: WorkloadIdentity
    ) throws(ChannelFailure) -> [UInt8] {
        guard let provider, let identity else {
            throw ChannelFailure(
                .collection, "the peer demands evidence and this side has none",
                remedy: "run it in a TEE, or against a peer that does not ask")
        }
        let inputs = try binding(
            attester: role, own: identity.publicKey, other: peerPublicKey, request, workload)
        let bundle: EvidenceBundle
        do throws(CollectionFailure) {
            bundle = try provider(ReportDataBinding.reportData(for: inputs))
        } catch {
            throw ChannelFailure(
                .collection, error.diagnostic.description, remedy: error.remedy)
        }
        return try Authenticator.make(
            answering: request, by: role, identity, workload: workload,
            conceptualMessage: ConceptualMessage.encode(bundle), keys)
    }

    /// Verifies and appraises the peer's authenticator.
    func examine(
        authenticator bytes: [UInt8], answering request: AuthenticatorRequest,
        _ appraiser: PeerAppraiser, at now: Instant, limit: Int
    ) throws(ChannelFailure) -> AttestedPeer {
        guard let peerCertificate, let peerPublicKey else {
            throw ChannelFailure(
                .certificate, "the peer sent evidence and showed no key in the TLS handshake")
        }
        let authenticator = try decodingMessage { () throws(MalformedBytes) in
            try Authenticator(decoding: bytes[...], limit: limit)
        }
        let verified = try authenticator.verify(
            answering: request, by: peerRole, certificate: peerCertificate,
            publicKey: peerPublicKey, keys)
        let inputs = try binding(
            attester: peerRole, own: peerPublicKey, other: identity?.publicKey, request,
            verified.workload)
        return try appraiser.examine(
            ConceptualMessage.decode(verified.conceptualMessage[...]), inputs, at: now)
    }

    private func binding(
        attester: ChannelRole, own: [UInt8], other: [UInt8]?, _ request: AuthenticatorRequest,
        _ workload: WorkloadIdentity
    ) throws(ChannelFailure) -> BindingInputs {
        do throws(InvalidBinding) {
            return try BindingInputs(
                attester: attester, attesterPublicKey: own, peerPublicKey: other,
                exporter: keys.bindingExporter, nonce: request.nonce, workload: workload)
        } catch {
            throw ChannelFailure(.binding, error.diagnostic.description)
        }
    }
}

extension ChannelRole {
    /// The role of the other end.
    var other: ChannelRole { self == .client ? .server : .client }
}

/// Decodes a peer's message; what is wrong with it becomes the channel's failure.
func decodingMessage<Value>(
    _ body: () throws(MalformedBytes) -> Value
) throws(ChannelFailure) -> Value {
    do throws(MalformedBytes) {
        return try body()
    } catch {
        throw ChannelFailure(.malformed, error.description)
    }
}
