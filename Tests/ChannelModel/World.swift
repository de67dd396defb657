/// One state of the world: connections and what the attacker knows.
struct World: Hashable, Sendable {
    var connections: [Connection] = []
    var evidence: Set<Evidence> = []
    var nonces: Set<Int> = [Self.attackersNonce]

    static let attackersNonce = 0
}

/// A step to another state, in words, and the promise that it breaks, if any.
struct Step {
    var words: String
    var next: World
    var violation: String?
}

/// The protocol's rules, with one input of the report data left out or none, under a threat.
struct Rules: Sendable {
    var threat: Threat
    var removed: Input?
    /// Most connections, and nonces of the owner a connection.
    var connectionLimit: Int
    var nonceLimit = 2

    private var attackersKeys: [Key] {
        [.attacker] + (threat.leaksKeepKey ? [.keep] : []) + (threat.leaksOwnerKey ? [.owner] : [])
    }

    private var ownersKey: Key { threat.ownerHasKey || threat.isMutual ? .owner : .none }

    /// Every step that anybody can take.
    func steps(from world: World) -> [Step] {
        let steps =
            connecting(world)
            + world.connections.indices.flatMap { index in
                asking(world, index) + answering(world, index) + attacking(world, index)
                    + leaking(world, index)
            }
        return steps.map {
            Step(words: $0.words, next: saturated($0.next), violation: $0.violation)
        }
    }

    // MARK: Connecting

    private func connecting(_ world: World) -> [Step] {
        guard world.connections.count < connectionLimit else { return [] }
        let servers: [(Party, Key)] = [(.keep, .keep), (.tenant, .tenant)]
        let byOwner = (servers + attackersKeys.map { (Party.attacker, $0) }).map {
            connection(.owner, ownersKey, $0.0, $0.1, world)
        }
        let byAttacker = servers.flatMap { server in
            ([.none] + attackersKeys).map {
                connection(.attacker, $0, server.0, server.1, world)
            }
        }
        return (byOwner + byAttacker).map { made in
            var next = world
            next.connections.append(made)
            return Step(
                words: "\(made.client) (key \(made.clientKey)) connects to \(made.server) "
                    + "(key \(made.serverKey))", next: next)
        }
    }

    private func connection(
        _ client: Party, _ clientKey: Key, _ server: Party, _ serverKey: Key, _ world: World
    ) -> Connection {
        Connection(
            client: client, clientKey: clientKey, server: server, serverKey: serverKey,
            exporter: threat.weakExporter ? 0 : world.connections.count + 1)
    }

    // MARK: The owner asks and somebody answers

    private func asking(_ world: World, _ index: Int) -> [Step] {
        let connection = world.connections[index]
        guard connection.client == .owner, connection.outstanding == nil,
            connection.asked < nonceLimit
        else { return [] }
        var next = world
        let nonce = 10 * (index + 1) + connection.asked
        next.connections[index].outstanding = nonce
        next.connections[index].asked += 1
        if connection.isAttackers { next.nonces.insert(nonce) }
        return [Step(words: "owner asks on connection \(index) with nonce \(nonce)", next: next)]
    }

    /// Evidence that the genuine end of a connection makes for a nonce.
    private func made(_ connection: Connection, nonce: Int) -> Evidence {
        Evidence(
            role: .server, ownKey: connection.serverKey, peerKey: connection.clientKey,
            exporter: connection.exporter, nonce: nonce,
            work: connection.server == .keep ? .expected : .other)
    }

    private func answering(_ world: World, _ index: Int) -> [Step] {
        let connection = world.connections[index]
        guard !connection.isAttackers, let nonce = connection.outstanding else { return [] }
        let evidence = made(connection, nonce: nonce)
        return [take(evidence, world, index, "\(connection.server) answers on connection \(index)")]
    }

    /// What the owner makes of evidence that comes on its connection.
    private func take(
        _ evidence: Evidence, _ world: World, _ index: Int, _ words: String
    ) -> Step {
        let connection = world.connections[index]
        var next = world
        next.connections[index].outstanding = nil
        if threat.leaksConnections { next.connections[index].history.insert(evidence) }
        guard accepts(evidence, connection) else {
            return Step(words: "\(words); the owner refuses", next: next)
        }
        next.connections[index].wasAccepted = true
        let violation: String? =
            if connection.server == .attacker {
                "the owner talks to the attacker"
            } else if connection.isLeaked {
                "the owner takes old evidence for fresh: the keep is gone"
            } else if connection.server == .tenant {
                "the owner talks to another workload"
            } else {
                nil
            }
        return Step(words: "\(words); the owner accepts", next: next, violation: violation)
    }

    private func accepts(_ evidence: Evidence, _ connection: Connection) -> Bool {
        Input.allCases.allSatisfy { input in
            if input == removed { return true }
            return switch input {
            case .role: evidence.role == .server
            case .ownKey: evidence.ownKey == connection.serverKey
            case .peerKey: evidence.peerKey == connection.clientKey
            case .exporter: evidence.exporter == connection.exporter
            case .nonce: evidence.nonce == connection.outstanding
            case .workload: evidence.work == .expected
            }
        }
    }

    // MARK: The attacker

    /// What the attacker can get, it gets: knowing more never hurts it, so nothing is lost by giving
    /// it everything at once.
    private func saturated(_ world: World) -> World {
        var next = world
        for connection in world.connections {
            if connection.client == .attacker {
                for nonce in world.nonces { next.evidence.insert(made(connection, nonce: nonce)) }
            }
            guard threat.isMutual, connection.client == .owner, connection.isAttackers else {
                continue
            }
            for nonce in world.nonces {
                next.evidence.insert(
                    Evidence(
                        role: .client, ownKey: connection.clientKey,
                        peerKey: connection.serverKey, exporter: connection.exporter,
                        nonce: nonce, work: .expected))
            }
        }
        return next
    }

    private func attacking(_ world: World, _ index: Int) -> [Step] {
        let connection = world.connections[index]
        guard connection.client == .owner, connection.isAttackers, connection.outstanding != nil
        else { return [] }
        return world.evidence.map {
            take(
                $0, world, index,
                "attacker, who got it from a genuine end, shows on connection \(index): \($0.words)"
            )
        }
    }

    private func leaking(_ world: World, _ index: Int) -> [Step] {
        let connection = world.connections[index]
        guard threat.leaksConnections, connection.client == .owner, connection.server == .keep,
            connection.wasAccepted, !connection.isLeaked
        else { return [] }
        var next = world
        next.connections[index].isLeaked = true
        next.evidence.formUnion(connection.history)
        if let nonce = connection.outstanding { next.nonces.insert(nonce) }
        return [
            Step(words: "the keep of connection \(index) is gone, its secrets leak", next: next)
        ]
    }
}

extension Evidence {
    var words: String {
        "\(role), own key \(ownKey), peer key \(peerKey), exporter \(exporter), nonce \(nonce), "
            + "workload \(work)"
    }
}
