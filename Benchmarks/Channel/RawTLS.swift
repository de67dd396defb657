internal import COpenSSL
import Glibc

/// TLS 1.3 by OpenSSL alone over blocking sockets, as `openssl s_time` uses it: what the channel is
/// measured against.
@safe struct RawTLS {
    private let ssl: OpaquePointer

    // SAFETY: contexts are made once and never freed; OpenSSL lets threads share them.
    private nonisolated(unsafe) static let server = unsafe context(
        TLS_server_method(), isServer: true)
    private nonisolated(unsafe) static let client = unsafe context(
        TLS_client_method(), isServer: false)

    private static func context(_ method: OpaquePointer?, isServer: Bool) -> OpaquePointer? {
        let context = unsafe SSL_CTX_new(method)
        guard let context = unsafe context else { return nil }
        _ = unsafe SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384")
        guard isServer else { return unsafe context }
        let settings = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
        var key: OpaquePointer?
        _ = unsafe EVP_PKEY_keygen_init(settings)
        _ = unsafe EVP_PKEY_CTX_set_group_name(settings, "P-256")
        _ = unsafe EVP_PKEY_generate(settings, &key)
        let certificate = unsafe X509_new()
        _ = unsafe ASN1_TIME_set_string(X509_getm_notBefore(certificate), "20200101000000Z")
        _ = unsafe ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20400101000000Z")
        _ = unsafe X509_set_pubkey(certificate, key)
        _ = unsafe X509_sign(certificate, key, EVP_sha256())
        _ = unsafe SSL_CTX_use_certificate(context, certificate)
        _ = unsafe SSL_CTX_use_PrivateKey(context, key)
        return unsafe context
    }

    /// Makes the handshake on a blocking socket.
    init?(_ descriptor: Int32, isServer: Bool) {
        let context = unsafe isServer ? Self.server : Self.client
        guard let ssl = unsafe SSL_new(context) else { return nil }
        unsafe self.ssl = ssl
        _ = unsafe SSL_set_fd(ssl, descriptor)
        let status = unsafe isServer ? SSL_accept(ssl) : SSL_connect(ssl)
        guard status == 1 else { return nil }
    }

    func write(_ bytes: [UInt8]) -> Bool {
        var count = 0
        return unsafe SSL_write_ex(ssl, bytes, bytes.count, &count) == 1
    }

    func read(_ bytes: inout [UInt8]) -> Int {
        var count = 0
        return unsafe SSL_read_ex(ssl, &bytes, bytes.count, &count) == 1 ? count : 0
    }

    func end() {
        _ = unsafe SSL_shutdown(ssl)
        unsafe SSL_free(ssl)
    }
}
