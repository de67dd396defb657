/// LLVM IR as text, growing.
struct IRText: Sendable {
    private(set) var bytes: [UInt8] = []

    /// Writes a line.
    mutating func line(_ text: String) {
        var text = text
        text.withUTF8 { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func append(_ other: IRText) { bytes.append(contentsOf: other.bytes) }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
