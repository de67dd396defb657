import Attestation
import Bytes
import ChannelKit
import Cryptography
import SimulatedTEE
import Testing

@testable import AttestedTLS

/// The stage of the attacks: an owner who wants a keep, the keep, and an attacker who owns the network
/// and the machine, has a key pair of its own, and a genuine keep that serves it like anybody else.
struct World: Sendable {
    let keep: SimulatedKeep
    let owner: ChannelIdentity
    let genuine: ChannelIdentity
    let attacker: ChannelIdentity
    /// The workload that the owner expects.
    let expected = workload("expected")

    init() throws {
        keep = try SimulatedKeep()
        owner = try .generate()
        genuine = try .generate()
        attacker = try .generate()
    }

    /// The exporter of one TLS connection: what its two ends share and nobody else.
    func connection(_ name: String) throws -> AuthenticatorKeys {
        try AuthenticatorKeys(hash: .sha256) { (label, count) throws(ChannelFailure) in
            Array(Hash.sha512(Array("\(name)/\(label)".utf8)).prefix(count))
        }
    }

    /// The owner's end of a connection whose other end showed `server`'s certificate.
    func ownerSession(_ server: ChannelIdentity, _ connection: String) throws -> ChannelSession {
        ChannelSession(
            role: .client, identity: owner, peerCertificate: server.certificates[0],
            peerPublicKey: server.publicKey, keys: try self.connection(connection))
    }

    /// A server's end of a connection with a client.
    func serverSession(
        _ server: ChannelIdentity, client: ChannelIdentity?, _ connection: String
    ) throws -> ChannelSession {
        ChannelSession(
            role: .server, identity: server, peerCertificate: client?.certificates[0],
            peerPublicKey: client?.publicKey, keys: try self.connection(connection))
    }

    /// The owner's demands.
    func ownerSettings(allowsSimulated: Bool = true) throws -> ChannelConfiguration {
        Settings.owner(
            try keep.appraiser(expected, allowsSimulated: allowsSimulated), identity: owner)
    }

    /// The owner's nonce on a connection.
    func nonce(_ name: String) -> [UInt8] { Hash.sha256(Array("nonce \(name)".utf8)) }

    /// What a genuine keep answers to a request; it serves everybody.
    func genuineAnswer(
        to request: AuthenticatorRequest, client: ChannelIdentity?, _ connection: String,
        workload: WorkloadIdentity? = nil
    ) throws -> [UInt8] {
        try serverSession(genuine, client: client, connection).makeAuthenticator(
            answering: request, keep.provider, workload ?? expected)
    }

    /// Evidence of a genuine TEE over report data that an attacker got it to sign.
    func evidence(_ reportData: [UInt8]) throws -> [UInt8] {
        ConceptualMessage.encode(try keep.bundle(reportData))
    }

    /// Shows the owner one answer, on its connection with whoever holds `server`'s key.
    ///
    /// - Returns: whom the owner takes the other end for; throws why it refuses.
    func show(
        _ answer: (AuthenticatorRequest) throws -> [UInt8], from server: ChannelIdentity,
        _ connection: String, nonce name: String = "victim",
        _ settings: ChannelConfiguration? = nil
    ) throws -> AttestedPeer {
        let session = try ownerSession(server, connection)
        let nonce = nonce(name)
        var opening = ChannelOpening(session, try settings ?? ownerSettings(), nonce: nonce)
        _ = opening.start()
        _ = try opening.receive(.offer, ChannelOffer(attests: true, request: nil).encoded)
        _ = try opening.receive(
            .authenticator, try answer(AuthenticatorRequest(from: .client, nonce: nonce)))
        _ = try opening.receive(.ready, [])
        guard opening.isOpen, let peer = opening.attested else {
            throw ChannelFailure(.configuration, "open without a peer")
        }
        return peer
    }

    /// An authenticator that the holder of `identity` makes as TLS wants it, around any evidence.
    func sign(
        _ wrapped: [UInt8], answering request: AuthenticatorRequest, as identity: ChannelIdentity,
        by role: ChannelRole = .server, _ connection: String, claiming: WorkloadIdentity? = nil
    ) throws -> [UInt8] {
        try Authenticator.make(
            answering: request, by: role, identity, workload: claiming ?? expected,
            conceptualMessage: wrapped, self.connection(connection))
    }
}

/// One attack: what it is called, what the owner must say to it, and how it goes.
struct Attack: Sendable, CustomTestStringConvertible {
    let name: String
    let refusal: ChannelFailure.Reason
    let run: @Sendable (World) throws -> AttestedPeer

    init(
        _ name: String, _ refusal: ChannelFailure.Reason,
        _ run: @escaping @Sendable (World) throws -> AttestedPeer
    ) {
        self.name = name
        self.refusal = refusal
        self.run = run
    }

    var testDescription: String { name }
}
