import Attestation
import AttestedTLS
import ChannelKit
import Testing

@Suite struct EvidenceAttackTests {
    private let world: World

    init() throws { world = try World() }

    @Test("the stage is sound: what is not an attack is accepted")
    func control() throws {
        let peer = try world.show(
            { try world.genuineAnswer(to: $0, client: world.owner, "now") },
            from: world.genuine, "now")
        #expect(peer.workload == world.expected)
        #expect(try world.forge { _ in }.publicKey == world.genuine.publicKey)
    }

    @Test("each attack is refused, for its own reason", arguments: EvidenceAttacks.all)
    func refused(attack: Attack) throws {
        #expect(Result { try attack.run(world) }.reason == attack.refusal)
    }

    @Test("the table of attacks shows no accept")
    func table() throws {
        var accepts = 0
        for attack in EvidenceAttacks.all {
            let outcome = Result { try attack.run(world) }
            if case .success = outcome { accepts += 1 }
            print("row: \(outcome.reason?.rawValue ?? "ACCEPTED")\t\(attack.name)")
        }
        print("accepts: \(accepts) of \(EvidenceAttacks.all.count) attacks with evidence")
        #expect(accepts == 0)
    }
}
