/// Reads CBOR (RFC 8949) from outside: bounded, and refusing every second spelling of a value.
package struct CBORReader {
    private var reader: ByteReader
    private let rules: CBORRules
    private var items = 0
    private let name: String

    /// Decodes the one data item that `bytes` hold.
    ///
    /// - Parameter name: what is read, for errors.
    /// - Throws: ``MalformedBytes`` with the offset of the first byte that breaks the rules.
    package static func decode(
        _ bytes: ArraySlice<UInt8>, rules: CBORRules = .definite, _ name: String = "CBOR"
    ) throws(MalformedBytes) -> CBORValue {
        guard bytes.count <= rules.maximumBytes else {
            throw MalformedBytes(
                field: name, offset: 0,
                problem: "\(bytes.count) bytes; at most \(rules.maximumBytes) are read")
        }
        var reader = CBORReader(bytes, rules: rules, name)
        let value = try reader.value(depth: 0)
        try reader.reader.expectEnd(name)
        return value
    }

    private init(_ bytes: ArraySlice<UInt8>, rules: CBORRules, _ name: String) {
        reader = ByteReader(bytes)
        self.rules = rules
        self.name = name
    }

    private func malformed(_ offset: Int, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: name, offset: offset, problem: problem)
    }

    private mutating func value(depth: Int) throws(MalformedBytes) -> CBORValue {
        let start = reader.offset
        items += 1
        guard depth <= rules.maximumDepth else {
            throw malformed(start, "nested deeper than \(rules.maximumDepth)")
        }
        guard items <= rules.maximumItems else {
            throw malformed(start, "more than \(rules.maximumItems) items")
        }
        let initial: UInt8 = try reader.integer(name)
        let argument = initial & 31
        switch initial >> 5 {
        case 0: return .unsigned(try length(argument, start))
        case 1: return .negative(try length(argument, start))
        case 2: return .bytes(try string(argument, start, major: 2))
        case 3: return .text(try text(argument, start))
        case 4: return .array(try array(argument, start, depth))
        case 5: return .map(try map(argument, start, depth))
        case 6: return .tagged(try length(argument, start), try value(depth: depth + 1))
        default: return try simple(argument, start)
        }
    }

    /// The argument of an initial byte (RFC 8949 §3), which must be in its shortest form.
    private mutating func length(_ argument: UInt8, _ start: Int) throws(MalformedBytes) -> UInt64 {
        let value: UInt64
        let least: UInt64
        switch argument {
        case 0...23: return UInt64(argument)
        case 24: (value, least) = (UInt64(try reader.integer(name, as: UInt8.self)), 24)
        case 25:
            (value, least) = (UInt64(try reader.bigEndianInteger(name, as: UInt16.self)), 1 << 8)
        case 26:
            (value, least) = (UInt64(try reader.bigEndianInteger(name, as: UInt32.self)), 1 << 16)
        case 27: (value, least) = (try reader.bigEndianInteger(name, as: UInt64.self), 1 << 32)
        case 31: throw malformed(start, "indefinite length where none is allowed")
        default: throw malformed(start, "reserved additional information \(argument)")
        }
        guard value >= least else {
            throw malformed(start, "\(value) is not in its shortest form")
        }
        return value
    }

    /// A count of items, each at least one byte long, that can still be there.
    private mutating func count(_ argument: UInt8, _ start: Int) throws(MalformedBytes) -> Int {
        let value = try length(argument, start)
        guard value <= UInt64(reader.remaining) else {
            throw malformed(
                start, "declares \(value) items or bytes, \(reader.remaining) bytes remain")
        }
        return Int(value)
    }

    private mutating func indefinite(_ argument: UInt8) -> Bool {
        argument == 31 && rules.allowsIndefiniteLength
    }

    /// Whether the next byte is the "break" that ends an item of indefinite length; takes it if so.
    private mutating func takesBreak() throws(MalformedBytes) -> Bool {
        var ahead = reader
        guard try ahead.integer(name, as: UInt8.self) == 0xff else { return false }
        reader = ahead
        return true
    }

    private mutating func string(
        _ argument: UInt8, _ start: Int, major: UInt8
    ) throws(MalformedBytes) -> ArraySlice<UInt8> {
        guard indefinite(argument) else {
            return try reader.bytes(try count(argument, start), name)
        }
        var joined: ArraySlice<UInt8> = []
        while try !takesBreak() {
            let chunk = reader.offset
            let initial: UInt8 = try reader.integer(name)
            guard initial >> 5 == major, initial & 31 != 31 else {
                throw malformed(chunk, "a chunk of a string must be a definite string of its type")
            }
            items += 1
            guard items <= rules.maximumItems else {
                throw malformed(chunk, "more than \(rules.maximumItems) items")
            }
            joined += try reader.bytes(try count(initial & 31, chunk), name)
        }
        return joined
    }

    private mutating func text(_ argument: UInt8, _ start: Int) throws(MalformedBytes) -> String {
        let bytes = try string(argument, start, major: 3)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw malformed(start, "text is not UTF-8")
        }
        return text
    }

    private mutating func array(
        _ argument: UInt8, _ start: Int, _ depth: Int
    ) throws(MalformedBytes) -> [CBORValue] {
        var elements: [CBORValue] = []
        if indefinite(argument) {
            while try !takesBreak() { elements.append(try value(depth: depth + 1)) }
        } else {
            for _ in 0..<(try count(argument, start)) {
                elements.append(try value(depth: depth + 1))
            }
        }
        return elements
    }

    private mutating func map(
        _ argument: UInt8, _ start: Int, _ depth: Int
    ) throws(MalformedBytes) -> [CBOREntry] {
        var entries: [CBOREntry] = []
        var keys = CBORKeys(sorted: rules.requiresSortedKeys)
        if indefinite(argument) {
            while try !takesBreak() { entries.append(try entry(depth, &keys)) }
        } else {
            for _ in 0..<(try count(argument, start)) { entries.append(try entry(depth, &keys)) }
        }
        return entries
    }

    private mutating func entry(
        _ depth: Int, _ keys: inout CBORKeys
    ) throws(MalformedBytes) -> CBOREntry {
        let start = reader.offset
        var whole = reader
        let key = try value(depth: depth + 1)
        let encoding = try whole.bytes(reader.offset - start, name)
        guard encoding.count <= rules.maximumKeyBytes else {
            throw malformed(start, "map key longer than \(rules.maximumKeyBytes) bytes")
        }
        if let problem = keys.insert(encoding) { throw malformed(start, problem) }
        return CBOREntry(key, try value(depth: depth + 1))
    }

    private mutating func simple(_ argument: UInt8, _ start: Int) throws(MalformedBytes)
        -> CBORValue
    {
        switch argument {
        case 20: return .boolean(false)
        case 21: return .boolean(true)
        case 22: return .null
        case 23: return .undefined
        case 0...19: return .simple(argument)
        case 24:
            let value: UInt8 = try reader.integer(name)
            guard value >= 32 else { throw malformed(start, "simple value \(value) in two bytes") }
            return .simple(value)
        case 25, 26, 27: throw malformed(start, "floating-point numbers are not used here")
        case 31: throw malformed(start, "a break outside an item of indefinite length")
        default: throw malformed(start, "reserved additional information \(argument)")
        }
    }
}

/// The keys of one map, to refuse a second of the same name (RFC 8949 §5.6).
private struct CBORKeys {
    let sorted: Bool
    private var seen: Set<[UInt8]> = []
    private var last: [UInt8] = []

    init(sorted: Bool) { self.sorted = sorted }

    /// Takes a key's encoding; returns what is wrong with it, if anything.
    mutating func insert(_ encoding: ArraySlice<UInt8>) -> String? {
        let key = Array(encoding)
        defer { last = key }
        if sorted, !seen.isEmpty, !last.lexicographicallyPrecedes(key), last != key {
            return "map keys are not in order"
        }
        return seen.insert(key).inserted ? nil : "map key appears twice"
    }
}
