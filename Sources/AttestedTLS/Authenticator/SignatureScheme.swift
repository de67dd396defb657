import Cryptography

/// The signature schemes of TLS 1.3 (RFC 8446 §4.2.3) that authenticators use.
enum SignatureScheme: UInt16, CaseIterable {
    case ecdsaP256SHA256 = 0x0403
    case ecdsaP384SHA384 = 0x0503

    /// The scheme of a signing key; nil for RSA.
    init?(_ key: SigningKey) {
        switch key.curve {
        case .p256?: self = .ecdsaP256SHA256
        case .p384?: self = .ecdsaP384SHA384
        case nil: return nil
        }
    }

    /// The one hash of the scheme.
    var hash: HashAlgorithm { self == .ecdsaP256SHA256 ? .sha256 : .sha384 }

    /// How a SubjectPublicKeyInfo on the scheme's curve begins: everything before the point.
    private var publicKeyPrefix: [UInt8] {
        switch self {
        case .ecdsaP256SHA256:
            [
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
            ]
        case .ecdsaP384SHA384:
            [
                0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04,
            ]
        }
    }

    /// Whether a public key, DER of SubjectPublicKeyInfo, is on the scheme's curve: in TLS 1.3 the
    /// scheme fixes the curve.
    func suits(publicKey: [UInt8]) -> Bool {
        publicKey.starts(with: publicKeyPrefix)
            && publicKey.count == publicKeyPrefix.count + (self == .ecdsaP256SHA256 ? 64 : 96)
    }

    /// Whether `signature` is that key's over `message`.
    func verifies(_ signature: ArraySlice<UInt8>, over message: [UInt8], publicKey: [UInt8]) -> Bool
    {
        suits(publicKey: publicKey)
            && SignatureVerification.verifyECDSA(
                encodedSignature: signature, over: message[...], hash: hash, key: publicKey)
    }
}
