import Testing

@testable import OptimizingCompiler

/// Call frame information built by hand (DWARF 5, §6.4).
@Suite struct FrameTableTests {
    /// An entry of the table: its length, then what it says.
    private func entry(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count), 0, 0, 0] + bytes }

    /// What functions have in common, as clang writes it: factors 1 and −8, rsp + 8.
    private var common: [UInt8] {
        entry([0xFF, 0xFF, 0xFF, 0xFF, 4, 0, 8, 0, 1, 0x78, 16, 0x0C, 7, 8, 0x90, 1, 0, 0])
    }

    /// A function of 32 bytes at 16.
    private func function(_ program: [UInt8]) -> [UInt8] {
        entry([0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0] + program)
    }

    private func rows(_ bytes: [UInt8]) throws -> [FrameTable.Row] {
        try FrameTable(ELFObject.Contents(bytes: bytes)).rows
    }

    private func row(_ offset: Int, words: UInt32, base: UInt32 = 0, saved: UInt32 = 0)
        -> FrameTable.Row
    {
        FrameTable.Row(offset: offset, rule: words | base << 24 | saved << 26)
    }

    @Test("a function that pushes rbp and rbx, has a frame, and takes all back halfway")
    func pushes() throws {
        let program: [UInt8] = [
            0x41, 0x0E, 16,  // One byte on: rsp + 16.
            0x41, 0x0E, 24,  // rsp + 24.
            0x44, 0x0E, 64, 0x83, 3, 0x86, 2,  // rsp + 64; rbx at −24, rbp at −16.
            0x0A, 0x02, 10, 0x0E, 16, 0xC6, 0x41, 0x0E, 8,  // An epilogue,
            0x41, 0x0B,  // and what was before it.
        ]
        #expect(
            try rows(common + function(program)) == [
                row(16, words: 1), row(17, words: 2), row(18, words: 3),
                row(22, words: 8, saved: 2), row(32, words: 2), row(33, words: 1),
                row(34, words: 8, saved: 2), FrameTable.Row(offset: 48, rule: 0),
            ])
    }

    @Test("a frame made by a loop, one that rbp holds, and one that only an expression tells")
    func otherBases() throws {
        let program: [UInt8] = [
            0x41, 0x0C, 11, 0x80, 0x80, 1, 0x41, 0x0D, 7,  // r11 + 16384, then rsp.
            0x41, 0x0C, 6, 16, 0x86, 2,  // rbp + 16.
            0x41, 0x0F, 2, 0x77, 8,  // An expression.
        ]
        #expect(
            try rows(common + function(program)) == [
                row(16, words: 1), row(17, words: 2048, base: 2), row(18, words: 2048),
                row(19, words: 2, base: 1, saved: 2), FrameTable.Row(offset: 20, rule: 0),
                FrameTable.Row(offset: 48, rule: 0),
            ])
    }

    @Test("numbers that no frame has tell nothing")
    func hugeNumbers() throws {
        // rbp at 2⁶⁰ units, whose bytes do not fit; then a frame as large.
        let huge: [UInt8] = Array(repeating: 0x80, count: 8) + [0x10]
        for program in [[0x11, 6] + huge, [0x0E] + huge, [0x13] + huge] as [[UInt8]] {
            #expect(
                try rows(common + function(program))
                    .allSatisfy { $0.rule == 0 })
        }
    }

    @Test("a table cut anywhere is an error or has fewer entries, never a crash")
    func truncated() throws {
        let whole = common + function([0x41, 0x0E, 16, 0x02, 9, 0x0E, 8])
        for count in 1..<whole.count where count != common.count {
            #expect(throws: MalformedObject.self) { try rows(Array(whole[..<count])) }
        }
        #expect(try rows(Array(whole[..<common.count])).isEmpty)
    }

    @Test(
        "instructions and versions that are not known, and what was never kept, are refused",
        arguments: [[0x3F], [0x0B], [0x09, 1, 2], [0x0F, 0xFF, 0x7F]] as [[UInt8]])
    func unknown(program: [UInt8]) {
        #expect(throws: MalformedObject.self) { try rows(common + function(program)) }
        var old = common
        old[8] = 2
        #expect(throws: MalformedObject.self) { try rows(old) }
        // A function past any text.
        var far = function([])
        far[15] = 0x7F
        #expect(throws: MalformedObject.self) { try rows(common + far) }
        // A function of no common part.
        #expect(throws: MalformedObject.self) { try rows(function(program)) }
    }
}
