package import Bytes

/// The certificate table of an extended report (GHCB specification, SNP_EXT_GUEST_REQUEST), which hosts
/// hand over through `auxblob`: entries of GUID, offset and length, an entry of zeros, the data.
package enum SNPCertificateTable {
    /// Most bytes of a table.
    package static let maximumBytes = 128 * 1024

    /// Parts of a bundle by the GUIDs of the entries, in the byte order of the table.
    private static let names: [[UInt8]: String] = [
        guid("63da758d-e664-4564-adc5-f4b93be8accd"): SNPCollateral.Part.endorsementKey,
        guid("a8074bc2-a25a-483e-aae6-39c045a0b8a1"): SNPCollateral.Part.endorsementKey,
        guid("4ab7b379-bbac-4fe4-a02f-05aef327c782"): SNPCollateral.Part.signingKey,
    ]

    /// A GUID as memory holds it: the first three groups little-endian.
    private static func guid(_ text: String) -> [UInt8] {
        let groups = text.split(separator: "-").compactMap { [UInt8](hexadecimal: $0) }
        return groups.prefix(3).flatMap { $0.reversed() } + groups.dropFirst(3).flatMap(\.self)
    }

    /// Reads the certificates out of a table; the root is left out, and entries of unknown kinds
    /// are skipped, since hosts may add their own.
    package static func decode(
        _ bytes: ArraySlice<UInt8>
    ) throws(MalformedBytes) -> [String: [UInt8]] {
        guard bytes.count <= maximumBytes else {
            throw MalformedBytes(
                field: "certificate table", offset: 0,
                problem: "\(bytes.count) bytes; at most \(maximumBytes) are read")
        }
        let all = Array(bytes)
        var reader = ByteReader(all)
        var parts: [String: [UInt8]] = [:]
        while true {
            let start = reader.offset
            let kind = Array(try reader.bytes(16, "GUID"))
            let offset = Int(try reader.integer("offset", as: UInt32.self))
            let count = Int(try reader.integer("length", as: UInt32.self))
            if kind.allSatisfy({ $0 == 0 }) { return parts }
            guard offset >= reader.offset, offset <= all.count, count <= all.count - offset else {
                throw MalformedBytes(
                    field: "certificate table", offset: start,
                    problem:
                        "entry of \(count) bytes at \(offset) lies outside its \(all.count) bytes")
            }
            guard let name = names[kind] else { continue }
            guard parts.updateValue(Array(all[offset..<offset + count]), forKey: name) == nil else {
                throw MalformedBytes(
                    field: "certificate table", offset: start, problem: "two entries are \(name)")
            }
        }
    }
}
