internal import COpenSSL

/// A private key that signs: ECDSA on P-256 or P-384, or RSASSA-PSS.
@safe package final class SigningKey: Sendable {
    /// The curves of FIPS 186-5 that are used here.
    package enum Curve: Sendable {
        case p256
        case p384

        /// Bytes of a coordinate.
        package var byteCount: Int { self == .p256 ? 32 : 48 }
        /// The hash whose strength is the curve's.
        package var hash: HashAlgorithm { self == .p256 ? .sha256 : .sha384 }
    }

    /// The curve; `nil` for RSA.
    package let curve: Curve?
    /// The public key, DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    package let publicKey: [UInt8]

    // SAFETY: owned by this object alone and never changed after `init`; libcrypto counts
    // references to it atomically, so several threads may sign at once.
    private nonisolated(unsafe) let key: OpaquePointer

    /// Takes a private key in DER: PKCS #8, SEC 1 or PKCS #1, without a password.
    package init(privateKey: SecretBytes) throws(CryptographyFailure) {
        defer { ERR_clear_error() }
        let decoded = unsafe privateKey.withUnsafeBytes { bytes -> OpaquePointer? in
            var cursor = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            // SAFETY: the cursor stays inside the bytes, whose length is given.
            return unsafe d2i_AutoPrivateKey(nil, &cursor, bytes.count)
        }
        guard let decoded = unsafe decoded else { throw .library(operation: "d2i_AutoPrivateKey") }
        do {
            (curve, publicKey) = try unsafe Self.describe(decoded)
        } catch {
            unsafe EVP_PKEY_free(decoded)
            throw error
        }
        unsafe key = decoded
    }

    deinit { unsafe EVP_PKEY_free(key) }

    private static func describe(
        _ key: OpaquePointer
    ) throws(CryptographyFailure) -> (Curve?, [UInt8]) {
        let length = unsafe i2d_PUBKEY(key, nil)
        guard length > 0 else { throw .library(operation: "i2d_PUBKEY") }
        let encoded = unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var cursor = buffer.baseAddress
            // SAFETY: the first call gave the length that this one writes.
            count = max(0, Int(unsafe i2d_PUBKEY(key, &cursor)))
        }
        switch unsafe (EVP_PKEY_get_base_id(key), EVP_PKEY_get_bits(key)) {
        case (EVP_PKEY_EC, 256): return (.p256, encoded)
        case (EVP_PKEY_EC, 384): return (.p384, encoded)
        case (EVP_PKEY_RSA, 2048...8192): return (nil, encoded)
        case (_, let bits):
            throw .wrongSize(what: "signing key", found: Int(bits), expected: 256)
        }
    }

    /// An ECDSA signature, r || s, big-endian and of full width.
    package func signECDSA(_ message: some Collection<UInt8>) throws(CryptographyFailure) -> [UInt8]
    {
        guard let curve else { throw .library(operation: "ECDSA with an RSA key") }
        let encoded = try unsafe sign(Array(message), curve.hash) { _ in true }
        return try Self.raw(encoded, curve.byteCount)
    }

    /// An ECDSA signature as X.509 holds it, an Ecdsa-Sig-Value in DER.
    package func signECDSAEncoded(
        _ message: some Collection<UInt8>
    ) throws(CryptographyFailure) -> [UInt8] {
        guard let curve else { throw .library(operation: "ECDSA with an RSA key") }
        return try unsafe sign(Array(message), curve.hash) { _ in true }
    }

    /// An RSASSA-PSS signature with MGF1 of the same hash and a salt as long as the digest.
    package func signRSAPSS(
        _ message: some Collection<UInt8>, _ hash: HashAlgorithm
    ) throws(CryptographyFailure) -> [UInt8] {
        try unsafe sign(Array(message), hash) { context in
            // SAFETY: the context belongs to the running signature.
            unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, Int32(hash.byteCount)) == 1
                && EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash.evp) == 1
        }
    }

    /// RSASSA-PSS with a salt of the caller's choice (RFC 8017 §9.1.1), so that a simulated TEE's
    /// certificates come out the same each time. The modulus must be of whole bytes.
    package func signRSAPSS(
        _ message: some Collection<UInt8>, _ hash: HashAlgorithm, salt: [UInt8]
    ) throws(CryptographyFailure) -> [UInt8] {
        let size = Int(unsafe EVP_PKEY_get_size(key))
        guard curve == nil, size >= hash.byteCount + salt.count + 2 else {
            throw .library(operation: "RSASSA-PSS encoding")
        }
        let inner = [UInt8](repeating: 0, count: 8) + Hash.digest(message, hash) + salt
        let digest = Hash.digest(inner, hash)
        var block = [UInt8](repeating: 0, count: size - digest.count - 1)
        block.replaceSubrange(block.count - salt.count - 1..<block.count, with: [1] + salt)
        for (index, mask) in Self.mgf1(digest, count: block.count, hash).enumerated() {
            block[index] ^= mask
        }
        block[0] &= 0x7f
        return try privateOperation(block + digest + [0xbc])
    }

    /// MGF1 (RFC 8017 §B.2.1).
    private static func mgf1(_ seed: [UInt8], count: Int, _ hash: HashAlgorithm) -> [UInt8] {
        var mask: [UInt8] = []
        var counter: UInt8 = 0
        while mask.count < count {
            mask += Hash.digest(seed + [0, 0, 0, counter], hash)
            counter &+= 1
        }
        return Array(mask.prefix(count))
    }

    /// The RSA private operation on a whole block.
    private func privateOperation(_ block: [UInt8]) throws(CryptographyFailure) -> [UInt8] {
        defer { ERR_clear_error() }
        guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else {
            throw .library(operation: "EVP_PKEY_CTX_new")
        }
        // SAFETY: made above, freed once here.
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_sign_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1
        else { throw .library(operation: "EVP_PKEY_sign_init") }
        var length = block.count
        var status: Int32 = 0
        let signature = unsafe [UInt8](unsafeUninitializedCapacity: block.count) { buffer, count in
            // SAFETY: an RSA block is as long as its signature.
            status = unsafe EVP_PKEY_sign(context, buffer.baseAddress, &length, block, block.count)
            count = status == 1 ? length : 0
        }
        guard status == 1 else { throw .library(operation: "EVP_PKEY_sign") }
        return signature
    }

    private func sign(
        _ message: [UInt8], _ hash: HashAlgorithm, configure: (OpaquePointer) -> Bool
    ) throws(CryptographyFailure) -> [UInt8] {
        defer { ERR_clear_error() }
        guard let context = unsafe EVP_MD_CTX_new() else {
            throw .library(operation: "EVP_MD_CTX_new")
        }
        // SAFETY: made above, freed once here.
        defer { unsafe EVP_MD_CTX_free(context) }
        var settings: OpaquePointer?
        guard unsafe EVP_DigestSignInit(context, &settings, hash.evp, nil, key) == 1,
            let settings = unsafe settings, unsafe configure(settings)
        else { throw .library(operation: "EVP_DigestSignInit") }
        var length = 0
        var status: Int32 = 0
        let signature = unsafe [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
            length = 1024
            // SAFETY: 1024 bytes hold a signature of any key that `describe` lets pass.
            status = unsafe EVP_DigestSign(
                context, buffer.baseAddress, &length, message, message.count)
            count = status == 1 ? length : 0
        }
        guard status == 1 else { throw .library(operation: "EVP_DigestSign") }
        return signature
    }

    /// r || s of an Ecdsa-Sig-Value that libcrypto made.
    private static func raw(_ encoded: [UInt8], _ size: Int) throws(CryptographyFailure) -> [UInt8]
    {
        var rest = encoded.dropFirst(2)
        var result: [UInt8] = []
        for _ in 0..<2 {
            guard rest.count > 2, let length = rest.dropFirst().first else {
                throw .library(operation: "ECDSA signature")
            }
            let number = rest.dropFirst(2).prefix(Int(length)).drop { $0 == 0 }
            guard number.count <= size else { throw .library(operation: "ECDSA signature") }
            result += [UInt8](repeating: 0, count: size - number.count) + number
            rest = rest.dropFirst(2 + Int(length))
        }
        return result
    }
}
