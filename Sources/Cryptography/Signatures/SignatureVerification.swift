internal import COpenSSL

/// Signature checks over public data. Keys are DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
///
/// Every function answers `false` for a key or signature that is malformed, off its curve or out
/// of range, as for one that does not match.
package enum SignatureVerification {
    /// ECDSA (FIPS 186-5 §6.4.2) with a signature of two numbers, r || s, big-endian and of equal width.
    package static func verifyECDSA(
        rawSignature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>, hash: HashAlgorithm,
        key: [UInt8]
    ) -> Bool {
        guard rawSignature.count.isMultiple(of: 2), rawSignature.count <= 132 else { return false }
        let half = rawSignature.count / 2
        let numbers = derInteger(rawSignature.prefix(half)) + derInteger(rawSignature.suffix(half))
        let signature =
            numbers.count < 128
            ? [0x30, UInt8(numbers.count)] + numbers
            : [0x30, 0x81, UInt8(numbers.count)] + numbers
        return unsafe verify(signature[...], over: message, hash, key, type: EVP_PKEY_EC) { _ in
            true
        }
    }

    /// ECDSA with a signature as X.509 and TLS hold it, an Ecdsa-Sig-Value in strict DER.
    package static func verifyECDSA(
        encodedSignature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>, hash: HashAlgorithm,
        key: [UInt8]
    ) -> Bool {
        guard encodedSignature.count <= 141 else { return false }
        return unsafe verify(
            encodedSignature, over: message, hash, key, type: EVP_PKEY_EC
        ) { _ in true }
    }

    /// RSASSA-PSS (RFC 8017 §8.1.2) with MGF1 of the same hash.
    package static func verifyRSAPSS(
        _ signature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>, hash: HashAlgorithm,
        saltBytes: Int, key: [UInt8]
    ) -> Bool {
        unsafe verify(signature, over: message, hash, key, type: EVP_PKEY_RSA) { context in
            // SAFETY: the context belongs to the running verification.
            unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, Int32(saltBytes)) == 1
                && EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash.evp) == 1
        }
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2).
    package static func verifyRSAPKCS1(
        _ signature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>, hash: HashAlgorithm,
        key: [UInt8]
    ) -> Bool {
        unsafe verify(signature, over: message, hash, key, type: EVP_PKEY_RSA) { context in
            // SAFETY: the context belongs to the running verification.
            unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        }
    }

    /// Whether the bytes are a key that signatures can be checked with: of a known algorithm, and on
    /// its curve.
    package static func isKey(_ key: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard let decoded = unsafe decodeKey(key) else { return false }
        // SAFETY: made above, freed once here.
        unsafe EVP_PKEY_free(decoded)
        return true
    }

    /// An INTEGER of DER: no leading zeros but one where the first bit is set.
    private static func derInteger(_ number: ArraySlice<UInt8>) -> [UInt8] {
        var magnitude = Array(number.drop { $0 == 0 })
        if magnitude.first.map({ $0 >= 0x80 }) ?? true { magnitude.insert(0, at: 0) }
        return [0x02, UInt8(magnitude.count)] + magnitude
    }

    private static func verify(
        _ signature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>, _ hash: HashAlgorithm,
        _ key: [UInt8], type: Int32, configure: (OpaquePointer) -> Bool
    ) -> Bool {
        defer { ERR_clear_error() }
        guard let publicKey = unsafe decodeKey(key) else { return false }
        // SAFETY: made above, freed once here.
        defer { unsafe EVP_PKEY_free(publicKey) }
        guard unsafe EVP_PKEY_get_base_id(publicKey) == type,
            let context = unsafe EVP_MD_CTX_new()
        else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        // SAFETY: the context and key live until the end of this function; OpenSSL owns
        // `parameters` through the context.
        guard
            unsafe EVP_DigestVerifyInit(context, &parameters, hash.evp, nil, publicKey) == 1,
            let settings = unsafe parameters, unsafe configure(settings)
        else { return false }
        return unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                // SAFETY: pointers and counts come from buffers that outlive the call.
                unsafe EVP_DigestVerify(
                    context, signature.baseAddress, signature.count, message.baseAddress,
                    message.count) == 1
            }
        }
    }

    /// Decodes a SubjectPublicKeyInfo that fills its bytes; the caller frees the key.
    private static func decodeKey(_ key: [UInt8]) -> OpaquePointer? {
        unsafe key.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            // SAFETY: the cursor stays inside the buffer, whose length is given.
            guard let decoded = unsafe d2i_PUBKEY(nil, &cursor, buffer.count) else { return nil }
            let end = unsafe buffer.baseAddress.map { unsafe $0 + buffer.count }
            guard unsafe cursor == end else {
                unsafe EVP_PKEY_free(decoded)
                return nil
            }
            return unsafe decoded
        }
    }
}
