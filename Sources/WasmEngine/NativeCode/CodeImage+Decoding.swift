extension CodeImage {
    /// Reads the bytes of a file. Everything is checked: the checksum first, then every offset.
    ///
    /// - Throws: ``CodeImageRejection``.
    package init(decoding file: [UInt8]) throws(CodeImageRejection) {
        var reader = ImageReader(file)
        guard file.count >= Self.headerByteCount, Array(file.prefix(8)) == Self.magic else {
            throw .malformed("no code image", offset: 0)
        }
        reader.position = 8
        let format = reader.u32()
        guard format == Self.formatVersion else {
            throw .malformed("format version \(format) is not known", offset: 8)
        }
        let version = reader.u32()
        guard version == NativeLayout.abiVersion else { throw .otherVersion(found: version) }
        guard reader.u64() == Self.checksum(file) else {
            throw .malformed("damaged: the checksum differs", offset: 16)
        }
        header = try reader.header()
        let counts = try reader.counts()
        functions = try reader.functions(counts.functions, textCount: counts.text)
        traps = try reader.traps(counts.traps, textCount: counts.text)
        places = try reader.places(counts.places, textCount: counts.text)
        module = Array(file[reader.position..<reader.position + counts.module])
        reader.position += counts.module
        let start = (reader.position + Self.textAlignment - 1) & -Self.textAlignment
        guard start - reader.position + counts.text == file.count - reader.position,
            file[reader.position..<start].allSatisfy({ $0 == 0 })
        else { throw .malformed("the text does not end with the file", offset: reader.position) }
        text = Array(file[start...])
    }

    /// The checksum of a file, its own place taken as zero.
    private static func checksum(_ file: [UInt8]) -> UInt64 {
        var copy = file
        for index in 16..<24 { copy[index] = 0 }
        return unsafe copy.withUnsafeBytes { unsafe ImageChecksum.sum($0) }
    }

    /// Whether some bytes begin like an image.
    package static func isImage(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }
}

/// Reads an image whose length covers the header; sections are checked before they are read.
private struct ImageReader {
    private let bytes: [UInt8]
    var position = 0

    struct Counts {
        var text: Int
        var functions: Int
        var traps: Int
        var places: Int
        var module: Int
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func integer(_ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<count {
            value |= UInt64(bytes[position + index]) << UInt64(8 * index)
        }
        position += count
        return value
    }

    mutating func u32() -> UInt32 { UInt32(integer(4)) }
    mutating func u64() -> UInt64 { integer(8) }

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
        let digest = Array(bytes[position..<position + 32])
        position += 32
        let name = bytes[position..<position + 48]
        let end = name.firstIndex(of: 0) ?? name.endIndex
        guard let compiler = String(validating: name[..<end], as: UTF8.self),
            name[end...].allSatisfy({ $0 == 0 })
        else { throw .malformed("the compiler's name is no text", offset: position) }
        position += 48
        var header = CodeImage.Header(compiler: compiler, moduleDigest: digest, options: options)
        header.usesSegmentBase = flags & CodeImage.Flag.segmentBase != 0
        return header
    }

    /// The sizes of all sections, which together fit the file.
    mutating func counts() throws(CodeImageRejection) -> Counts {
        var values: [Int] = []
        for size in [
            1, CodeImage.functionByteCount, CodeImage.trapByteCount, CodeImage.placeByteCount, 1,
        ] {
            let value = u64()
            guard value <= UInt64(bytes.count / size) else {
                throw .malformed("a section is larger than the file", offset: position - 8)
            }
            values.append(Int(value))
        }
        guard u64() == 0 else { throw .malformed("unknown field", offset: position - 8) }
        let sections =
            values[1] * CodeImage.functionByteCount + values[2] * CodeImage.trapByteCount
            + values[3] * CodeImage.placeByteCount + values[4]
        guard sections <= bytes.count - position, values[0] < 1 << 31 else {
            throw .malformed("the sections are larger than the file", offset: position)
        }
        return Counts(
            text: values[0], functions: values[1], traps: values[2], places: values[3],
            module: values[4])
    }

    mutating func functions(
        _ count: Int, textCount: Int
    ) throws(CodeImageRejection) -> [CodeImage.Function] {
        var result: [CodeImage.Function] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            let start = position
            let (index, entry, fast) = (u32(), u32(), u32())
            let (lower, upper, frame) = (u32(), u32(), u32())
            guard lower < upper, upper <= UInt32(textCount), (lower..<upper).contains(entry),
                fast == .max || (lower..<upper).contains(fast),
                result.last.map({ $0.index < index }) ?? true
            else { throw .malformed("function \(index) lies outside the text", offset: start) }
            result.append(
                CodeImage.Function(
                    index: index, standardEntry: entry, fastEntry: fast == .max ? nil : fast,
                    range: lower..<upper, frameByteCount: frame))
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
}
