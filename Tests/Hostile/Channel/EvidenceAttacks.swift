import Attestation
import Bytes
import ChannelKit
import Cryptography
import SimulatedTEE

@testable import AttestedTLS

/// Attacks with genuine evidence in the wrong place.
enum EvidenceAttacks {
    static let all = replays + relays + splices + inputs + machines

    static let replays = [
        Attack("replayed: the answer of an earlier connection", .nonce) { world in
            let old = AuthenticatorRequest(from: .client, nonce: world.nonce("earlier"))
            let answer = try world.genuineAnswer(to: old, client: world.owner, "earlier")
            return try world.show({ _ in answer }, from: world.genuine, "now")
        },
        Attack("replayed: with the nonce written over", .authenticator) { world in
            let old = AuthenticatorRequest(from: .client, nonce: world.nonce("earlier"))
            var answer = try world.genuineAnswer(to: old, client: world.owner, "earlier")
            answer.replaceSubrange(5..<37, with: world.nonce("victim"))
            let changed = answer
            return try world.show({ _ in changed }, from: world.genuine, "now")
        },
        Attack("replayed: old evidence, signed anew with the keep's stolen TLS key", .binding) {
            world in
            let old = AuthenticatorRequest(from: .client, nonce: world.nonce("earlier"))
            let answer = try world.genuineAnswer(to: old, client: world.owner, "earlier")
            let wrapped = try Authenticator(decoding: answer[...], limit: 1 << 17)
                .conceptualMessage
            return try world.show(
                { try world.sign(wrapped, answering: $0, as: world.genuine, "now") },
                from: world.genuine, "now")
        },
    ]

    static let relays = [
        Attack("relayed: a genuine keep answers the owner's nonce elsewhere", .certificate) {
            world in
            try world.show(
                { try world.genuineAnswer(to: $0, client: world.attacker, "attacker–keep") },
                from: world.attacker, "owner–attacker")
        },
        Attack("relayed: and its evidence is signed anew by the one between", .binding) { world in
            try world.show(
                { request in
                    let answer = try world.genuineAnswer(
                        to: request, client: world.attacker, "attacker–keep")
                    let wrapped = try Authenticator(decoding: answer[...], limit: 1 << 17)
                        .conceptualMessage
                    return try world.sign(
                        wrapped, answering: request, as: world.attacker, "owner–attacker")
                }, from: world.attacker, "owner–attacker")
        },
        Attack("relayed: with the keep's stolen TLS key on both sides", .authenticator) { world in
            try world.show(
                { try world.genuineAnswer(to: $0, client: world.owner, "attacker–keep") },
                from: world.genuine, "owner–attacker")
        },
        Attack("relayed: with the stolen TLS key, signed anew", .binding) { world in
            try world.show(
                { request in
                    let answer = try world.genuineAnswer(
                        to: request, client: world.owner, "attacker–keep")
                    let wrapped = try Authenticator(decoding: answer[...], limit: 1 << 17)
                        .conceptualMessage
                    return try world.sign(
                        wrapped, answering: request, as: world.genuine, "owner–attacker")
                }, from: world.genuine, "owner–attacker")
        },
        Attack("reflected: the owner's own authenticator comes back", .certificate) { world in
            try world.show(
                { request in
                    let asked = AuthenticatorRequest(from: .server, nonce: request.nonce)
                    return try world.ownerSession(world.attacker, "now").makeAuthenticator(
                        answering: asked, world.keep.provider, world.expected)
                }, from: world.attacker, "now")
        },
        Attack("reflected: the owner's own evidence, signed by the attacker", .binding) { world in
            try world.show(
                { request in
                    let asked = AuthenticatorRequest(from: .server, nonce: request.nonce)
                    let own = try world.ownerSession(world.attacker, "now").makeAuthenticator(
                        answering: asked, world.keep.provider, world.expected)
                    let wrapped = try Authenticator(decoding: own[...], limit: 1 << 17)
                        .conceptualMessage
                    return try world.sign(
                        wrapped, answering: request, as: world.attacker, "now")
                }, from: world.attacker, "now")
        },
        Attack("diverted: evidence of the machine next door", .binding) { world in
            try world.show(
                { request in
                    let neighbour = try ChannelIdentity.generate()
                    let session = try world.serverSession(
                        neighbour, client: world.owner, "now")
                    let answer = try session.makeAuthenticator(
                        answering: request, world.keep.provider, world.expected)
                    let wrapped = try Authenticator(decoding: answer[...], limit: 1 << 17)
                        .conceptualMessage
                    return try world.sign(
                        wrapped, answering: request, as: world.attacker, "now")
                }, from: world.attacker, "now")
        },
    ]

