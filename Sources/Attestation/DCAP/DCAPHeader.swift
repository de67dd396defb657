import Bytes

/// The 48 bytes that begin every quote.
struct DCAPHeader {
    let version: UInt16
    let keyType: UInt16
    let teeType: UInt32
    let vendor: ArraySlice<UInt8>

    init(_ reader: inout ByteReader) throws(MalformedBytes) {
        version = try reader.integer("version")
        keyType = try reader.integer("attestation key type")
        teeType = try reader.integer("TEE type")
        _ = try reader.bytes(4, "QE SVN and PCE SVN")
        vendor = try reader.bytes(16, "QE vendor")
        _ = try reader.bytes(20, "user data")
    }

    func check(vendor expected: String) throws(EvidenceRejection) {
        guard 3...5 ~= version else {
            throw unsupported("version at offset 0 is \(version); 3, 4 and 5 are known")
        }
        guard keyType == 2 else {
            throw unsupported(
                "attestation key type at offset 2 is \(keyType); 2, ECDSA on P-256, is known")
        }
        guard teeType == 0 || teeType == 0x81 && version >= 4 else {
            throw unsupported(
                "TEE type at offset 4 is 0x\(String(teeType, radix: 16)) in version \(version); "
                    + "0 (SGX) and, from version 4, 0x81 (TDX) are known")
        }
        guard vendor.hexadecimal == expected else {
            throw unsupported("quoting enclave at offset 12 is of vendor \(vendor.hexadecimal)")
        }
    }

    private func unsupported(_ what: String) -> EvidenceRejection {
        EvidenceRejection(.unsupported, what, in: DCAPQuote.place)
    }
}
