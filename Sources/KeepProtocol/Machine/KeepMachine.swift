package import Attestation
internal import Cryptography

/// The keep's side of its protocol: who may ask what and when, and what follows.
///
/// A pure state machine: it reads no socket and no clock, and gives back what to do. Any message may
/// come in any order from any client; each is answered, or the client is hung up on.
package struct KeepMachine: Sendable {
    /// The version of the protocol.
    package static let version: UInt64 = 1

    /// What a keep is told at its start.
    package struct Configuration: Sendable {
        /// SHA-256 of the owner's public key; nil: the first client that claims to be.
        package var ownerPin: [UInt8]?
        package var limits = KeepLimits()
        /// Whether machine code that the owner compiled is taken: it can do what this keep can, which
        /// is more than its module could.
        package var takesCodeImages = false

        package init(ownerPin: [UInt8]? = nil) { self.ownerPin = ownerPin }
    }

    /// What is known of a connected client.
    struct Client: Sendable {
        /// SHA-256 of its key; nil when it showed none.
        let keyDigest: [UInt8]?
        var saidHello = false
    }

    let configuration: Configuration
    package internal(set) var phase = KeepPhase.empty
    /// SHA-256 of the owner's key.
    var owner: [UInt8]?
    var clients: [ConnectionID: Client] = [:]
    var upload: Upload?
    /// Whose upload it is; another connection of the owner's has none.
    var uploader: ConnectionID?
    package internal(set) var workload: Workload?
    /// Counts the workloads that this keep has had: a channel shows one of them to its client, and
    /// is good for no other.
    package internal(set) var generation: UInt64 = 0
    /// An update that waits for approvals, and who gave theirs.
    var update: Workload?
    var approvals: Set<String> = []
    var secrets: [String: SecretBytes] = [:]
    var vaultKeys: [String: SecretBytes] = [:]
    var files: [String: [UInt8]] = [:]
    /// Principals whose inputs are complete.
    var ready: Set<String> = []
    var attached: ConnectionID?
    /// Who gets the output and gives input.
    package var attachedClient: ConnectionID? { attached }
    package internal(set) var outcome: GuestOutcome?
    package var outputBytes: UInt64 = 0

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        owner = configuration.ownerPin
    }

    /// The identity that evidence names.
    package var identity: WorkloadIdentity { workload?.identity ?? .empty }

    /// Whether a keep that has no client goes on: for a program that runs or has ended, or because
    /// others than the owner have to come before it starts. A workload that its owner left behind
    /// without starting it is nobody's.
    package var isAwaited: Bool {
        switch phase {
        case .empty, .attested: false
        case .provisioned: workload?.manifest.principals.isEmpty == false
        case .running, .ended: true
        }
    }

    // MARK: Events

    /// A channel opened.
    ///
    /// - Parameters:
    ///   - publicKey: the key that the client proved to hold.
    ///   - generation: ``generation`` before the channel's evidence was made. The client believes
    ///     that it talks to the workload of then.
    package mutating func connected(
        _ id: ConnectionID, publicKey: [UInt8]?, generation: UInt64
    ) -> [KeepAction] {
        guard clients.count < configuration.limits.connections else { return [.close(id)] }
        guard generation == self.generation else { return [Self.superseded(id)] }
        clients[id] = Client(keyDigest: publicKey.map { Hash.sha256($0) })
        return []
    }

    /// Ends a channel whose evidence names a workload that is no longer there.
    static func superseded(_ id: ConnectionID) -> KeepAction {
        let refusal = KeepRefusal(
            .phase, "another workload took the place of the one that this channel attested",
            remedy: "connect again and look at its identity")
        return .dismiss(id, .refused(request: 0, refusal))
    }

    /// A channel closed, for whatever reason.
    package mutating func disconnected(_ id: ConnectionID) -> [KeepAction] {
        guard clients.removeValue(forKey: id) != nil else { return [] }
        if uploader == id { (upload, uploader) = (nil, nil) }
        guard attached == id else { return [] }
        attached = nil
        return [.detach]
    }

    /// The program ended.
    package mutating func guestEnded(_ outcome: GuestOutcome) -> [KeepAction] {
        guard phase == .running else { return [] }
        phase = .ended
        self.outcome = outcome
        return attached.map { [.send($0, .ended(outcome))] } ?? []
    }

    /// A frame that is no message: nothing that follows on that channel can be believed.
    package mutating func malformed(_ id: ConnectionID, _ problem: String) -> [KeepAction] {
        refuse(id, 0, KeepRefusal(.malformed, problem)) + hangUp(id)
    }

    /// A message came.
    package mutating func receive(
        _ message: ClientMessage, from id: ConnectionID
    ) -> [KeepAction] {
        guard let client = clients[id] else { return [] }
        do throws(KeepRefusal) {
            if case .hello(let version, let claims) = message {
                return try hello(id, version, claims)
            }
            guard client.saidHello else {
                throw KeepRefusal(.malformed, "the first message must be hello")
            }
            return try handle(message, from: id)
        } catch {
            let answer = refuse(id, message.number, error)
            let ends = [.malformed, .authentication, .owned].contains(error.code)
            return ends ? answer + hangUp(id) : answer
        }
    }

    func refuse(
        _ id: ConnectionID, _ request: UInt64, _ refusal: KeepRefusal
    ) -> [KeepAction] {
        clients[id] == nil ? [] : [.send(id, .refused(request: request, refusal))]
    }

    private mutating func hangUp(_ id: ConnectionID) -> [KeepAction] {
        guard clients[id] != nil else { return [] }
        return [.close(id)] + disconnected(id)
    }

    // MARK: Who

    /// What a client is to this keep.
    enum Role: Equatable {
        case owner
        case principal(Manifest.Principal)
        /// Somebody who may look at evidence and ask how far the keep is.
        case observer

        var name: String {
            switch self {
            case .owner: "owner"
            case .principal(let principal): "principal \(principal.name)"
            case .observer: "observer"
            }
        }
    }

    func role(_ id: ConnectionID) -> Role {
        guard let digest = clients[id]?.keyDigest else { return .observer }
        if digest == owner { return .owner }
        let principal = workload?.manifest.principals.first { $0.keyDigest == digest }
        return principal.map { .principal($0) } ?? .observer
    }

    private mutating func hello(
        _ id: ConnectionID, _ version: UInt64, _ claims: Bool
    ) throws(KeepRefusal) -> [KeepAction] {
        guard clients[id]?.saidHello == false else {
            throw KeepRefusal(.malformed, "hello came twice")
        }
        guard version == Self.version else {
            throw KeepRefusal(
                .malformed, "this keep speaks version \(Self.version) of the protocol",
                remedy: "use a `martlet` of the keep's release")
        }
        if claims { try claimOwnership(id) }
        clients[id]?.saidHello = true
        return [
            .send(
                id,
                .welcome(
                    version: Self.version, phase: phase, role: role(id).name, identity: identity))
        ]
    }

    private mutating func claimOwnership(_ id: ConnectionID) throws(KeepRefusal) {
        guard let digest = clients[id]?.keyDigest else {
            throw KeepRefusal(
                .authentication, "an owner must show a key", remedy: "connect with a client key")
        }
        guard owner == nil || owner == digest else {
            throw KeepRefusal(
                .owned, "this keep has another owner", remedy: "ask the host for a keep of your own"
            )
        }
        owner = digest
        if phase == .empty { phase = .attested }
    }
}