    static let splices = [
        Attack("spliced: certificate of one answer, signature of another", .authenticator) {
            world in
            try world.show(
                { request in
                    let one = try world.genuineAnswer(
                        to: request, client: world.owner, "now",
                        workload: workload("another"))
                    let two = try world.genuineAnswer(to: request, client: world.owner, "now")
                    let cut = 4 + Int(one[1]) << 16 + Int(one[2]) << 8 + Int(one[3])
                    let tail = 4 + Int(two[1]) << 16 + Int(two[2]) << 8 + Int(two[3])
                    return Array(one[..<cut] + two[tail...])
                }, from: world.genuine, "now")
        },
        Attack("spliced: Finished of another connection", .authenticator) { world in
            try world.show(
                { request in
                    let one = try world.genuineAnswer(to: request, client: world.owner, "now")
                    let two = try world.genuineAnswer(to: request, client: world.owner, "else")
                    return Array(one.dropLast(32) + two.suffix(32))
                }, from: world.genuine, "now")
        },
        Attack("spliced: the report of one keep, the collateral of another machine", .evidence) {
            world in
            let foreign = try SimulatedKeep(SimulatedKeep.foreignMachine)
            return try world.show(
                { request in
                    let data = try reportData(world, request)
                    var bundle = try world.keep.bundle(data)
                    bundle.collateral = try foreign.bundle(data).collateral
                    return try world.sign(
                        ConceptualMessage.encode(bundle), answering: request, as: world.genuine,
                        "now")
                }, from: world.genuine, "now")
        },
        Attack("stripped: no evidence in the certificate", .malformed) { world in
            try world.show(
                { try strip($0, world) }, from: world.genuine, "now")
        },
        Attack("stripped: an empty conceptual message", .malformed) { world in
            try world.show(
                { try world.sign([], answering: $0, as: world.genuine, "now") },
                from: world.genuine, "now")
        },
        Attack("stripped: a report without its collateral", .evidence) { world in
            try world.show(
                { request in
                    var bundle = try world.keep.bundle(reportData(world, request))
                    bundle.collateral = [:]
                    return try world.sign(
                        ConceptualMessage.encode(bundle), answering: request, as: world.genuine,
                        "now")
                }, from: world.genuine, "now")
        },
        Attack("downgraded: evidence of a format that the policy does not name", .policy) { world in
            var policy = Policy(identifier: "TDX only")
            policy.accept(.tdx)
            policy.expectWorkload(world.expected)
            let settings = Settings.owner(
                PeerAppraiser(
                    policy: policy, roots: try world.keep.roots(), allowsSimulated: true),
                identity: world.owner)
            return try world.show(
                { try world.genuineAnswer(to: $0, client: world.owner, "now") },
                from: world.genuine, "now", settings)
        },
    ]

    /// A genuine TEE signs report data with one input changed; all else is as the owner wants it.
    static let inputs = [
        Attack("evidence of another key", .binding) { world in
            try world.forge { $0.own = world.attacker.publicKey }
        },
        Attack("evidence for another peer's key", .binding) { world in
            try world.forge { $0.peer = world.attacker.publicKey }
        },
        Attack("evidence for a peer without a key", .binding) { world in
            try world.forge { $0.peer = nil }
        },
        Attack("evidence of the other role", .binding) { world in
            try world.forge { $0.role = .client }
        },
        Attack("evidence for another nonce", .binding) { world in
            try world.forge { $0.nonce = world.nonce("other") }
        },
        Attack("evidence of another connection", .binding) { world in
            try world.forge { $0.exporter = try world.connection("other").bindingExporter }
        },
        Attack("evidence of another workload, told as the expected one", .binding) { world in
            try world.forge { $0.workload = workload("other") }
        },
        Attack("evidence of an empty keep, told as the expected workload", .binding) { world in
            try world.forge { $0.workload = .empty }
        },
        Attack("evidence of another workload, told truly", .policy) { world in
            try world.show(
                {
                    try world.genuineAnswer(
                        to: $0, client: world.owner, "now", workload: workload("other"))
                }, from: world.genuine, "now")
        },
        Attack("evidence of an empty keep, told truly", .policy) { world in
            try world.show(
                { try world.genuineAnswer(to: $0, client: world.owner, "now", workload: .empty) },
                from: world.genuine, "now")
        },
        Attack("report data of zeros", .binding) { world in
            try world.show(
                { request in
                    try world.sign(
                        world.evidence([UInt8](repeating: 0, count: 64)), answering: request,
                        as: world.genuine, "now")
                }, from: world.genuine, "now")
        },
        Attack("report data is the bare nonce", .binding) { world in
            try world.show(
                { request in
                    try world.sign(
                        world.evidence(request.nonce), answering: request, as: world.genuine, "now")
                }, from: world.genuine, "now")
        },
    ]

