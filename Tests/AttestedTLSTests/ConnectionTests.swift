import Attestation
import AttestedTLS
import ChannelKit
import Platform
import Testing

@Suite struct ConnectionTests {
    private let keep: SimulatedKeep

    init() throws { keep = try SimulatedKeep() }

    @Test("an owner opens a channel to a keep and knows what it is")
    func ownerAndKeep() throws {
        let pair = try ConnectionPair(
            Settings.owner(keep.appraiser()), Settings.keep(keep))
        let (client, server) = try pair.open()
        let peer = try client.get()
        let attested = try #require(peer.attested)
        #expect(attested.workload == .empty)
        #expect(attested.isSimulated)
        #expect(attested.publicKey == peer.publicKey)
        #expect(attested.appraisal.isAccepted)
        #expect(peer.isAttestedTLS)
        let owner = try server.get()
        #expect(owner.publicKey == nil)
        #expect(owner.attested == nil)
    }

    @Test("bytes go both ways, half-closing keeps the other direction")
    func bytes() throws {
        let pair = try ConnectionPair(
            Settings.owner(keep.appraiser()), Settings.keep(keep))
        _ = try pair.open()
        let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let server = pair.server
        let echo = try Background {
            var all: [UInt8] = []
            while true {
                let some = try server.read(limitBytes: 10_000)
                if some.isEmpty { break }
                all += some
            }
            try server.write(all)
            try server.finishWriting()
        }
        try pair.client.write(sent)
        try pair.client.finishWriting()
        #expect(try pair.client.read(exactly: sent.count) == sent)
        #expect(try pair.client.read(limitBytes: 1).isEmpty)
        try echo.value()
    }

    @Test("both ends attest; the client first")
    func mutual() throws {
        var server = try Settings.keep(keep, workload("broker"))
        server.expectation = .evidence(try keep.appraiser(workload("publisher")))
        var client = Settings.owner(
            try keep.appraiser(workload("broker")), identity: try .generate())
        client.evidence = keep.provider
        client.workload = { workload("publisher") }
        let pair = try ConnectionPair(client, server)
        let (own, other) = try pair.open()
        #expect(try own.get().attested?.workload == workload("broker"))
        #expect(try other.get().attested?.workload == workload("publisher"))
        #expect(try other.get().publicKey == client.identity?.publicKey)
    }

    @Test("a server demands evidence and shows none")
    func clientOnly() throws {
        var server = ChannelConfiguration(
            .server, identity: try .generate(),
            expectation: .evidence(try keep.appraiser(workload("publisher"))),
            clock: { SimulatedKeep.now })
        server.evidence = nil
        var client = ChannelConfiguration(
            .client, identity: try .generate(),
            expectation: .notAttested(because: "test"), clock: { SimulatedKeep.now })
        client.evidence = keep.provider
        client.workload = { workload("publisher") }
        let (own, other) = try ConnectionPair(client, server).open()
        #expect(try own.get().attested == nil)
        #expect(try other.get().attested?.workload == workload("publisher"))
    }

    @Test("opening works one step after another, without waiting")
    func readiness() throws {
        let pair = try ConnectionPair(
            Settings.owner(keep.appraiser()), Settings.keep(keep))
        try pair.openByTurns()
        #expect(pair.client.peer?.attested != nil)
        #expect(pair.server.peer != nil)
    }

    @Test("evidence anew names the workload that came meanwhile")
    func evidenceAnew() throws {
        let current = Current()
        var server = try Settings.keep(keep)
        server.workload = { current.value }
        let pair = try ConnectionPair(Settings.owner(try keep.appraiser()), server)
        try pair.openByTurns()
        current.value = workload("app")
        let request = try pair.client.makeEvidenceRequest()
        let answer = try pair.server.answer(evidenceRequest: request)
        let peer = try pair.client.appraise(answer: answer, keep.appraiser(workload("app")))
        #expect(peer.workload == workload("app"))
        // The same answer again answers nothing.
        let again = Result {
            try pair.client.appraise(answer: answer, keep.appraiser(workload("app")))
        }
        #expect(again.reason == .unexpectedMessage)
    }

    @Test("a client is known by its key")
    func clientKey() throws {
        let identity = try ChannelIdentity.generate()
        let pair = try ConnectionPair(
            Settings.owner(keep.appraiser(), identity: identity), Settings.keep(keep))
        let (_, server) = try pair.open()
        #expect(try server.get().publicKey == identity.publicKey)
    }
}
