import Attestation
import Bytes
import ChannelKit
import Foundation
import Testing

@testable import AttestedTLS

@Suite struct MessageTests {
    @Test("a request is what the format's page says, byte for byte")
    func request() throws {
        let nonce = [UInt8](repeating: 7, count: 32)
        let request = AuthenticatorRequest(from: .client, nonce: nonce)
        let wanted =
            "11000031" + "20" + String(repeating: "07", count: 32)
            + "000e" + "000d0006000404030503" + "ff4d0000"
        #expect(request.encoded.hexadecimal == wanted)
        #expect(AuthenticatorRequest(from: .server, nonce: nonce).encoded[0] == 13)
        #expect(throws: MalformedBytes.self) {
            try AuthenticatorRequest(decoding: request.encoded[...], from: .server)
        }
    }

    @Test("an offer reads back; its flags and lengths are checked")
    func offer() throws {
        let offer = ChannelOffer(attests: true, request: [1, 2, 3])
        #expect(offer.encoded == [1, 1, 0, 3, 1, 2, 3])
        #expect(try ChannelOffer(decoding: offer.encoded) == offer)
        for bad: [UInt8] in [
            [], [1], [2, 1, 0, 0], [1, 2, 0, 0], [1, 1, 0, 1], [1, 1, 0, 0, 0],
        ] {
            #expect(throws: MalformedBytes.self) { try ChannelOffer(decoding: bad) }
        }
    }

    @Test("headers are bounded by kind")
    func headers() throws {
        let limits = ChannelLimits()
        #expect(try ChannelMessage.header([3, 0, 0, 0], limits).byteCount == 0)
        #expect(try ChannelMessage.header([2, 1, 0x20, 0], limits).byteCount == 73_728)
        for bad: [UInt8] in [[3, 0, 0, 1], [2, 1, 0x20, 1], [1, 0, 4, 1], [4, 0, 0, 3]] {
            #expect(Result { try ChannelMessage.header(bad, limits) }.reason == .tooLarge)
        }
        #expect(Result { try ChannelMessage.header([0, 0, 0, 0], limits) }.reason != nil)
    }

    @Test("a conceptual message has one spelling")
    func conceptualMessage() throws {
        let bundle = EvidenceBundle(.snp, [1, 2, 3], collateral: ["crl": [4]])
        let wrapped = ConceptualMessage.encode(bundle)
        #expect(try ConceptualMessage.decode(wrapped[...]) == bundle)
        for index in wrapped.indices {
            var changed = wrapped
            changed[index] ^= 0x20
            #expect((try? ConceptualMessage.decode(changed[...])) != bundle)
        }
        #expect(throws: ChannelFailure.self) {
            try ConceptualMessage.decode((wrapped + [0])[...])
        }
    }

    @Test("refusal numbers name their reasons, each once")
    func refusalCodes() {
        let codes = ChannelFailure.Reason.allCases.map(\.refusalCode).filter { $0 != 0 }
        #expect(Set(codes).count == codes.count)
        #expect(ChannelFailure.Reason.words(refusalCode: 10) == "reason: policy")
        #expect(ChannelFailure.Reason.words(refusalCode: 999).contains("does not tell"))
    }

    @Test("settings that contradict themselves are refused")
    func settings() throws {
        let clock: @Sendable () -> Instant = { SimulatedKeep.now }
        let nobody = ChannelConfiguration(
            .server, identity: nil, expectation: .notAttested(because: "test"), clock: clock)
        #expect(Result { try ChannelEndpoint(nobody) }.reason == .configuration)
        var keyless = ChannelConfiguration(
            .client, identity: nil, expectation: .notAttested(because: "test"), clock: clock)
        keyless.evidence = try SimulatedKeep().provider
        #expect(Result { try ChannelEndpoint(keyless) }.reason == .configuration)
        var silent = Policy(identifier: "silent")
        silent.accept(.snp)
        let unsaid = Settings.owner(PeerAppraiser(policy: silent, roots: .vendors))
        #expect(Result { try ChannelEndpoint(unsaid) }.reason == .configuration)
    }

    @Test("readers of a peer's bytes take the fuzzer's corpus, cut and changed, and live")
    func corpus() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Corpus/ChannelMessages.hex")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        for line in lines where !line.hasPrefix("#") {
            let bytes = try #require([UInt8](hexadecimal: String(line)))
            for count in 0...bytes.count { ChannelDecoders.read(Array(bytes[..<count])) }
            for index in bytes.indices {
                var changed = bytes
                changed[index] = ~changed[index]
                ChannelDecoders.read(changed)
            }
        }
    }
}
