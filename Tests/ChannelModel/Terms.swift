/// Who takes part. The attacker owns the network, the hosts, and a keep of its own (`tenant`), which is
/// as genuine as any and runs the attacker's workload.
enum Party: Hashable, Sendable { case owner, keep, tenant, attacker }

/// Whose TLS key an end shows; `none` for a client without one.
enum Key: Hashable, Sendable { case none, owner, keep, tenant, attacker }

/// Which end of a connection evidence is about.
enum Role: Hashable, Sendable { case client, server }

/// What a keep runs.
enum Work: Hashable, Sendable { case expected, other }

/// One TLS connection: ideal, so that only its two ends read and write it, and the ends agree on the keys
/// that were shown. `exporter` is a fresh value for each, unless the threat says otherwise.
struct Connection: Hashable, Sendable {
    var client: Party
    var clientKey: Key
    var server: Party
    var serverKey: Key
    var exporter: Int
    /// The owner's nonce that waits for an answer.
    var outstanding: Int?
    /// How many nonces the owner has drawn here.
    var asked = 0
    /// The owner has accepted evidence here before.
    var wasAccepted = false
    /// The connection's secrets leaked and its keep is gone: the attacker speaks in its place.
    var isLeaked = false
    /// Evidence that went over it, which a leak reveals.
    var history: Set<Evidence> = []

    /// Whether the attacker speaks at the server's end.
    var isAttackers: Bool { server == .attacker || isLeaked }
}

/// Evidence: hardware signed these fields, so nobody but a genuine TEE's software makes it, and only
/// about a connection of its own.
struct Evidence: Hashable, Sendable {
    var role: Role
    var ownKey: Key
    var peerKey: Key
    var exporter: Int
    var nonce: Int
    var work: Work
}

/// The inputs of the report data.
package enum Input: String, CaseIterable, Sendable {
    case role, ownKey = "own key", peerKey = "peer key", exporter, nonce, workload
}

/// What the attacker has beyond the network, its own keys and its own keep.
package struct Threat: Hashable, Sendable {
    package var name: String
    /// The keep's TLS signing key has leaked (a copy outside the TEE).
    var leaksKeepKey = false
    /// The owner's TLS signing key has leaked.
    var leaksOwnerKey = false
    /// Exporters of all connections are equal, as in defect D1.
    var weakExporter = false
    /// The owner shows a key in TLS.
    var ownerHasKey = true
    /// The owner is a keep too, with the same software and workload, and attests first.
    var isMutual = false
    /// Secrets of an attested connection leak and its keep is gone.
    var leaksConnections = false

    /// Threats that the protocol stands against.
    package static let resisted = [
        Threat(name: "network"),
        Threat(name: "network, owner without key", ownerHasKey: false),
        Threat(name: "network, mutual", isMutual: true),
        Threat(name: "keep's TLS key leaked", leaksKeepKey: true),
        Threat(
            name: "keep's TLS key leaked, owner without key", leaksKeepKey: true, ownerHasKey: false
        ),
        Threat(name: "keep's and owner's TLS keys leaked", leaksKeepKey: true, leaksOwnerKey: true),
        Threat(name: "owner's TLS key leaked, mutual", leaksOwnerKey: true, isMutual: true),
        Threat(name: "exporters not unique", weakExporter: true),
        Threat(
            name: "exporters not unique, owner without key", weakExporter: true, ownerHasKey: false),
        Threat(
            name: "exporters not unique and keep's TLS key leaked", leaksKeepKey: true,
            weakExporter: true),
        Threat(
            name: "connection's secrets and keep's TLS key leaked, keep gone", leaksKeepKey: true,
            leaksConnections: true),
    ]

    /// Threats beyond what is promised: the search must find the attack.
    package static let beyond = [
        Threat(
            name: "exporters not unique, keep's TLS key leaked, owner without key",
            leaksKeepKey: true, weakExporter: true, ownerHasKey: false),
        Threat(
            name: "exporters not unique, keep's and owner's TLS keys leaked", leaksKeepKey: true,
            leaksOwnerKey: true, weakExporter: true),
    ]
}
