import Bytes
package import Cryptography

/// The signature algorithms that certificates and revocation lists of TEE vendors use.
package enum SignatureAlgorithm: Equatable, Sendable, CustomStringConvertible {
    /// ECDSA with a digest (RFC 5758 §3.2).
    case ecdsa(HashAlgorithm)
    /// RSASSA-PSS with MGF1 of the same digest and a salt as long as the digest (RFC 4055 §3.1).
    case rsaPSS(HashAlgorithm)
    /// RSASSA-PKCS1-v1_5 (RFC 4055 §5).
    case rsaPKCS1(HashAlgorithm)

    /// Reads an AlgorithmIdentifier.
    ///
    /// - Parameter allowsNull: whether a NULL may stand where ECDSA has no parameters; the
    ///   certificates of one RA-TLS implementation have it.
    init(
        _ reader: inout DERReader, _ field: String, allowsNull: Bool = false
    ) throws(MalformedBytes) {
        let element = try reader.element(.sequence, field)
        var fields = element.children
        let oid = try fields.objectIdentifier(field)
        switch oid {
        case .ecdsaWithSHA256: self = .ecdsa(.sha256)
        case .ecdsaWithSHA384: self = .ecdsa(.sha384)
        case .sha256WithRSA, .sha384WithRSA:
            self = .rsaPKCS1(oid == .sha256WithRSA ? .sha256 : .sha384)
            try Self.null(&fields, field)
        case .rsassaPSS: self = .rsaPSS(try Self.pssHash(&fields, field))
        default: throw element.malformed(field, "unsupported signature algorithm \(oid)")
        }
        if case .ecdsa = self, allowsNull, !fields.isAtEnd { try Self.null(&fields, field) }
        try fields.expectEnd(field)
    }

    private static func null(_ reader: inout DERReader, _ field: String) throws(MalformedBytes) {
        let null = try reader.element(.null, field)
        guard null.content.isEmpty else { throw null.malformed(field, "NULL is not empty") }
    }

    /// RSASSA-PSS-params (RFC 4055 §3.1). The defaults are SHA-1, so the first three fields must
    /// be there; the trailer field may be left out or spelled out, as AMD's Milan certificates do.
    private static func pssHash(
        _ reader: inout DERReader, _ field: String
    ) throws(MalformedBytes) -> HashAlgorithm {
        var parameters = try reader.sequence(field)
        var hashField = try parameters.element(.context(0), "\(field) hashAlgorithm").children
        let hash = try digest(&hashField, "\(field) hashAlgorithm")
        try hashField.expectEnd(field)
        let maskElement = try parameters.element(.context(1), "\(field) maskGenAlgorithm")
        var maskField = maskElement.children
        var mask = try maskField.sequence(field)
        guard try mask.objectIdentifier(field) == .mgf1,
            try digest(&mask, "\(field) maskGenAlgorithm") == hash
        else {
            throw maskElement.malformed(field, "mask generation must be MGF1 with the same hash")
        }
        try mask.expectEnd(field)
        try maskField.expectEnd(field)
        let saltElement = try parameters.element(.context(2), "\(field) saltLength")
        var salt = saltElement.children
        guard try salt.integer(field, maximum: 512) == hash.byteCount else {
            throw saltElement.malformed(field, "salt must be \(hash.byteCount) bytes")
        }
        try salt.expectEnd(field)
        if var trailer = try parameters.optional(.context(3), field)?.children {
            _ = try trailer.integer("\(field) trailerField", maximum: 1)
            try trailer.expectEnd(field)
        }
        try parameters.expectEnd(field)
        return hash
    }

    private static func digest(
        _ reader: inout DERReader, _ field: String
    ) throws(MalformedBytes) -> HashAlgorithm {
        let element = try reader.element(.sequence, field)
        var fields = element.children
        let hash: HashAlgorithm
        switch try fields.objectIdentifier(field) {
        case .sha256: hash = .sha256
        case .sha384: hash = .sha384
        case .sha512: hash = .sha512
        default: throw element.malformed(field, "unsupported hash")
        }
        if !fields.isAtEnd { try null(&fields, field) }
        try fields.expectEnd(field)
        return hash
    }

    package var description: String {
        switch self {
        case .ecdsa(let hash): "ECDSA with \(hash)"
        case .rsaPSS(let hash): "RSASSA-PSS with \(hash)"
        case .rsaPKCS1(let hash): "RSASSA-PKCS1-v1_5 with \(hash)"
        }
    }
}
