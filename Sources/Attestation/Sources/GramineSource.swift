import Bytes
import Platform

/// Gramine's pseudo-files inside an SGX enclave (Gramine documentation, "Attestation and secret
/// provisioning").
package struct GramineSource: EvidenceSource {
    static let base = "/dev/attestation"

    private let files: any KernelFiles

    package var name: String { "gramine" }

    package init(files: some KernelFiles) { self.files = files }

    package func evidence(
        reportData: [UInt8]
    ) throws(CollectionFailure) -> EvidenceBundle {
        let wanted = try EvidenceSources.padded(reportData, Self.base)
        let type = String(
            decoding: try read("attestation_type").prefix { $0 != 0x0a }, as: UTF8.self)
        guard type == "dcap" else {
            throw CollectionFailure(
                "attestation type is \(type.debugDescription); only dcap gives quotes",
                in: "\(Self.base)/attestation_type",
                remedy: "set sgx.remote_attestation = \"dcap\" in the Gramine manifest")
        }
        do throws(Errno) {
            try files.write("\(Self.base)/user_report_data", wanted)
        } catch {
            throw CollectionFailure(
                error, "can not be written", in: "\(Self.base)/user_report_data")
        }
        let quote = try read("quote")
        guard !quote.isEmpty else {
            throw CollectionFailure(
                "the quote is empty", in: "\(Self.base)/quote",
                remedy: "check the host's quoting enclave and its AESM service")
        }
        let bundle = EvidenceBundle(.sgx, quote)
        try EvidenceSources.checkEcho(bundle, wanted, "\(Self.base)/quote")
        return bundle
    }

    /// A 16-byte key that SGX derives for this enclave (`_sgx_mrenclave`) or its signer
    /// (`_sgx_mrsigner`).
    package func sealingKey(_ name: String) throws(CollectionFailure) -> [UInt8] {
        let key = try read("keys/\(name)")
        guard key.count == 16 else {
            throw CollectionFailure(
                "key has \(key.count) bytes; 16 are expected", in: "\(Self.base)/keys/\(name)")
        }
        return key
    }

    private func read(_ name: String) throws(CollectionFailure) -> [UInt8] {
        let path = "\(Self.base)/\(name)"
        do throws(Errno) {
            return try files.read(path, limitBytes: 1 << 16)
        } catch {
            throw CollectionFailure(error, "can not be read", in: path)
        }
    }
}
