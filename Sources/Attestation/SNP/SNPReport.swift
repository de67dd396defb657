import Bytes

/// An SEV-SNP ATTESTATION_REPORT (AMD document 56860, SNP firmware ABI, §7.3), decoded and not believed.
///
/// The bytes are kept as received, and its fields are read from them.
package struct SNPReport: Equatable, Sendable {
    /// Bytes of a report.
    package static let size = 0x4a0
    /// Bytes from the start that the signature covers.
    static let signedSize = 0x2a0

    /// The report, as received.
    package let bytes: [UInt8]

    /// Decodes a report of version 1 to 5.
    ///
    /// - Throws: ``EvidenceRejection`` for any other size or version, and for reserved bytes that
    ///   are not zero: signed or not, nothing may hide in them.
    package init(decoding bytes: ArraySlice<UInt8>) throws(EvidenceRejection) {
        guard bytes.count == Self.size else {
            throw EvidenceRejection(
                .malformed, "\(bytes.count) bytes; a report has \(Self.size)", in: Self.place,
                remedy: "give the report alone, without headers or certificates")
        }
        self.bytes = Array(bytes)
        guard 1...5 ~= version else {
            throw EvidenceRejection(
                .unsupported, "VERSION at offset 0x000 is \(version); 2 to 5 are known",
                in: Self.place)
        }
        guard integer(0x034, UInt32.self) == 1 else {
            throw EvidenceRejection(
                .unsupported,
                "SIGNATURE_ALGO at offset 0x034 is \(integer(0x034, UInt32.self)); "
                    + "1, ECDSA P-384 with SHA-384, is known", in: Self.place)
        }
        try checkReserved()
        try checkPolicyAndKey()
    }

    static let place = "SEV-SNP report"

    /// Ranges that must be zero, by version.
    private var reservedRanges: [Range<Int>] {
        [
            0x04c..<0x050, version >= 3 ? 0x18b..<0x1a0 : 0x188..<0x1a0, 0x1eb..<0x1ec,
            0x1ef..<0x1f0, version >= 5 ? 0x208..<0x2a0 : 0x1f8..<0x2a0,
            // R and S are 72 bytes wide and hold 48; the tail follows the signature unsigned.
            0x2a0 + 48..<0x2e8, 0x2e8 + 48..<0x330, 0x330..<0x4a0,
        ]
    }

    private func checkReserved() throws(EvidenceRejection) {
        for range in reservedRanges {
            guard let offset = range.first(where: { bytes[$0] != 0 }) else { continue }
            throw EvidenceRejection(
                .malformed,
                "byte at offset 0x\(String(offset, radix: 16)) is \(bytes[offset]); "
                    + "reserved bytes must be zero", in: Self.place)
        }
    }

    private func checkPolicyAndKey() throws(EvidenceRejection) {
        guard guestPolicy.reservedOne, guestPolicy.reservedBits == 0 else {
            throw EvidenceRejection(
                .malformed,
                "POLICY at offset 0x008 is 0x\(String(guestPolicy.rawValue, radix: 16)); "
                    + "bit 17 must be one, bits 26 to 63 zero", in: Self.place)
        }
        guard keyInfo.reservedBits == 0, let signingKey = keyInfo.signingKey else {
            throw EvidenceRejection(
                .malformed,
                "KEY_INFO at offset 0x048 is 0x\(String(keyInfo.rawValue, radix: 16)); "
                    + "unknown signing key or reserved bits", in: Self.place)
        }
        guard signingKey != .none, !keyInfo.masksChipKey else {
            throw EvidenceRejection(
                .signature, "KEY_INFO at offset 0x048 says that the report is not signed",
                in: Self.place)
        }
        guard vmpl <= 3 || isHostRequested else {
            throw EvidenceRejection(
                .malformed, "VMPL at offset 0x030 is \(vmpl)", in: Self.place)
        }
    }

    /// A little-endian integer at a fixed offset inside the report.
    func integer<T: FixedWidthInteger>(_ offset: Int, _: T.Type) -> T {
        (0..<T.bitWidth / 8).reduce(0) {
            $0 | T(truncatingIfNeeded: bytes[offset + $1]) << (8 * $1)
        }
    }

    private func slice(_ offset: Int, _ size: Int) -> [UInt8] {
        Array(bytes[offset..<offset + size])
    }

    private func firmware(_ offset: Int) -> SNPFirmwareVersion {
        SNPFirmwareVersion(
            major: bytes[offset + 2], minor: bytes[offset + 1], build: bytes[offset])
    }
}

extension SNPReport {
    package var version: UInt32 { integer(0x000, UInt32.self) }
    package var guestSVN: UInt32 { integer(0x004, UInt32.self) }
    package var guestPolicy: SNPGuestPolicy { SNPGuestPolicy(integer(0x008, UInt64.self)) }
    package var familyID: [UInt8] { slice(0x010, 16) }
    package var imageID: [UInt8] { slice(0x020, 16) }
    package var vmpl: UInt32 { integer(0x030, UInt32.self) }
    /// The host asked for the report, not the guest.
    package var isHostRequested: Bool { vmpl == .max }
    package var currentTCB: SNPTCBVersion { SNPTCBVersion(integer(0x038, UInt64.self)) }
    package var platformInfo: SNPPlatformInfo { SNPPlatformInfo(integer(0x040, UInt64.self)) }
    package var keyInfo: SNPKeyInfo { SNPKeyInfo(integer(0x048, UInt32.self)) }
    package var reportData: [UInt8] { slice(0x050, 64) }
    package var measurement: [UInt8] { slice(0x090, 48) }
    package var hostData: [UInt8] { slice(0x0c0, 32) }
    package var idKeyDigest: [UInt8] { slice(0x0e0, 48) }
    package var authorKeyDigest: [UInt8] { slice(0x110, 48) }
    package var reportID: [UInt8] { slice(0x140, 32) }
    package var migrationAgentReportID: [UInt8] { slice(0x160, 32) }
    package var reportedTCB: SNPTCBVersion { SNPTCBVersion(integer(0x180, UInt64.self)) }
    /// Combined CPUID family, model and stepping; from version 3.
    package var processor: (family: UInt8, model: UInt8, stepping: UInt8)? {
        version >= 3 ? (bytes[0x188], bytes[0x189], bytes[0x18a]) : nil
    }
    package var chipID: [UInt8] { slice(0x1a0, 64) }
    package var committedTCB: SNPTCBVersion { SNPTCBVersion(integer(0x1e0, UInt64.self)) }
    package var currentFirmware: SNPFirmwareVersion { firmware(0x1e8) }
    package var committedFirmware: SNPFirmwareVersion { firmware(0x1ec) }
    package var launchTCB: SNPTCBVersion { SNPTCBVersion(integer(0x1f0, UInt64.self)) }
    /// Mitigations in force at launch; from version 5.
    package var launchMitigations: UInt64? { version >= 5 ? integer(0x1f8, UInt64.self) : nil }
    /// Mitigations in force now; from version 5.
    package var currentMitigations: UInt64? { version >= 5 ? integer(0x200, UInt64.self) : nil }

    /// The part that is signed.
    var signedBytes: ArraySlice<UInt8> { bytes[..<Self.signedSize] }

    /// The signature as r || s, big-endian, 48 bytes each; the report holds them little-endian.
    var rawSignature: [UInt8] { slice(0x2a0, 48).reversed() + slice(0x2e8, 48).reversed() }
}
