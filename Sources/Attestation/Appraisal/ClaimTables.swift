extension EvidenceFormat {
    /// Every claim that evidence of this format makes.
    package var claimTable: [ClaimDefinition] {
        switch self {
        case .snp: SNPClaims.table
        case .sgx, .tdx, .nitro, .tpm, .cca: []
        }
    }
}
