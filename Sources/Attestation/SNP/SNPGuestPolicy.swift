/// POLICY of an SNP guest (SNP firmware ABI §4.3): what the guest's owner allowed at launch.
package struct SNPGuestPolicy: Equatable, Sendable {
    package let rawValue: UInt64

    init(_ rawValue: UInt64) { self.rawValue = rawValue }

    private func bit(_ number: Int) -> Bool { rawValue >> number & 1 == 1 }

    /// Least firmware ABI: major in the high byte.
    package var abiVersion: UInt64 { rawValue & 0xffff }
    package var allowsSMT: Bool { bit(16) }
    /// Bit 17, which must be one.
    var reservedOne: Bool { bit(17) }
    package var allowsMigrationAgent: Bool { bit(18) }
    package var allowsDebug: Bool { bit(19) }
    package var requiresSingleSocket: Bool { bit(20) }
    package var allowsCXL: Bool { bit(21) }
    package var requiresAES256XTS: Bool { bit(22) }
    package var requiresRAPLDisabled: Bool { bit(23) }
    package var requiresCiphertextHiding: Bool { bit(24) }
    package var requiresPageSwapDisabled: Bool { bit(25) }
    /// Bits 26 to 63, which must be zero.
    var reservedBits: UInt64 { rawValue >> 26 }

    /// The names of the bits that are set.
    package var names: [String] {
        let bits = [
            (16, "SMT"), (18, "MIGRATE_MA"), (19, "DEBUG"), (20, "SINGLE_SOCKET"),
            (21, "CXL_ALLOW"), (22, "MEM_AES_256_XTS"), (23, "RAPL_DIS"),
            (24, "CIPHERTEXT_HIDING_DRAM"), (25, "PAGE_SWAP_DISABLE"),
        ]
        return bits.filter { bit($0.0) }.map(\.1)
    }
}
