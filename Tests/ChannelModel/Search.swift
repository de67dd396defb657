/// What a search came to.
package struct Finding: Sendable {
    /// Different states that were reached.
    package var states: Int
    /// The shortest way to break a promise, step by step; nil when there is none within the bounds.
    package var attack: [String]?
}

/// Breadth-first search over every state that the attacker can reach within the bounds.
package func search(
    _ threat: Threat, removing removed: Input? = nil, connections: Int = 2
) -> Finding {
    let rules = Rules(threat: threat, removed: removed, connectionLimit: connections)
    let start = World()
    var order = [start]
    var origin: [World: (parent: Int, words: String)] = [start: (-1, "")]
    var index = 0
    while index < order.count {
        for step in rules.steps(from: order[index]) {
            if let violation = step.violation {
                var trace = [violation, step.words]
                var at = index
                while at > 0, let link = origin[order[at]] {
                    trace.append(link.words)
                    at = link.parent
                }
                return Finding(states: order.count, attack: trace.reversed())
            }
            guard origin[step.next] == nil else { continue }
            origin[step.next] = (index, step.words)
            order.append(step.next)
        }
        index += 1
    }
    return Finding(states: order.count, attack: nil)
}

/// The whole check with up to three connections at once, as text, and whether all of it came out as promised.
package func checkModel() -> (text: String, holds: Bool) {
    var lines = ["The protocol, all inputs in the report data:"]
    var holds = true
    for threat in Threat.resisted {
        let finding = search(threat, connections: 3)
        holds = holds && finding.attack == nil
        lines.append(
            "  \(finding.attack == nil ? "no attack" : "ATTACK   ")  \(threat.name) "
                + "(\(finding.states) states)")
        lines += (finding.attack ?? []).map { "      \($0)" }
    }
    lines.append("Beyond what is promised; the search must see it:")
    for threat in Threat.beyond {
        let finding = search(threat)
        holds = holds && finding.attack != nil
        lines.append("  \(finding.attack == nil ? "MISSED" : "attack")     \(threat.name)")
    }
    lines.append("One input left out; a threat that the whole protocol resists breaks it:")
    for input in Input.allCases {
        let broken = Threat.resisted.compactMap { threat in
            search(threat, removing: input).attack.map { (threat, $0) }
        }
        holds = holds && !broken.isEmpty
        guard let (threat, attack) = broken.first else {
            lines.append("  NONE FOUND  without \(input.rawValue)")
            continue
        }
        lines.append("  without \(input.rawValue): attack under “\(threat.name)”")
        lines += attack.map { "      \($0)" }
    }
    lines.append(holds ? "The model holds." : "THE MODEL DOES NOT HOLD.")
    return (lines.joined(separator: "\n"), holds)
}
