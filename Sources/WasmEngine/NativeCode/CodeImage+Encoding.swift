/// The file form: Documentation/Formats/CodeImage.md.
extension CodeImage {
    static let magic: [UInt8] = Array("\0martlet".utf8)
    package static let formatVersion: UInt32 = 6
    /// Bytes before the first section.
    static let headerByteCount = 200
    /// Where the sizes of the sections stand.
    static let countsOffset = 120
    /// Where the text begins in the file: at a page, so that it can be mapped.
    static let textAlignment = 4096

    enum Flag {
        static let metered: UInt32 = 1
        static let deterministic: UInt32 = 2
        static let checksExceptions: UInt32 = 4
        static let guardedMemory: UInt32 = 8
        static let all: UInt32 = 15
    }

    /// Bytes of one item in each section's table.
    static let functionByteCount = 24
    static let trapByteCount = 8
    static let placeByteCount = 8
    static let inlinedCallByteCount = 12
    static let inlinedRowByteCount = 8
    static let extentByteCount = 16
    static let frameRowByteCount = 8

    private var flags: UInt32 {
        let options = header.options
        return (options.isMetered ? Flag.metered : 0)
            | (options.isDeterministic ? Flag.deterministic : 0)
            | (options.checksExceptions ? Flag.checksExceptions : 0)
            | (options.guardedMemory ? Flag.guardedMemory : 0)
    }

    /// The image as the bytes of a file.
    package func encoded() -> [UInt8] {
        var writer = ImageWriter()
        // INT3: there is always something to map.
        let text = text.isEmpty ? [0xCC] : text
        let name = Array(header.compiler.utf8.prefix(47))
        writer.bytes += Self.magic
        writer.append(Self.formatVersion)
        writer.append(NativeLayout.abiVersion)
        writer.append(0 as UInt64)  // The checksum's place.
        writer.append(flags)
        writer.append(0 as UInt32)
        writer.append(header.options.features.rawValue)
        writer.bytes += (header.moduleDigest + [UInt8](repeating: 0, count: 32)).prefix(32)
        writer.bytes += (name + [UInt8](repeating: 0, count: 48)).prefix(48)
        let memoryByteCount = memory.extents.reduce(0) { $0 + $1.bytes.count }
        for count in [
            text.count, functions.count, traps.count, places.count, module.count,
            memory.extents.count, memoryByteCount, frameRowCount, inlined.calls.count,
            inlined.rows.count,
        ] { writer.append(UInt64(count)) }
        let layout = ImageLayout(
            ImageLayout.Counts(
                text: text.count, functions: functions.count, traps: traps.count,
                places: places.count, module: module.count, extents: memory.extents.count,
                memory: memoryByteCount, frameRows: frameRowCount,
                inlinedCalls: inlined.calls.count, inlinedRows: inlined.rows.count))
        writer.reserve(layout.text.upperBound)
        writer.fill(to: layout.bodyStart)
        writer.append(functions)
        writer.append(traps)
        writer.append(places)
        writer.append(inlined)
        for extent in memory.extents {
            writer.append(UInt64(extent.address))
            writer.append(UInt64(extent.bytes.count))
        }
        writer.fill(to: layout.memory.lowerBound)
        for extent in memory.extents { writer.bytes += extent.bytes }
        writer.bytes += module
        writer.fill(to: layout.text.lowerBound)
        writer.bytes += text
        return writer.sealed(layout)
    }

    /// A file's bytes, changed by whoever tests readers, with checksums that fit again; the bytes as they
    /// are when its sections do not fit it. Checksums tell damage, not malice.
    package static func resealed(_ file: [UInt8]) -> [UInt8] {
        guard file.count >= headerByteCount else { return file }
        let layout = unsafe file.withUnsafeBytes { bytes in
            var reader = unsafe ImageReader(bytes)
            reader.position = countsOffset
            return try? ImageLayout(reader.counts(), fileByteCount: bytes.count)
        }
        guard let layout else { return file }
        return ImageWriter(bytes: file).sealed(layout)
    }
}

/// Little-endian bytes being written.
private struct ImageWriter {
    var bytes: [UInt8] = []

    mutating func reserve(_ more: Int) { bytes.reserveCapacity(bytes.count + more) }

    mutating func append<T: FixedWidthInteger>(_ value: T) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func append(_ functions: [CodeImage.Function]) {
        for function in functions {
            append(function.index)
            append(function.standardEntry)
            append(function.entryEnd)
            append(function.fastEntry ?? UInt32.max)
            append(function.range.lowerBound)
            append(function.range.upperBound)
        }
    }

    mutating func append(_ traps: [TrapSite]) {
        for trap in traps {
            append(trap.offset)
            append(UInt32(trap.code.rawValue) | UInt32(trap.width) << 8)
        }
    }

    mutating func append(_ places: [CodeSite]) {
        for place in places {
            append(place.offset)
            append(place.wasmOffset)
        }
    }

    mutating func append(_ inlined: InlinedCode) {
        for call in inlined.calls {
            append(call.function)
            append(call.wasmOffset)
            append(call.outer)
        }
        for row in inlined.rows {
            append(row.offset)
            append(row.call)
        }
    }

    /// Appends zeros up to an offset.
    mutating func fill(to offset: Int) {
        bytes.append(contentsOf: repeatElement(0, count: offset - bytes.count))
    }

    /// Fills the checksums in.
    consuming func sealed(_ layout: ImageLayout) -> [UInt8] {
        for (chunk, place) in stride(
            from: layout.sums.lowerBound, to: layout.sums.upperBound, by: 8
        ).enumerated() {
            let start = layout.bodyStart + chunk * ImageHead.chunkByteCount
            let end = min(start + ImageHead.chunkByteCount, bytes.count)
            set(place, sum(of: start..<end))
        }
        set(16, sum(of: 24..<layout.bodyStart))
        return bytes
    }

    private func sum(of range: Range<Int>) -> UInt64 {
        unsafe bytes.withUnsafeBytes { all in
            unsafe ImageChecksum.sum(UnsafeRawBufferPointer(rebasing: all[range]))
        }
    }

    private mutating func set(_ place: Int, _ value: UInt64) {
        for index in 0..<8 {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }
}
