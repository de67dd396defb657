internal import GuestKit

/// Lines, words, characters and bytes of a stream, in constant memory.
struct Counts {
    private(set) var lines: UInt64 = 0
    private(set) var words: UInt64 = 0
    private(set) var characters: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    private var inWord = false
    private var decoder = ScalarDecoder()

    init() {}

    /// Reads to the end.
    init(reading descriptor: FileDescriptor) throws(Errno) {
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try descriptor.read(into: &piece)
            if count == 0 { return }
            guard count <= piece.count else { throw .io }
            bytes += UInt64(count)
            for byte in piece[..<count] { take(byte) }
        }
    }

    mutating func add(_ other: Counts) {
        lines += other.lines
        words += other.words
        characters += other.characters
        bytes += other.bytes
    }

    private mutating func take(_ byte: UInt8) {
        if byte == UInt8(ascii: "\n") { lines += 1 }
        guard let scalar = decoder.take(byte) else { return }
        characters += 1
        let space = Self.isSpace(scalar)
        if !space && !inWord { words += 1 }
        inWord = !space
    }

    /// The white space of C.UTF-8's `iswspace`; no-break spaces join words.
    private static func isSpace(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x20, 0x1680, 0x2000...0x2006, 0x2008...0x200A, 0x2028, 0x2029, 0x205F,
            0x3000:
            true
        default: false
        }
    }
}
