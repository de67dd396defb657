import Attestation
import Bytes
import ChannelKit
import Cryptography
import Synchronization
import Testing

@testable import AttestedTLS

/// The ten defects of a published attested TLS (Documentation/Formats/AttestedChannel.md lists them),
/// each tried against this one.
@Suite struct DefectTests {
    private let world: World

    init() throws { world = try World() }

    private func wrapped(_ answer: [UInt8]) throws -> [UInt8] {
        try Authenticator(decoding: answer[...], limit: 1 << 17).conceptualMessage
    }

    @Test("D1: evidence is bound to the session: the same nonce twice is not the same evidence")
    func d1NoSessionBinding() throws {
        let request = AuthenticatorRequest(from: .client, nonce: world.nonce("same"))
        let first = try world.genuineAnswer(to: request, client: world.owner, "first")
        let second = try world.genuineAnswer(to: request, client: world.owner, "second")
        let bundles = try [first, second].map { try ConceptualMessage.decode(wrapped($0)[...]) }
        #expect(bundles[0].reportData != bundles[1].reportData)
        let outcome = Result {
            try world.show(
                { try world.sign(wrapped(first), answering: $0, as: world.genuine, "second") },
                from: world.genuine, "second", nonce: "same")
        }
        #expect(outcome.reason == .binding)
    }

    @Test("D1: the exporter is not the one of an all-zero secret, nor the same twice")
    func d1RealExporter() throws {
        var exporters: Set<[UInt8]> = []
        for _ in 0..<2 {
            let pair = try ConnectionPair(
                Settings.owner(world.keep.appraiser()), Settings.keep(world.keep))
            try pair.openByTurns()
            let ends = [pair.client, pair.server].map { end in
                end.state.withLock { $0.session?.keys.bindingExporter ?? [] }
            }
            #expect(ends[0] == ends[1])
            #expect(ends[0].count == 32)
            exporters.insert(ends[0])
        }
        #expect(exporters.count == 2)
    }

    @Test("D2: the nonce is the verifier's own, whatever the prover echoes")
    func d2EchoedNonce() throws {
        let outcome = Result {
            try world.show(
                { _ in
                    let own = AuthenticatorRequest(
                        from: .client, nonce: world.nonce("the prover's choice"))
                    return try world.genuineAnswer(to: own, client: world.owner, "now")
                }, from: world.genuine, "now")
        }
        #expect(outcome.reason == .nonce)
    }

    @Test("D3: a server that leaves the evidence out is refused")
    func d3Omission() throws {
        var silent = try Settings.keep(world.keep)
        silent.evidence = nil
        let (owner, keep) = try ConnectionPair(world.ownerSettings(), silent).open()
        #expect([.noEvidence, .refusedByPeer].contains(owner.reason))
        #expect(keep.reason != nil)
    }

    // D4, sessions from a pre-shared key, is in OpenSSLTests: a real peer asks for it.

    @Test("D5: what the verifier gets is what the TEE made, byte for byte")
    func d5EvidenceIsSent() throws {
        let request = AuthenticatorRequest(from: .client, nonce: world.nonce("five"))
        let made = Made()
        let keep = world.keep
        let answer = try world.serverSession(world.genuine, client: world.owner, "now")
            .makeAuthenticator(
                answering: request,
                { (data) throws(CollectionFailure) in
                    let bundle = try keep.provider(data)
                    made.value = bundle
                    return bundle
                }, world.expected)
        #expect(try ConceptualMessage.decode(wrapped(answer)[...]) == made.value)
        // A TEE that gives nothing makes no message at all.
        let failing = Result {
            try world.serverSession(world.genuine, client: nil, "now").makeAuthenticator(
                answering: request, nil, world.expected)
        }
        #expect(failing.reason == .collection)
    }

