extension CodeImage {
    /// Reads the bytes of a file. Everything is checked: the checksums first, then every offset.
    ///
    /// - Throws: ``CodeImageRejection``.
    package init(decoding file: [UInt8]) throws(CodeImageRejection) {
        let result = unsafe file.withUnsafeBytes { bytes in
            Result { () throws(CodeImageRejection) in unsafe try CodeImage(decoding: bytes) }
        }
        self = try result.get()
    }

    private init(decoding file: UnsafeRawBufferPointer) throws(CodeImageRejection) {
        let head = unsafe try ImageHead(reading: file)
        let layout = head.layout
        guard unsafe head.isWhole(layout.bodyStart..<file.count, in: file) else {
            throw .malformed("damaged: a checksum differs", offset: layout.bodyStart)
        }
        header = head.header
        (functions, traps, places, inlined) = unsafe try Self.sites(layout, file)
        module = unsafe Array(file[layout.module])
        text = unsafe Array(file[layout.text])
        frameRowCount = layout.counts.frameRows
        var reader = unsafe ImageReader(file)
        try reader.checkFrames(layout)
        reader.position = layout.extents.lowerBound
        var start = layout.memory.lowerBound
        memory = InitialMemory(
            try reader.extents(layout.counts.extents, layout.counts.memory).map { extent in
                defer { start += extent.count }
                return InitialMemory.Extent(
                    address: extent.lowerBound,
                    bytes: unsafe Array(file[start..<start + extent.count]))
            })
    }

    /// The tables of functions, traps, places and inlined calls.
    static func sites(
        _ layout: ImageLayout, _ file: UnsafeRawBufferPointer
    ) throws(CodeImageRejection) -> ([Function], [TrapSite], [CodeSite], InlinedCode) {
        var reader = unsafe ImageReader(file)
        let (counts, textCount) = (layout.counts, layout.counts.text)
        reader.position = layout.functions.lowerBound
        return (
            try reader.functions(counts.functions, textCount: textCount),
            try reader.traps(counts.traps, textCount: textCount),
            try reader.places(counts.places, textCount: textCount),
            try reader.inlined(counts.inlinedCalls, counts.inlinedRows, textCount: textCount)
        )
    }

    /// Whether some bytes begin like an image.
    package static func isImage(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }
}

/// Reads an image whose length covers the header; sections are checked before they are read.
@safe
struct ImageReader {
    private let bytes: UnsafeRawBufferPointer
    var position = 0

