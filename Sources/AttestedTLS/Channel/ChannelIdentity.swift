package import Cryptography

/// A key pair of a channel's end with its certificate.
///
/// ``generate()`` makes one in this process: the private key never leaves it, and the certificate says
/// nothing but the public key. One identity serves any number of connections.
package final class ChannelIdentity: Sendable {
    /// The public key, DER of SubjectPublicKeyInfo (RFC 5280 §4.1).
    package let publicKey: [UInt8]
    /// The certificates as TLS shows them, DER, the own one first.
    package let certificates: [[UInt8]]
    /// The private key; a keep signs its receipts with it too.
    package let key: SigningKey

    /// - Parameter certificates: DER, the one of `key` first; a passport's chain, without its root.
    package init(key: SigningKey, certificates: [[UInt8]]) {
        self.key = key
        self.publicKey = key.publicKey
        self.certificates = certificates
    }

    /// A new P-256 key with a self-signed certificate.
    package static func generate() throws(ChannelFailure) -> ChannelIdentity {
        let key: SigningKey
        do throws(CryptographyFailure) {
            key = try SigningKey.generate(on: .p256)
        } catch {
            throw ChannelFailure(.configuration, error.description)
        }
        return ChannelIdentity(key: key, certificates: [try SelfSignedCertificate.make(key)])
    }

    /// A given key with a self-signed certificate, for an owner who is known by the key.
    package static func selfSigned(_ key: SigningKey) throws(ChannelFailure) -> ChannelIdentity {
        ChannelIdentity(key: key, certificates: [try SelfSignedCertificate.make(key)])
    }
}
