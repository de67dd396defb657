/// The first part of an image's file, which is always read and checked whole: header, functions, and
/// the checksums of the rest.
struct ImageHead {
    /// Bytes of the body, which is the rest of the file, that have a checksum together.
    static let chunkByteCount = 1 << 16

    let header: CodeImage.Header
    let functions: [CodeImage.Function]
    /// Offsets in the file.
    let sums: Range<Int>
    let bodyStart: Int
    let traps: Range<Int>
    let places: Range<Int>
    let module: Range<Int>
    let text: Range<Int>

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
        let checksum = reader.u64()
        reader.position = CodeImage.countsOffset
        let layout = try ImageLayout(reader.counts(), fileByteCount: file.count)
        let summed = unsafe UnsafeRawBufferPointer(rebasing: file[24..<layout.bodyStart])
        guard checksum == (unsafe ImageChecksum.sum(summed)) else {
            throw .malformed("damaged: the checksum differs", offset: 16)
        }
        reader.position = 24
        header = try reader.header()
        reader.position = CodeImage.headerByteCount
        functions = try reader.functions(
            layout.counts.functions, textCount: layout.counts.text)
        sums = layout.sums
        bodyStart = layout.bodyStart
        traps = layout.traps
        places = layout.places
        module = layout.module
        text = layout.text
    }

    /// Whether the chunks that hold some bytes of the file have their checksums.
    func isWhole(_ range: Range<Int>, in file: UnsafeRawBufferPointer) -> Bool {
        if range.isEmpty { return true }
        let first = (range.lowerBound - bodyStart) / Self.chunkByteCount
        let last = (range.upperBound - 1 - bodyStart) / Self.chunkByteCount
        for chunk in first...last {
            let start = bodyStart + chunk * Self.chunkByteCount
            let end = min(start + Self.chunkByteCount, file.count)
            let place = sums.lowerBound + 8 * chunk
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
    }

    let counts: Counts
    let sums: Range<Int>
    let bodyStart: Int
    let traps: Range<Int>
    let places: Range<Int>
    let module: Range<Int>
    let text: Range<Int>

    /// - Parameter counts: each below 2³², so that nothing overflows here.
    init(_ counts: Counts) {
        self.counts = counts
        func aligned(_ offset: Int) -> Int {
            (offset + CodeImage.textAlignment - 1) & -CodeImage.textAlignment
        }
        let tables =
            counts.traps * CodeImage.trapByteCount + counts.places * CodeImage.placeByteCount
        // The body begins at a page, so the text's place in it does not depend on where that is.
        let textOffset = aligned(tables + counts.module)
        let chunk = ImageHead.chunkByteCount
        let chunks = (textOffset + counts.text + chunk - 1) / chunk
        let sumsStart =
            CodeImage.headerByteCount + counts.functions * CodeImage.functionByteCount
        sums = sumsStart..<sumsStart + 8 * chunks
        bodyStart = aligned(sums.upperBound)
        let trapsEnd = bodyStart + counts.traps * CodeImage.trapByteCount
        traps = bodyStart..<trapsEnd
        places = trapsEnd..<bodyStart + tables
        module = places.upperBound..<places.upperBound + counts.module
        text = bodyStart + textOffset..<bodyStart + textOffset + counts.text
    }

    init(_ counts: Counts, fileByteCount: Int) throws(CodeImageRejection) {
        self.init(counts)
        guard text.upperBound == fileByteCount else {
            throw .malformed("the text does not end with the file", offset: text.lowerBound)
        }
    }
}
