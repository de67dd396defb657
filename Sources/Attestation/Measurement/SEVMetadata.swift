package import Bytes

/// A section of memory that SEV firmware asks its hypervisor to prepare (edk2,
/// OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm).
package struct SEVMetadataSection: Equatable, Sendable {
    /// What the section is for.
    package enum Kind: UInt32, Sendable {
        case memory = 1
        case secrets = 2
        case cpuid = 3
        case callingArea = 4
        case kernelHashes = 0x10
    }

    package let kind: Kind
    /// Guest address, of a whole page.
    package let address: UInt64
    /// Size in whole pages.
    package let pageCount: UInt64
}

extension FirmwareImage {
    /// The sections, in the order of the image; empty when it has none.
    package func sevSections() throws(MalformedBytes) -> [SEVMetadataSection] {
        guard let fromEnd = number("dc886566-984a-4798-a75e-5585a7bf67cc") else { return [] }
        let start = bytes.count - Int(fromEnd)
        guard start >= 0, fromEnd >= 16 else {
            throw MalformedBytes(
                field: "SEV metadata", offset: 0, problem: "lies \(fromEnd) bytes before the end")
        }
        var reader = ByteReader(Array(bytes[start...]))
        guard try reader.bytes(4, "signature") == Array("ASEV".utf8)[...] else {
            throw MalformedBytes(field: "SEV metadata", offset: start, problem: "no ASEV signature")
        }
        let size: UInt32 = try reader.integer("size")
        let version: UInt32 = try reader.integer("version")
        let count: UInt32 = try reader.integer("count")
        guard version == 1, count <= 256, size >= 16 + 12 * count else {
            throw MalformedBytes(
                field: "SEV metadata", offset: start,
                problem: "version \(version), \(count) sections in \(size) bytes")
        }
        var sections: [SEVMetadataSection] = []
        for _ in 0..<count { sections.append(try Self.section(&reader, start)) }
        return sections
    }

    private static func section(
        _ reader: inout ByteReader, _ start: Int
    ) throws(MalformedBytes) -> SEVMetadataSection {
        let offset = start + reader.offset
        let address: UInt32 = try reader.integer("address")
        let size: UInt32 = try reader.integer("size")
        let number: UInt32 = try reader.integer("type")
        guard let kind = SEVMetadataSection.Kind(rawValue: number),
            address.isMultiple(of: 4096), size.isMultiple(of: 4096), size <= 1 << 30
        else {
            throw MalformedBytes(
                field: "SEV metadata", offset: offset,
                problem: "section of type \(number), \(size) bytes at \(address)")
        }
        return SEVMetadataSection(
            kind: kind, address: UInt64(address), pageCount: UInt64(size) / 4096)
    }
}
