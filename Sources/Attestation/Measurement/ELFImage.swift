package import Bytes

/// The parts of a 64-bit little-endian ELF file that a loader maps (System V ABI, gABI 4.1, chapter 5).
package struct ELFImage: Equatable, Sendable {
    /// Largest file that is read, in bytes.
    package static let maximumBytes = 64 << 20
    /// Most program headers.
    private static let maximumHeaders = 64

    /// A loadable segment (PT_LOAD).
    struct Segment: Equatable, Sendable {
        let offset: UInt64
        let address: UInt64
        let fileSize: UInt64
        let memorySize: UInt64
        let flags: UInt32
    }

    let segments: [Segment]
    private let bytes: [UInt8]

    /// Reads a file.
    ///
    /// - Throws: ``MalformedBytes`` for another class or byte order, for segments outside the file or
    ///   out of order, and for a file that loads nothing.
    package init(_ bytes: [UInt8]) throws(MalformedBytes) {
        guard bytes.count <= Self.maximumBytes else {
            throw Self.malformed(0, "\(bytes.count) bytes; at most \(Self.maximumBytes) are read")
        }
        var reader = ByteReader(bytes)
        guard try reader.bytes(6, "ELF identification") == [0x7f, 0x45, 0x4c, 0x46, 2, 1] else {
            throw Self.malformed(0, "is no 64-bit little-endian ELF file")
        }
        _ = try reader.bytes(26, "ELF header")
        let table: UInt64 = try reader.integer("e_phoff")
        _ = try reader.bytes(14, "ELF header")
        let size: UInt16 = try reader.integer("e_phentsize")
        let count: UInt16 = try reader.integer("e_phnum")
        guard size == 56, count <= Self.maximumHeaders, table <= UInt64(bytes.count) else {
            throw Self.malformed(32, "\(count) program headers of \(size) bytes at \(table)")
        }
        var headers = ByteReader(bytes[Int(table)...])
        var segments: [Segment] = []
        for _ in 0..<count {
            if let segment = try Self.segment(&headers, fileSize: UInt64(bytes.count)) {
                guard segments.last.map({ $0.address < segment.address }) ?? true else {
                    throw Self.malformed(Int(table), "segments are not in the order of addresses")
                }
                segments.append(segment)
            }
        }
        guard !segments.isEmpty else { throw Self.malformed(Int(table), "loads nothing") }
        self.segments = segments
        self.bytes = bytes
    }

    private static func malformed(_ offset: Int, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: "ELF file", offset: offset, problem: problem)
    }

    private static func segment(
        _ reader: inout ByteReader, fileSize: UInt64
    ) throws(MalformedBytes) -> Segment? {
        let place = reader.offset
        let type: UInt32 = try reader.integer("p_type")
        let flags: UInt32 = try reader.integer("p_flags")
        let offset: UInt64 = try reader.integer("p_offset")
        let address: UInt64 = try reader.integer("p_vaddr")
        _ = try reader.bytes(8, "p_paddr")
        let inFile: UInt64 = try reader.integer("p_filesz")
        let inMemory: UInt64 = try reader.integer("p_memsz")
        _ = try reader.bytes(8, "p_align")
        guard type == 1 else { return nil }
        let page = UInt64(EnclaveLayout.pageSize)
        guard offset <= fileSize, inFile <= fileSize - offset, inFile <= inMemory, inMemory > 0,
            address < 1 << 40, inMemory < 1 << 32, offset % page == address % page
        else {
            throw malformed(
                place, "segment of \(inFile) bytes at \(offset), \(inMemory) bytes at \(address)")
        }
        return Segment(
            offset: offset, address: address, fileSize: inFile, memorySize: inMemory, flags: flags)
    }

    /// The pages of the segments, the lowest of them at `offset` of the enclave.
    ///
    /// Each segment's pages come whole; what of them is not the segment's own is zero, as Gramine
    /// loads them.
    package func areas(at offset: UInt64) throws(MalformedBytes) -> [EnclaveLayout.Area] {
        let page = UInt64(EnclaveLayout.pageSize)
        let lowest = (segments.first?.address ?? 0) / page * page
        var areas: [EnclaveLayout.Area] = []
        for segment in segments {
            let start = segment.address / page * page
            let end = (segment.address + segment.memorySize + page - 1) / page * page
            let lead = Int(segment.address - start)
            let own = bytes[Int(segment.offset)..<Int(segment.offset + segment.fileSize)]
            var flags: EnclaveLayout.Flags = [.regular]
            if segment.flags & 4 != 0 { flags.insert(.read) }
            if segment.flags & 2 != 0 { flags.insert(.write) }
            if segment.flags & 1 != 0 { flags.insert(.execute) }
            let (place, overflow) = offset.addingReportingOverflow(start - lowest)
            guard !overflow else { throw Self.malformed(0, "offset \(offset) is too large") }
            areas.append(
                EnclaveLayout.Area(
                    offset: place, pageCount: Int((end - start) / page), flags: flags,
                    isMeasured: true, content: [UInt8](repeating: 0, count: lead) + own))
        }
        return areas
    }
}