    static let machines = [
        Attack("evidence of another measurement", .policy) { world in
            var keep = world.keep
            keep.measurement[0] ^= 1
            let other = keep
            return try world.show(
                { request in
                    try world.serverSession(world.genuine, client: world.owner, "now")
                        .makeAuthenticator(answering: request, other.provider, world.expected)
                }, from: world.genuine, "now")
        },
        Attack("evidence of a machine whose root nobody named", .evidence) { world in
            let other = try SimulatedKeep(SimulatedKeep.foreignMachine)
            return try world.show(
                { request in
                    try world.serverSession(world.genuine, client: world.owner, "now")
                        .makeAuthenticator(answering: request, other.provider, world.expected)
                }, from: world.genuine, "now")
        },
        Attack("simulated evidence where only the policy allows it", .simulated) { world in
            try world.show(
                { try world.genuineAnswer(to: $0, client: world.owner, "now") },
                from: world.genuine, "now", world.ownerSettings(allowsSimulated: false))
        },
        Attack("evidence of a guest that allows debugging", .policy) { world in
            try world.show(
                { request in
                    var guest = SimulatedGuest(
                        reportData: try reportData(world, request),
                        measurement: world.keep.measurement)
                    guest.allowsDebug = true
                    var bundle = try world.keep.bundle([])
                    bundle.evidence = try world.keep.machine.report(guest)
                    return try world.sign(
                        ConceptualMessage.encode(bundle), answering: request, as: world.genuine,
                        "now")
                }, from: world.genuine, "now")
        },
        Attack("evidence when its certificates are long expired", .evidence) { world in
            var settings = try world.ownerSettings()
            settings.clock = { Instant(secondsSince1970: 4_000_000_000) }
            return try world.show(
                { try world.genuineAnswer(to: $0, client: world.owner, "now") },
                from: world.genuine, "now", settings)
        },
    ]

    /// The report data that the owner computes.
    static func reportData(
        _ world: World, _ request: AuthenticatorRequest
    ) throws -> [UInt8] {
        ReportDataBinding.reportData(
            for: try BindingInputs(
                attester: .server, attesterPublicKey: world.genuine.publicKey,
                peerPublicKey: world.owner.publicKey,
                exporter: try world.connection("now").bindingExporter, nonce: request.nonce,
                workload: world.expected))
    }

    /// An authenticator whose certificate has no extension, signed and finished like any other.
    private static func strip(
        _ request: AuthenticatorRequest, _ world: World
    ) throws -> [UInt8] {
        var entry: [UInt8] = []
        entry.append(vector: world.genuine.certificates[0], lengthBytes: 3)
        entry.append(vector: [], lengthBytes: 2)
        var body: [UInt8] = []
        body.append(vector: request.nonce, lengthBytes: 1)
        body.append(vector: entry, lengthBytes: 3)
        let whole = try world.genuineAnswer(to: request, client: world.owner, "now")
        let cut = 4 + Int(whole[1]) << 16 + Int(whole[2]) << 8 + Int(whole[3])
        return [UInt8](handshake: .certificate, body) + whole[cut...]
    }
}

/// The inputs of the report data, free to be wrong.
struct FreeInputs {
    var role: ChannelRole
    var own: [UInt8]
    var peer: [UInt8]?
    var exporter: [UInt8]
    var nonce: [UInt8]
    var workload: WorkloadIdentity
}

extension World {
    /// Shows the owner evidence of a genuine TEE over inputs with one change, in an authenticator that
    /// is right in everything else: only the report data stands against it.
    func forge(_ change: (inout FreeInputs) throws -> Void) throws -> AttestedPeer {
        try show(
            { request in
                var inputs = FreeInputs(
                    role: .server, own: genuine.publicKey, peer: owner.publicKey,
                    exporter: try connection("now").bindingExporter, nonce: request.nonce,
                    workload: expected)
                try change(&inputs)
                let data = ReportDataBinding.reportData(
                    for: try BindingInputs(
                        attester: inputs.role, attesterPublicKey: inputs.own,
                        peerPublicKey: inputs.peer, exporter: inputs.exporter,
                        nonce: inputs.nonce, workload: inputs.workload))
                return try sign(evidence(data), answering: request, as: genuine, "now")
            }, from: genuine, "now")
    }
}
