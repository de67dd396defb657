import Attestation
import ChannelKit
import Testing

@testable import AttestedTLS

/// Every message of an honest opening with one byte changed, cut short or grown.
@Suite struct MutationTests {
    private let world: World
    private let request: AuthenticatorRequest
    private let answer: [UInt8]

    init() throws {
        world = try World()
        request = AuthenticatorRequest(from: .client, nonce: world.nonce("victim"))
        answer = try world.genuineAnswer(to: request, client: world.owner, "now")
    }

    private func isAccepted(_ bytes: [UInt8]) -> Bool {
        (try? world.show({ _ in bytes }, from: world.genuine, "now")) != nil
    }

    @Test("the unchanged answer is accepted")
    func control() { #expect(isAccepted(answer)) }

    @Test("an authenticator with any byte changed is refused")
    func everyByte() {
        var accepts = 0
        for index in answer.indices {
            var changed = answer
            changed[index] ^= 1 << (index % 8)
            if isAccepted(changed) { accepts += 1 }
        }
        print("accepts: \(accepts) of \(answer.count) authenticators with a byte changed")
        #expect(accepts == 0)
    }

    @Test("an authenticator cut short or grown is refused")
    func everyLength() {
        var accepts = 0
        for count in 0..<answer.count where isAccepted(Array(answer[..<count])) { accepts += 1 }
        for more in 1...32 where isAccepted(answer + [UInt8](repeating: 0, count: more)) {
            accepts += 1
        }
        print("accepts: \(accepts) of \(answer.count + 32) authenticators of another length")
        #expect(accepts == 0)
    }

    @Test("evidence with any byte changed is refused, though the TLS end signs it properly")
    func everyEvidenceByte() throws {
        let wrapped = try Authenticator(decoding: answer[...], limit: 1 << 17).conceptualMessage
        var accepts = 0
        var tried = 0
        for index in stride(from: 0, to: wrapped.count, by: 5) {
            var changed = wrapped
            changed[index] ^= 1 << (index % 8)
            let signed = try world.sign(changed, answering: request, as: world.genuine, "now")
            tried += 1
            if isAccepted(signed) { accepts += 1 }
        }
        print("accepts: \(accepts) of \(tried) signed authenticators with changed evidence")
        #expect(accepts == 0)
    }

    @Test("an offer or a request with any byte changed opens nothing")
    func offers() throws {
        let demanding = ChannelOffer(
            attests: true,
            request: AuthenticatorRequest(from: .server, nonce: world.nonce("server")).encoded)
        var tried = 0
        for index in demanding.encoded.indices {
            for bit in 0..<8 {
                var body = demanding.encoded
                body[index] ^= 1 << bit
                var opening = ChannelOpening(
                    try world.ownerSession(world.genuine, "now"), try world.ownerSettings(),
                    nonce: world.nonce("victim"))
                _ = opening.start()
                _ = try? opening.receive(.offer, body)
                tried += 1
                #expect(!opening.isOpen)
                #expect(opening.attested == nil)
            }
        }
        print("accepts: 0 of \(tried) changed offers")
    }

    @Test("after a refusal the machine takes nothing more")
    func failedStaysFailed() throws {
        var opening = ChannelOpening(
            try world.ownerSession(world.genuine, "now"), try world.ownerSettings(),
            nonce: world.nonce("victim"))
        #expect(throws: ChannelFailure.self) { try opening.receive(.ready, []) }
        #expect(throws: ChannelFailure.self) {
            try opening.receive(.offer, ChannelOffer(attests: true, request: nil).encoded)
        }
        #expect(!opening.isOpen)
    }
}
