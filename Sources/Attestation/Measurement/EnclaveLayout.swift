package import Bytes

/// How an SGX enclave is built: its range and the pages that are added to it, in order.
///
/// MRENCLAVE depends on nothing else. What a loader such as Gramine adds depends on its version and build,
/// so the layout is told and not guessed.
package struct EnclaveLayout: Equatable, Sendable {
    /// Bytes of a page.
    package static let pageSize = 4096
    /// Most pages of all areas: 4 GiB.
    package static let maximumPages = 1 << 20

    /// What pages may be used for, as SECINFO has it (Intel SDM vol. 3D, SECINFO.FLAGS).
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt64

        package init(rawValue: UInt64) { self.rawValue = rawValue }

        package static let read = Flags(rawValue: 1)
        package static let write = Flags(rawValue: 2)
        package static let execute = Flags(rawValue: 4)
        package static let threadControl = Flags(rawValue: 0x100)
        package static let regular = Flags(rawValue: 0x200)

        /// The bits that have a name here.
        static let known: Flags = [.read, .write, .execute, .threadControl, .regular]
    }

    /// Pages in a row with the same flags.
    package struct Area: Equatable, Sendable {
        /// Offset from the enclave's start, a multiple of the page size.
        package var offset: UInt64
        /// Number of pages.
        package var pageCount: Int
        package var flags: Flags
        /// Whether the content counts; the heap's usually does not.
        package var isMeasured: Bool
        /// The content; zeros follow to the area's end.
        package var content: [UInt8]

        package init(
            offset: UInt64, pageCount: Int, flags: Flags, isMeasured: Bool, content: [UInt8]
        ) {
            self.offset = offset
            self.pageCount = pageCount
            self.flags = flags
            self.isMeasured = isMeasured
            self.content = content
        }
    }

    /// Bytes of the enclave's address range: a power of two.
    package let size: UInt64
    /// Pages of a state save frame (SSAFRAMESIZE).
    package let frameSize: UInt32
    /// What is added, in order.
    package private(set) var areas: [Area] = []
    private var pages = 0

    package init(size: UInt64, frameSize: UInt32) throws(MalformedBytes) {
        guard size.nonzeroBitCount == 1, size >= UInt64(Self.pageSize), size <= 1 << 40 else {
            throw Self.malformed("enclave size", "\(size) is no power of two from 4096 to 2^40")
        }
        guard frameSize > 0, frameSize <= 1024 else {
            throw Self.malformed("SSA frame size", "\(frameSize) pages; 1 to 1024 are possible")
        }
        self.size = size
        self.frameSize = frameSize
    }

    private static func malformed(_ field: String, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: field, offset: 0, problem: problem)
    }

    /// Adds an area after those that are there.
    package mutating func add(_ area: Area) throws(MalformedBytes) {
        let page = UInt64(Self.pageSize)
        guard area.pageCount > 0, area.pageCount <= Self.maximumPages - pages else {
            throw Self.malformed(
                "area", "\(area.pageCount) pages; at most \(Self.maximumPages) in all are measured")
        }
        let byteCount = UInt64(area.pageCount) * page
        guard area.offset.isMultiple(of: page), byteCount <= size, area.offset <= size - byteCount
        else {
            throw Self.malformed(
                "area",
                "offset 0x\(String(area.offset, radix: 16)) with \(area.pageCount) pages "
                    + "is not within the enclave on a page's start")
        }
        guard area.content.count <= Int(byteCount) else {
            throw Self.malformed("area", "\(area.content.count) bytes do not fit")
        }
        guard area.flags.isSubset(of: .known),
            area.flags.contains(.threadControl) != area.flags.contains(.regular)
        else { throw Self.malformed("area", "flags are neither a thread's control nor regular") }
        pages += area.pageCount
        areas.append(area)
    }

    /// MRENCLAVE: SHA-256 over the records of building the enclave, 32 bytes.
    package var measurement: [UInt8] {
        var measurement = SGXMeasurement(frameSize: frameSize, size: size)
        for area in areas {
            for index in 0..<area.pageCount {
                let start = index * Self.pageSize
                let offset = area.offset + UInt64(start)
                measurement.add(offset: offset, flags: area.flags.rawValue)
                guard area.isMeasured else { continue }
                let page = Self.page(area.content, start)
                for chunk in stride(from: 0, to: Self.pageSize, by: 256) {
                    measurement.extend(offset: offset + UInt64(chunk), page[chunk..<chunk + 256])
                }
            }
        }
        return measurement.finish()
    }

    private static func page(_ content: [UInt8], _ start: Int) -> [UInt8] {
        guard start < content.count else { return [UInt8](repeating: 0, count: pageSize) }
        let bytes = content[start..<min(start + pageSize, content.count)]
        return Array(bytes) + [UInt8](repeating: 0, count: pageSize - bytes.count)
    }
}
