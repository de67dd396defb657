/// A TCB_VERSION (SNP firmware ABI §2.2): eight security version numbers whose order depends on the
/// product line.
package struct SNPTCBVersion: Equatable, Sendable {
    /// The eight bytes, least significant first.
    package let bytes: [UInt8]

    init(_ raw: UInt64) { bytes = (0..<8).map { UInt8(truncatingIfNeeded: raw >> (8 * $0)) } }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The names of the eight bytes on a line; reserved ones are `splN`.
    package static func names(_ line: SNPProductLine) -> [String] {
        switch line {
        case .milan, .genoa:
            ["bootloader", "tee", "spl2", "spl3", "spl4", "spl5", "snp", "microcode"]
        case .turin: ["fmc", "bootloader", "tee", "snp", "spl4", "spl5", "spl6", "microcode"]
        }
    }

    /// Named components without the reserved ones.
    package func components(_ line: SNPProductLine) -> [ClaimValue.Component] {
        zip(Self.names(line), bytes).filter { !$0.0.hasPrefix("spl") }
            .map { ClaimValue.Component($0, UInt64($1)) }
    }

    /// Whether no component is above the other's.
    package func isAtMost(_ other: SNPTCBVersion) -> Bool {
        zip(bytes, other.bytes).allSatisfy { $0 <= $1 }
    }
}
