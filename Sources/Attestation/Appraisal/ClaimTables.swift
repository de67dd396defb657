extension EvidenceFormat {
    /// Every claim that evidence of this format makes.
    package var claimTable: [ClaimDefinition] {
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
