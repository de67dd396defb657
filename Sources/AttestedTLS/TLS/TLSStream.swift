import Attestation
internal import COpenSSL
import Cryptography
import Platform

/// One TLS connection (SSL). Not safe for two threads at once: its owner holds a lock.
///
/// Never waits: each call does what it can and says what to wait for.
@safe final class TLSStream {
    private let ssl: OpaquePointer
    /// Keeps the callbacks' argument alive.
    private let context: TLSContext

    init(owning ssl: OpaquePointer, context: TLSContext) {
        // SAFETY: made for this object, freed once in `deinit`.
        unsafe self.ssl = ssl
        self.context = context
    }

    deinit { unsafe SSL_free(ssl) }

    /// Sets what a passport must be: in force at `now`, and the server's name.
    func expectPassport(
        _ name: String?, at now: Instant, _ role: ChannelRole
    ) throws(ChannelFailure) {
        // SAFETY: the parameters belong to the connection; strings live through the calls.
        guard let parameters = unsafe SSL_get0_param(ssl) else { return }
        unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(now.secondsSince1970))
        guard role == .client else { return }
        guard let name else {
            throw ChannelFailure(
                .configuration, "a server's passport needs the name that it must bear")
        }
        let isSet =
            IPAddress(name) != nil
            ? unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1
            : unsafe SSL_set1_host(ssl, name) == 1 && martlet_set_server_name(ssl, name) == 1
        guard isSet else {
            throw ChannelFailure(.configuration, "“\(name)” is no name of a server")
        }
    }

    /// Goes on with the handshake; nil when it is done.
    func handshake() throws(ChannelFailure) -> PollEvents? {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(ssl)
        guard result != 1 else { return nil }
        switch try outcome(result, "the TLS handshake") {
        case .wants(let events): return events
        case .bytes, .end: throw ChannelFailure(.closed, "the peer left during the handshake")
        }
    }

    /// Reads into a buffer that is not empty.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ChannelFailure) -> ChannelTransfer
    {
        ERR_clear_error()
        var count = 0
        // SAFETY: the buffer bounds the write.
        let result = unsafe SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
        return result == 1 ? .bytes(count) : try outcome(result, "reading")
    }

    /// Writes from a buffer that is not empty.
    func write(from buffer: UnsafeRawBufferPointer) throws(ChannelFailure) -> ChannelTransfer {
        ERR_clear_error()
        var count = 0
        // SAFETY: the buffer bounds the read.
        let result = unsafe SSL_write_ex(ssl, buffer.baseAddress, buffer.count, &count)
        return result == 1 ? .bytes(count) : try outcome(result, "writing")
    }

    /// What a call without success means.
    private func outcome(
        _ result: Int32, _ doing: String
    ) throws(ChannelFailure) -> ChannelTransfer {
        let system = Errno.last
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wants(.readable)
        case SSL_ERROR_WANT_WRITE: return .wants(.writable)
        case SSL_ERROR_ZERO_RETURN: return .end
        case SSL_ERROR_SYSCALL:
            let words = TLSError.take()
            throw words.code == 0
                ? ChannelFailure(.closed, "\(doing): the connection broke: \(system)")
                : ChannelFailure(.tls, "\(doing): \(words.words)")
        default: throw failure(TLSError.take(), doing)
        }
    }

    private func failure(_ error: (code: UInt, words: String), _ doing: String) -> ChannelFailure {
        switch TLSError.reason(error.code) {
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            ChannelFailure(.closed, "\(doing): the peer went away without saying goodbye")
        case SSL_R_NO_APPLICATION_PROTOCOL, 1120:  // The alert of that name, as received.
            ChannelFailure(
                .downgrade, "\(doing): the peer does not speak martlet-attest/1",
                remedy: "nothing was sent to it")
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            ChannelFailure(.passport, "\(doing): \(verificationWords)")
        case SSL_R_CALLBACK_FAILED:
            ChannelFailure(
                .downgrade, "\(doing): the client asks for plain TLS or to resume a session")
        default: ChannelFailure(.tls, "\(doing): \(error.words)")
        }
    }

    private var verificationWords: String {
        let code = unsafe SSL_get_verify_result(ssl)
        guard let text = unsafe X509_verify_cert_error_string(code) else { return "refused" }
        // SAFETY: a constant, terminated string of the library.
        return "the peer's certificate chain: \(unsafe String(cString: text))"
    }

    /// Whether bytes wait inside that the descriptor does not tell of.
    var hasPending: Bool { unsafe SSL_has_pending(ssl) == 1 }

    /// Whether this connection came from an earlier one.
    var isResumed: Bool { unsafe SSL_session_reused(ssl) == 1 }

    /// Whether both sides agreed on `martlet-attest/1`.
    var speaksAttestation: Bool {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        // SAFETY: the library gives a pointer into the connection and its length.
        unsafe SSL_get0_alpn_selected(ssl, &name, &count)
        guard let name = unsafe name else { return false }
        return unsafe UnsafeBufferPointer(start: name, count: Int(count))
            .elementsEqual(TLSContext.protocolName)
    }

    /// The certificate that the peer showed, and its public key; nil when it showed none.
    var peerCertificate: (encoded: [UInt8], publicKey: [UInt8], subject: String)? {
        guard let certificate = unsafe SSL_get0_peer_certificate(ssl),
            let encoded = unsafe DERCertificate.encode(certificate),
            let key = unsafe DERCertificate.publicKey(certificate)
        else { return nil }
        return (encoded, key, unsafe DERCertificate.subject(certificate))
    }

    /// The hash of the cipher suite.
    var hash: HashAlgorithm {
        let digest = unsafe SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(ssl))
        return unsafe EVP_MD_get_size(digest) == 48 ? .sha384 : .sha256
    }

    /// Exports keying material with an empty context (RFC 8446 §7.5).
    func export(_ label: String, _ byteCount: Int) throws(ChannelFailure) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: byteCount)
        // SAFETY: the output has that many bytes; an empty context is no context in TLS 1.3.
        let result = unsafe SSL_export_keying_material(
            ssl, &output, byteCount, label, label.utf8.count, nil, 0, 0)
        guard result == 1 else {
            throw ChannelFailure(.tls, "the TLS exporter: \(TLSError.take().words)")
        }
        return output
    }

    /// Sends close_notify; false when it has to be tried again once the descriptor is writable.
    func sendGoodbye() -> Bool {
        ERR_clear_error()
        let result = unsafe SSL_shutdown(ssl)
        defer { ERR_clear_error() }
        return unsafe result >= 0 || SSL_get_error(ssl, result) != SSL_ERROR_WANT_WRITE
    }
}
