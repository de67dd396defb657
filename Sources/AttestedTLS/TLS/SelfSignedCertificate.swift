internal import COpenSSL
import Cryptography

/// The least certificate that TLS takes: a public key, signed by itself. Evidence vouches for the key;
/// the certificate's names and times mean nothing.
enum SelfSignedCertificate {
    /// A certificate in DER.
    static func make(_ key: SigningKey) throws(ChannelFailure) -> [UInt8] {
        let failure = ChannelFailure(.configuration, "could not make a certificate")
        guard let certificate = unsafe X509_new() else { throw failure }
        // SAFETY: made above, freed once here.
        defer { unsafe X509_free(certificate) }
        let hash = key.curve == .p384 ? HashName.sha384 : HashName.sha256
        let isMade = unsafe key.withUnsafeKey { unsafe fill(certificate, $0, hash) }
        guard isMade, let encoded = unsafe DERCertificate.encode(certificate) else { throw failure }
        return encoded
    }

    private enum HashName { case sha256, sha384 }

    private static func fill(
        _ certificate: OpaquePointer, _ key: OpaquePointer, _ hash: HashName
    ) -> Bool {
        // SAFETY: certificate and key live through the call; the library copies what it keeps.
        guard unsafe X509_set_version(certificate, 2) == 1,
            let serial = unsafe X509_get_serialNumber(certificate),
            unsafe ASN1_INTEGER_set(serial, 1) == 1,
            let start = unsafe X509_getm_notBefore(certificate),
            let end = unsafe X509_getm_notAfter(certificate),
            unsafe ASN1_TIME_set_string_X509(start, "20000101000000Z") == 1,
            unsafe ASN1_TIME_set_string_X509(end, "99991231235959Z") == 1,
            let name = unsafe X509_get_subject_name(certificate),
            unsafe X509_NAME_add_entry_by_txt(
                name, "CN", MBSTRING_UTF8, "martlet-attest", -1, -1, 0) == 1,
            unsafe X509_set_issuer_name(certificate, name) == 1,
            unsafe X509_set_pubkey(certificate, key) == 1
        else { return false }
        let digest = unsafe hash == .sha256 ? EVP_sha256() : EVP_sha384()
        return unsafe X509_sign(certificate, key, digest) > 0
    }

    /// MBSTRING_UTF8, a macro that Swift does not see.
    private static let MBSTRING_UTF8: Int32 = 0x1000
}

/// Certificates between OpenSSL's structure and DER.
enum DERCertificate {
    static func encode(_ certificate: OpaquePointer) -> [UInt8]? {
        let length = unsafe i2d_X509(certificate, nil)
        guard length > 0 else { return nil }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var cursor = buffer.baseAddress
            // SAFETY: the first call gave the length that this one writes.
            count = max(0, Int(unsafe i2d_X509(certificate, &cursor)))
        }
    }

    /// The certificate that fills `bytes`; the caller frees it.
    static func decode(_ bytes: [UInt8]) -> OpaquePointer? {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            // SAFETY: the cursor stays inside the buffer, whose length is given.
            guard let decoded = unsafe d2i_X509(nil, &cursor, buffer.count) else { return nil }
            guard unsafe cursor == buffer.baseAddress.map({ unsafe $0 + buffer.count }) else {
                unsafe X509_free(decoded)
                return nil
            }
            return unsafe decoded
        }
    }

    /// The SubjectPublicKeyInfo of a certificate, DER as received.
    static func publicKey(_ certificate: OpaquePointer) -> [UInt8]? {
        guard let key = unsafe X509_get_X509_PUBKEY(certificate) else { return nil }
        let length = unsafe i2d_X509_PUBKEY(key, nil)
        guard length > 0 else { return nil }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var cursor = buffer.baseAddress
            // SAFETY: the first call gave the length that this one writes.
            count = max(0, Int(unsafe i2d_X509_PUBKEY(key, &cursor)))
        }
    }

    /// The subject as one line, such as `CN=keep.example`.
    static func subject(_ certificate: OpaquePointer) -> String {
        guard let name = unsafe X509_get_subject_name(certificate),
            let output = unsafe BIO_new(BIO_s_mem())
        else { return "" }
        // SAFETY: made above, freed once here; the buffer bounds the read.
        defer { unsafe BIO_free(output) }
        // XN_FLAG_RFC2253: escaped, so that a name can not pretend to be two.
        guard unsafe X509_NAME_print_ex(output, name, 0, 0x111_0317) >= 0 else { return "" }
        var text = [UInt8](repeating: 0, count: 512)
        let count = unsafe BIO_read(output, &text, Int32(text.count))
        return String(decoding: text.prefix(max(0, Int(count))), as: UTF8.self)
    }
}
