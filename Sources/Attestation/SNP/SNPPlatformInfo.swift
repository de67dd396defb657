/// PLATFORM_INFO (SNP firmware ABI §7.3, table "PLATFORM_INFO"): how the machine is set up.
package struct SNPPlatformInfo: Equatable, Sendable {
    package let rawValue: UInt64

    init(_ rawValue: UInt64) { self.rawValue = rawValue }

    private func bit(_ number: Int) -> Bool { rawValue >> number & 1 == 1 }

    package var smtEnabled: Bool { bit(0) }
    package var tsmeEnabled: Bool { bit(1) }
    package var eccEnabled: Bool { bit(2) }
    package var raplDisabled: Bool { bit(3) }
    package var ciphertextHiding: Bool { bit(4) }
    /// Memory was checked for aliases since boot (AMD-SB-3015); reports from version 3 say so.
    package var aliasCheckComplete: Bool { bit(5) }
    package var tioEnabled: Bool { bit(7) }
    /// Bits without a name here. Genuine machines set bit 6, so they are told and not refused.
    package var unknownBits: UInt64 { rawValue & ~0xbf }

    /// The names of the bits that are set.
    package var names: [String] {
        let bits = [
            (0, "SMT_EN"), (1, "TSME_EN"), (2, "ECC_EN"), (3, "RAPL_DIS"),
            (4, "CIPHERTEXT_HIDING_DRAM_EN"), (5, "ALIAS_CHECK_COMPLETE"), (7, "SEV_TIO_EN"),
        ]
        let unknown = (0..<64).filter { unknownBits >> $0 & 1 == 1 }.map { "bit \($0)" }
        return bits.filter { bit($0.0) }.map(\.1) + unknown
    }
}
