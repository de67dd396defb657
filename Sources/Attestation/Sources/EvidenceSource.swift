/// Where evidence of this TEE comes from.
package protocol EvidenceSource: Sendable {
    /// A name for logs and results, such as `configfs-tsm`.
    var name: String { get }

    /// Evidence that carries `reportData`, at most 64 bytes, with the collateral that is at hand.
    ///
    /// The source has checked that the evidence repeats the data, and nothing else about it.
    func evidence(reportData: [UInt8]) throws(CollectionFailure) -> EvidenceBundle
}

/// Finds the source that this machine has.
package enum EvidenceSources {
    /// The first source whose files are there, by capability: the kernel's report interface, the SEV
    /// guest device, Gramine's files.
    ///
    /// - Parameter name: makes a name that no other request uses, for the kernel's report directory.
    package static func detect(
        _ files: some KernelFiles, name: @escaping @Sendable () -> String
    ) -> (any EvidenceSource)? {
        if files.exists(ReportDirectorySource.base) {
            return ReportDirectorySource(files: files, makeName: name)
        }
        if files.exists(SEVGuestSource.device) { return SEVGuestSource(files: files) }
        if files.exists(GramineSource.base + "/quote") { return GramineSource(files: files) }
        return nil
    }

    /// 64 bytes: the data and zeros after it.
    static func padded(
        _ reportData: [UInt8], _ place: String
    ) throws(CollectionFailure) -> [UInt8] {
        guard reportData.count <= 64 else {
            throw CollectionFailure(
                "\(reportData.count) bytes of report data; 64 is the most", in: place,
                remedy: "give a digest of what is longer")
        }
        return reportData + [UInt8](repeating: 0, count: 64 - reportData.count)
    }

    /// Requires that evidence repeats the report data that was asked for: a host or another
    /// process may have got in between.
    static func checkEcho(
        _ bundle: EvidenceBundle, _ reportData: [UInt8], _ place: String
    ) throws(CollectionFailure) {
        guard bundle.reportData == reportData else {
            throw CollectionFailure(
                "the evidence does not carry the report data that was asked for", in: place,
                remedy: "another process may use the same interface", isTransient: true)
        }
    }
}

extension EvidenceBundle {
    /// The report data in evidence, unverified; `nil` when the format has none or bytes are missing.
    package var reportData: [UInt8]? {
        switch format {
        case .snp: field(at: 0x50, count: 64)
        case .sgx: field(at: 48 + 320, count: 64)
        case .tdx: field(at: tdxBody + 520, count: 64)
        case .nitro, .tpm, .cca: nil
        }
    }

    /// What whoever launched the machine gave along (SNP's HOST_DATA, TDX's MRCONFIGID), unverified;
    /// `nil` when the format has none or bytes are missing.
    package var launchData: [UInt8]? {
        switch format {
        case .snp: field(at: 0xC0, count: 32)
        case .tdx: field(at: tdxBody + 184, count: 48)
        case .sgx, .nitro, .tpm, .cca: nil
        }
    }

    /// Where the TD report begins in a quote of version 4 or 5.
    private var tdxBody: Int { evidence.first == 5 ? 54 : 48 }

    private func field(at offset: Int, count: Int) -> [UInt8]? {
        evidence.count >= offset + count ? Array(evidence[offset..<offset + count]) : nil
    }
}
