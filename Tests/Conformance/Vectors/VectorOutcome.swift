import Bytes
import Attestation

/// What our verifier made of a case, in the manifest's words.
struct VectorOutcome {
    /// `nil` when every signature, chain, binding and structural check passed.
    var rejection: EvidenceRejection?
    var tcbStatus: String?
    var advisories: [String] = []
    var flags: [String] = []
    /// Whether the strict default policy accepts.
    var strictAccepts = false
    /// Whether the policy given in the case accepts; `nil` when it has none.
    var policyAccepts: Bool?
    /// The fields we read, under the manifest's names; compared when the case lists claims.
    var claims: JSONText = .object([])

    /// What differs from the case's expectations, in words.
    func mismatches(_ expected: VectorCase) -> [String] {
        var problems: [String] = []
        let hasNoLevel =
            rejection?.reason == .noMatchingLevel && expected.tcbStatus == "no-matching-level"
        switch expected.crypto {
        case "ok" where hasNoLevel: break
        case "ok" where rejection != nil && rejection?.reason != .unsupportedVersion:
            problems.append("refused: \(rejection?.what ?? "")")
        case "fail" where rejection == nil: problems.append("accepted, must be refused")
        case "ok", "fail", "either": break
        default:
            if rejection != nil { problems.append("refused: \(rejection?.what ?? "")") }
        }
        if rejection == nil {
            if let status = expected.tcbStatus, status != tcbStatus {
                problems.append("TCB status \(tcbStatus ?? "none"), must be \(status)")
            }
            if let names = expected.advisories, Set(names) != Set(advisories) {
                problems.append("advisories \(advisories.sorted()), must be \(names.sorted())")
            }
        }
        if rejection == nil || rejection?.reason == .unsupportedVersion,
            let names = expected.flags, Set(names) != Set(flags)
        {
            problems.append("flags \(flags.sorted()), must be \(names.sorted())")
        }
        problems += verdict(expected)
        if let claims = expected.claims { problems += compare(JSONText(claims), self.claims, "") }
        return problems
    }

    private func verdict(_ expected: VectorCase) -> [String] {
        switch expected.strict {
        case "accept" where !strictAccepts: ["strict policy refuses, must accept"]
        case "reject" where strictAccepts: ["strict policy accepts, must refuse"]
        case "depends" where policyAccepts == true: ["the case's policy accepts, must refuse"]
        case "depends" where policyAccepts == nil && strictAccepts:
            ["strict policy accepts what depends on a policy"]
        default: []
        }
    }

    /// Every member that the manifest lists must be equal in what we read.
    private func compare(_ wanted: JSONText, _ found: JSONText, _ path: String) -> [String] {
        guard case .object(let members) = wanted, case .object(let ours) = found else {
            return wanted == found
                ? [] : ["\(path) is \(found.compact), must be \(wanted.compact)"]
        }
        return members.flatMap { name, value in
            guard let own = ours.first(where: { $0.0 == name })?.1 else {
                return ["\(path).\(name) is not read"]
            }
            return compare(value, own, "\(path).\(name)")
        }
    }
}

extension JSONText {
    /// A value of the manifest with its members sorted.
    init(_ node: JSONNode) {
        switch node.content {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .number: self = .integer(Int(String(decoding: node.bytes, as: UTF8.self)) ?? .min)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { JSONText($0) })
        case .object(let members):
            self = .object(
                members.sorted { $0.key < $1.key }.map { ($0.key, JSONText($0.value)) })
        }
    }
}
