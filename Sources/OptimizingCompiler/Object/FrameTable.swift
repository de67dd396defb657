/// The call frame information of an object: how each place of code finds its caller.
///
/// Only what a backtrace needs is kept: where the caller's frame begins, and where rbp was saved.
/// Source: DWARF 5, §6.4 (versions 1 to 4 of the table); registers by the System V ABI's AMD64 supplement,
/// §3.6.2.
struct FrameTable {
    struct Row: Equatable {
        /// Place in the code.
        var offset: Int
        /// What holds there and up to the next row, as Documentation/Formats/CodeImage.md tells it; 0
        /// where nothing is known.
        var rule: UInt32
    }

    /// By function; in each of them in order.
    private(set) var rows: [Row] = []

    /// What functions' tables have in common (a CIE).
    private struct Common {
        var codeFactor: Int
        var dataFactor: Int
        var state: State
    }

    /// Numbers of the registers that matter here.
    private enum Register {
        static let rbp: UInt64 = 6
        static let rsp: UInt64 = 7
        static let r11: UInt64 = 11
    }

    /// What the instructions changed so far.
    private struct State: Equatable {
        /// Register that ``distance`` counts from; nil when it is an expression.
        var base: UInt64? = Register.rsp
        /// Bytes from there to the caller's frame.
        var distance = 8
        /// Bytes from the caller's frame down to where rbp is saved; 0 while it is not.
        var saved = 0

        /// This as a rule of the image; 0 when it can not be told.
        var rule: UInt32 {
            let number: UInt32
            switch base {
            case Register.rsp: number = 0
            case Register.rbp: number = 1
            case Register.r11: number = 2
            default: return 0
            }
            guard distance % 8 == 0, distance > 0, distance < 8 << 24, saved % 8 == 0, saved >= 0,
                saved < 8 << 6
            else { return 0 }
            return UInt32(distance / 8) | number << 24 | UInt32(saved / 8) << 26
        }
    }

    init(_ contents: ELFObject.Contents) throws(MalformedObject) {
        var commons: [Int: Common] = [:]
        var cursor = try SectionCursor(contents.bytes, 0..<contents.bytes.count)
        while !cursor.isAtEnd {
            let place = cursor.offset
            let length = Int(truncatingIfNeeded: try cursor.number(4))
            guard length < 0xFFFF_FFF0 else { throw MalformedObject("a 64-bit frame table") }
            let start = cursor.offset
            try cursor.skip(length)
            var entry = try SectionCursor(contents.bytes, start..<start + length)
            let pointer = Int(truncatingIfNeeded: try entry.number(4))
            if pointer == 0xFFFF_FFFF {
                commons[place] = try Self.common(&entry)
            } else if let common = commons[pointer] {
                try readFunction(&entry, common)
            } else {
                throw MalformedObject("a frame table's entry at \(place) belongs to none")
            }
        }
    }

    private static func common(_ entry: inout SectionCursor) throws(MalformedObject) -> Common {
        let version = try entry.byte()
        guard [1, 3, 4].contains(version), try entry.text().isEmpty else {
            throw MalformedObject("frame table of version \(version)")
        }
        if version == 4 {
            guard try entry.byte() == 8, try entry.byte() == 0 else {
                throw MalformedObject("a frame table of other addresses")
            }
        }
        let codeFactor = Int(truncatingIfNeeded: try entry.unsigned())
        let dataFactor = Int(truncatingIfNeeded: try entry.signed())
        // The column of the return address, which is always under the caller's frame.
        if version == 1 { try entry.skip(1) } else { _ = try entry.unsigned() }
        var program = Program(codeFactor: codeFactor, dataFactor: dataFactor, state: State())
        _ = try program.run(&entry, at: 0)
        return Common(codeFactor: codeFactor, dataFactor: dataFactor, state: program.state)
    }

