/// A cursor over a module's bytes that knows its section and says where it is.
struct BinaryReader: ByteSource {
    let bytes: ModuleBytes
    private(set) var offset: Int
    /// Nothing at or past this offset is read.
    private(set) var end: Int
    /// The section being read, for errors; empty outside sections.
    var section = ""

    init(_ bytes: ModuleBytes, range: Range<Int>? = nil, section: String = "") {
        self.bytes = bytes
        self.section = section
        offset = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
    }

    var remaining: Int { end &- offset }
    var isAtEnd: Bool { offset >= end }

    mutating func byte() throws(WasmError) -> UInt8 {
        guard offset < end else { throw unexpectedEnd(needs: 1) }
        let next = bytes[offset]
        offset &+= 1
        return next
    }

    /// The next byte, left unread.
    func peek() throws(WasmError) -> UInt8 {
        guard offset < end else { throw unexpectedEnd(needs: 1) }
        return bytes[offset]
    }

    func problem(
        _ message: String, found: String, allowed: String, at offset: Int
    ) -> WasmProblem {
        WasmProblem(message, found: found, allowed: allowed, section: section, offset: offset)
    }

    private func unexpectedEnd(needs count: Int) -> WasmError {
        malformed(
            section.isEmpty ? "unexpected end" : "unexpected end of section or function",
            found: "\(remaining) bytes", allowed: "\(count) or more")
    }

    /// Steps over `count` bytes and gives their range.
    mutating func skip(_ count: Int) throws(WasmError) -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw malformed(
                "length out of bounds: unexpected end", found: "length \(count)",
                allowed: "at most \(remaining)")
        }
        let start = offset
        offset &+= count
        return start..<offset
    }

    /// Moves the cursor to an offset between its place and the end.
    mutating func advance(to target: Int) {
        precondition(target >= offset && target <= end)
        offset = target
    }

    /// Reads a `u32`, most often one byte or two.
    mutating func index() throws(WasmError) -> UInt32 {
        if offset &+ 1 < end {
            let (first, second) = (bytes[offset], bytes[offset &+ 1])
            if first < 0x80 {
                offset &+= 1
                return UInt32(first)
            }
            if second < 0x80 {
                offset &+= 2
                return UInt32(first & 0x7F) | UInt32(second) << 7
            }
        }
        return UInt32(truncatingIfNeeded: try unsigned(bits: 32))
    }

    /// Reads `count` numbers `u32` and appends them to a list.
    mutating func indices(_ count: Int, to list: inout [UInt32]) throws(WasmError) {
        let known = list
        var read = 0
        list = unsafe [UInt32](unsafeUninitializedCapacity: known.count + count) { room, used in
            // SAFETY: there is room for both.
            unsafe _ = room.initialize(fromContentsOf: known)
            let rest = unsafe UnsafeMutableBufferPointer(rebasing: room[known.count...])
            read = unsafe shortIndices(into: rest)
            used = known.count + read
        }
        for _ in read..<count { list.append(try index()) }
    }

    /// Reads numbers `u32` up to one of more than three bytes, or close to the end, and returns how
    /// many: most are that short, and bytes are reached faster together than one by one.
    private mutating func shortIndices(into list: UnsafeMutableBufferPointer<UInt32>) -> Int {
        var (place, read) = (offset, 0)
        unsafe bytes.withUnsafeBufferPointer { buffer in
            while read < list.count, place &+ 2 < end {
                // SAFETY: the reader's range lies in its bytes, and there is room in the list.
                let (first, second) = unsafe (UInt32(buffer[place]), UInt32(buffer[place &+ 1]))
                let third = unsafe UInt32(buffer[place &+ 2])
                if first < 0x80 {
                    unsafe list[read] = first
                    place &+= 1
                } else if second < 0x80 {
                    unsafe list[read] = first & 0x7F | second << 7
                    place &+= 2
                } else if third < 0x80 {
                    unsafe list[read] = first & 0x7F | (second & 0x7F) << 7 | third << 14
                    place &+= 3
                } else {
                    break
                }
                read &+= 1
            }
        }
        offset = place
        return read
    }

    /// Reads the length of a list whose entries take at least one byte each.
    mutating func count(_ what: String, limit: Int) throws(WasmError) -> Int {
        let start = offset
        let count = Int(try index())
        guard count <= limit else {
            throw invalid(
                limit < 2 ? "multiple \(what)" : "too many \(what)", found: "\(count)",
                allowed: "\(limit)", at: start)
        }
        guard count <= remaining else {
            throw malformed(
                "unexpected end of section or function: length out of bounds",
                found: "\(count) \(what)", allowed: "at most \(remaining) in what remains",
                at: start)
        }
        return count
    }

    /// Reads a name: a length and that many bytes of UTF-8 (§5.2.4).
    mutating func name() throws(WasmError) -> String {
        let length = Int(try index())
        let range = try skip(length)
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw malformed("malformed UTF-8 encoding", at: range.lowerBound)
        }
        return text
    }

    /// A reader of the next `count` bytes, which this one steps over.
    mutating func slice(_ count: Int, section: String) throws(WasmError) -> BinaryReader {
        BinaryReader(bytes, range: try skip(count), section: section)
    }
}
