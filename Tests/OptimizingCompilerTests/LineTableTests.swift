import Testing

@testable import OptimizingCompiler

/// Line programs built by hand (DWARF 5, §6.2).
@Suite struct LineTableTests {
    /// A table of version 4 with this program; instructions have one byte, lines −3 to 8.
    private func table(_ program: [UInt8]) -> [UInt8] {
        let counts: [UInt8] = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]
        let rest: [UInt8] = [1, 1, 1, UInt8(bitPattern: -3), 12, 13] + counts
        let header: [UInt8] = [4, 0, UInt8(rest.count), 0, 0, 0] + rest
        return [UInt8(header.count + program.count), 0, 0, 0] + header + program
    }

    private func rows(_ bytes: [UInt8]) throws -> [LineTable.Row] {
        try LineTable(ELFObject.Contents(bytes: bytes)).rows
    }

    @Test("addresses and lines advance by standard, special and extended instructions")
    func advances() throws {
        let program: [UInt8] = [
            0, 9, 2, 0x10, 0, 0, 0, 0, 0, 0, 0,  // Address 16.
            3, 0xE3, 0, 1,  // Line 100, a row.
            13 + 12 * 2 + 4,  // Two bytes on, one line on, a row.
            2, 5, 1,  // Five bytes on, a row.
            0, 1, 1,  // The end.
        ]
        #expect(
            try rows(table(program)) == [
                LineTable.Row(offset: 16, line: 100), LineTable.Row(offset: 18, line: 101),
                LineTable.Row(offset: 23, line: 101), LineTable.Row(offset: 23, line: 0),
            ])
    }

    @Test("a table cut anywhere is an error, never a crash")
    func truncated() throws {
        let whole = table([0, 9, 2, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1])
        for count in 1..<whole.count {
            #expect(throws: MalformedObject.self) { try rows(Array(whole[..<count])) }
        }
    }

    @Test("another version is refused")
    func version() {
        var bytes = table([])
        bytes[4] = 9
        #expect(throws: MalformedObject("line table of version 9")) { try rows(bytes) }
    }
}
