internal import Attestation
internal import Bytes
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
    case tcbInfo
    case cbor
    case cose
    case bundle
    case certificateTable
    case policy
    case firmware

    /// Reads the bytes as that format, and shows what can be shown.
    package func run(_ bytes: [UInt8]) {
        switch self {
        case .snpReport: _ = try? SNPReport(decoding: bytes[...]).fields
        case .quote: _ = try? DCAPQuote(decoding: bytes[...]).fields
        case .certificate: _ = try? Certificate(decoding: bytes[...]).subject.description
        case .revocationList: _ = try? CertificateRevocationList(decoding: bytes[...])
        case .publicKey: _ = try? PublicKey(decoding: bytes[...])
        case .pem: _ = try? PEM.decode(bytes[...], allowsTrailingNull: true)
        case .tcbInfo:
            _ = try? DCAPCollateral.parts(json: bytes[...])
            _ = try? DCAPCollateral.parts(response: bytes[...])
            DCAPCollateral.readSignedObjects(bytes)
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
        case .firmware: _ = try? FirmwareImage(bytes).sevSections()
        }
    }
}
