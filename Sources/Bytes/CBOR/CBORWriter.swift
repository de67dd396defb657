extension CBORValue {
    /// The value in core deterministic encoding (RFC 8949 §4.2): shortest lengths, sorted keys.
    package var deterministicEncoding: [UInt8] {
        var output: [UInt8] = []
        encode(into: &output)
        return output
    }

    private func encode(into output: inout [UInt8]) {
        switch self {
        case .unsigned(let value): Self.head(0, value, into: &output)
        case .negative(let value): Self.head(1, value, into: &output)
        case .bytes(let bytes):
            Self.head(2, UInt64(bytes.count), into: &output)
            output += bytes
        case .text(let text):
            Self.head(3, UInt64(text.utf8.count), into: &output)
            output += text.utf8
        case .array(let elements):
            Self.head(4, UInt64(elements.count), into: &output)
            for element in elements { element.encode(into: &output) }
        case .map(let entries): Self.encode(entries, into: &output)
        case .tagged(let tag, let value):
            Self.head(6, tag, into: &output)
            value.encode(into: &output)
        case .boolean(let value): output.append(value ? 0xf5 : 0xf4)
        case .null: output.append(0xf6)
        case .undefined: output.append(0xf7)
        case .simple(let value): Self.head(7, UInt64(value), into: &output)
        }
    }

    private static func encode(_ entries: [CBOREntry], into output: inout [UInt8]) {
        head(5, UInt64(entries.count), into: &output)
        let encoded = entries.map { ($0.key.deterministicEncoding, $0.value) }
        for (key, value) in encoded.sorted(by: { $0.0.lexicographicallyPrecedes($1.0) }) {
            output += key
            value.encode(into: &output)
        }
    }

    private static func head(_ major: UInt8, _ value: UInt64, into output: inout [UInt8]) {
        let type = major << 5
        switch value {
        case 0..<24: output.append(type | UInt8(value))
        case 24..<1 << 8: output += [type | 24, UInt8(value)]
        case 1 << 8..<1 << 16: bigEndian(type | 25, value, bytes: 2, into: &output)
        case 1 << 16..<1 << 32: bigEndian(type | 26, value, bytes: 4, into: &output)
        default: bigEndian(type | 27, value, bytes: 8, into: &output)
        }
    }

    private static func bigEndian(
        _ initial: UInt8, _ value: UInt64, bytes: Int, into output: inout [UInt8]
    ) {
        output.append(initial)
        for shift in (0..<bytes).reversed() {
            output.append(UInt8(truncatingIfNeeded: value >> (8 * shift)))
        }
    }
}
