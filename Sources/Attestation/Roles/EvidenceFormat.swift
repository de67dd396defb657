/// The formats of evidence that this verifier knows by name.
package enum EvidenceFormat: String, Sendable, Hashable, CaseIterable {
    /// AMD SEV-SNP attestation report.
    case snp
    /// Intel SGX quote (DCAP).
    case sgx
    /// Intel TDX quote (DCAP).
    case tdx
    /// AWS Nitro Enclaves attestation document.
    case nitro
    /// TPM 2.0 quote.
    case tpm
    /// Arm CCA attestation token.
    case cca

    /// The name that people use.
    package var title: String {
        switch self {
        case .snp: "AMD SEV-SNP report"
        case .sgx: "Intel SGX quote"
        case .tdx: "Intel TDX quote"
        case .nitro: "AWS Nitro attestation document"
        case .tpm: "TPM 2.0 quote"
        case .cca: "Arm CCA token"
        }
    }

    /// Guesses the format from the first bytes; `nil` when they look like none of them.
    ///
    /// A guess decides which decoder refuses the bytes, never whether they are believed.
    package static func detect(_ bytes: ArraySlice<UInt8>) -> EvidenceFormat? {
        let head = Array(bytes.prefix(16))
        guard head.count == 16 else { return nil }
        if bytes.count == 1184, head[1...3] == [0, 0, 0], 0...15 ~= head[0] { return .snp }
        if head.starts(with: [0xff, 0x54, 0x43, 0x47]) { return .tpm }
        if head[1] == 0, 3...5 ~= head[0], head[3] == 0 {
            if head[4...7] == [0x81, 0, 0, 0] { return .tdx }
            if head[4...7] == [0, 0, 0, 0] { return .sgx }
        }
        if head[0] == 0x84 || head.starts(with: [0xd2, 0x84]) { return .nitro }
        if head.starts(with: [0xd9, 0x01, 0x8f]) { return .cca }
        return nil
    }
}
