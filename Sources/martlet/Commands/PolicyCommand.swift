import ArgumentParser
import Attestation
import Diagnostics
import PolicyFile

/// `martlet policy`.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Write, explain and check policies for evidence.",
        subcommands: [Initialize.self, Explain.self, Check.self])

    struct Initialize: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Print a policy to start from; as it stands it refuses everything.")

        @Argument(help: "Formats of evidence: snp, sgx, tdx, nitro, tpm or cca.")
        var formats: [String]

        func run() throws {
            print(
                PolicyExplanation.template(try PolicyCommand.evidenceFormats(formats)),
                terminator: "")
        }
    }

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Tell what each claim is, takes, and means when not stated.")

        @Argument(help: "Formats of evidence: snp, sgx, tdx, nitro, tpm or cca.")
        var formats: [String]

        func run() throws {
            for format in try PolicyCommand.evidenceFormats(formats) {
                print(PolicyExplanation.explain(format))
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check a policy: unknown keys are errors, gaps are told.")

        @Argument(help: "Policy file.")
        var file: String

        func run() throws {
            let policy: Policy
            do throws(Diagnostic) {
                (policy, _) = try PolicyReading.policy(file)
            } catch {
                throw failure(error, .data)
            }
            let gaps = PolicyExplanation.unstated(policy)
            for (format, section) in policy.sections.sorted(by: {
                $0.key.rawValue < $1.key.rawValue
            }) {
                print("[\(format.rawValue)]")
                for claim in format.claimTable {
                    let rule =
                        section[claim.name].map(\.description) ?? PolicyExplanation.silence(claim)
                    print("  \(claim.name): \(rule)")
                }
            }
            guard gaps.isEmpty, !policy.sections.isEmpty else {
                let what =
                    policy.sections.isEmpty
                    ? "the policy accepts no format of evidence"
                    : "the policy refuses everything until it states "
                        + gaps.map { "\($0.format.rawValue).\($0.claim)" }.joined(separator: ", ")
                throw failure(
                    Diagnostic(what: what, where: file, remedy: "martlet policy explain FORMAT"),
                    .data)
            }
        }
    }

    fileprivate static func evidenceFormats(_ names: [String]) throws -> [EvidenceFormat] {
        try names.map { name in
            guard let format = EvidenceFormat(rawValue: name) else {
                throw ValidationError("unknown format \(name)")
            }
            return format
        }
    }
}
