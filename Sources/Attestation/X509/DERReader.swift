import Bytes

/// Reads the Distinguished Encoding Rules (ITU-T X.690) and nothing laxer.
///
/// Indefinite and non-minimal lengths, tag numbers above 30, booleans other than 00 and FF, padded
/// integers and bit strings with unused bits are all refused. The reader walks slices of one
/// array that starts at zero, so every offset it reports counts from the start of the input.
struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// The identifier octet of the next element, if there is one.
    var nextTag: DERTag? { rest.first.map(DERTag.init(rawValue:)) }

    private func malformed(_ field: String, _ problem: String) -> MalformedBytes {
        MalformedBytes(field: field, offset: rest.startIndex, problem: problem)
    }

    /// The one element that `bytes` hold, copied so that offsets count from zero.
    static func whole(
        _ bytes: ArraySlice<UInt8>, _ tag: DERTag, limit: Int, _ field: String
    ) throws(MalformedBytes) -> DERElement {
        guard bytes.count <= limit else {
            throw MalformedBytes(
                field: field, offset: 0,
                problem: "\(bytes.count) bytes; at most \(limit) are read")
        }
        var reader = DERReader(Array(bytes)[...])
        let element = try reader.element(tag, field)
        try reader.expectEnd(field)
        return element
    }

    /// Requires that every element has been read.
    func expectEnd(_ field: String) throws(MalformedBytes) {
        guard isAtEnd else { throw malformed(field, "\(rest.count) bytes too many") }
    }

    /// Reads the next element, whatever its tag.
    mutating func any(_ field: String) throws(MalformedBytes) -> DERElement {
        let whole = rest
        guard let identifier = rest.popFirst() else { throw malformed(field, "is missing") }
        guard identifier & 0x1f != 0x1f else {
            throw MalformedBytes(
                field: field, offset: whole.startIndex, problem: "tag number above 30")
        }
        let count = try length(field)
        guard count <= rest.count else {
            throw malformed(field, "declares \(count) bytes, \(rest.count) remain")
        }
        let content = rest.prefix(count)
        rest = rest.dropFirst(count)
        return DERElement(
            tag: DERTag(rawValue: identifier), content: content,
            encoded: whole.prefix(whole.count - rest.count))
    }

    /// Length octets (X.690 §8.1.3), definite and as short as possible (§10.1).
    private mutating func length(_ field: String) throws(MalformedBytes) -> Int {
        guard let first = rest.popFirst() else { throw malformed(field, "ends inside its length") }
        guard first >= 0x80 else { return Int(first) }
        let octets = Int(first & 0x7f)
        guard octets >= 1, octets <= 4, octets <= rest.count else {
            throw malformed(field, "length of \(octets) octets; one to four are read")
        }
        var count = 0
        for _ in 0..<octets { count = count << 8 | Int(rest.popFirst() ?? 0) }
        let shortest = count < 0x80 ? 0 : (64 - count.leadingZeroBitCount + 7) / 8
        guard octets == shortest else {
            throw malformed(field, "length is not in its shortest form")
        }
        return count
    }

    /// Reads the next element, which must carry `tag`.
    mutating func element(_ tag: DERTag, _ field: String) throws(MalformedBytes) -> DERElement {
        let start = rest.startIndex
        let element = try any(field)
        guard element.tag == tag else {
            throw MalformedBytes(
                field: field, offset: start,
                problem: "tag \([element.tag.rawValue].hexadecimal) where "
                    + "\([tag.rawValue].hexadecimal) belongs")
        }
        return element
    }

    /// Reads the next element if it carries `tag`.
    mutating func optional(_ tag: DERTag, _ field: String) throws(MalformedBytes) -> DERElement? {
        nextTag == tag ? try element(tag, field) : nil
    }

    /// Reads a SEQUENCE and gives a reader over its elements.
    mutating func sequence(_ field: String) throws(MalformedBytes) -> DERReader {
        try element(.sequence, field).children
    }

    /// Reads an INTEGER that is not negative: its magnitude, big-endian, without a leading zero
    /// (zero itself is empty).
    mutating func unsignedInteger(_ field: String) throws(MalformedBytes) -> ArraySlice<UInt8> {
        let element = try element(.integer, field)
        guard let first = element.content.first else { throw element.malformed(field, "is empty") }
        guard first < 0x80 else { throw element.malformed(field, "is negative") }
        guard first == 0 else { return element.content }
        let magnitude = element.content.dropFirst()
        if let second = magnitude.first, second < 0x80 {
            throw element.malformed(field, "integer is not in its shortest form")
        }
        return magnitude
    }

    /// Reads an INTEGER from 0 to `maximum`.
    mutating func integer(_ field: String, maximum: Int) throws(MalformedBytes) -> Int {
        let start = rest.startIndex
        let magnitude = try unsignedInteger(field)
        let value = magnitude.count > 7 ? Int.max : magnitude.reduce(0) { $0 << 8 | Int($1) }
        guard value <= maximum else {
            throw MalformedBytes(field: field, offset: start, problem: "is above \(maximum)")
        }
        return value
    }

    /// Reads a BOOLEAN.
    mutating func boolean(_ field: String) throws(MalformedBytes) -> Bool {
        let element = try element(.boolean, field)
        switch element.content {
        case [0x00]: return false
        case [0xff]: return true
        default: throw element.malformed(field, "boolean is neither 00 nor FF")
        }
    }

    /// Reads an OBJECT IDENTIFIER.
    mutating func objectIdentifier(_ field: String) throws(MalformedBytes) -> OID {
        let element = try element(.objectIdentifier, field)
        guard let oid = OID(encoded: element.content) else {
            throw element.malformed(field, "is no object identifier")
        }
        return oid
    }

    /// Reads an OCTET STRING.
    mutating func octetString(_ field: String) throws(MalformedBytes) -> ArraySlice<UInt8> {
        try element(.octetString, field).content
    }

    /// Reads a BIT STRING of whole bytes.
    mutating func wholeBitString(_ field: String) throws(MalformedBytes) -> ArraySlice<UInt8> {
        let element = try element(.bitString, field)
        guard element.content.first == 0 else {
            throw element.malformed(field, "bit string is not of whole bytes")
        }
        return element.content.dropFirst()
    }
}
