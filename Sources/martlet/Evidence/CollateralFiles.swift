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
        case .sgx, .tdx: return try dcap(files)
        case .nitro, .tpm, .cca:
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

    /// One JSON file with everything, or the service's responses and lists as files of a directory:
    /// `tcb-info-chain.pem` and `qe-identity-chain.pem` hold the issuer chains.
    private static func dcap(
        _ files: [(name: String, bytes: [UInt8])]
    ) throws(EvidenceRejection) -> [String: [UInt8]] {
        var parts: [String: [UInt8]] = [:]
        for (name, bytes) in files {
            do throws(MalformedBytes) {
                if bytes.first == UInt8(ascii: "{") {
                    let whole = (try? JSONReader.decode(bytes[...]).member("tcb_info")) != nil
                    let found =
                        whole
                        ? try DCAPCollateral.parts(json: bytes[...])
                        : try DCAPCollateral.parts(response: bytes[...])
                    parts.merge(found) { first, _ in first }
                } else if bytes.first == 0x30 {
                    let list = try CertificateRevocationList(decoding: bytes[...])
                    let isRoot = list.issuer.commonName == "Intel SGX Root CA"
                    parts[isRoot ? "root-crl" : "pck-crl"] = bytes
                } else {
                    parts[part(name)] = bytes
                }
            } catch {
                throw EvidenceRejection(error, in: name)
            }
        }
        return parts
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