    private mutating func readFunction(
        _ entry: inout SectionCursor, _ common: Common
    ) throws(MalformedObject) {
        let start = Int(truncatingIfNeeded: try entry.number(8))
        let count = Int(truncatingIfNeeded: try entry.number(8))
        guard start >= 0, start < 1 << 32, count >= 0, count < 1 << 32 else {
            throw MalformedObject("frames of \(count) bytes at \(start)")
        }
        var program = Program(
            codeFactor: common.codeFactor, dataFactor: common.dataFactor, state: common.state)
        rows += try program.run(&entry, at: start)
        rows.append(Row(offset: start + count, rule: 0))
    }

    /// The machine of §6.4.2.
    private struct Program {
        let codeFactor: Int
        let dataFactor: Int
        /// What holds now.
        var state: State
        private let initial: State
        private var remembered: [State] = []

        init(codeFactor: Int, dataFactor: Int, state: State) {
            self.codeFactor = codeFactor
            self.dataFactor = dataFactor
            self.state = state
            initial = state
        }

        /// A row for each place where the rule changes.
        mutating func run(
            _ entry: inout SectionCursor, at start: Int
        ) throws(MalformedObject) -> [Row] {
            var rows: [Row] = []
            var offset = start
            func note() {
                if rows.last?.offset == offset { rows.removeLast() }
                if rows.last?.rule != state.rule {
                    rows.append(Row(offset: offset, rule: state.rule))
                }
            }
            while !entry.isAtEnd {
                let opcode = try entry.byte()
                if let distance = try distance(opcode, &entry) {
                    note()
                    offset &+= distance &* codeFactor
                } else {
                    try change(opcode, &entry)
                }
            }
            note()
            return rows
        }

        /// How far an instruction moves on in the code; nil when it does something else.
        private func distance(
            _ opcode: UInt8, _ entry: inout SectionCursor
        ) throws(MalformedObject) -> Int? {
            switch opcode {
            case 0x40..<0x80: Int(opcode & 0x3F)
            case 0x02: Int(try entry.number(1))
            case 0x03: Int(try entry.number(2))
            case 0x04: Int(try entry.number(4))
            default: nil
            }
        }

        private mutating func change(
            _ opcode: UInt8, _ entry: inout SectionCursor
        ) throws(MalformedObject) {
            switch opcode {
            case 0x80..<0xC0:
                try save(UInt64(opcode & 0x3F), Int(truncatingIfNeeded: entry.unsigned()))
            case 0xC0...: restore(UInt64(opcode & 0x3F))
            case 0x00: break
            case 0x05:
                try save(entry.unsigned(), Int(truncatingIfNeeded: entry.unsigned()))
            case 0x06, 0x07, 0x08: restore(try entry.unsigned())
            case 0x0A: remembered.append(state)
            case 0x0B:
                guard let last = remembered.popLast() else {
                    throw MalformedObject("a frame table restores what it never kept")
                }
                state = last
            case 0x0C:
                state.base = try entry.unsigned()
                state.distance = Int(truncatingIfNeeded: try entry.unsigned())
            case 0x0D: state.base = try entry.unsigned()
            case 0x0E: state.distance = Int(truncatingIfNeeded: try entry.unsigned())
            case 0x0F:
                state.base = nil
                try entry.skip(Int(truncatingIfNeeded: try entry.unsigned()))
            case 0x10:
                if try entry.unsigned() == Register.rbp { state.base = nil }
                try entry.skip(Int(truncatingIfNeeded: try entry.unsigned()))
            case 0x11:
                try save(entry.unsigned(), Int(truncatingIfNeeded: entry.signed()))
            case 0x12:
                state.base = try entry.unsigned()
                state.distance = Int(truncatingIfNeeded: try entry.signed()) &* dataFactor
            case 0x13: state.distance = Int(truncatingIfNeeded: try entry.signed()) &* dataFactor
            // What calls pushed for their arguments; the distances count it already.
            case 0x2E: _ = try entry.unsigned()
            default: throw MalformedObject("a frame table's instruction \(opcode)")
            }
        }

        /// A register is kept so many units above the caller's frame: below it, as units are negative.
        private mutating func save(_ register: UInt64, _ units: Int) {
            if register == Register.rbp { state.saved = 0 &- units &* dataFactor }
        }

        private mutating func restore(_ register: UInt64) {
            if register == Register.rbp { state.saved = initial.saved }
        }
    }
}
