import Attestation
internal import COpenSSL
import Cryptography

/// The settings of TLS that all connections of one endpoint share (SSL_CTX).
///
/// TLS 1.3 only; no tickets, no resumption, no early data. A ClientHello that asks for any of it, or
/// for plain TLS where that is not permitted, is refused before anything is shown.
@safe final class TLSContext: Sendable {
    static let protocolName = Array("martlet-attest/1".utf8)

    // SAFETY: owned by this object alone and not changed after `init`; OpenSSL counts references to it
    // atomically and lets several threads make connections of it.
    private nonisolated(unsafe) let context: OpaquePointer
    private let policy: HelloPolicy

    /// What a server's callbacks decide by. Lives as long as the context.
    private final class HelloPolicy: Sendable {
        let permitsPlainTLS: Bool
        init(permitsPlainTLS: Bool) { self.permitsPlainTLS = permitsPlainTLS }
    }

    init(_ configuration: ChannelConfiguration) throws(ChannelFailure) {
        let method =
            unsafe configuration.role == .server
            ? TLS_server_method() : TLS_client_method()
        guard let context = unsafe SSL_CTX_new(method) else { throw Self.failure("SSL_CTX_new") }
        // SAFETY: the context was just made and is freed once, in `deinit`.
        unsafe self.context = context
        policy = HelloPolicy(permitsPlainTLS: configuration.allowsPlainTLS)
        try setProtocol(configuration)
        try setIdentity(configuration)
        try setVerification(configuration.expectation, configuration.role)
        if configuration.role == .server { setServerCallbacks() } else { try offerProtocol() }
    }

    deinit { unsafe SSL_CTX_free(context) }

    private static func failure(_ operation: String) -> ChannelFailure {
        ChannelFailure(
            .configuration, "the TLS library failed in \(operation): \(TLSError.take().words)")
    }

    private func setProtocol(_ configuration: ChannelConfiguration) throws(ChannelFailure) {
        // SAFETY: the context lives as long as this object; the strings are constants.
        guard unsafe martlet_tls13_only(context) == 1,
            unsafe SSL_CTX_set_ciphersuites(
                context,
                "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256") == 1,
            unsafe martlet_set_groups(context, "X25519:P-256:P-384") == 1
        else { throw Self.failure("settings") }
        unsafe martlet_read_ahead(context, 1 << 16)
        unsafe martlet_set_chain_limit(context, configuration.limits.certificateChainBytes)
    }

    private func setIdentity(_ configuration: ChannelConfiguration) throws(ChannelFailure) {
        guard let identity = configuration.identity else { return }
        for (index, bytes) in identity.certificates.enumerated() {
            guard let certificate = unsafe DERCertificate.decode(bytes) else {
                throw ChannelFailure(
                    .configuration, "certificate \(index + 1) of this side's chain is no DER")
            }
            // SAFETY: made above, freed once here; the context takes references of its own.
            defer { unsafe X509_free(certificate) }
            let isSet =
                index == 0
                ? unsafe SSL_CTX_use_certificate(context, certificate) == 1
                : unsafe martlet_add_chain(context, certificate) == 1
            guard isSet else { throw Self.failure("this side's certificate") }
        }
        let fits = unsafe identity.key.withUnsafeKey { key in
            unsafe SSL_CTX_use_PrivateKey(context, key) == 1
                && SSL_CTX_check_private_key(context) == 1
        }
        guard fits else { throw Self.failure("this side's private key") }
    }

