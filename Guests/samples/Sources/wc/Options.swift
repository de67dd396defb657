/// What to print, and of which files.
struct Options {
    private(set) var files: [String] = []
    private var lines = false
    private var words = false
    private var characters = false
    private var bytes = false

    /// Nil on an option that wc does not have.
    init?(_ arguments: ArraySlice<String>) {
        var onlyFiles = false
        for argument in arguments {
            if onlyFiles || argument == "-" || argument.utf8.first != 0x2D {
                files.append(argument)
            } else if argument == "--" {
                onlyFiles = true
            } else {
                for letter in argument.utf8.dropFirst() {
                    guard set(letter) else { return nil }
                }
            }
        }
        if !(lines || words || characters || bytes) { (lines, words, bytes) = (true, true, true) }
    }

    private mutating func set(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "l"): lines = true
        case UInt8(ascii: "w"): words = true
        case UInt8(ascii: "m"): characters = true
        case UInt8(ascii: "c"): bytes = true
        default: return false
        }
        return true
    }

    /// "12 34 567 name", in wc's order: lines, words, characters, bytes.
    func line(_ counts: Counts, _ name: String?) -> String {
        var parts: [String] = []
        if lines { parts.append("\(counts.lines)") }
        if words { parts.append("\(counts.words)") }
        if characters { parts.append("\(counts.characters)") }
        if bytes { parts.append("\(counts.bytes)") }
        if let name { parts.append(name) }
        return parts.joined(separator: " ")
    }
}