    /// Reads bytes that stay while this reader is used.
    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    private mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) -> T {
        let size = MemoryLayout<T>.size
        unsafe precondition(position >= 0 && position + size <= bytes.count)
        defer { position += size }
        // SAFETY: the check above.
        return T(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: position, as: T.self))
    }

    mutating func u32() -> UInt32 { integer(UInt32.self) }
    mutating func u64() -> UInt64 { integer(UInt64.self) }

    mutating func header() throws(CodeImageRejection) -> CodeImage.Header {
        let flags = u32()
        guard flags & ~CodeImage.Flag.all == 0, u32() == 0 else {
            throw .malformed("unknown flags", offset: 24)
        }
        var options = CompilationOptions()
        options.isMetered = flags & CodeImage.Flag.metered != 0
        options.isDeterministic = flags & CodeImage.Flag.deterministic != 0
        options.checksExceptions = flags & CodeImage.Flag.checksExceptions != 0
        options.guardedMemory = flags & CodeImage.Flag.guardedMemory != 0
        options.features = CPUFeatures(rawValue: u64())
        let digest = unsafe Array(bytes[position..<position + 32])
        position += 32
        let name = unsafe Array(bytes[position..<position + 48])
        let end = name.firstIndex(of: 0) ?? name.endIndex
        guard let compiler = String(validating: name[..<end], as: UTF8.self),
            name[end...].allSatisfy({ $0 == 0 })
        else { throw .malformed("the compiler's name is no text", offset: position) }
        position += 48
        return CodeImage.Header(compiler: compiler, moduleDigest: digest, options: options)
    }

    /// The sizes of all sections, which together fit the file.
    mutating func counts() throws(CodeImageRejection) -> ImageLayout.Counts {
        var values: [Int] = []
        let sizes = [
            1, CodeImage.functionByteCount, CodeImage.trapByteCount, CodeImage.placeByteCount, 1,
            CodeImage.extentByteCount, 1,
        ]
        for size in sizes {
            let value = u64()
            guard unsafe value <= UInt64(bytes.count / size) else {
                throw .malformed("a section is larger than the file", offset: position - 8)
            }
            values.append(Int(value))
        }
        let frameRows = u64()
        // Small enough that the sum of all sections does not overflow.
        let (inlinedCalls, inlinedRows) = (u64(), u64())
        guard unsafe inlinedCalls <= UInt64(bytes.count / CodeImage.inlinedCallByteCount),
            unsafe inlinedRows <= UInt64(bytes.count / CodeImage.inlinedRowByteCount)
        else { throw .malformed("a section is larger than the file", offset: position - 16) }
        guard frameRows <= UInt64(values[0] / CodeImage.frameRowByteCount),
            frameRows == 0 || values[0] % CodeImage.frameRowByteCount == 0
        else { throw .malformed("frames that the text has no room for", offset: position - 24) }
        let sections =
            zip(values, sizes).reduce(0) { $0 + $1.0 * $1.1 }
            + Int(inlinedCalls) * CodeImage.inlinedCallByteCount
            + Int(inlinedRows) * CodeImage.inlinedRowByteCount
        guard unsafe sections <= bytes.count - position, values[0] < 1 << 31 else {
            throw .malformed("the sections are larger than the file", offset: position)
        }
        return ImageLayout.Counts(
            text: values[0], functions: values[1], traps: values[2], places: values[3],
            module: values[4], extents: values[5], memory: values[6], frameRows: Int(frameRows),
            inlinedCalls: Int(inlinedCalls), inlinedRows: Int(inlinedRows))
    }

    /// Where the extents belong in the memory; in order, whole pages, together `byteCount`.
    mutating func extents(
        _ count: Int, _ byteCount: Int
    ) throws(CodeImageRejection) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var left = byteCount
        for _ in 0..<count {
            let start = position
            let (address, size) = (u64(), u64())
            guard address < 1 << 32, size <= UInt64(left), size > 0,
                (address | size) % UInt64(InitialMemory.pageByteCount) == 0,
                result.last.map({ UInt64($0.upperBound) <= address }) ?? true
            else { throw .malformed("no such pages of memory", offset: start) }
            result.append(Int(address)..<Int(address + size))
            left -= Int(size)
        }
        guard left == 0 else { throw .malformed("pages of memory left over", offset: position) }
        return result
    }

    mutating func functions(
        _ count: Int, textCount: Int
    ) throws(CodeImageRejection) -> [CodeImage.Function] {
        var result: [CodeImage.Function] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            let start = position
            let (index, entry, entryEnd) = (u32(), u32(), u32())
            let (fast, lower, upper) = (u32(), u32(), u32())
            guard lower < upper, upper <= UInt32(textCount), entry < entryEnd,
                entryEnd <= UInt32(textCount), fast == .max || (lower..<upper).contains(fast),
                result.last.map({ $0.index < index }) ?? true
            else { throw .malformed("function \(index) lies outside the text", offset: start) }
            result.append(
                CodeImage.Function(
                    index: index, standardEntry: entry, entryEnd: entryEnd,
                    fastEntry: fast == .max ? nil : fast, range: lower..<upper))
        }
        return result
    }

    mutating func traps(_ count: Int, textCount: Int) throws(CodeImageRejection) -> [TrapSite] {
        var result: [TrapSite] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            let start = position
            let (offset, word) = (u32(), u32())
            guard offset < UInt32(textCount), result.last.map({ $0.offset < offset }) ?? true,
                word < 1 << 16, let code = TrapCode(rawValue: UInt8(word & 0xFF)), code != .none,
                code != .pending, code != .uncaughtException
            else { throw .malformed("no such trap", offset: start) }
            result.append(TrapSite(offset: offset, code: code, width: UInt8(word >> 8)))
        }
        return result
    }

    /// Checks the rows at the text's end; whoever follows them trusts nothing but the text's end.
    mutating func checkFrames(_ layout: ImageLayout) throws(CodeImageRejection) {
        let (count, textCount) = (layout.counts.frameRows, layout.counts.text)
        let start = textCount - count * CodeImage.frameRowByteCount
        position = layout.text.lowerBound + start
        var last: UInt32?
        for _ in 0..<count {
            let offset = u32()
            guard offset <= UInt32(start), last.map({ $0 < offset }) ?? true else {
                throw .malformed("frames are not in order", offset: position - 4)
            }
            last = offset
            position += 4
        }
    }

    mutating func places(_ count: Int, textCount: Int) throws(CodeImageRejection) -> [CodeSite] {
        var result: [CodeSite] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            let start = position
            let (offset, wasmOffset) = (u32(), u32())
            guard offset < UInt32(textCount), result.last.map({ $0.offset <= offset }) ?? true
            else { throw .malformed("places are not in order", offset: start) }
            result.append(CodeSite(offset: offset, wasmOffset: wasmOffset))
        }
        return result
    }

    mutating func inlined(
        _ callCount: Int, _ rowCount: Int, textCount: Int
    ) throws(CodeImageRejection) -> InlinedCode {
        var result = InlinedCode()
        result.calls.reserveCapacity(callCount)
        for index in 0..<callCount {
            let start = position
            let (function, wasmOffset, outer) = (u32(), u32(), u32())
            guard outer == InlinedCode.none || outer < UInt32(index) else {
                throw .malformed("an inlined call inside a later one", offset: start)
            }
            result.calls.append(
                InlinedCode.Call(function: function, wasmOffset: wasmOffset, outer: outer))
        }
        result.rows.reserveCapacity(rowCount)
        for _ in 0..<rowCount {
            let start = position
            let (offset, call) = (u32(), u32())
            guard offset <= UInt32(textCount), result.rows.last.map({ $0.offset < offset }) ?? true,
                call == InlinedCode.none || call < UInt32(callCount)
            else { throw .malformed("inlined calls are not in order", offset: start) }
            result.rows.append(InlinedCode.Row(offset: offset, call: call))
        }
        return result
    }
}
