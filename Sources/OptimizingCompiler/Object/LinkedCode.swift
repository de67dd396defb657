internal import WasmEngine

/// Machine code and constants of several object files as one position-independent piece.
struct LinkedCode {
    /// Code, then constants, then the rows of the frame table.
    private(set) var bytes: [UInt8] = []
    /// How many of the bytes are code; a multiple of 4096.
    private(set) var codeByteCount = 0
    /// Where each function is.
    private(set) var functions: [String: Range<Int>] = [:]
    /// Where the instructions are that fault on purpose, and the byte that they carry, in order.
    private(set) var traps: [(offset: Int, code: UInt8)] = []
    /// Where the instructions are that a backtrace may name, in order.
    private(set) var lines: [LineTable.Row] = []

    /// Which functions are inlined where.
    private(set) var inlined = InlinedCode()

    /// How many rows of 8 bytes are at the end.
    private(set) var frameRowCount = 0

    /// Where each section of each object begins.
    private var places: [[Int: Int]] = []

    /// Puts objects together, in this order.
    ///
    /// - Throws: ``MalformedObject`` also when something is asked for that no object has.
    init(_ objects: [ELFObject]) throws(MalformedObject) {
        places = Array(repeating: [:], count: objects.count)
        for (index, object) in objects.enumerated() {
            try place(object, index) { $0.isCode }
        }
        pad(to: 4096)
        codeByteCount = bytes.count
        for (index, object) in objects.enumerated() {
            try place(object, index) { !$0.isCode }
        }
        let addresses = try defineSymbols(objects)
        for (index, object) in objects.enumerated() {
            try relocate(object, index, addresses[index], addresses)
        }
        for (index, object) in objects.enumerated() { try readTables(object, index) }
        // In order, so that the bytes are the same each time whatever the object says.
        for function in functions.values.sorted(by: { $0.lowerBound < $1.lowerBound })
        where function.upperBound <= codeByteCount {
            AddressOrder.improve(&bytes, function)
        }
        findTraps()
        tidyLines()
        try appendFrames(objects)
    }

