/// The module's types: those it defines, then those that its type uses imply.
///
/// Source: core specification 3.0, §6.6.5 (Type Uses, Abbreviations).
struct TextTypeTable {
    private struct Entry {
        /// The encoded function type; empty for structures and arrays.
        let signature: [UInt8]
        let parameterCount: Int
    }

    private var entries: [Entry] = []
    /// The first type with this signature that is final, without supertypes and alone in its
    /// recursion group: what a type use without an index stands for.
    private var plain: [[UInt8]: UInt32] = [:]
    /// Contents of the type section, without the count.
    private(set) var section: [UInt8] = []
    private(set) var groupCount = 0

    /// Whether there is such a type, and how many parameters it has (none unless a function type).
    func parameterCount(of index: UInt32) -> Int? {
        Int(index) < entries.count ? entries[Int(index)].parameterCount : nil
    }

    /// The encoded function type, empty for another type, `nil` when there is no such type.
    func signature(of index: UInt32) -> [UInt8]? {
        Int(index) < entries.count ? entries[Int(index)].signature : nil
    }

    /// Adds a recursion group's bytes.
    mutating func add(group bytes: [UInt8]) {
        section += bytes
        groupCount += 1
    }

    /// Adds a defined type, in the order of indices.
    mutating func add(signature: [UInt8], parameterCount: Int, isPlain: Bool) {
        let index = UInt32(truncatingIfNeeded: entries.count)
        entries.append(Entry(signature: signature, parameterCount: parameterCount))
        if isPlain && plain[signature] == nil { plain[signature] = index }
    }

    /// The index of the plain function type, which is appended when there is none.
    mutating func index(of signature: TextSignature) -> UInt32 {
        let bytes = signature.encoded
        if let index = plain[bytes] { return index }
        let index = UInt32(truncatingIfNeeded: entries.count)
        add(signature: bytes, parameterCount: signature.parameterCount, isPlain: true)
        add(group: bytes)
        return index
    }
}

/// Parameters and results as the text lists them, encoded.
struct TextSignature {
    var parameters: [UInt8] = []
    var parameterCount = 0
    var results: [UInt8] = []
    var resultCount = 0

    var isEmpty: Bool { parameterCount == 0 && resultCount == 0 }

    /// `func` (§5.3.6): 0x60, parameters, results.
    var encoded: [UInt8] {
        var bytes: [UInt8] = [0x60]
        bytes.appendCount(parameterCount)
        bytes += parameters
        bytes.appendCount(resultCount)
        bytes += results
        return bytes
    }
}
