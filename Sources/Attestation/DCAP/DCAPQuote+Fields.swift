import Bytes

extension DCAPQuote {
    /// Every field with its name and offset, as it lies in the bytes. Nothing here is verified.
    package var fields: [EvidenceField] {
        let data = signatureData
        let end = bytes.count - paddingBytes
        let chainStart = end - data.certificateChain.count
        let authStart = data.qeReportOffset + SGXReportBody.size + 66
        let signature = signedBytes.count + 4
        return header + bodyFields + [
            EvidenceField(
                "signature data length", at: signature - 4, size: 4, "\(end - signature)"),
            EvidenceField(
                "quote signature", at: signature, size: 64, data.quoteSignature.hexadecimal),
            EvidenceField(
                "attestation key", at: signature + 64, size: 64, data.attestationKey.hexadecimal),
        ]
            + data.qeReport.fields(at: data.qeReportOffset).map {
                EvidenceField("QE \($0.name)", at: $0.offset, size: $0.size, $0.value)
            } + [
                EvidenceField(
                    "QE report signature", at: data.qeReportOffset + SGXReportBody.size, size: 64,
                    data.qeReportSignature.hexadecimal),
                EvidenceField(
                    "QE authentication data", at: authStart, size: data.authenticationData.count,
                    data.authenticationData.hexadecimal),
                EvidenceField(
                    "PCK certificate chain", at: chainStart, size: data.certificateChain.count,
                    chainSummary),
                EvidenceField("padding", at: end, size: paddingBytes, "zero"),
            ]
    }

    private var header: [EvidenceField] {
        func hex(_ offset: Int, _ size: Int) -> String { bytes[offset..<offset + size].hexadecimal }
        return [
            EvidenceField("version", at: 0, size: 2, "\(version)"),
            EvidenceField("attestation key type", at: 2, size: 2, "2: ECDSA on P-256"),
            EvidenceField("TEE type", at: 4, size: 4, format == .tdx ? "0x81: TDX" : "0: SGX"),
            EvidenceField("QE SVN", at: 8, size: 2, hex(8, 2)),
            EvidenceField("PCE SVN", at: 10, size: 2, hex(10, 2)),
            EvidenceField("QE vendor", at: 12, size: 16, hex(12, 16) + ": Intel"),
            EvidenceField("user data", at: 28, size: 20, hex(28, 20)),
        ]
            + (version == 5
                ? [
                    EvidenceField("body type", at: 48, size: 2, hex(48, 2)),
                    EvidenceField("body size", at: 50, size: 4, hex(50, 4)),
                ] : [])
    }

    private var bodyFields: [EvidenceField] {
        switch body {
        case .sgx(let report): report.fields(at: bodyOffset)
        case .tdx(let report): report.fields(at: bodyOffset)
        }
    }

    private var chainSummary: String {
        let certificates =
            (try? PEM.decode(signatureData.certificateChain, allowsTrailingNull: true)) ?? []
        let names = certificates.map { encoding in
            (try? Certificate(decoding: encoding[...]))?.subject.description ?? "unreadable"
        }
        return "PEM: " + names.joined(separator: ", ")
    }
}

extension DCAPQuote {
    /// The 64 bytes that the enclave or TD chose.
    package var reportData: [UInt8] {
        switch body {
        case .sgx(let report): report.reportData
        case .tdx(let report): report.reportData
        }
    }

    /// The platform's certificate, unverified; `nil` when it can not be read.
    package var platformCertificate: Certificate? {
        let chain = try? PEM.decode(signatureData.certificateChain, allowsTrailingNull: true)
        return chain?.first.flatMap { try? Certificate(decoding: $0[...]) }
    }

    /// What the platform's certificate says, unverified; `nil` when it can not be read.
    package var platformExtension: PCKExtension? {
        platformCertificate.flatMap { try? PCKExtension($0) }
    }
}
