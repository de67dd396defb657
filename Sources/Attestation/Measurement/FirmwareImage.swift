package import Bytes

/// An OVMF firmware image and the tables at its end (edk2, OvmfPkg/ResetVector): GUID, size and data of
/// each, read backwards from a footer 32 bytes before the end.
package struct FirmwareImage: Sendable {
    /// Largest image that is read, in bytes.
    package static let maximumBytes = 64 << 20

    /// The image.
    package let bytes: [UInt8]
    /// Tables by GUID as memory holds it.
    private let tables: [[UInt8]: ArraySlice<UInt8>]

    private static let footer = guid("96b582de-1fb2-45f7-baea-a366c55a082d")
    private static let headerBytes = 18

    /// Reads an image.
    ///
    /// - Throws: ``MalformedBytes`` when it is not whole pages or its tables do not add up. An image
    ///   without tables is read, and has none.
    package init(_ bytes: [UInt8]) throws(MalformedBytes) {
        guard !bytes.isEmpty, bytes.count <= Self.maximumBytes, bytes.count.isMultiple(of: 4096)
        else {
            throw MalformedBytes(
                field: "firmware", offset: 0,
                problem: "\(bytes.count) bytes; whole pages of 4096, at most \(Self.maximumBytes)")
        }
        self.bytes = bytes
        tables = try Self.tables(bytes)
    }

    /// A GUID as memory holds it: the first three groups little-endian.
    static func guid(_ text: String) -> [UInt8] {
        let groups = text.split(separator: "-").compactMap { [UInt8](hexadecimal: $0) }
        return groups.prefix(3).flatMap { $0.reversed() } + groups.dropFirst(3).flatMap(\.self)
    }

    private static func tables(
        _ bytes: [UInt8]
    ) throws(MalformedBytes) -> [[UInt8]: ArraySlice<UInt8>] {
        let footerStart = bytes.count - 32 - headerBytes
        guard Array(bytes[footerStart + 2..<footerStart + 18]) == footer else { return [:] }
        let total = Int(bytes[footerStart]) | Int(bytes[footerStart + 1]) << 8
        guard total >= headerBytes, total - headerBytes <= footerStart else {
            throw MalformedBytes(
                field: "firmware tables", offset: footerStart, problem: "\(total) bytes in all")
        }
        let first = footerStart - (total - headerBytes)
        var end = footerStart
        var tables: [[UInt8]: ArraySlice<UInt8>] = [:]
        while end - first >= headerBytes {
            let header = end - headerBytes
            let size = Int(bytes[header]) | Int(bytes[header + 1]) << 8
            guard size >= headerBytes, size <= end - first else {
                throw MalformedBytes(
                    field: "firmware table", offset: header,
                    problem: "\(size) bytes, \(end - first) remain")
            }
            tables[Array(bytes[header + 2..<end])] = bytes[end - size..<header]
            end -= size
        }
        return tables
    }

    /// The first four bytes of a table as a number; `nil` when there is no such table.
    func number(_ guid: String) -> UInt32? {
        guard let table = tables[Self.guid(guid)], table.count >= 4 else { return nil }
        return table.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Guest address of the first byte: images end at 4 GiB.
    package var address: UInt64 { 1 << 32 - UInt64(bytes.count) }

    /// Where processors other than the first start (SEV-ES reset block).
    package var resetAddress: UInt32? { number("00f771de-1a7e-4fcb-890e-68c77e2fb44e") }

    /// Where the hypervisor puts the digests of kernel, initial disk and command line; 0 for nowhere.
    package var kernelHashesAddress: UInt32? { number("7255371f-3a3b-4b04-927b-1da6efa8d454") }
}