    @Test("D6: no declared length reaches past the bytes that came")
    func d6OverRead() throws {
        let request = AuthenticatorRequest(from: .client, nonce: world.nonce("six"))
        let answer = try world.genuineAnswer(to: request, client: world.owner, "now")
        // Every place where a length stands: header, context, list, certificate, extensions, CMW.
        for offset in [1, 2, 3, 4, 37, 38, 39, 40, 41, 42] {
            for value in [UInt8(0), 1, 0x7f, 0xff] where answer[offset] != value {
                var changed = answer
                changed[offset] = value
                let bytes = changed
                #expect(throws: MalformedBytes.self) {
                    try Authenticator(decoding: bytes[...], limit: 1 << 17)
                }
            }
        }
    }

    @Test("D7: a nonce is bytes: zeros inside do not end it")
    func d7ZeroInNonce() throws {
        var one = [UInt8](repeating: 0, count: 32)
        one[0] = 5
        var two = one
        two[31] = 1
        let first = AuthenticatorRequest(from: .client, nonce: one)
        #expect(try AuthenticatorRequest(decoding: first.encoded[...], from: .client) == first)
        let answer = try world.genuineAnswer(to: first, client: world.owner, "now")
        let session = try world.ownerSession(world.genuine, "now")
        let outcome = Result {
            try session.examine(
                authenticator: answer, answering: AuthenticatorRequest(from: .client, nonce: two),
                world.keep.appraiser(world.expected), at: SimulatedKeep.now, limit: 1 << 17)
        }
        #expect(outcome.reason == .nonce)
    }

    @Test("D8: keys are born in the process and stay there")
    func d8KeysBornInside() throws {
        let identities = try (0..<4).map { _ in try ChannelIdentity.generate() }
        #expect(Set(identities.map(\.publicKey)).count == 4)
        // Nothing that leaves the keep holds more than the public key: the certificate's parts are
        // the key, two fixed times and a fixed name.
        for identity in identities {
            let certificate = try Certificate(decoding: identity.certificates[0][...])
            #expect(certificate.publicKey.encoded == identity.publicKey)
            #expect(certificate.extensions.isEmpty)
        }
        #expect("\(identities[0].key)".count < 64)
    }

    @Test("D9: bounds are checked: bytes of any kind are refused, not followed")
    func d9BoundsChecks() throws {
        var state: UInt64 = 9
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        for count in 0..<600 {
            var bytes = (0..<count).map { _ in random() }
            if count > 4 { bytes.replaceSubrange(0..<4, with: [11, 0, 0, UInt8(count & 0xff)]) }
            let junk = bytes
            #expect(throws: MalformedBytes.self) {
                try Authenticator(decoding: junk[...], limit: 1 << 17)
            }
            #expect(throws: MalformedBytes.self) {
                try AuthenticatorRequest(decoding: junk[...], from: .client)
            }
            #expect(throws: ChannelFailure.self) { try ConceptualMessage.decode(junk[...]) }
        }
    }

    @Test("D10: keys, transcript and role are in the report data: a mirror proves nothing")
    func d10Reflection() throws {
        let request = AuthenticatorRequest(from: .client, nonce: world.nonce("ten"))
        func data(
            _ role: ChannelRole, _ own: ChannelIdentity, _ peer: ChannelIdentity?, _ name: String
        ) throws -> [UInt8] {
            ReportDataBinding.reportData(
                for: try BindingInputs(
                    attester: role, attesterPublicKey: own.publicKey,
                    peerPublicKey: peer?.publicKey,
                    exporter: try world.connection(name).bindingExporter, nonce: request.nonce,
                    workload: world.expected))
        }
        let all = [
            try data(.server, world.genuine, world.owner, "now"),
            try data(.client, world.genuine, world.owner, "now"),
            try data(.server, world.attacker, world.owner, "now"),
            try data(.server, world.genuine, world.attacker, "now"),
            try data(.server, world.genuine, nil, "now"),
            try data(.server, world.genuine, world.owner, "else"),
        ]
        #expect(Set(all).count == all.count)
    }
}
