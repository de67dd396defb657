internal import WasmEngine

/// Which functions LLVM inlined where, from an object's debug information.
///
/// Functions are named `f` and their index, and lines are Wasm offsets. Source: DWARF 5, §3.3.8 (what
/// is told), §7.5 (how), §7.25 (lists of ranges), §7.27 (addresses).
struct InlineTable {
    /// The sections that are read, their addresses filled in as places in the code.
    struct Sections {
        var info: [UInt8] = []
        var abbreviations: [UInt8] = []
        var ranges: [UInt8] = []
        var addresses: [UInt8] = []
        var stringOffsets: [UInt8] = []
        var strings: [UInt8] = []
    }

    private(set) var calls: [InlinedCode.Call] = []
    /// Sorted by offset.
    private(set) var rows: [InlinedCode.Row] = []

    /// Code of a call, found on the way; nested in that of the call around it.
    private struct Piece {
        var start: Int
        var end: Int
        var call: UInt32
    }

    private let sections: Sections
    private var pieces: [Piece] = []

    init(_ sections: Sections) throws(MalformedObject) {
        self.sections = sections
        var cursor = try SectionCursor(sections.info, 0..<sections.info.count)
        while !cursor.isAtEnd {
            let start = cursor.offset
            let length = Int(try cursor.number(4))
            guard length < 0xFFFF_FFF0 else { throw MalformedObject("64-bit debug information") }
            try cursor.skip(length)
            try readUnit(start..<cursor.offset)
        }
        try makeRows()
    }

    /// One compilation unit: calls are told by the entry of what they call, which may follow.
    private mutating func readUnit(_ range: Range<Int>) throws(MalformedObject) {
        var cursor = try SectionCursor(sections.info, range)
        try cursor.skip(4)
        let version = try cursor.number(2)
        let (type, width) = (try cursor.byte(), try cursor.byte())
        guard version == 5, type == 1, width == 8 else {
            throw MalformedObject("debug information of version \(version), type \(type)")
        }
        let forms = try DebugEntry.forms(
            sections.abbreviations, at: Int(try cursor.number(4)))
        var unit = DebugEntry()
        var functions: [Int: UInt32] = [:]
        var origins: [Int] = []
        let firstCall = calls.count
        // The call whose code the entry is inside of, for every open entry.
        var enclosing: [UInt32] = []
        while !cursor.isAtEnd {
            let place = cursor.offset - range.lowerBound
            guard let entry = try DebugEntry(&cursor, forms) else {
                if !enclosing.isEmpty { enclosing.removeLast() }
                continue
            }
            var call = enclosing.last ?? InlinedCode.none
            switch entry.tag {
            case DebugEntry.unit: unit = entry
            case DebugEntry.function:
                call = InlinedCode.none
                if entry.name != nil { functions[place] = try function(entry, unit) }
            case DebugEntry.inlined:
                guard let origin = entry.origin, calls.count < Int(InlinedCode.none) else {
                    throw MalformedObject("an inlined call of nothing")
                }
                let ranges = try ranges(of: entry, unit)
                if ranges.isEmpty { break }
                origins.append(origin)
                calls.append(
                    InlinedCode.Call(function: 0, wasmOffset: entry.callLine, outer: call))
                call = UInt32(calls.count - 1)
                for range in ranges {
                    pieces.append(
                        Piece(start: range.lowerBound, end: range.upperBound, call: call))
                }
            default: break
            }
            if entry.hasChildren { enclosing.append(call) }
        }
        for (position, origin) in origins.enumerated() {
            guard let function = functions[origin] else {
                throw MalformedObject("an inlined call of what has no name")
            }
            calls[firstCall + position].function = function
        }
    }

    /// The index that a function's name tells.
    private func function(
        _ entry: DebugEntry, _ unit: DebugEntry
    ) throws(MalformedObject) -> UInt32? {
        guard let name = entry.name else { return nil }
        let offset =
            name.isIndex
            ? try number(sections.stringOffsets, unit.stringOffsetsBase, name.value, 4)
            : name.value
        let start = Int(clamping: offset)
        guard start <= sections.strings.count else { throw MalformedObject("a name at \(offset)") }
        var cursor = try SectionCursor(sections.strings, start..<sections.strings.count)
        let text = try cursor.text()
        return text.hasPrefix("f") ? UInt32(text.dropFirst()) : nil
    }