    private func setVerification(
        _ expectation: PeerExpectation, _ role: ChannelRole
    ) throws(ChannelFailure) {
        switch expectation {
        case .passport(let roots, _):
            let store = unsafe SSL_CTX_get_cert_store(context)
            for bytes in roots {
                guard let root = unsafe DERCertificate.decode(bytes) else {
                    throw ChannelFailure(.configuration, "a root certificate is no DER")
                }
                // SAFETY: made above, freed once here; the store takes a reference of its own.
                defer { unsafe X509_free(root) }
                guard unsafe X509_STORE_add_cert(store, root) == 1 else {
                    throw Self.failure("a root certificate")
                }
            }
            unsafe SSL_CTX_set_verify(
                context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        case .evidence, .notAttested:
            // Any certificate will do here: what it is worth, evidence says after the handshake.
            // TLS itself checks that the peer holds its key.
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
            unsafe SSL_CTX_set_cert_verify_callback(context, { _, _ in 1 }, nil)
        }
        if role == .server {
            // Clients that attest, or are known by their key, show a certificate of any name.
            let label = Array("martlet".utf8)
            unsafe SSL_CTX_set_session_id_context(context, label, UInt32(label.count))
        }
    }

    private func offerProtocol() throws(ChannelFailure) {
        let list = [UInt8(Self.protocolName.count)] + Self.protocolName
        // SAFETY: the library copies the list. It returns 0 for success.
        guard unsafe SSL_CTX_set_alpn_protos(context, list, UInt32(list.count)) == 0 else {
            throw Self.failure("ALPN")
        }
    }

    private func setServerCallbacks() {
        let argument = unsafe Unmanaged.passUnretained(policy).toOpaque()
        // SAFETY: the policy lives as long as this object, and connections hold on to it. The
        // callbacks read the ClientHello through OpenSSL's own checked accessors.
        unsafe SSL_CTX_set_client_hello_cb(
            context,
            { ssl, alert, argument in
                guard let ssl = unsafe ssl, let alert = unsafe alert,
                    let argument = unsafe argument
                else { return SSL_CLIENT_HELLO_ERROR }
                let policy = unsafe Unmanaged<HelloPolicy>.fromOpaque(argument)
                    .takeUnretainedValue()
                guard let refusal = unsafe TLSContext.refusal(of: ssl, policy) else {
                    return SSL_CLIENT_HELLO_SUCCESS
                }
                unsafe alert.pointee = refusal
                return SSL_CLIENT_HELLO_ERROR
            }, argument)
        unsafe SSL_CTX_set_alpn_select_cb(
            context,
            { _, selected, selectedCount, offered, offeredCount, argument in
                guard let argument = unsafe argument, let offered = unsafe offered else {
                    return SSL_TLSEXT_ERR_ALERT_FATAL
                }
                let list = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredCount))
                let policy = unsafe Unmanaged<HelloPolicy>.fromOpaque(argument)
                    .takeUnretainedValue()
                guard let found = unsafe TLSContext.place(of: TLSContext.protocolName, in: list)
                else {
                    return policy.permitsPlainTLS
                        ? SSL_TLSEXT_ERR_NOACK : SSL_TLSEXT_ERR_ALERT_FATAL
                }
                unsafe selected?.pointee = offered + found
                unsafe selectedCount?.pointee = UInt8(TLSContext.protocolName.count)
                return SSL_TLSEXT_ERR_OK
            }, argument)
    }

    /// The alert that answers a ClientHello which may not go on; nil when it may.
    private static func refusal(of ssl: OpaquePointer, _ policy: HelloPolicy) -> Int32? {
        func has(_ type: UInt32) -> Bool {
            // SAFETY: the accessor is allowed inside the callback; the bytes are not used.
            unsafe SSL_client_hello_get0_ext(ssl, type, nil, nil) == 1
        }
        // pre_shared_key (41) and early_data (42): nobody has a ticket of ours.
        if has(41) || has(42) { return SSL_AD_HANDSHAKE_FAILURE }
        // application_layer_protocol_negotiation (16).
        return has(16) || policy.permitsPlainTLS ? nil : SSL_AD_NO_APPLICATION_PROTOCOL
    }

    /// Where a name starts in a list of ALPN names (RFC 7301 §3.1).
    private static func place(
        of name: [UInt8], in list: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        var index = 0
        while index < list.count {
            let start = index + 1
            let end = start + Int(unsafe list[index])
            guard end <= list.count else { return nil }
            // SAFETY: the range was just checked against the list's own count.
            if unsafe UnsafeBufferPointer(rebasing: list[start..<end]).elementsEqual(name) {
                return start
            }
            index = end
        }
        return nil
    }

    /// A connection's state over a descriptor that somebody else closes.
    func makeStream(
        _ descriptor: Int32, _ configuration: ChannelConfiguration
    ) throws(ChannelFailure) -> TLSStream {
        guard let ssl = unsafe SSL_new(context), let bio = unsafe SocketBIO.make(descriptor)
        else {
            throw Self.failure("SSL_new")
        }
        // SAFETY: the stream owns `ssl`, which owns `bio` from here on, as both of its ends.
        unsafe SSL_set_bio(ssl, bio, bio)
        if configuration.role == .server {
            unsafe SSL_set_accept_state(ssl)
        } else {
            unsafe SSL_set_connect_state(ssl)
        }
        let stream = unsafe TLSStream(owning: ssl, context: self)
        if case .passport(_, let name) = configuration.expectation {
            try stream.expectPassport(
                name, at: configuration.clock(), configuration.role)
        }
        return stream
    }
}
