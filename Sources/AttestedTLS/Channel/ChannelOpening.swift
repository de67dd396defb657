import Attestation
import Bytes
import Cryptography

/// Opening a channel after the TLS handshake, as a state machine without input or output: messages go in,
/// bytes to send come out.
///
/// The client speaks first. Where the server demands evidence, the client shows its own before the server
/// shows anything, so that evidence reaches only peers that were let in.
struct ChannelOpening: Sendable {
    private enum State: Equatable {
        case awaitingOffer
        case awaitingAuthenticator
        case awaitingReady
        case open
        case failed
    }

    private let session: ChannelSession
    private let configuration: ChannelConfiguration
    private var state = State.awaitingOffer
    /// This side's request; nil when it demands nothing.
    private let request: AuthenticatorRequest?
    /// The peer's request that is still to be answered.
    private var pending: AuthenticatorRequest?
    /// What the peer's evidence proved.
    private(set) var attested: AttestedPeer?

    /// - Parameter nonce: 32 fresh random bytes.
    init(_ session: ChannelSession, _ configuration: ChannelConfiguration, nonce: [UInt8]) {
        self.session = session
        self.configuration = configuration
        request =
            if case .evidence = configuration.expectation {
                AuthenticatorRequest(from: session.role, nonce: nonce)
            } else {
                nil
            }
    }

    /// Whether application data may flow, after everything to send was sent.
    var isOpen: Bool { state == .open }

    /// What a client sends first; nothing of a server.
    func start() -> [UInt8] { session.role == .client ? offer : [] }

    private var offer: [UInt8] {
        let attests = configuration.evidence != nil && session.identity != nil
        return ChannelMessage.encode(
            .offer, ChannelOffer(attests: attests, request: request?.encoded).encoded)
    }

    /// Takes a message of the peer.
    ///
    /// - Returns: bytes to send.
    /// - Throws: why the peer is refused; the machine takes nothing more then.
    mutating func receive(
        _ kind: ChannelMessage.Kind, _ body: [UInt8]
    ) throws(ChannelFailure) -> [UInt8] {
        let before = state
        state = .failed
        switch (kind, before) {
        case (.refusal, _): throw Self.refusal(body)
        case (.offer, .awaitingOffer): return try receive(offer: body)
        case (.authenticator, .awaitingAuthenticator): return try receive(authenticator: body)
        case (.ready, .awaitingReady):
            state = .open
            return session.role == .client ? ChannelMessage.encode(.ready, []) : []
        case (.offer, _), (.authenticator, _), (.ready, _):
            throw ChannelFailure(
                .unexpectedMessage, "message \(kind) came where another belongs",
                remedy: "the peer does not follow martlet-attest/1")
        }
    }

    private static func refusal(_ body: [UInt8]) -> ChannelFailure {
        let code = body.reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        return ChannelFailure(
            .refusedByPeer,
            "the peer refused, \(ChannelFailure.Reason.words(refusalCode: code))",
            remedy: "its own messages tell more")
    }

    private mutating func receive(offer body: [UInt8]) throws(ChannelFailure) -> [UInt8] {
        let role = session.peerRole
        let received = try decodingMessage { () throws(MalformedBytes) in
            try ChannelOffer(decoding: body)
        }
        pending = try decodingMessage { () throws(MalformedBytes) in
            guard let bytes = received.request else { return nil }
            return try AuthenticatorRequest(decoding: bytes[...], from: role)
        }
        guard request == nil || received.attests else {
            throw ChannelFailure(
                .noEvidence, "the \(role.rawValue) has no evidence to show",
                remedy: "it runs in no TEE, or was not told to attest")
        }
        switch session.role {
        case .client:
            state = request == nil ? .awaitingReady : .awaitingAuthenticator
            return try answer()
        case .server where request != nil:
            state = .awaitingAuthenticator
            return offer
        case .server:
            let rest = try answer()
            state = .awaitingReady
            return offer + rest + ChannelMessage.encode(.ready, [])
        }
    }

    private mutating func receive(
        authenticator body: [UInt8]
    ) throws(ChannelFailure) -> [UInt8] {
        guard let request, case .evidence(let appraiser) = configuration.expectation else {
            throw ChannelFailure(.unexpectedMessage, "evidence came that nobody asked for")
        }
        attested = try session.examine(
            authenticator: body, answering: request, appraiser, at: configuration.clock(),
            limit: configuration.limits.authenticatorBytes)
        let rest = session.role == .server ? try answer() : []
        state = .awaitingReady
        return session.role == .server ? rest + ChannelMessage.encode(.ready, []) : []
    }

    /// Answers the peer's request, if it has one.
    private mutating func answer() throws(ChannelFailure) -> [UInt8] {
        guard let asked = pending else { return [] }
        pending = nil
        return ChannelMessage.encode(
            .authenticator,
            try session.makeAuthenticator(
                answering: asked, configuration.evidence, configuration.workload()))
    }
}
