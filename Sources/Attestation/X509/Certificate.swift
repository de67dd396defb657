package import Bytes
import Cryptography

/// An X.509 version 3 certificate (RFC 5280 §4.1), decoded and not believed.
///
/// The bytes are kept as received; a signature over them is checked by ``CertificateChain``.
package struct Certificate: Equatable, Sendable {
    /// Largest certificate that is read, in bytes.
    package static let maximumBytes = 16 * 1024

    /// The whole certificate, as received.
    package let encoded: [UInt8]
    /// The signed part, as received.
    let signedBytes: ArraySlice<UInt8>
    /// The serial number, big-endian without leading zeros: empty for zero, which AMD uses.
    package let serialNumber: [UInt8]
    package let signatureAlgorithm: SignatureAlgorithm
    package let issuer: DistinguishedName
    package let notBefore: Instant
    package let notAfter: Instant
    package let subject: DistinguishedName
    package let publicKey: PublicKey
    package let extensions: [CertificateExtension]
    /// Extensions that this code reads itself.
    let constraints: CertificateConstraints
    let signature: ArraySlice<UInt8>

    /// Decodes a certificate.
    ///
    /// - Parameter isRATLS: tolerates what makers of RA-TLS certificates spell and nobody else may:
    ///   NULL as the parameters of ECDSA, and GeneralizedTime for years before 2050.
    /// - Throws: ``MalformedBytes`` for anything that is not strict DER of the profile above:
    ///   trailing bytes, an unknown critical extension, an extension twice, another version.
    package init(
        decoding bytes: ArraySlice<UInt8>, isRATLS: Bool = false
    ) throws(MalformedBytes) {
        let whole = try DERReader.whole(bytes, .sequence, limit: Self.maximumBytes, "Certificate")
        var outer = whole.children
        let signed = try outer.element(.sequence, "tbsCertificate")
        let outerAlgorithm = outer
        signatureAlgorithm = try SignatureAlgorithm(
            &outer, "signatureAlgorithm", allowsNull: isRATLS)
        signature = try outer.wholeBitString("signatureValue")
        try outer.expectEnd("Certificate")

        var fields = signed.children
        var version = try fields.element(.context(0), "version").children
        guard try version.integer("version", maximum: 2) == 2 else {
            throw signed.malformed("version", "must be 3")
        }
        try version.expectEnd("version")
        serialNumber = Array(try fields.unsignedInteger("serialNumber"))
        guard serialNumber.count <= 20 else {
            throw signed.malformed("serialNumber", "is longer than 20 bytes")
        }
        var outerCopy = outerAlgorithm
        guard
            try fields.element(.sequence, "signature").encoded
                == outerCopy.element(.sequence, "signatureAlgorithm").encoded
        else { throw signed.malformed("signature", "differs from signatureAlgorithm") }
        issuer = try DistinguishedName(&fields, "issuer")
        var validity = try fields.sequence("validity")
        notBefore = try validity.time("notBefore", allowsAnyKind: isRATLS)
        notAfter = try validity.time("notAfter", allowsAnyKind: isRATLS)
        try validity.expectEnd("validity")
        subject = try DistinguishedName(&fields, "subject")
        publicKey = try PublicKey(&fields)
        extensions = try Self.extensions(&fields)
        try fields.expectEnd("tbsCertificate")
        constraints = try CertificateConstraints(extensions)
        encoded = Array(whole.encoded)
        signedBytes = signed.encoded
    }

    /// The value of an extension, if the certificate has it.
    package func value(of type: OID) -> ArraySlice<UInt8>? {
        extensions.first { $0.type == type }?.value
    }

    private static func extensions(
        _ fields: inout DERReader
    ) throws(MalformedBytes) -> [CertificateExtension] {
        guard var wrapper = try fields.optional(.context(3), "extensions")?.children else {
            return []
        }
        let list = try wrapper.sequence("extensions")
        try wrapper.expectEnd("extensions")
        return try CertificateExtension.list(list, "extension")
    }
}

extension CertificateExtension {
    /// Most extensions of one object.
    static let maximumCount = 64

    /// Reads the extensions of a certificate, a list or a list's entry; none may come twice.
    static func list(_ list: DERReader, _ field: String) throws(MalformedBytes)
        -> [CertificateExtension]
    {
        var list = list
        var result: [CertificateExtension] = []
        while !list.isAtEnd {
            let element = try list.element(.sequence, field)
            guard result.count < maximumCount else {
                throw element.malformed(field, "more than \(maximumCount) extensions")
            }
            var fields = element.children
            let type = try fields.objectIdentifier(field)
            guard !result.contains(where: { $0.type == type }) else {
                throw element.malformed(field, "\(type) appears twice")
            }
            var isCritical = false
            if fields.nextTag == .boolean {
                isCritical = try fields.boolean("\(field) critical")
                guard isCritical else {
                    throw element.malformed(
                        field, "critical FALSE is the default, not to be spelled")
                }
            }
            let value = try fields.octetString("\(field) \(type)")
            try fields.expectEnd(field)
            result.append(CertificateExtension(type: type, isCritical: isCritical, value: value))
        }
        return result
    }
}
