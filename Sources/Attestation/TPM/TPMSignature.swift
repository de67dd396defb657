import Bytes
import Cryptography

/// A TPMT_SIGNATURE (TPM 2.0 Library, Part 2, §11.3.4) by an attestation key.
struct TPMSignature {
    private enum Scheme {
        case rsassa
        case rsapss
        case ecdsa
    }

    private let scheme: Scheme
    private let hash: HashAlgorithm
    /// RSA: the signature; ECDSA: r and s.
    private let parts: [[UInt8]]

    init(decoding bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        let number: UInt16 = try reader.bigEndianInteger("sigAlg")
        switch number {
        case 0x0014: scheme = .rsassa
        case 0x0016: scheme = .rsapss
        case 0x0018: scheme = .ecdsa
        default:
            throw MalformedBytes(
                field: "sigAlg", offset: 0,
                problem: "unsupported scheme 0x\(String(number, radix: 16)): RSASSA, RSAPSS, ECDSA")
        }
        hash = try reader.hash("signature hash")
        if scheme == .ecdsa {
            let r = try reader.sized("signatureR")
            parts = [r, try reader.sized("signatureS")]
        } else {
            parts = [try reader.sized("sig")]
        }
        try reader.expectEnd("TPMT_SIGNATURE")
    }

    /// Whether it is `key`'s over `message`.
    func isSigned(_ message: [UInt8], by key: PublicKey) -> Bool {
        switch (scheme, key.kind) {
        case (.rsassa, .rsa):
            return key.verifies(parts[0][...], over: message[...], .rsaPKCS1(hash))
        case (.rsapss, .rsa):
            return key.verifies(parts[0][...], over: message[...], .rsaPSS(hash))
        case (.ecdsa, .p256): return isECDSA(message, key, size: 32)
        case (.ecdsa, .p384): return isECDSA(message, key, size: 48)
        case (.rsassa, _), (.rsapss, _), (.ecdsa, .rsa): return false
        }
    }

    private func isECDSA(_ message: [UInt8], _ key: PublicKey, size: Int) -> Bool {
        guard parts.allSatisfy({ $0.count <= size }) else { return false }
        let raw = parts.flatMap { [UInt8](repeating: 0, count: size - $0.count) + $0 }
        return key.verifies(rawECDSA: raw[...], over: message[...], hash)
    }

    /// The scheme's name, for results.
    var name: String {
        switch scheme {
        case .rsassa: "RSASSA-PKCS1-v1_5 with \(hash)"
        case .rsapss: "RSASSA-PSS with \(hash)"
        case .ecdsa: "ECDSA with \(hash)"
        }
    }
}
