import Bytes

/// Vectors of the TLS presentation language (RFC 8446 §3.4): a length, the most significant byte
/// first, and that many bytes.
extension ByteReader {
    /// Reads a vector whose length takes `lengthBytes` and must be in `allowed`.
    mutating func vector(
        lengthBytes: Int, _ allowed: ClosedRange<Int>, _ field: String
    ) throws(MalformedBytes) -> ArraySlice<UInt8> {
        let start = offset
        let count = try bytes(lengthBytes, "\(field) length").reduce(0) { $0 << 8 | Int($1) }
        guard allowed.contains(count) else {
            throw MalformedBytes(
                field: field, offset: start,
                problem: "\(count) bytes, not \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return try bytes(count, field)
    }

    /// Reads a handshake message (RFC 8446 §4) of one type: its body, and all of its bytes.
    mutating func handshakeMessage(
        _ type: HandshakeType, limit: Int, _ field: String
    ) throws(MalformedBytes) -> ArraySlice<UInt8> {
        let start = offset
        let found: UInt8 = try integer("\(field) type")
        guard found == type.rawValue else {
            throw MalformedBytes(
                field: field, offset: start,
                problem: "handshake type \(found) where \(type.rawValue) belongs")
        }
        return try vector(lengthBytes: 3, 0...limit, field)
    }
}

/// Types of handshake messages (RFC 8446 §4, RFC 9261 §8.3).
enum HandshakeType: UInt8 {
    case certificate = 11
    case certificateRequest = 13
    case certificateVerify = 15
    case clientCertificateRequest = 17
    case finished = 20
}

extension [UInt8] {
    /// Appends a vector whose length takes `lengthBytes`, most significant first.
    mutating func append(vector bytes: some Collection<UInt8>, lengthBytes: Int) {
        for shift in (0..<lengthBytes).reversed() {
            append(UInt8(truncatingIfNeeded: bytes.count >> (8 * shift)))
        }
        self += bytes
    }

    /// Appends a number of two bytes, the most significant first.
    mutating func append(bigEndian number: UInt16) {
        append(UInt8(number >> 8))
        append(UInt8(truncatingIfNeeded: number))
    }

    /// A handshake message: type, length of three bytes, body.
    init(handshake type: HandshakeType, _ body: [UInt8]) {
        self = [type.rawValue]
        append(vector: body, lengthBytes: 3)
    }
}
