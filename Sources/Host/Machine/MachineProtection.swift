/// What protects a virtual machine from the host that runs it.
package enum MachineProtection: Equatable, Sendable {
    /// Nothing: QEMU's own translation, for development; `hasKVM` runs it on the processor.
    case none(hasKVM: Bool)
    /// AMD SEV-SNP (QEMU 9.1 and later, `sev-snp-guest`).
    case snp(SNPLaunch)
    /// Intel TDX (QEMU 10.1 and later, `tdx-guest`).
    case tdx(TDXLaunch)
}

/// The parameters of an SEV-SNP launch that evidence shows.
package struct SNPLaunch: Equatable, Sendable {
    /// Firmware that measures kernel, initial disk and command line: OVMF's AmdSev build.
    package var firmware: String
    /// Position of the C-bit in page tables; 51 on all processors with SNP so far.
    package var encryptionBit = 51
    package var lostAddressBits = 1
    /// POLICY of the guest; bit 17 is always 1, bit 16 allows SMT, bit 19 debugging.
    package var policy: UInt64 = 0x3_0000
    /// HOST_DATA, 32 bytes: the owner pin of the keep.
    package var hostData: [UInt8]?
    package var processor = "EPYC-v4"

    package init(firmware: String) { self.firmware = firmware }
}

/// The parameters of a TDX launch that evidence shows.
package struct TDXLaunch: Equatable, Sendable {
    /// Firmware with TDX metadata: OVMF's IntelTdx build.
    package var firmware: String
    /// MRCONFIGID, 48 bytes: the owner pin of the keep.
    package var configurationID: [UInt8]?
    /// Where quotes are made: the vsock port of the quote generation service.
    package var quoteServicePort = 4050

    package init(firmware: String) { self.firmware = firmware }
}
