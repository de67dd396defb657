package import Bytes
import Cryptography

/// A certificate revocation list, version 2 (RFC 5280 §5), decoded and not believed.
package struct CertificateRevocationList: Sendable {
    /// Largest list that is read, in bytes.
    package static let maximumBytes = 256 * 1024
    /// Most entries of a list; vendors' lists have a few hundred.
    package static let maximumEntries = 8192

    /// The whole list, as received.
    package let encoded: [UInt8]
    let signedBytes: ArraySlice<UInt8>
    package let signatureAlgorithm: SignatureAlgorithm
    package let issuer: DistinguishedName
    package let thisUpdate: Instant
    package let nextUpdate: Instant
    /// Serial numbers, big-endian without leading zeros.
    package let revokedSerialNumbers: Set<[UInt8]>
    /// keyIdentifier of authorityKeyIdentifier, if the list has it.
    let authorityKey: ArraySlice<UInt8>?
    let signature: ArraySlice<UInt8>

    /// Decodes a list.
    ///
    /// - Throws: ``MalformedBytes`` for anything that is not strict DER, for a list without
    ///   nextUpdate, and for critical extensions: delta and indirect lists are not read.
    package init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        let whole = try DERReader.whole(
            bytes, .sequence, limit: Self.maximumBytes, "CertificateList")
        var outer = whole.children
        let signed = try outer.element(.sequence, "tbsCertList")
        var algorithm = outer
        signatureAlgorithm = try SignatureAlgorithm(&outer, "signatureAlgorithm")
        signature = try outer.wholeBitString("signatureValue")
        try outer.expectEnd("CertificateList")

        var fields = signed.children
        guard try fields.integer("version", maximum: 1) == 1 else {
            throw signed.malformed("version", "must be 2")
        }
        guard
            try fields.element(.sequence, "signature").encoded
                == algorithm.element(.sequence, "signatureAlgorithm").encoded
        else { throw signed.malformed("signature", "differs from signatureAlgorithm") }
        issuer = try DistinguishedName(&fields, "issuer")
        thisUpdate = try fields.time("thisUpdate")
        nextUpdate = try fields.time("nextUpdate")
        revokedSerialNumbers = try Self.revoked(&fields)
        authorityKey = try Self.authorityKey(&fields)
        try fields.expectEnd("tbsCertList")
        encoded = Array(whole.encoded)
        signedBytes = signed.encoded
    }

    private static func revoked(_ fields: inout DERReader) throws(MalformedBytes) -> Set<[UInt8]> {
        guard var list = try fields.optional(.sequence, "revokedCertificates")?.children else {
            return []
        }
        var serials: Set<[UInt8]> = []
        while !list.isAtEnd {
            let element = try list.element(.sequence, "revokedCertificate")
            guard serials.count < maximumEntries else {
                throw element.malformed("revokedCertificates", "more than \(maximumEntries)")
            }
            var entry = element.children
            let serial = Array(try entry.unsignedInteger("userCertificate"))
            guard serials.insert(serial).inserted else {
                throw element.malformed("userCertificate", "\(serial.hexadecimal) appears twice")
            }
            _ = try entry.time("revocationDate")
            if !entry.isAtEnd {
                let extensions = try CertificateExtension.list(
                    try entry.sequence("crlEntryExtensions"), "crlEntryExtension")
                try refuseCritical(extensions)
            }
            try entry.expectEnd("revokedCertificate")
        }
        return serials
    }

    private static func authorityKey(
        _ fields: inout DERReader
    ) throws(MalformedBytes) -> ArraySlice<UInt8>? {
        guard var wrapper = try fields.optional(.context(0), "crlExtensions")?.children else {
            return nil
        }
        let list = try CertificateExtension.list(
            try wrapper.sequence("crlExtensions"), "crlExtension")
        try wrapper.expectEnd("crlExtensions")
        try refuseCritical(list)
        return try CertificateConstraints(list.filter { $0.type == .authorityKeyIdentifier })
            .authorityKey
    }

    private static func refuseCritical(
        _ extensions: [CertificateExtension]
    ) throws(MalformedBytes) {
        for item in extensions where item.isCritical {
            throw MalformedBytes(
                field: "crlExtension", offset: item.value.startIndex,
                problem: "\(item.type) is critical and not known here")
        }
    }
}
