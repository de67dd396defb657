import Testing
import WasmEngine

@testable import OptimizingCompiler

/// Debug information built by hand (DWARF 5, §3.3.8, §7.5, §7.25).
@Suite struct InlineTableTests {
    /// Function 7's code holds function 5's, in two pieces, and in the first of them function 4's.
    private var sections: InlineTable.Sections {
        var sections = InlineTable.Sections()
        sections.abbreviations = [
            // 1: the unit, with the bases of names, addresses and ranges, and where its code begins.
            1, 0x11, 1, 0x72, 0x17, 0x73, 0x17, 0x74, 0x17, 0x11, 0x1B, 0, 0,
            // 2: a function with a name (strx1).
            2, 0x2E, 0, 0x03, 0x25, 0, 0,
            // 3: code of a function: its name, where it begins (addrx), how long it is (data4).
            3, 0x2E, 1, 0x03, 0x25, 0x11, 0x1B, 0x12, 0x06, 0, 0,
            // 4: an inlined call: of what (ref4), its ranges (rnglistx), its line (data1).
            4, 0x1D, 1, 0x31, 0x13, 0x55, 0x23, 0x59, 0x0B, 0, 0,
            // 5: the same with one range (addrx, data1) and its line in the kind itself.
            5, 0x1D, 0, 0x31, 0x13, 0x11, 0x1B, 0x12, 0x0B, 0x59, 0x21, 0xC4, 0, 0, 0,
            0,
        ]
        // "f5" at 1, "f4" at 4, "f7" at 7; their offsets behind a header of eight bytes.
        sections.strings = [0x78] + Array("f5\0f4\0f7\0".utf8)
        sections.stringOffsets = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0]
        sections.addresses =
            [UInt8](repeating: 0, count: 8) + [100, 0, 0, 0, 0, 0, 0, 0, 112, 0, 0, 0, 0, 0, 0, 0]
        // One list: 110 to 120 from the unit's base, 130 to 135 by address and length.
        sections.ranges = [4, 0, 0, 0, 4, 10, 20, 5, 130, 0, 0, 0, 0, 0, 0, 0, 4, 0, 5, 0]
        let entries: [UInt8] =
            [5, 0, 1, 8, 0, 0, 0, 0]
            + [1, 8, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]  // At 12; the unit's.
            + [2, 0]  // At 26: f5.
            + [3, 2, 0, 50, 0, 0, 0]  // At 28: f7, from 100 to 150.
            + [4, 26, 0, 0, 0, 0, 77]  // f5, called at 77.
            + [5, 51, 0, 0, 0, 1, 3]  // f4, from 112 to 115, called at 68.
            + [0, 0]
            + [2, 1]  // At 51: f4.
            + [0]
        sections.info = [UInt8(entries.count), 0, 0, 0] + entries
        return sections
    }

    @Test("calls tell function, line and what they lie in; rows tell the innermost")
    func nested() throws {
        let table = try InlineTable(sections)
        #expect(
            table.calls == [
                InlinedCode.Call(function: 5, wasmOffset: 77, outer: InlinedCode.none),
                InlinedCode.Call(function: 4, wasmOffset: 68, outer: 0),
            ])
        #expect(table.rows.map(\.offset) == [110, 112, 115, 120, 130, 135])
        let none = InlinedCode.none
        #expect(table.rows.map(\.call) == [0, 1, 0, none, 0, none])
    }

    @Test("an inlined call of what is no function is refused")
    func origin() throws {
        var sections = sections
        sections.info[try #require(sections.info.lastIndex(of: 51))] = 52
        #expect(throws: MalformedObject("an inlined call of what has no name")) {
            try InlineTable(sections)
        }
    }

    @Test("information cut or changed anywhere is an error or another table, never a crash")
    func damaged() throws {
        let whole = sections
        let parts: [WritableKeyPath<InlineTable.Sections, [UInt8]>] = [
            \.info, \.abbreviations, \.ranges, \.addresses, \.stringOffsets, \.strings,
        ]
        for part in parts {
            for place in whole[keyPath: part].indices {
                var cut = whole
                cut[keyPath: part].removeSubrange(place...)
                _ = try? InlineTable(cut)
                for bit in 0..<8 {
                    var changed = whole
                    changed[keyPath: part][place] ^= 1 << UInt8(bit)
                    _ = try? InlineTable(changed)
                }
            }
        }
    }
}
