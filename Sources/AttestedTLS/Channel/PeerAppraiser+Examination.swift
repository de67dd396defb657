package import Attestation
import Diagnostics

extension PeerAppraiser {
    /// Verifies evidence, checks that it is this connection's, and appraises it: a pure function.
    package func examine(
        _ bundle: EvidenceBundle, _ inputs: BindingInputs, at now: Instant
    ) throws(ChannelFailure) -> AttestedPeer {
        let bound: BoundEvidence
        do throws(EvidenceRejection) {
            bound = try bundle.verify(roots: roots, now: now).bound(to: inputs)
        } catch {
            throw ChannelFailure(
                error.reason == .binding ? .binding : .evidence, error.diagnostic.description,
                remedy: error.diagnostic.remedy)
        }
        let isSimulated = Self.isSimulated(bound)
        let appraisal = appraise(bound, policy)
        guard appraisal.isAccepted else { throw Self.refusal(appraisal) }
        guard !isSimulated || allowsSimulated else {
            throw ChannelFailure(
                .simulated, "the evidence is of a simulated TEE, which protects nothing",
                remedy: "for trying things out only: allow simulated evidence (--allow-simulated)")
        }
        return AttestedPeer(
            appraisal: appraisal, workload: inputs.workload,
            publicKey: inputs.attesterPublicKey, isSimulated: isSimulated, bundle: bundle,
            binding: inputs)
    }

    /// Whether evidence that should chain to a vendor's root chains to another one.
    private static func isSimulated(_ evidence: BoundEvidence) -> Bool {
        switch evidence.format {
        case .snp, .sgx, .tdx, .nitro: !(evidence.root?.isVendor ?? false)
        // Keys of these machines are enrolled one by one, in the policy's own roots.
        case .tpm, .cca: false
        }
    }

    private static func refusal(_ appraisal: Appraisal) -> ChannelFailure {
        let format = appraisal.evidence.format
        guard appraisal.formatAccepted else {
            return ChannelFailure(
                .policy, "policy \(appraisal.policyIdentifier) accepts no \(format.title)",
                remedy: "a section [\(format.rawValue)] would")
        }
        let names = appraisal.refusals.map { check in
            "\(format.rawValue).\(check.claim.definition.name)"
                + (check.place.map { " (\($0.escapedForDisplay()))" } ?? "")
        }
        let lines = appraisal.refusals.map(\.admittingLine).joined(separator: "\n    ")
        return ChannelFailure(
            .policy,
            "policy \(appraisal.policyIdentifier) refuses \(names.joined(separator: ", "))",
            remedy: "only if you expect what was found, these lines would admit it:\n    \(lines)")
    }
}
