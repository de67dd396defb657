package import Bytes
import Cryptography

/// A PKCS #10 certification request (RFC 2986 §4), decoded and not believed.
///
/// ``verify()`` checks that whoever made it holds the key; nothing here says whether a certificate
/// should be issued.
package struct CertificateRequest: Equatable, Sendable {
    /// Largest request that is read, in bytes; evidence inside makes them large.
    package static let maximumBytes = 64 * 1024
    /// Most attributes of a request.
    package static let maximumAttributes = 16

    /// An attribute: its type, and the encodings of its values.
    package struct Attribute: Equatable, Sendable {
        package let type: OID
        package let values: [ArraySlice<UInt8>]
    }

    /// The whole request, as received.
    package let encoded: [UInt8]
    /// certificationRequestInfo, as received: what the signature covers.
    let signedBytes: ArraySlice<UInt8>
    package let subject: DistinguishedName
    package let publicKey: PublicKey
    package let signatureAlgorithm: SignatureAlgorithm
    /// Every attribute but the requested extensions, in the order of their encodings.
    package let attributes: [Attribute]
    /// The extensions that the certificate is asked to have (RFC 2985 §5.4.2).
    package let requestedExtensions: [CertificateExtension]
    let signature: ArraySlice<UInt8>

    /// Decodes a request.
    ///
    /// - Throws: ``MalformedBytes`` for anything that is not strict DER of version 1: trailing bytes,
    ///   attributes that are missing, out of order or given twice, an empty set of values, an
    ///   extension twice or critical and unknown, a key or algorithm that is not read here.
    package init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        let whole = try DERReader.whole(
            bytes, .sequence, limit: Self.maximumBytes, "CertificationRequest")
        var outer = whole.children
        let signed = try outer.element(.sequence, "certificationRequestInfo")
        signatureAlgorithm = try SignatureAlgorithm(&outer, "signatureAlgorithm")
        signature = try outer.wholeBitString("signature")
        try outer.expectEnd("CertificationRequest")

        var fields = signed.children
        _ = try fields.integer("version", maximum: 0)
        subject = try DistinguishedName(&fields, "subject")
        publicKey = try PublicKey(&fields)
        let all = try Self.attributes(try fields.element(.context(0), "attributes"))
        try fields.expectEnd("certificationRequestInfo")
        requestedExtensions = try Self.requestedExtensions(all)
        // What is critical must be known, in a request as in a certificate.
        _ = try CertificateConstraints(requestedExtensions)
        attributes = all.filter { $0.type != .extensionRequest }
        encoded = Array(whole.encoded)
        signedBytes = signed.encoded
    }

    /// SET OF Attribute, which DER wants in ascending order of encodings (X.690 §11.6).
    private static func attributes(_ set: DERElement) throws(MalformedBytes) -> [Attribute] {
        var list = set.children
        var result: [Attribute] = []
        var last: ArraySlice<UInt8> = []
        while !list.isAtEnd {
            let element = try list.element(.sequence, "attribute")
            guard result.count < maximumAttributes else {
                throw element.malformed("attributes", "more than \(maximumAttributes)")
            }
            guard last.lexicographicallyPrecedes(element.encoded) else {
                throw element.malformed("attributes", "are not in ascending order")
            }
            last = element.encoded
            let attribute = try Self.attribute(element)
            guard !result.contains(where: { $0.type == attribute.type }) else {
                throw element.malformed("attribute", "\(attribute.type) appears twice")
            }
            result.append(attribute)
        }
        return result
    }

    private static func attribute(_ element: DERElement) throws(MalformedBytes) -> Attribute {
        var fields = element.children
        let type = try fields.objectIdentifier("attribute type")
        let set = try fields.element(.set, "attribute values")
        try fields.expectEnd("attribute")
        var values: [ArraySlice<UInt8>] = []
        var rest = set.children
        while !rest.isAtEnd {
            guard values.count < maximumAttributes else {
                throw set.malformed("attribute values", "more than \(maximumAttributes)")
            }
            values.append(try rest.any("attribute value").encoded)
        }
        guard !values.isEmpty else { throw set.malformed("attribute values", "are none") }
        return Attribute(type: type, values: values)
    }

    private static func requestedExtensions(
        _ attributes: [Attribute]
    ) throws(MalformedBytes) -> [CertificateExtension] {
        guard let attribute = attributes.first(where: { $0.type == .extensionRequest }),
            let value = attribute.values.first
        else { return [] }
        var reader = DERReader(value)
        let element = try reader.element(.sequence, "extensionRequest")
        guard attribute.values.count == 1 else {
            throw element.malformed("extensionRequest", "has more than one value")
        }
        guard !element.content.isEmpty else {
            throw element.malformed("extensionRequest", "asks for no extension")
        }
        return try CertificateExtension.list(element.children, "requested extension")
    }

    /// The value of a requested extension, if there is one.
    package func value(of type: OID) -> ArraySlice<UInt8>? {
        requestedExtensions.first { $0.type == type }?.value
    }

    /// Checks that the request is signed by the key that it names.
    ///
    /// - Throws: ``EvidenceRejection`` with reason `signature`.
    package func verify() throws(EvidenceRejection) -> VerifiedCertificateRequest {
        guard publicKey.verifies(signature, over: signedBytes, signatureAlgorithm) else {
            throw EvidenceRejection(
                .signature, "is not signed by its own key", in: "certificate request",
                remedy: "make the request with the key that it is for")
        }
        return VerifiedCertificateRequest(self)
    }
}

/// A certification request whose maker holds the key that it names.
///
/// Only ``CertificateRequest/verify()`` makes one.
package struct VerifiedCertificateRequest: Sendable {
    package let request: CertificateRequest

    fileprivate init(_ request: CertificateRequest) { self.request = request }

    /// The evidence that the request carries, in each of the forms that makers of attested
    /// certificates use; nothing about it has been verified.
    package var evidence: [CarriedEvidence] {
        CarriedEvidence.all(in: request.requestedExtensions)
    }

    /// The quote of an RA-TLS request, checked to be about the request's key.
    ///
    /// - Returns: the quote, decoded and not yet believed.
    package func boundQuote() throws(EvidenceRejection) -> DCAPQuote {
        let place = "certificate request"
        guard let value = request.value(of: .taggedEvidence) else {
            throw EvidenceRejection(
                .malformed, "has no extension \(OID.taggedEvidence)", in: place)
        }
        let evidence: RATLSEvidence
        do throws(MalformedBytes) {
            evidence = try RATLSEvidence(decoding: value)
        } catch {
            throw EvidenceRejection(error, in: place)
        }
        return try evidence.boundQuote(to: request.publicKey, in: place)
    }
}
