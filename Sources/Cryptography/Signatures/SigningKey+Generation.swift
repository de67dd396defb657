internal import COpenSSL

extension SigningKey {
    /// A new key from the library's generator, which the kernel's seeds.
    package static func generate(on curve: Curve) throws(CryptographyFailure) -> SigningKey {
        defer { ERR_clear_error() }
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else {
            throw .library(operation: "EVP_PKEY_CTX_new_from_name")
        }
        // SAFETY: made above, freed once here.
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        // SAFETY: the context lives until the end of this function; the key is handed over below.
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_group_name(context, curve == .p256 ? "P-256" : "P-384") == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { throw .library(operation: "EVP_PKEY_generate") }
        return try unsafe SigningKey(adopting: key)
    }

    /// Lends the library's key, for the use of TLS; it must not escape `body` unless counted.
    package func withUnsafeKey<R>(_ body: (OpaquePointer) -> R) -> R { unsafe body(key) }
}

extension SigningKey {
    /// The private key in DER (SEC 1 or PKCS #1), as ``init(privateKey:)`` takes it.
    package func privateKey() throws(CryptographyFailure) -> SecretBytes {
        defer { ERR_clear_error() }
        let length = unsafe i2d_PrivateKey(key, nil)
        guard length > 0 else { throw .library(operation: "i2d_PrivateKey") }
        return unsafe SecretBytes(count: Int(length)) { buffer in
            var cursor = unsafe buffer.assumingMemoryBound(to: UInt8.self).baseAddress
            // SAFETY: the first call gave the length that this one writes.
            _ = unsafe i2d_PrivateKey(key, &cursor)
        }
    }
}
