/// Verified evidence whose report data is that of one live connection.
///
/// Only ``VerifiedEvidence/bound(to:)`` makes one. Its claims are those of the evidence, and the
/// workload's identity, which the report data vouches for.
package struct BoundEvidence: VerifiedEvidence {
    /// The evidence itself.
    package let evidence: any VerifiedEvidence
    /// What it is bound to.
    package let inputs: BindingInputs

    fileprivate init(_ evidence: any VerifiedEvidence, _ inputs: BindingInputs) {
        self.evidence = evidence
        self.inputs = inputs
    }

    package var format: EvidenceFormat { evidence.format }
    package var flags: [String] { evidence.flags }
    package var evidenceBytes: [UInt8] { evidence.evidenceBytes }
    package var root: TrustAnchor? { evidence.root }
    package var instant: Instant { evidence.instant }

    package var steps: [VerificationStep] {
        evidence.steps + [
            VerificationStep(
                "channel binding",
                "report data is that of this connection: keys, TLS exporter, nonce and workload")
        ]
    }

    /// The evidence's claims; the report data's need not be stated, since the binding fixes it, and
    /// the workload's must.
    package var claims: [Claim] {
        let reportData = format.reportDataClaim
        let own = evidence.claims.map { claim in
            claim.definition.name == reportData
                ? Claim(claim.definition.demanding(.optional), claim.value) : claim
        }
        let definition = EvidenceFormat.workloadIdentity.demanding(.required)
        return own + [Claim(definition, .workload(inputs.workload))]
    }
}

extension VerifiedEvidence {
    /// Checks that the evidence was made for one connection.
    ///
    /// - Parameter inputs: the connection as the verifier sees it; the workload is the one that it
    ///   expects there.
    /// - Throws: ``EvidenceRejection`` with reason `binding` when the report data is another.
    package func bound(to inputs: BindingInputs) throws(EvidenceRejection) -> BoundEvidence {
        let wanted = ReportDataBinding.reportData(for: inputs)
        guard case .bytes(let found)? = value(format.reportDataClaim), found == wanted else {
            throw EvidenceRejection(
                .binding, "the report data is not that of this connection and workload",
                in: format.title,
                remedy: "evidence of another connection, another key or another workload "
                    + "proves nothing here; connect again and ask for evidence anew")
        }
        return BoundEvidence(self, inputs)
    }
}

extension EvidenceFormat {
    /// The name of the claim that holds what the attester chose: 64 bytes, or at most 64 where the
    /// format takes fewer.
    package var reportDataClaim: String {
        switch self {
        case .snp, .sgx, .tdx, .cca: "report-data"
        case .nitro: "user-data"
        case .tpm: "nonce"
        }
    }

    /// The claim that evidence makes only on a channel: its report data is a hash with the identity
    /// inside, so a verifier who can not compute that hash can not know the workload.
    static let workloadIdentity = ClaimDefinition(
        "workload-identity", .workload, .optional, field: "report data, on a channel",
        "SHA-384 of the workload that the keep runs, or \"empty\"; must be stated for channels")
}