    /// Appends what tells how frames are left, in order.
    private mutating func appendFrames(_ objects: [ELFObject]) throws(MalformedObject) {
        var rows: [FrameTable.Row] = []
        for (index, object) in objects.enumerated() {
            for (number, section) in object.sections.enumerated()
            where section.name == ".debug_frame" {
                rows += try FrameTable(try relocated(object, number, index)).rows
            }
        }
        // Where a function ends and another begins, the beginning counts.
        rows.sort { ($0.offset, $0.rule == 0 ? 0 : 1) < ($1.offset, $1.rule == 0 ? 0 : 1) }
        pad(to: 8)
        for (place, row) in rows.enumerated() {
            if place + 1 < rows.count, rows[place + 1].offset == row.offset { continue }
            guard let offset = UInt32(exactly: row.offset), row.offset <= codeByteCount else {
                throw MalformedObject("a frame at \(row.offset)")
            }
            for word in [offset, row.rule] {
                for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * byte))) }
            }
            frameRowCount += 1
        }
    }

    /// Puts the lines in order, one for each place at most: the last that the table tells. Where it
    /// tells none, the one before goes on, to the function's end.
    private mutating func tidyLines() {
        let inside = lines.filter { $0.line != 0 && $0.offset >= 0 && $0.offset < codeByteCount }
        let sorted = inside.enumerated().sorted {
            ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
        }
        let starts = functions.values.map(\.lowerBound).sorted()
        var next = 0
        lines = []
        for (_, row) in sorted {
            var isOfNextFunction = false
            while next < starts.count, starts[next] <= row.offset {
                isOfNextFunction = true
                next += 1
            }
            if lines.last?.offset == row.offset { lines.removeLast() }
            if isOfNextFunction || lines.last?.line != row.line { lines.append(row) }
        }
    }

    /// Finds what LLVM makes of a trap: `UD1 eax, [eax + code]` (67 0F B9 40 code).
    ///
    /// The same bytes inside another instruction do no harm: nothing faults there.
    private mutating func findTraps() {
        var offset = 0
        while offset + 5 <= codeByteCount {
            if bytes[offset] == 0x67, bytes[offset + 1] == 0x0F, bytes[offset + 2] == 0xB9,
                bytes[offset + 3] == 0x40
            {
                traps.append((offset, bytes[offset + 4]))
                offset += 4
            }
            offset += 1
        }
    }

    private mutating func pad(to alignment: Int) {
        let filler = (alignment - bytes.count % alignment) % alignment
        // Between functions, what traps.
        bytes.append(contentsOf: repeatElement(0xCC, count: filler))
    }

    private mutating func place(
        _ object: ELFObject, _ index: Int, where wanted: (ELFObject.Section) -> Bool
    ) throws(MalformedObject) {
        for (number, section) in object.sections.enumerated() {
            let isUnwind = section.type == ELFObject.Section.unwind || section.name == ".eh_frame"
            guard section.isAllocated, section.size > 0, !isUnwind, wanted(section) else {
                continue
            }
            guard section.type == ELFObject.Section.progbits, !section.isWritable else {
                throw MalformedObject("section \(section.name) would have to be writable")
            }
            pad(to: section.alignment)
            places[index][number] = bytes.count
            bytes.append(contentsOf: object.bytes[section.range])
        }
    }

    /// The place of every symbol of every object; nil for one that is defined elsewhere.
    private mutating func defineSymbols(
        _ objects: [ELFObject]
    ) throws(MalformedObject) -> [[Int?]] {
        var shared: [String: Int] = [:]
        var addresses: [[Int?]] = []
        for (index, object) in objects.enumerated() {
            var own: [Int?] = []
            for symbol in object.symbols {
                guard let base = places[index][symbol.section],
                    let value = Int(exactly: symbol.value), value <= bytes.count
                else {
                    own.append(nil)
                    continue
                }
                own.append(base + value)
                if symbol.type == ELFObject.Symbol.object { shared[symbol.name] = base + value }
                guard symbol.type == ELFObject.Symbol.function else { continue }
                let end = base + value + Int(truncatingIfNeeded: symbol.size & 0xFFFF_FFFF)
                functions[symbol.name] = base + value..<end
                shared[symbol.name] = base + value
            }
            addresses.append(own)
        }
        for (index, object) in objects.enumerated() {
            for (number, symbol) in object.symbols.enumerated() where symbol.section == 0 {
                addresses[index][number] = shared[symbol.name]
            }
        }
        return addresses
    }

    private mutating func relocate(
        _ object: ELFObject, _ index: Int, _ own: [Int?], _ all: [[Int?]]
    ) throws(MalformedObject) {
        for (number, base) in places[index] {
            for relocation in try object.relocations(of: number) {
                guard let target = own[relocation.symbol] else {
                    let name = object.symbols[relocation.symbol].name
                    throw MalformedObject("code calls \"\(name)\", which nothing defines")
                }
                guard
                    relocation.type == ELFObject.Relocation.relative32
                        || relocation.type == ELFObject.Relocation.function32
                else { throw MalformedObject("relocation of type \(relocation.type)") }
                let place = base + relocation.offset
                let distance = Int64(target) &+ relocation.addend &- Int64(place)
                guard let value = Int32(exactly: distance), place + 4 <= bytes.count else {
                    throw MalformedObject("a distance of \(distance) bytes")
                }
                for byte in 0..<4 {
                    bytes[place + byte] = UInt8(
                        truncatingIfNeeded: UInt32(bitPattern: value) >> (8 * UInt32(byte)))
                }
            }
        }
    }

    /// Reads the line table and the debug information, whose addresses become places in ``bytes``.
    private mutating func readTables(_ object: ELFObject, _ index: Int) throws(MalformedObject) {
        var sections = InlineTable.Sections()
        for (number, section) in object.sections.enumerated() {
            switch section.name {
            case ".debug_line":
                lines += try LineTable(try relocated(object, number, index)).rows
            case ".debug_info": sections.info = try relocated(object, number, index).bytes
            case ".debug_abbrev":
                sections.abbreviations = try relocated(object, number, index).bytes
            case ".debug_rnglists": sections.ranges = try relocated(object, number, index).bytes
            case ".debug_addr": sections.addresses = try relocated(object, number, index).bytes
            case ".debug_str_offsets":
                sections.stringOffsets = try relocated(object, number, index).bytes
            case ".debug_str": sections.strings = try relocated(object, number, index).bytes
            default: break
            }
        }
        append(try InlineTable(sections))
    }

    /// Appends another object's inlined calls; its code lies behind that of those before.
    private mutating func append(_ table: InlineTable) {
        let first = UInt32(inlined.calls.count)
        func moved(_ call: UInt32) -> UInt32 {
            call == InlinedCode.none ? call : first + call
        }
        for var call in table.calls {
            call.outer = moved(call.outer)
            inlined.calls.append(call)
        }
        for row in table.rows where row.offset < UInt32(codeByteCount) {
            while let last = inlined.rows.last, last.offset >= row.offset {
                inlined.rows.removeLast()
            }
            inlined.rows.append(InlinedCode.Row(offset: row.offset, call: moved(row.call)))
        }
    }

    /// A section that is not part of the code, with its addresses filled in as places in ``bytes``.
    private func relocated(
        _ object: ELFObject, _ number: Int, _ index: Int
    ) throws(MalformedObject) -> ELFObject.Contents {
        var contents = Array(object.bytes[object.sections[number].range])
        for relocation in try object.relocations(of: number) {
            let symbol = object.symbols[relocation.symbol]
            let base = places[index][symbol.section]
            let value = Int64(bitPattern: symbol.value) &+ Int64(base ?? 0) &+ relocation.addend
            let width: Int
            switch relocation.type {
            case ELFObject.Relocation.absolute64: width = 8
            // Offsets into tables of names, which nobody looks up.
            case ELFObject.Relocation.absolute32: width = 4
            default: throw MalformedObject("relocation of type \(relocation.type)")
            }
            guard relocation.offset + width <= contents.count else {
                throw MalformedObject("a relocation at \(relocation.offset)")
            }
            for byte in 0..<width {
                contents[relocation.offset + byte] = UInt8(
                    truncatingIfNeeded: value >> Int64(8 * byte))
            }
        }
        return ELFObject.Contents(bytes: contents)
    }
}

extension ELFObject {
    /// A section's bytes on their own.
    struct Contents {
        var bytes: [UInt8]
    }
}
