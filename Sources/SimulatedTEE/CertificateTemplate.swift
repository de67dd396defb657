import Attestation
import Cryptography

/// A certificate to be issued by a simulated authority.
struct CertificateTemplate {
    var serialNumber: Int
    var issuer: [UInt8]
    var subject: [UInt8]
    var publicKey: [UInt8]
    var notBefore = Instant(secondsSince1970: 1_577_836_800)  // 2020-01-01
    var notAfter = Instant(secondsSince1970: 2_366_841_600)  // 2045-01-01
    /// Extensions, each a whole SEQUENCE.
    var extensions: [[UInt8]]

    /// The part that is signed.
    func signedPart(_ algorithm: [UInt8]) -> [UInt8] {
        DER.sequence(
            DER.explicit(0, DER.integer(2)), DER.integer(serialNumber), algorithm, issuer,
            DER.sequence(DER.time(notBefore), DER.time(notAfter)), subject, publicKey,
            extensions.isEmpty
                ? [] : DER.explicit(3, DER.element(0x30, extensions.flatMap(\.self))))
    }

    /// A name whose one variable part is its common name; the organisation says that it is a
    /// simulation.
    static func name(_ commonName: String) -> [UInt8] {
        func attribute(_ number: Int, _ text: String) -> [UInt8] {
            DER.set(DER.sequence(DER.oid([2, 5, 4, number]), DER.utf8(text)))
        }
        return DER.sequence(
            attribute(10, "Martlet simulated TEE, proves nothing"), attribute(3, commonName))
    }

    static func extensionField(_ oid: [Int], critical: Bool = false, _ value: [UInt8]) -> [UInt8] {
        DER.sequence(DER.oid(oid), critical ? DER.yes : [], DER.octets(value))
    }

    /// basicConstraints and keyUsage of an authority.
    static let authority: [[UInt8]] = [
        extensionField([2, 5, 29, 19], critical: true, DER.sequence(DER.yes)),
        extensionField([2, 5, 29, 15], critical: true, [0x03, 0x02, 0x01, 0x06]),
    ]
}

/// How a simulated authority signs.
enum Signer {
    /// AlgorithmIdentifier of RSASSA-PSS with SHA-384 (RFC 4055 §3.1).
    static let pss384: [UInt8] = {
        let sha384 = DER.sequence(DER.oid([2, 16, 840, 1, 101, 3, 4, 2, 2]), DER.null)
        return DER.sequence(
            DER.oid([1, 2, 840, 113549, 1, 1, 10]),
            DER.sequence(
                DER.explicit(0, sha384),
                DER.explicit(1, DER.sequence(DER.oid([1, 2, 840, 113549, 1, 1, 8]), sha384)),
                DER.explicit(2, DER.integer(48))))
    }()

    /// AlgorithmIdentifier of ECDSA with SHA-256 (RFC 5758 §3.2).
    static let ecdsa256 = DER.sequence(DER.oid([1, 2, 840, 10045, 4, 3, 2]))

    /// Signs a certificate or list with RSASSA-PSS; the salt comes from the message, so the same
    /// seed gives the same bytes.
    static func rsa(_ signed: [UInt8], _ key: SigningKey) throws(CryptographyFailure) -> [UInt8] {
        let salt = Hash.sha384(Array("martlet simulated salt".utf8) + signed)
        return DER.sequence(
            signed, pss384, DER.bits(try key.signRSAPSS(signed, .sha384, salt: salt)))
    }

    /// Signs a certificate or list with ECDSA and SHA-256.
    static func ecdsa(_ signed: [UInt8], _ key: SigningKey) throws(CryptographyFailure) -> [UInt8] {
        DER.sequence(signed, ecdsa256, DER.bits(try key.signECDSAEncoded(signed)))
    }
}
