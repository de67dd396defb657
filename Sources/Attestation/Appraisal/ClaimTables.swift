extension EvidenceFormat {
    /// Every claim that a policy may speak of for this format: those of the evidence, and the one
    /// that evidence makes only on a channel.
    package var claimTable: [ClaimDefinition] { ownClaims + [Self.workloadIdentity] }

    private var ownClaims: [ClaimDefinition] {
        switch self {
        case .snp: SNPClaims.table
        case .sgx: SGXClaims.table
        case .tdx: TDXClaims.table
        case .nitro: NitroClaims.table
        case .tpm: TPMClaims.table
        case .cca: CCAClaims.table
        }
    }
}
