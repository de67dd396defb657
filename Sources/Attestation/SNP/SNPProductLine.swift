/// A line of AMD processors that share a root key.
package enum SNPProductLine: String, Sendable, Hashable, CaseIterable {
    case milan
    case genoa
    case turin

    /// The name in certificates, such as `ARK-Milan`.
    package var certificateName: String {
        switch self {
        case .milan: "Milan"
        case .genoa: "Genoa"
        case .turin: "Turin"
        }
    }

    /// The line of a certificate's productName: `Milan`, or `Milan-B0` with a stepping.
    init?(productName: String) {
        let parts = productName.split(separator: "-", omittingEmptySubsequences: false)
        guard let line = Self.allCases.first(where: { $0.certificateName == parts[0] }) else {
            return nil
        }
        if parts.count == 2 {
            let stepping = Array(parts[1].utf8)
            guard stepping.count == 2, 0x41...0x5a ~= stepping[0], 0x30...0x39 ~= stepping[1] else {
                return nil
            }
        } else if parts.count > 2 {
            return nil
        }
        self = line
    }

    /// The line of a processor by its combined CPUID family and model (AMD document 56860,
    /// SNP firmware ABI, table of CPUID values; Genoa covers Bergamo and Siena).
    init?(family: UInt8, model: UInt8) {
        switch (family, model) {
        case (0x19, 0x00...0x0f): self = .milan
        case (0x19, 0x10...0x1f), (0x19, 0xa0...0xaf): self = .genoa
        case (0x1a, 0x00...0x11): self = .turin
        default: return nil
        }
    }

    /// Bytes of a chip's identifier that mean something.
    var chipIdentifierBytes: Int { self == .turin ? 8 : 64 }
}
