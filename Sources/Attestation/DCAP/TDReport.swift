import Bytes

/// A TD report body (Intel TDX DCAP quoting library, "TD Quote Body"): version 1.0 of 584 bytes or 1.5 of
/// 648.
package struct TDReport: Equatable, Sendable {
    static let size10 = 584
    static let size15 = 648

    /// The body, as received.
    package let bytes: [UInt8]

    init(_ bytes: ArraySlice<UInt8>) {
        precondition(
            bytes.count == Self.size10 || bytes.count == Self.size15,
            "a TD report has one of two sizes")
        self.bytes = Array(bytes)
    }

    private func slice(_ offset: Int, _ size: Int) -> [UInt8] {
        Array(bytes[offset..<offset + size])
    }

    /// Whether the body is of version 1.5.
    package var isVersion15: Bool { bytes.count == Self.size15 }

    package var teeTCBSVN: [UInt8] { slice(0, 16) }
    package var mrSEAM: [UInt8] { slice(16, 48) }
    package var mrSignerSEAM: [UInt8] { slice(64, 48) }
    package var seamAttributes: [UInt8] { slice(112, 8) }
    package var tdAttributes: [UInt8] { slice(120, 8) }
    package var xfam: [UInt8] { slice(128, 8) }
    package var mrTD: [UInt8] { slice(136, 48) }
    package var mrConfigID: [UInt8] { slice(184, 48) }
    package var mrOwner: [UInt8] { slice(232, 48) }
    package var mrOwnerConfig: [UInt8] { slice(280, 48) }
    package var reportData: [UInt8] { slice(520, 64) }
    /// Version 1.5: the TDX module that runs now, which may be newer than at launch.
    package var teeTCBSVN2: [UInt8]? { isVersion15 ? slice(584, 16) : nil }
    /// Version 1.5: the service TDs bound to this one.
    package var mrServiceTD: [UInt8]? { isVersion15 ? slice(600, 48) : nil }

    /// RTMR 0 to 3.
    package func rtmr(_ index: Int) -> [UInt8] { slice(328 + 48 * index, 48) }

    /// ATTRIBUTES as a number.
    package var attributeBits: UInt64 {
        tdAttributes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func bit(_ number: Int) -> Bool { attributeBits >> number & 1 == 1 }

    /// TUD bit 0.
    package var isDebug: Bool { bit(0) }
    /// TUD bits 1 to 7: reserved; any of them makes the TD untrusted.
    package var hasReservedTUD: Bool { attributeBits & 0xfe != 0 }
    package var sharedPagesFault: Bool { bit(28) }
    package var isMigratable: Bool { bit(29) }
    package var hasProtectionKeys: Bool { bit(30) }
    package var hasKeyLocker: Bool { bit(31) }
    package var hasPerformanceMonitoring: Bool { bit(63) }
    /// Whether a service TD is bound to this one.
    package var hasServiceTD: Bool { mrServiceTD?.contains { $0 != 0 } ?? false }

    private var attributeNames: [String] {
        let names = [
            (0, "DEBUG"), (28, "SEPT_VE_DISABLE"), (29, "MIGRATABLE"), (30, "PKS"), (31, "KL"),
            (63, "PERFMON"),
        ]
        return names.filter { bit($0.0) }.map(\.1)
    }

    /// The fields with their names and places; `base` is the body's own offset.
    func fields(at base: Int) -> [EvidenceField] {
        func field(_ name: String, _ offset: Int, _ size: Int, _ note: String = "") -> EvidenceField
        {
            EvidenceField(
                name, at: base + offset, size: size,
                slice(offset, size).hexadecimal + (note.isEmpty ? "" : ": " + note))
        }
        let common = [
            field("TEE_TCB_SVN", 0, 16), field("MRSEAM", 16, 48), field("MRSIGNERSEAM", 64, 48),
            field("SEAMATTRIBUTES", 112, 8),
            field("TDATTRIBUTES", 120, 8, attributeNames.joined(separator: ", ")),
            field("XFAM", 128, 8), field("MRTD", 136, 48), field("MRCONFIGID", 184, 48),
            field("MROWNER", 232, 48), field("MROWNERCONFIG", 280, 48), field("RTMR0", 328, 48),
            field("RTMR1", 376, 48), field("RTMR2", 424, 48), field("RTMR3", 472, 48),
            field("REPORTDATA", 520, 64),
        ]
        guard isVersion15 else { return common }
        return common + [field("TEE_TCB_SVN2", 584, 16), field("MRSERVICETD", 600, 48)]
    }
}
