import Attestation
import ChannelKit
import Platform
import Testing

@testable import AttestedTLS

/// Messages out of place, over real TLS connections.
@Suite struct OrderAttackTests {
    private let world: World
    private let owner: ChannelConfiguration
    private let server: ChannelConfiguration
    private let client: ChannelConfiguration

    init() throws {
        world = try World()
        owner = try world.ownerSettings()
        server = try Settings.keep(world.keep)
        client = ChannelConfiguration(
            .client, identity: nil, expectation: .notAttested(because: "attacker"),
            clock: { SimulatedKeep.now })
    }

    /// What an attacker who speaks as server says after the owner's offer, and the owner's answer.
    struct Speech: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let refusal: ChannelFailure.Reason
        let speak: @Sendable (RawPeer) throws -> Void

        init(
            _ name: String, _ refusal: ChannelFailure.Reason,
            _ speak: @escaping @Sendable (RawPeer) throws -> Void
        ) {
            testDescription = name
            self.refusal = refusal
            self.speak = speak
        }
    }

    static let willing = ChannelOffer(attests: true, request: nil).encoded
    static let unwilling = ChannelOffer(attests: false, request: nil).encoded

    static let speeches = [
        Speech("stripped: has no evidence", .noEvidence) { try $0.send(.offer, unwilling) },
        Speech("stripped: has no evidence and is ready all the same", .noEvidence) {
            try $0.send(.offer, unwilling)
            try $0.send(.ready, [])
        },
        Speech("stripped: offers evidence and is ready without it", .unexpectedMessage) {
            try $0.send(.offer, willing)
            try $0.send(.ready, [])
        },
        Speech("data before the offer", .unexpectedMessage) {
            try $0.send(Array("HTTP/1.1 200 OK".utf8))
        },
        Speech("data before the evidence", .unexpectedMessage) {
            try $0.send(.offer, willing)
            try $0.send(Array("220 ready".utf8))
        },
        Speech("evidence before the offer", .unexpectedMessage) {
            try $0.send(.authenticator, [1, 2, 3])
        },
        Speech("two offers", .unexpectedMessage) {
            try $0.send(.offer, willing)
            try $0.send(.offer, willing)
        },
        Speech("downgraded: another version of the messages", .malformed) {
            try $0.send(.offer, [0, 1, 0, 0])
        },
        Speech("downgraded: unknown flags", .malformed) { try $0.send(.offer, [1, 3, 0, 0]) },
        Speech("an offer that is cut short", .malformed) { try $0.send(.offer, [1, 1, 0]) },
        Speech("an offer with more behind it", .malformed) {
            try $0.send(.offer, willing + [0])
        },
        Speech("a request that asks for other things", .malformed) {
            try $0.send(.offer, ChannelOffer(attests: true, request: [13, 0, 0, 0]).encoded)
        },
        Speech("a request from the wrong end", .malformed) {
            let request = AuthenticatorRequest(
                from: .client, nonce: [UInt8](repeating: 7, count: 32))
            try $0.send(.offer, ChannelOffer(attests: true, request: request.encoded).encoded)
        },
        Speech("an authenticator without bytes", .malformed) {
            try $0.send(.offer, willing)
            try $0.send(.authenticator, [])
        },
        Speech("flood: a message of 16 MiB is declared", .tooLarge) {
            try $0.send(.offer, willing)
            try $0.send([2, 0xff, 0xff, 0xff])
        },
        Speech("flood: a ready of a gigabyte's length", .tooLarge) { try $0.send([3, 0, 0, 1]) },
        Speech("an unknown message", .unexpectedMessage) { try $0.send([9, 0, 0, 0]) },
        Speech("a refusal", .refusedByPeer) { try $0.send(.refusal, [0, 10]) },
        Speech("goodbye instead of evidence", .closed) {
            try $0.send(.offer, willing)
            throw ChannelFailure(.closed, "leaves")
        },
    ]

    @Test("the owner lets nobody in who speaks out of turn", arguments: speeches)
    func ownerRefuses(speech: Speech) throws {
        let outcome = try ownerMeets(owner, server: server) {
            _ = try $0.message()
            try speech.speak($0)
        }
        #expect(outcome.reason == speech.refusal)
    }

    @Test("no byte of the owner's data is sent or taken before the evidence")
    func nothingBefore() throws {
        let (left, right) = try makeSocketPair()
        let connection = try AttestedConnection(
            FileDescriptor(owning: left), ChannelEndpoint(owner))
        #expect(Result { try connection.write([1, 2, 3]) }.reason == .unexpectedMessage)
        #expect(Result { try connection.read(limitBytes: 1) }.reason == .unexpectedMessage)
        #expect(Result { try connection.makeEvidenceRequest() }.reason == .unexpectedMessage)
        _ = FileDescriptor(owning: right)
    }

    @Test("a client that sends data before it is let in is refused")
    func dataBeforeReady() throws {
        let outcome = try keepMeets(server, client: client) { peer in
            try peer.send(Array("GET / HTTP/1.1\r\n".utf8))
        }
        #expect(outcome.reason == .unexpectedMessage)
    }

    @Test("a client that skips its evidence is refused")
    func skippedEvidence() throws {
        var demanding = server
        demanding.expectation = .evidence(try world.keep.appraiser(world.expected))
        let skips = try keepMeets(demanding, client: client) { peer in
            try peer.send(.offer, Self.willing)
            _ = try peer.message()
            try peer.send(.ready, [])
        }
        #expect(skips.reason == .unexpectedMessage)
        let declines = try keepMeets(demanding, client: client) { peer in
            try peer.send(.offer, Self.unwilling)
        }
        #expect(declines.reason == .noEvidence)
    }

    @Test("a keep that demands evidence shows none of its own to whom it did not let in")
    func privacy() throws {
        let asked = Asked()
        var demanding = server
        demanding.expectation = .evidence(try world.keep.appraiser(world.expected))
        let keep = world.keep
        demanding.evidence = { (data) throws(CollectionFailure) in
            asked.note()
            return try keep.provider(data)
        }
        let request = AuthenticatorRequest(from: .client, nonce: world.nonce("curious"))
        let outcome = try keepMeets(demanding, client: client) { peer in
            try peer.send(
                .offer, ChannelOffer(attests: true, request: request.encoded).encoded)
            _ = try peer.message()
            try peer.send(.authenticator, [1, 2, 3])
        }
        #expect(outcome.reason == .certificate)
        #expect(asked.count == 0)
    }

    @Test("evidence after application data is data, and proves nothing")
    func evidenceAfterData() throws {
        var trusting = owner
        trusting.expectation = .notAttested(because: "this test")
        let pair = try ConnectionPair(trusting, server)
        try pair.openByTurns()
        try pair.server.write([42])
        #expect(try pair.client.read(limitBytes: 1) == [42])
        #expect(pair.client.peer?.attested == nil)
        let late = Result {
            try pair.client.appraise(answer: [11, 0, 0, 0], world.keep.appraiser())
        }
        #expect(late.reason == .unexpectedMessage)
        #expect(pair.client.peer?.attested == nil)
    }

    @Test("a relay that lives between two real connections is refused")
    func liveRelay() throws {
        let keep = try Settings.keep(world.keep, world.expected)
        let curious = client
        let outcome = try ownerMeets(owner, server: server) { toOwner in
            let request = try toOwner.clientRequest()
            // The attacker's own connection to a genuine keep, with the owner's nonce.
            let (left, right) = try makeSocketPair()
            let genuine = try AttestedConnection(
                FileDescriptor(owning: left), ChannelEndpoint(keep))
            let serving = try Background { _ = try? genuine.open() }
            let toKeep = try RawPeer(right, curious)
            try toKeep.handshake()
            try toKeep.send(
                .offer, ChannelOffer(attests: false, request: request.encoded).encoded)
            _ = try toKeep.message()
            let answer = try toKeep.message()
            try toOwner.send(.offer, Self.willing)
            try toOwner.send(.authenticator, answer.body)
            genuine.close()
            try serving.value()
        }
        #expect(outcome.reason == .certificate)
    }
}
