import Cryptography

/// The 64 bytes that a keep asks its hardware to sign: one hash over everything that a relying party
/// must know is true of the connection in front of it.
///
/// `Documentation/Formats/ReportData.md` has the encoding.
package enum ReportDataBinding {
    /// First of the hashed fields: no other use of SHA-512 here begins so.
    package static let label = "martlet report data v1"

    /// The report data of a connection: SHA-512 of ``encoding(of:)``, 64 bytes.
    package static func reportData(for inputs: BindingInputs) -> [UInt8] {
        Hash.digest(encoding(of: inputs), .sha512)
    }

    /// The hashed bytes: every field in its place, each told by its length, so that no two different
    /// inputs have one encoding.
    package static func encoding(of inputs: BindingInputs) -> [UInt8] {
        var bytes: [UInt8] = []
        append(Array(label.utf8), to: &bytes)
        append(Array(inputs.attester.rawValue.utf8), to: &bytes)
        append(inputs.attesterPublicKey, to: &bytes)
        append(optional: inputs.peerPublicKey, to: &bytes)
        append(inputs.exporter, to: &bytes)
        append(inputs.nonce, to: &bytes)
        append(optional: inputs.workload.digestBytes, to: &bytes)
        return bytes
    }

    /// A length in four bytes, the most significant first, and the field.
    private static func append(_ field: [UInt8], to bytes: inout [UInt8]) {
        let count = UInt32(truncatingIfNeeded: field.count)  // At most 2,048.
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
        bytes += field
    }

    /// One byte, 1 and the field or 0 and nothing.
    private static func append(optional field: [UInt8]?, to bytes: inout [UInt8]) {
        bytes.append(field == nil ? 0 : 1)
        if let field { append(field, to: &bytes) }
    }
}
