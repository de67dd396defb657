import Attestation
import Bytes
import ChannelKit
import Platform
import Synchronization

@testable import AttestedTLS

/// An end of a TLS connection that says whatever the attacker likes.
final class RawPeer {
    private let stream: TLSStream
    private let descriptor: FileDescriptor
    private let context: TLSContext
    private let configuration: ChannelConfiguration

    init(_ number: Int32, _ configuration: ChannelConfiguration) throws {
        descriptor = FileDescriptor(owning: number)
        let flags = try descriptor.borrowed.statusFlags()
        try descriptor.borrowed.setStatusFlags(flags.union(.nonBlocking))
        self.configuration = configuration
        context = try TLSContext(configuration)
        stream = try context.makeStream(number, configuration)
    }

    private func wait(_ events: PollEvents) throws {
        var entries = [PollEntry(descriptor.borrowed, events)]
        guard try poll(&entries, timeoutNanoseconds: 5_000_000_000) > 0 else {
            throw ChannelFailure(.timeout, "the victim says nothing")
        }
    }

    func handshake() throws {
        while let events = try stream.handshake() { try wait(events) }
    }

    /// What the attacker knows of the connection.
    func session() throws -> ChannelSession {
        let stream = stream
        let certificate = stream.peerCertificate
        return ChannelSession(
            role: configuration.role, identity: configuration.identity,
            peerCertificate: certificate?.encoded, peerPublicKey: certificate?.publicKey,
            keys: try AuthenticatorKeys(hash: stream.hash) {
                (label, count) throws(ChannelFailure) in try stream.export(label, count)
            })
    }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch try unsafe rest.lending({ (part) throws(ChannelFailure) in
                try unsafe stream.write(from: part)
            }) {
            case .bytes(let count): rest.removeFirst(count)
            case .wants(let events): try wait(events)
            case .end: return
            }
        }
    }

    func receive(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var chunk = [UInt8](repeating: 0, count: count - bytes.count)
            switch try unsafe chunk.lendingMutably({ (part) throws(ChannelFailure) in
                try unsafe stream.read(into: part)
            }) {
            case .bytes(let got): bytes += chunk[..<got]
            case .wants(let events): try wait(events)
            case .end: throw ChannelFailure(.closed, "the victim left")
            }
        }
        return bytes
    }

    /// The next message of opening.
    func message() throws -> (kind: UInt8, body: [UInt8]) {
        let header = try receive(4)
        return (header[0], try receive(header[1...].reduce(0) { $0 << 8 | Int($1) }))
    }

    func send(_ kind: ChannelMessage.Kind, _ body: [UInt8]) throws {
        try send(ChannelMessage.encode(kind, body))
    }

    /// Takes the client's offer and gives its request.
    func clientRequest() throws -> AuthenticatorRequest {
        let offer = try ChannelOffer(decoding: try message().body)
        guard let request = offer.request else {
            throw ChannelFailure(.noEvidence, "the victim demands nothing")
        }
        return try AuthenticatorRequest(decoding: request[...], from: .client)
    }
}

/// An owner against an attacker who holds the other end of its connection.
func ownerMeets(
    _ settings: ChannelConfiguration, server: ChannelConfiguration,
    _ attack: @escaping @Sendable (RawPeer) throws -> Void
) throws -> Result<ChannelPeer, any Error> {
    let (left, right) = try makeSocketPair()
    let owner = try AttestedConnection(
        FileDescriptor(owning: left), ChannelEndpoint(settings))
    let other = try Background {
        let peer = try RawPeer(right, server)
        try peer.handshake()
        try attack(peer)
        // Stays until the owner is done with it.
        _ = try? peer.receive(1 << 20)
    }
    let outcome = Result { try owner.open() }
    owner.close()
    _ = try? other.value()
    return outcome
}

/// A keep against an attacker who is its client.
func keepMeets(
    _ settings: ChannelConfiguration, client: ChannelConfiguration,
    _ attack: @escaping @Sendable (RawPeer) throws -> Void
) throws -> Result<ChannelPeer, any Error> {
    let (left, right) = try makeSocketPair()
    let keep = try AttestedConnection(
        FileDescriptor(owning: left), ChannelEndpoint(settings))
    let other = try Background {
        let peer = try RawPeer(right, client)
        try peer.handshake()
        try attack(peer)
        _ = try? peer.receive(1 << 20)
    }
    let outcome = Result { try keep.open() }
    keep.close()
    _ = try? other.value()
    return outcome
}
