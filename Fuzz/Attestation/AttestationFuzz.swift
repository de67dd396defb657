internal import Attestation
internal import Bytes
internal import Cryptography
internal import Diagnostics
internal import PolicyFile

/// What reads foreign bytes in the attestation rooms, each by a name.
///
/// Any outcome is right but a crash, a hang or memory without bound.
package enum AttestationFuzz: String, CaseIterable, Sendable {
    case snpReport
    case quote
    case certificate
    case revocationList
    case publicKey
    case pem
    case collateral
    case tcbInfo
    case cbor
    case cose
    case bundle
    case certificateTable
    case policy
    case firmware
    case certificateRequest
    case eventLog
    case tpmQuote
    case nitroDocument
    case ccaToken
    case ratlsCertificate
    case toml
    case enclaveLayout
    case elf

    /// Reads the bytes as that format, and shows what can be shown.
    package func run(_ bytes: [UInt8]) {
        switch self {
        case .snpReport: _ = try? SNPReport(decoding: bytes[...]).fields
        case .quote: _ = try? DCAPQuote(decoding: bytes[...]).fields
        case .certificate: _ = try? Certificate(decoding: bytes[...]).subject.description
        case .revocationList: _ = try? CertificateRevocationList(decoding: bytes[...])
        case .publicKey: _ = try? PublicKey(decoding: bytes[...])
        case .pem: _ = try? PEM.decode(bytes[...], allowsTrailingNull: true)
        case .collateral:
            _ = try? DCAPCollateral.parts(json: bytes[...])
            _ = try? DCAPCollateral.parts(response: bytes[...])
        case .tcbInfo: DCAPCollateral.readSignedObjects(bytes)
        case .cbor:
            for rules in [CBORRules.definite, .indefinite, .deterministic] {
                _ = try? CBORReader.decode(bytes[...], rules: rules).deterministicEncoding
            }
        case .cose: _ = try? COSESign1(decoding: bytes[...])
        case .bundle: _ = try? EvidenceBundle(decoding: bytes[...]).fields()
        case .certificateTable: _ = try? SNPCertificateTable.decode(bytes[...])
        case .policy:
            if let text = String(validating: bytes, as: UTF8.self) {
                _ = try? PolicyFile(text, name: "policy.toml")
            }
        case .firmware:
            _ = try? FirmwareImage(bytes).sevSections()
            _ = try? FirmwareImage(bytes).tdxSections()
        case .certificateRequest:
            if let request = try? CertificateRequest(decoding: bytes[...]) {
                _ = try? request.verify().boundQuote()
            }
        case .eventLog:
            let log = try? TPMEventLog(decoding: bytes[...])
            for hash in [HashAlgorithm.sha256, .sha384] { _ = log?.replay(hash) }
        case .tpmQuote: _ = try? TPMQuote(decoding: bytes[...]).fields
        case .nitroDocument: _ = try? NitroDocument(decoding: bytes[...]).fields
        case .ccaToken: _ = try? CCAToken(decoding: bytes[...]).fields
        case .ratlsCertificate: _ = try? RATLSCertificate(decoding: bytes[...]).boundQuote()
        case .elf: _ = try? ELFImage(bytes).areas(at: 0)
        case .enclaveLayout:
            _ = try? EnclaveLayoutFile.read(bytes, name: "layout.toml") {
                (_) throws(Diagnostic) in bytes
            }
        case .toml:
            if let text = String(validating: bytes, as: UTF8.self) {
                _ = try? TOMLReader.decode(text)
            }
        }
    }
}
