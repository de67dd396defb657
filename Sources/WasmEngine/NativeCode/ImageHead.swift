/// The first part of an image's file, which is always read and checked whole: the header, and the
/// checksums of the rest.
struct ImageHead {
    /// Bytes of the body, which is the rest of the file, that have a checksum together.
    static let chunkByteCount = 1 << 16

    let header: CodeImage.Header
    /// Over everything else in the head, and so over the whole file.
    let checksum: UInt64
    /// Where the sections lie.
    let layout: ImageLayout

    /// Reads and checks the head of a file, whose rest has the length that the head says.
    init(reading file: UnsafeRawBufferPointer) throws(CodeImageRejection) {
        guard file.count >= CodeImage.headerByteCount,
            unsafe file.prefix(8).elementsEqual(CodeImage.magic)
        else { throw .malformed("no code image", offset: 0) }
        var reader = unsafe ImageReader(file)
        reader.position = 8
        let format = reader.u32()
        guard format == CodeImage.formatVersion else {
            throw .malformed("format version \(format) is not known", offset: 8)
        }
        let version = reader.u32()
        guard version == NativeLayout.abiVersion else { throw .otherVersion(found: version) }
        checksum = reader.u64()
        reader.position = CodeImage.countsOffset
        layout = try ImageLayout(reader.counts(), fileByteCount: file.count)
        let summed = unsafe UnsafeRawBufferPointer(rebasing: file[24..<layout.bodyStart])
        guard checksum == (unsafe ImageChecksum.sum(summed)) else {
            throw .malformed("damaged: the checksum differs", offset: 16)
        }
        reader.position = 24
        header = try reader.header()
    }

    /// Whether the chunks that hold some bytes of the file have their checksums.
    func isWhole(_ range: Range<Int>, in file: UnsafeRawBufferPointer) -> Bool {
        if range.isEmpty { return true }
        let first = (range.lowerBound - layout.bodyStart) / Self.chunkByteCount
        let last = (range.upperBound - 1 - layout.bodyStart) / Self.chunkByteCount
        for chunk in first...last {
            let start = layout.bodyStart + chunk * Self.chunkByteCount
            let end = min(start + Self.chunkByteCount, file.count)
            let place = layout.sums.lowerBound + 8 * chunk
            // SAFETY: the layout has a sum for each chunk, and chunks end with the file.
            let expected = unsafe file.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let found = unsafe ImageChecksum.sum(
                UnsafeRawBufferPointer(rebasing: file[start..<end]))
            guard found == UInt64(littleEndian: expected) else { return false }
        }
        return true
    }
}

/// Where the sections of a file lie.
struct ImageLayout {
    struct Counts {
        var text: Int
        var functions: Int
        var traps: Int
        var places: Int
        var module: Int
        var extents: Int
        /// Bytes of all extents.
        var memory: Int
        /// Rows at the text's end.
        var frameRows: Int
        var inlinedCalls: Int
        var inlinedRows: Int
    }

    let counts: Counts
    /// Offsets in the file.
    let sums: Range<Int>
    let bodyStart: Int
    let functions: Range<Int>
    let traps: Range<Int>
    let places: Range<Int>
    let inlinedCalls: Range<Int>
    let inlinedRows: Range<Int>
    let extents: Range<Int>
    let memory: Range<Int>
    let module: Range<Int>
    let text: Range<Int>

    /// - Parameter counts: each below 2³², so that nothing overflows here.
    init(_ counts: Counts) {
        self.counts = counts
        func aligned(_ offset: Int) -> Int {
            (offset + CodeImage.textAlignment - 1) & -CodeImage.textAlignment
        }
        func section(_ start: Int, _ count: Int, _ size: Int) -> Range<Int> {
            start..<start + count * size
        }
        // The body begins at a page, so what lies where in it does not depend on where that is.
        let functions = section(0, counts.functions, CodeImage.functionByteCount)
        let traps = section(functions.upperBound, counts.traps, CodeImage.trapByteCount)
        let places = section(traps.upperBound, counts.places, CodeImage.placeByteCount)
        let inlinedCalls = section(
            places.upperBound, counts.inlinedCalls, CodeImage.inlinedCallByteCount)
        let inlinedRows = section(
            inlinedCalls.upperBound, counts.inlinedRows, CodeImage.inlinedRowByteCount)
        let extents = section(
            inlinedRows.upperBound, counts.extents, CodeImage.extentByteCount)
        let memory = section(aligned(extents.upperBound), counts.memory, 1)
        let module = section(memory.upperBound, counts.module, 1)
        let text = section(aligned(module.upperBound), counts.text, 1)
        let chunk = ImageHead.chunkByteCount
        sums = section(CodeImage.headerByteCount, (text.upperBound + chunk - 1) / chunk, 8)
        let start = aligned(sums.upperBound)
        func inFile(_ range: Range<Int>) -> Range<Int> {
            start + range.lowerBound..<start + range.upperBound
        }
        bodyStart = start
        self.functions = inFile(functions)
        self.traps = inFile(traps)
        self.places = inFile(places)
        self.inlinedCalls = inFile(inlinedCalls)
        self.inlinedRows = inFile(inlinedRows)
        self.extents = inFile(extents)
        self.memory = inFile(memory)
        self.module = inFile(module)
        self.text = inFile(text)
    }

    init(_ counts: Counts, fileByteCount: Int) throws(CodeImageRejection) {
        self.init(counts)
        guard text.upperBound == fileByteCount else {
            throw .malformed("the text does not end with the file", offset: text.lowerBound)
        }
    }
}
