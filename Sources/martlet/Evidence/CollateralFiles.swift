import Attestation
import Bytes

/// Sorts the files of a collateral directory into the parts that a format names.
enum CollateralFiles {
    /// The parts of a bundle.
    static func parts(
        of files: [(name: String, bytes: [UInt8])], for format: EvidenceFormat
    ) throws(EvidenceRejection) -> [String: [UInt8]] {
        switch format {
        case .snp: return try snp(files)
        case .sgx, .tdx, .nitro, .tpm, .cca:
            return Dictionary(files.map { (part($0.name), $0.bytes) }) { first, _ in first }
        }
    }

    /// Certificates and lists in DER or PEM, or a host's certificate table.
    private static func snp(
        _ files: [(name: String, bytes: [UInt8])]
    ) throws(EvidenceRejection) -> [String: [UInt8]] {
        var encodings: [[UInt8]] = []
        for (name, bytes) in files {
            if bytes.first == 0x30 {
                encodings.append(bytes)
            } else if let table = try? SNPCertificateTable.decode(bytes[...]) {
                encodings += table.sorted { $0.key < $1.key }.map(\.value)
            } else if name.hasSuffix(".pem") || bytes.starts(with: Array("-----".utf8)) {
                encodings += try pem(bytes, name)
            }
        }
        return try SNPCollateral.sort(encodings)
    }

    private static func pem(
        _ bytes: [UInt8], _ name: String
    ) throws(EvidenceRejection) -> [[UInt8]] {
        do throws(MalformedBytes) {
            return try PEM.decode(bytes[...])
        } catch {
            if let lists = try? PEM.decode(bytes[...], label: "X509 CRL") { return lists }
            throw EvidenceRejection(error, in: name)
        }
    }

    /// A part's name from a file's: the last path component without its extension.
    private static func part(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return String(name.split(separator: ".").first ?? name)
    }
}