    /// A number of a table, by its index.
    private func number(
        _ table: [UInt8], _ base: UInt64, _ index: UInt64, _ width: Int
    ) throws(MalformedObject) -> UInt64 {
        guard base <= UInt64(table.count), index <= UInt64(table.count) else {
            throw MalformedObject("entry \(index) of a table at \(base)")
        }
        let start = Int(base) + Int(index) * width
        guard start <= table.count else { throw MalformedObject("entry \(index) of a table") }
        var cursor = try SectionCursor(table, start..<table.count)
        return try cursor.number(width)
    }

    private func place(
        _ address: DebugEntry.Reference, _ unit: DebugEntry
    ) throws(MalformedObject) -> UInt64 {
        address.isIndex
            ? try number(sections.addresses, unit.addressesBase, address.value, 8) : address.value
    }

    /// Where an entry's code is; pieces that are empty are left out.
    private func ranges(
        of entry: DebugEntry, _ unit: DebugEntry
    ) throws(MalformedObject) -> [Range<Int>] {
        var result: [Range<Int>] = []
        func append(_ start: UInt64, _ end: UInt64) throws(MalformedObject) {
            guard let start = UInt32(exactly: start), let end = UInt32(exactly: end), start <= end
            else { throw MalformedObject("code from \(start) to \(end)") }
            if start < end { result.append(Int(start)..<Int(end)) }
        }
        if let low = entry.low, let high = entry.high {
            let start = try place(low, unit)
            try append(start, high.isIndex ? try place(high, unit) : start &+ high.value)
        }
        guard let list = entry.ranges else { return result }
        var start = list.value
        if list.isIndex {
            start = try number(sections.ranges, unit.rangesBase, start, 4)
            start &+= unit.rangesBase
        }
        guard start <= UInt64(sections.ranges.count) else {
            throw MalformedObject("ranges at \(start)")
        }
        var cursor = try SectionCursor(sections.ranges, Int(start)..<sections.ranges.count)
        var base: UInt64 = 0
        if let low = unit.low { base = try place(low, unit) }
        func indexed(_ cursor: inout SectionCursor) throws(MalformedObject) -> UInt64 {
            try place(DebugEntry.Reference(value: try cursor.unsigned(), isIndex: true), unit)
        }
        while true {
            let kind = try cursor.byte()
            switch kind {
            case 0: return result
            case 1: base = try indexed(&cursor)
            case 2: try append(try indexed(&cursor), try indexed(&cursor))
            case 3:
                let start = try indexed(&cursor)
                try append(start, start &+ cursor.unsigned())
            case 4: try append(base &+ cursor.unsigned(), base &+ cursor.unsigned())
            case 5: base = try cursor.number(8)
            case 6: try append(try cursor.number(8), try cursor.number(8))
            case 7:
                let start = try cursor.number(8)
                try append(start, start &+ cursor.unsigned())
            default: throw MalformedObject("ranges of kind \(kind)")
            }
        }
    }

    /// Puts the pieces in order: from each offset on, the innermost one.
    private mutating func makeRows() throws(MalformedObject) {
        // Outer calls are earlier ones.
        pieces.sort { ($0.start, -$0.end, $0.call) < ($1.start, -$1.end, $1.call) }
        var open: [Piece] = []
        func close(upTo offset: Int, _ rows: inout [InlinedCode.Row]) {
            while let last = open.last, last.end <= offset {
                open.removeLast()
                Self.append(last.end, open.last?.call ?? InlinedCode.none, &rows)
            }
        }
        var rows: [InlinedCode.Row] = []
        for var piece in pieces {
            close(upTo: piece.start, &rows)
            if let around = open.last { piece.end = min(piece.end, around.end) }
            Self.append(piece.start, piece.call, &rows)
            open.append(piece)
        }
        close(upTo: .max, &rows)
        self.rows = rows
        pieces = []
    }

    private static func append(_ offset: Int, _ call: UInt32, _ rows: inout [InlinedCode.Row]) {
        if rows.last?.offset == UInt32(offset) { rows.removeLast() }
        if rows.last?.call ?? InlinedCode.none == call { return }
        rows.append(InlinedCode.Row(offset: UInt32(offset), call: call))
    }
}
