package import Attestation

/// Texts about policies: what each claim is and takes, and a file to start from.
package enum PolicyExplanation {
    /// Every claim of a format: what it means, what it takes, and what silence means.
    package static func explain(_ format: EvidenceFormat) -> String {
        var lines = ["[\(format.rawValue)]  \(format.title)", ""]
        for claim in format.claimTable {
            lines += [
                "\(claim.name)", "    \(claim.meaning).", "    from      \(claim.field)",
                "    takes     \(ExpectationReader.forms(claim.kind))",
                "    silence   \(silence(claim))",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What it means when a policy says nothing about a claim.
    package static func silence(_ claim: ClaimDefinition) -> String {
        switch claim.demand {
        case .required: "not stated, and must be: refuses everything"
        case .defaulted(let safe): "not stated: \(safe.description)"
        case .optional: "not stated: told, not judged"
        }
    }

    /// A policy to start from. As it stands it refuses everything: each line that must be stated
    /// stands there as a comment.
    package static func template(_ formats: [EvidenceFormat]) -> String {
        var lines = [
            "# Martlet policy. Refuses everything until the lines marked REQUIRED are written.",
            "# `martlet policy explain FORMAT` tells what each claim is and takes.",
            "policy = \(PolicyFile.version)", "name = \"unnamed\"",
        ]
        for format in formats {
            lines += ["", "[\(format.rawValue)]"]
            for claim in format.claimTable { lines += template(claim) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func template(_ claim: ClaimDefinition) -> [String] {
        let note =
            switch claim.demand {
            case .required: "REQUIRED"
            case .defaulted(let safe): "unless stated: \(safe.description)"
            case .optional: "optional"
            }
        return [
            "# \(claim.meaning). (\(note))",
            "# \(claim.name) = \(ExpectationReader.forms(claim.kind))",
        ]
    }

    /// Claims that a policy must state for the formats it accepts, and does not.
    package static func unstated(_ policy: Policy) -> [(format: EvidenceFormat, claim: String)] {
        policy.sections.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { format, section in
            format.claimTable.filter { $0.demand == .required && section[$0.name] == nil }
                .map { (format, $0.name) }
        }
    }
}
