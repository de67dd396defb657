import Bytes
import Cryptography
import Diagnostics

extension Appraisal {
    /// A page that a reviewer can sign: verdict, what was checked and what was not, every claim, and
    /// for each refusal the policy line that would admit it.
    package var text: String {
        ([verdict] + heading + [""] + stepLines + [""] + claimLines + refusalLines)
            .joined(separator: "\n") + "\n"
    }

    private var verdict: String {
        let policy = policyIdentifier.escapedForDisplay()
        return
            "\(evidence.format.title): \(isAccepted ? "ACCEPTED" : "REFUSED") by policy \(policy)"
    }

    private var heading: [String] {
        let root = evidence.root.map { anchor in
            "\(anchor.certificate.subject), SHA-256 \(anchor.fingerprint.hexadecimal)"
                + (anchor.isVendor
                    ? "" : "\n  \(Self.pad("", 14))NOT A VENDOR'S ROOT: proves no hardware")
        }
        return [
            "  \(Self.pad("verified for", 14))\(evidence.instant)",
            "  \(Self.pad("evidence", 14))\(evidence.evidenceBytes.count) bytes, SHA-256 "
                + Hash.sha256(evidence.evidenceBytes).hexadecimal,
            "  \(Self.pad("root", 14))\(root ?? "none")",
            "  \(Self.pad("flags", 14))"
                + (evidence.flags.isEmpty ? "none" : evidence.flags.joined(separator: ", ")),
        ]
    }

    private var stepLines: [String] {
        ["Checks"]
            + evidence.steps.map { step in
                let name = Self.pad(step.name, 26)
                return step.skippedBecause.map { "  SKIPPED  \(name)\($0)" }
                    ?? "  done     \(name)\(step.detail)"
            }
    }

    private var claimLines: [String] {
        let width = (checks.map(\.claim.definition.name.count).max() ?? 0) + 2
        return ["Claims"]
            + checks.map { check in
                let name = Self.pad(check.claim.definition.name, width)
                let value = check.claim.value?.description ?? "(not in this evidence)"
                return "  \(Self.mark(check.outcome)) \(name)\(value)\(Self.note(check))"
            }
    }

    private static func mark(_ outcome: ClaimCheck.Outcome) -> String {
        switch outcome {
        case .met: "met     "
        case .refused: "REFUSED "
        case .unstated: "UNSTATED"
        case .notAppraised: "skipped "
        case .told: "told    "
        }
    }

    private static func note(_ check: ClaimCheck) -> String {
        switch (check.outcome, check.expectation) {
        case (.notAppraised(let reason), _): "   (not appraised: \(reason.escapedForDisplay()))"
        case (.refused, let expectation?): "   (expected \(expectation.description))"
        default: ""
        }
    }

    private var refusalLines: [String] {
        guard !isAccepted else { return [] }
        guard formatAccepted else {
            return [
                "", "Refused: the policy accepts no \(evidence.format.title)s.",
                "  to admit them, give the policy a section [\(evidence.format.rawValue)]",
            ]
        }
        return ["", "Refused because"]
            + refusals.enumerated().flatMap { number, check in
                let definition = check.claim.definition
                let found = check.claim.value?.description ?? "nothing"
                let expected =
                    check.expectation.map { "expected \($0.description)" }
                    ?? "the policy does not say what it should be"
                return [
                    "  \(number + 1). \(definition.name) (\(definition.field)): found \(found); \(expected)",
                    "     \(definition.meaning).", "     to admit it: \(check.admittingLine)",
                ]
            }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
