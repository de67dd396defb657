package import Wasm

/// What memory 0 of a module's instances holds at first, in whole pages: in an image's file they can be
/// mapped, so that only what the guest touches is read, and only what it writes is copied.
package struct InitialMemory: Sendable, Equatable {
    /// Pages that lie together.
    struct Extent: Sendable, Equatable {
        /// Where they belong in the memory; a multiple of ``pageByteCount``, as is their size.
        var address: Int
        var bytes: [UInt8]
    }

    static let pageByteCount = 4096
    /// Less data is copied sooner than it is mapped.
    private static let leastByteCount = 1 << 16
    /// Data with at most so much nothing in between lies together.
    private static let gapByteCount = 1 << 14
    private static let extentLimit = 64

    let extents: [Extent]

    /// No pages: the segments are copied.
    package init() { extents = [] }

    init(_ extents: [Extent]) { self.extents = extents }

    /// The pages that the active data segments of a module fill. None where that depends on imports,
    /// where a segment would trap, and where mapping does not pay.
    package init(_ module: Module) {
        guard let segments = Self.segments(module),
            segments.reduce(0, { $0 + $1.range.count }) >= Self.leastByteCount
        else {
            self.init()
            return
        }
        var extents: [Range<Int>] = []
        for start in segments.sorted(by: { $0.address < $1.address }) where !start.range.isEmpty {
            let lower = start.address & -Self.pageByteCount
            let end = start.address + start.range.count
            let upper = (end + Self.pageByteCount - 1) & -Self.pageByteCount
            if let last = extents.last, lower <= last.upperBound + Self.gapByteCount {
                extents[extents.count - 1] = last.lowerBound..<max(upper, last.upperBound)
            } else {
                extents.append(lower..<upper)
            }
        }
        guard extents.count <= Self.extentLimit else {
            self.init()
            return
        }
        self.init(extents.map { Self.fill($0, segments, module.bytes) })
    }

    private typealias Segment = (address: Int, range: Range<Int>)

    /// The active segments, if all are of memory 0, which is the module's own, and lie inside it.
    private static func segments(_ module: Module) -> [Segment]? {
        guard module.importedMemoryCount == 0, let memory = module.memories.first else {
            return nil
        }
        var segments: [Segment] = []
        for segment in module.data {
            guard case .active(let index, let offset) = segment.mode else { continue }
            guard index == 0, let address = constant(offset, in: module),
                memory.limits.minimum <= LinearMemory.pageLimit,
                address + segment.range.count
                    <= Int(memory.limits.minimum * LinearMemory.pageByteCount)
            else { return nil }
            segments.append((address, segment.range))
        }
        return segments
    }

    /// The value of an expression that is one `i32.const` or `i64.const` below 2³².
    private static func constant(
        _ expression: Module.ConstantExpression, in module: Module
    ) -> Int? {
        var reader = ConstantReader(module.bytes, expression.range)
        let opcode = reader.byte()
        let value = reader.signed()
        guard reader.byte() == 0x0B else { return nil }
        switch opcode {
        case 0x41: return Int(UInt32(truncatingIfNeeded: value))
        case 0x42: return (0..<1 << 32).contains(value) ? Int(value) : nil
        default: return nil
        }
    }

    /// Writes the segments in their order: later ones win.
    private static func fill(
        _ range: Range<Int>, _ segments: [Segment], _ binary: ModuleBytes
    ) -> Extent {
        var bytes = [UInt8](repeating: 0, count: range.count)
        for segment in segments where range.contains(segment.address) && !segment.range.isEmpty {
            let start = segment.address - range.lowerBound
            bytes.replaceSubrange(
                start..<start + segment.range.count, with: binary[segment.range])
        }
        return Extent(address: range.lowerBound, bytes: bytes)
    }
}
