package import Bytes

extension FirmwareImage {
    /// The sections of TDX firmware, in the order of the image (edk2, OvmfPkg/ResetVector/X64/
    /// OvmfTdxMetadata.asm); empty when it has none.
    ///
    /// Sections that the guest accepts later (attribute bit 1) are left out: they are not measured.
    package func tdxSections() throws(MalformedBytes) -> [TDXMeasurement.Section] {
        guard let fromEnd = number("e47a6535-984a-4798-865e-4685a7bf8ec2") else { return [] }
        let start = bytes.count - Int(fromEnd)
        guard start >= 0, fromEnd >= 16 else {
            throw MalformedBytes(
                field: "TDX metadata", offset: 0, problem: "lies \(fromEnd) bytes before the end")
        }
        var reader = ByteReader(Array(bytes[start...]))
        guard try reader.bytes(4, "signature") == Array("TDVF".utf8)[...] else {
            throw MalformedBytes(field: "TDX metadata", offset: start, problem: "no TDVF signature")
        }
        let size: UInt32 = try reader.integer("size")
        let version: UInt32 = try reader.integer("version")
        let count: UInt32 = try reader.integer("count")
        guard version == 1, count <= 256, size >= 16 + 32 * count else {
            throw MalformedBytes(
                field: "TDX metadata", offset: start,
                problem: "version \(version), \(count) sections in \(size) bytes")
        }
        var sections: [TDXMeasurement.Section] = []
        for _ in 0..<count {
            if let section = try tdxSection(&reader, start) { sections.append(section) }
        }
        return sections
    }

    private func tdxSection(
        _ reader: inout ByteReader, _ start: Int
    ) throws(MalformedBytes) -> TDXMeasurement.Section? {
        let place = start + reader.offset
        let dataOffset = Int(try reader.integer("data offset", as: UInt32.self))
        let rawSize = Int(try reader.integer("raw size", as: UInt32.self))
        let address: UInt64 = try reader.integer("address")
        let memorySize: UInt64 = try reader.integer("memory size")
        _ = try reader.integer("type", as: UInt32.self)
        let attributes: UInt32 = try reader.integer("attributes")
        if attributes & 2 != 0 { return nil }
        guard memorySize <= UInt64(Self.maximumBytes), memorySize.isMultiple(of: 4096),
            address.isMultiple(of: 4096), address < 1 << 52, UInt64(rawSize) <= memorySize,
            dataOffset <= bytes.count, rawSize <= bytes.count - dataOffset
        else {
            throw MalformedBytes(
                field: "TDX metadata", offset: place,
                problem: "section of \(rawSize) bytes at \(dataOffset), \(memorySize) in memory")
        }
        let memory =
            Array(bytes[dataOffset..<dataOffset + rawSize])
            + [UInt8](repeating: 0, count: Int(memorySize) - rawSize)
        return TDXMeasurement.Section(
            address: address, memory: memory, isExtended: attributes & 1 != 0)
    }
}
