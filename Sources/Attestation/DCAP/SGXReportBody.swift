import Bytes

/// An SGX enclave report body (Intel SGX ECDSA QuoteLib reference, "Enclave Report Body"), 384 bytes.
package struct SGXReportBody: Equatable, Sendable {
    static let size = 384

    /// The body, as received.
    package let bytes: [UInt8]

    init(_ bytes: ArraySlice<UInt8>) {
        precondition(bytes.count == Self.size, "an enclave report body is 384 bytes")
        self.bytes = Array(bytes)
    }

    private func slice(_ offset: Int, _ size: Int) -> [UInt8] {
        Array(bytes[offset..<offset + size])
    }

    private func short(_ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    }

    package var cpuSVN: [UInt8] { slice(0, 16) }
    package var miscSelect: [UInt8] { slice(16, 4) }
    package var extendedProductID: [UInt8] { slice(32, 16) }
    /// FLAGS (8 bytes) and XFRM (8 bytes).
    package var attributes: [UInt8] { slice(48, 16) }
    package var mrEnclave: [UInt8] { slice(64, 32) }
    package var mrSigner: [UInt8] { slice(128, 32) }
    package var configID: [UInt8] { slice(192, 64) }
    package var productID: UInt16 { short(256) }
    package var svn: UInt16 { short(258) }
    package var configSVN: UInt16 { short(260) }
    package var familyID: [UInt8] { slice(304, 16) }
    package var reportData: [UInt8] { slice(320, 64) }

    /// FLAGS bit 1: the host may read and change the enclave.
    package var isDebug: Bool { bytes[48] & 2 != 0 }

    /// The fields with their names and places; `base` is the body's own offset.
    func fields(at base: Int) -> [EvidenceField] {
        func field(_ name: String, _ offset: Int, _ size: Int, _ value: String? = nil)
            -> EvidenceField
        {
            EvidenceField(
                name, at: base + offset, size: size, value ?? slice(offset, size).hexadecimal)
        }
        return [
            field("CPUSVN", 0, 16), field("MISCSELECT", 16, 4), field("reserved", 20, 12),
            field("ISVEXTPRODID", 32, 16),
            field("ATTRIBUTES", 48, 16, attributes.hexadecimal + (isDebug ? ": DEBUG" : "")),
            field("MRENCLAVE", 64, 32), field("reserved", 96, 32), field("MRSIGNER", 128, 32),
            field("reserved", 160, 32), field("CONFIGID", 192, 64),
            field("ISVPRODID", 256, 2, "\(productID)"), field("ISVSVN", 258, 2, "\(svn)"),
            field("CONFIGSVN", 260, 2, "\(configSVN)"), field("reserved", 262, 42),
            field("ISVFAMILYID", 304, 16), field("REPORTDATA", 320, 64),
        ]
    }
}
