package import Bytes
import Cryptography

/// A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) of one of the kinds that are used here.
package struct PublicKey: Equatable, Sendable {
    /// Which kind of key.
    package enum Kind: Equatable, Sendable {
        case p256
        case p384
        /// RSA with a modulus of that many bits.
        case rsa(bits: Int)
    }

    /// The whole SubjectPublicKeyInfo, as received.
    package let encoded: [UInt8]
    /// Which kind of key.
    package let kind: Kind
    /// An elliptic curve key's uncompressed point, 04 || x || y; empty for RSA.
    package let point: [UInt8]

    /// Decodes a SubjectPublicKeyInfo that stands alone.
    package init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        let field = "SubjectPublicKeyInfo"
        let whole = try DERReader.whole(bytes, .sequence, limit: 4096, field)
        var reader = DERReader(whole.encoded)
        try self.init(&reader)
    }

    init(_ reader: inout DERReader) throws(MalformedBytes) {
        let field = "subjectPublicKeyInfo"
        let element = try reader.element(.sequence, field)
        var fields = element.children
        var algorithm = try fields.sequence("\(field) algorithm")
        let oid = try algorithm.objectIdentifier("\(field) algorithm")
        let bits: ArraySlice<UInt8>
        switch oid {
        case .ecPublicKey:
            kind = try Self.curve(&algorithm, field)
            bits = try fields.wholeBitString("\(field) subjectPublicKey")
            let expected = kind == .p256 ? 65 : 97
            guard bits.count == expected, bits.first == 4 else {
                throw element.malformed(field, "is no uncompressed point of its curve")
            }
            point = Array(bits)
        case .rsaEncryption:
            let null = try algorithm.element(.null, "\(field) parameters")
            guard null.content.isEmpty else { throw null.malformed(field, "NULL is not empty") }
            bits = try fields.wholeBitString("\(field) subjectPublicKey")
            kind = try Self.rsa(bits, field)
            point = []
        default: throw element.malformed(field, "unsupported key algorithm \(oid)")
        }
        try algorithm.expectEnd(field)
        try fields.expectEnd(field)
        encoded = Array(element.encoded)
    }

    private static func curve(
        _ reader: inout DERReader, _ field: String
    ) throws(MalformedBytes) -> Kind {
        let start = reader
        let oid = try reader.objectIdentifier("\(field) namedCurve")
        switch oid {
        case .p256: return .p256
        case .p384: return .p384
        default:
            var again = start
            throw try again.any(field).malformed(field, "unsupported curve \(oid)")
        }
    }

    /// RSAPublicKey (RFC 8017 §A.1.1).
    private static func rsa(
        _ bits: ArraySlice<UInt8>, _ field: String
    ) throws(MalformedBytes) -> Kind {
        var outer = DERReader(bits)
        let element = try outer.element(.sequence, "\(field) RSAPublicKey")
        try outer.expectEnd(field)
        var numbers = element.children
        let modulus = try numbers.unsignedInteger("\(field) modulus")
        let exponent = try numbers.integer("\(field) publicExponent", maximum: 1 << 32)
        try numbers.expectEnd(field)
        let size = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard 2048...8192 ~= size, exponent >= 65_537, !exponent.isMultiple(of: 2) else {
            throw element.malformed(
                field,
                "RSA of \(size) bits, exponent \(exponent): needs 2048 to 8192 bits and "
                    + "an odd exponent of 65537 or more")
        }
        return .rsa(bits: size)
    }
}
