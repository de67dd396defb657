/// The line number program of an object: which instruction of Wasm each place of code comes from.
///
/// Lines are Wasm offsets. Source: DWARF 5, §6.2 (version 4's header is read too).
struct LineTable {
    struct Row: Equatable {
        /// Place in the code.
        var offset: Int
        /// The line there and up to the next row; 0 for none.
        var line: UInt32
    }

    private(set) var rows: [Row] = []

    init(_ contents: ELFObject.Contents) throws(MalformedObject) {
        var cursor = try SectionCursor(contents.bytes, 0..<contents.bytes.count)
        while !cursor.isAtEnd {
            let length = Int(truncatingIfNeeded: try cursor.number(4))
            guard length < 0xFFFF_FFF0 else { throw MalformedObject("a 64-bit line table") }
            let start = cursor.offset
            try cursor.skip(length)
            try readUnit(contents.bytes, start..<start + length)
        }
    }

    private mutating func readUnit(
        _ bytes: [UInt8], _ range: Range<Int>
    ) throws(MalformedObject) {
        var cursor = try SectionCursor(bytes, range)
        let version = try cursor.number(2)
        guard version == 4 || version == 5 else {
            throw MalformedObject("line table of version \(version)")
        }
        if version == 5 { try cursor.skip(2) }
        let headerLength = Int(truncatingIfNeeded: try cursor.number(4))
        let programStart = cursor.offset + headerLength
        var program = Program()
        program.minimumLength = Int(try cursor.byte())
        guard try cursor.byte() == 1 else { throw MalformedObject("a line table for VLIW") }
        try cursor.skip(1)
        program.lineBase = Int(Int8(bitPattern: try cursor.byte()))
        program.lineRange = Int(try cursor.byte())
        let opcodeBase = try cursor.byte()
        guard program.lineRange > 0, opcodeBase > 0 else { throw MalformedObject("line table") }
        program.opcodeBase = Int(opcodeBase)
        for _ in 1..<opcodeBase { program.operandCounts.append(Int(try cursor.byte())) }
        guard programStart <= range.upperBound else { throw MalformedObject("line table") }
        var code = try SectionCursor(bytes, programStart..<range.upperBound)
        rows += try program.run(&code)
    }

    /// The machine of §6.2.2, as far as address and line go.
    private struct Program {
        var minimumLength = 1
        var lineBase = 0
        var lineRange = 1
        var opcodeBase = 0
        var operandCounts: [Int] = []
        private var address = 0
        private var line = 1
        private var rows: [Row] = []

        mutating func run(_ code: inout SectionCursor) throws(MalformedObject) -> [Row] {
            while !code.isAtEnd {
                let opcode = Int(try code.byte())
                if opcode >= opcodeBase {
                    let adjusted = opcode - opcodeBase
                    address &+= adjusted / lineRange * minimumLength
                    line &+= lineBase + adjusted % lineRange
                    append()
                } else if opcode == 0 {
                    try extended(&code)
                } else {
                    try standard(opcode, &code)
                }
            }
            return rows
        }

        private mutating func append() {
            rows.append(Row(offset: address, line: UInt32(truncatingIfNeeded: line)))
        }

        private mutating func extended(_ code: inout SectionCursor) throws(MalformedObject) {
            let length = Int(truncatingIfNeeded: try code.unsigned())
            let next = code.offset &+ length
            let kind = length > 0 ? try code.byte() : 0
            switch kind {
            case 1:
                // The sequence ends: nothing stands here.
                rows.append(Row(offset: address, line: 0))
                (address, line) = (0, 1)
            case 2: address = Int(truncatingIfNeeded: try code.number(8))
            default: break
            }
            try code.skip(next &- code.offset)
        }

        private mutating func standard(
            _ opcode: Int, _ code: inout SectionCursor
        ) throws(MalformedObject) {
            switch opcode {
            case 1: append()
            case 2: address &+= Int(truncatingIfNeeded: try code.unsigned()) &* minimumLength
            case 3: line &+= Int(truncatingIfNeeded: try code.signed())
            case 8: address &+= (255 - opcodeBase) / lineRange * minimumLength
            case 9: address &+= Int(try code.number(2))
            default: for _ in 0..<operandCounts[opcode - 1] { _ = try code.unsigned() }
            }
        }
    }
}
