import Bytes
package import Cryptography

extension PublicKey {
    /// Whether a signature in the encoding of X.509 (ECDSA as DER) is this key's over `message`.
    func verifies(
        _ signature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>,
        _ algorithm: SignatureAlgorithm
    ) -> Bool {
        VerifiedSignatures.check(
            signature, over: message, algorithm.description, key: encoded
        ) { verifiesAnew(signature, over: message, algorithm) }
    }

    private func verifiesAnew(
        _ signature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>,
        _ algorithm: SignatureAlgorithm
    ) -> Bool {
        switch (algorithm, kind) {
        case (.ecdsa(let hash), .p256), (.ecdsa(let hash), .p384):
            guard let raw = Self.rawSignature(signature, size: coordinateSize) else { return false }
            return verifies(rawECDSA: raw[...], over: message, hash)
        case (.rsaPSS(let hash), .rsa):
            return SignatureVerification.verifyRSAPSS(
                signature, over: message, hash: hash, saltBytes: hash.byteCount, key: encoded)
        case (.rsaPKCS1(let hash), .rsa):
            return SignatureVerification.verifyRSAPKCS1(
                signature, over: message, hash: hash, key: encoded)
        case (.ecdsa, .rsa), (.rsaPSS, _), (.rsaPKCS1, _): return false
        }
    }

    /// Whether a raw ECDSA signature, r || s big-endian of full width, is this key's over `message`.
    package func verifies(
        rawECDSA signature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>,
        _ hash: HashAlgorithm
    ) -> Bool {
        guard coordinateSize > 0, signature.count == 2 * coordinateSize else { return false }
        return SignatureVerification.verifyECDSA(
            rawSignature: signature, over: message, hash: hash, key: encoded)
    }

    /// Bytes of one coordinate; zero for RSA.
    private var coordinateSize: Int {
        switch kind {
        case .p256: 32
        case .p384: 48
        case .rsa: 0
        }
    }

    /// r || s of an Ecdsa-Sig-Value (RFC 3279 §2.2.3); `nil` unless strict DER in range.
    private static func rawSignature(_ signature: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
        guard
            let numbers = try? { () throws(MalformedBytes) -> [ArraySlice<UInt8>] in
                var outer = DERReader(signature)
                var fields = try outer.sequence("signature")
                try outer.expectEnd("signature")
                let r = try fields.unsignedInteger("r")
                let s = try fields.unsignedInteger("s")
                try fields.expectEnd("signature")
                return [r, s]
            }(), numbers.allSatisfy({ $0.count <= size })
        else { return nil }
        return numbers.flatMap { [UInt8](repeating: 0, count: size - $0.count) + $0 }
    }

    /// The key of an uncompressed point on P-256, as quotes carry it (x || y).
    package static func p256(_ coordinates: ArraySlice<UInt8>) -> PublicKey? {
        let prefix =
            [UInt8](hexadecimal: "3059301306072a8648ce3d020106082a8648ce3d030107034200") ?? []
        return try? PublicKey(decoding: (prefix + [4] + coordinates)[...])
    }

    /// The key of an uncompressed point on P-384 (x || y).
    package static func p384(_ coordinates: ArraySlice<UInt8>) -> PublicKey? {
        let prefix = [UInt8](hexadecimal: "3076301006072a8648ce3d020106052b81040022036200") ?? []
        return try? PublicKey(decoding: (prefix + [4] + coordinates)[...])
    }
}
