import Bytes
import Cryptography
import Diagnostics

extension Appraisal {
    /// A page that a reviewer can sign: verdict, what was checked and what was not, every claim, and
    /// for each refusal the policy line that would admit it.
    package var text: String {
        ([verdict] + heading + [""] + stepLines + [""] + claimLines + refusalLines + limitLines)
            .joined(separator: "\n") + "\n"
    }

    private var verdict: String {
        let policy = policyIdentifier.escapedForDisplay()
        return
            "\(evidence.format.title): \(isAccepted ? "ACCEPTED" : "REFUSED") by policy \(policy)"
    }

    private var heading: [String] {
        let root = evidence.root.map { anchor in
            "\(anchor.certificate.subject), "
                + (anchor.isVendor ? "the vendor's own, " : "")
                + "SHA-256 \(anchor.fingerprint.hexadecimal)"
                + (anchor.isVendor
                    ? "" : "\n  \(Self.pad("", 14))NOT A VENDOR'S ROOT: proves no hardware")
        }
        let file = policyDigest.map { "file of SHA-256 " + $0.hexadecimal }
        return [
            "  \(Self.pad("verified for", 14))\(evidence.instant)",
            "  \(Self.pad("evidence", 14))\(evidence.evidenceBytes.count) bytes, SHA-256 "
                + Hash.sha256(evidence.evidenceBytes).hexadecimal,
            "  \(Self.pad("policy", 14))\(file ?? "not from a file")",
            "  \(Self.pad("root", 14))\(root ?? "none: the policy names the keys it trusts")",
            "  \(Self.pad("flags", 14))"
                + (evidence.flags.isEmpty ? "none" : evidence.flags.joined(separator: ", ")),
        ]
    }

    private var stepLines: [String] {
        let width = (evidence.steps.map(\.name.count).max() ?? 0) + 2
        return ["Checks"]
            + evidence.steps.map { step in
                let name = Self.pad(step.name, width)
                return step.skippedBecause.map { "  SKIPPED  \(name)\($0)" }
                    ?? "  done     \(name)\(step.detail)"
            }
    }

    private var claimLines: [String] {
        let width = (checks.map(\.claim.definition.name.count).max() ?? 0) + 2
        let title =
            "Claims (met: as the policy expects; told: shown, not judged; skipped: the policy says "
            + "why not)"
        return [title]
            + checks.map { check in
                let name = Self.pad(check.claim.definition.name, width)
                let value = check.claim.value.map(Self.shown) ?? "(not in this evidence)"
                return "  \(Self.mark(check.outcome)) \(name)\(value)\(Self.note(check))"
            }
    }

    /// A value; numbers too large to count with are sets of bits, so they are told as such too.
    private static func shown(_ value: ClaimValue) -> String {
        guard case .number(let number) = value, number > 0xffff else { return value.description }
        return "\(number) (0x\(String(number, radix: 16)))"
    }

    /// What no check above can show, so that nobody takes the page for more than it is.
    private var limitLines: [String] {
        let name = evidence.format.reportDataClaim
        let isFresh =
            checks.contains { $0.claim.definition.name == name && $0.outcome == .met }
            || evidence is BoundEvidence
        var lines = ["", "Not shown by this evidence"]
        if !isFresh {
            lines.append(
                "  freshness: nothing was expected of \(name), or it was not met, so the evidence may be "
                    + "old or made for somebody else")
        }
        lines += [
            "  what the guest did after it was measured, and side channels",
            "  physical attacks: keys of genuine machines have been extracted through their memory "
                + "buses;\n    only a list of known machines (\(Self.machineClaim(evidence.format))) "
                + "helps",
        ]
        return lines
    }

    private static func machineClaim(_ format: EvidenceFormat) -> String {
        switch format {
        case .snp: "chip-id"
        case .sgx, .tdx: "ppid, platform-instance-id"
        case .nitro: "module-id"
        case .tpm: "attestation-key"
        case .cca: "instance-id"
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
                let place = check.place.map { " (\($0.escapedForDisplay()))" } ?? ""
                return [
                    "  \(number + 1). \(definition.name) (\(definition.field)): found \(found); \(expected)\(place)",
                    "     \(definition.meaning).", "     to admit it: \(check.admittingLine)",
                ]
            }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
