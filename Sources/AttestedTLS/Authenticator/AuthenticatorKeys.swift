import Attestation
import Cryptography

/// What the two ends of one TLS connection, and nobody else, can export (RFC 8446 §7.5) for
/// authenticators (RFC 9261 §5.1) and for the report data.
struct AuthenticatorKeys: Sendable {
    /// The keys of the authenticators that one end makes.
    struct End: Sendable {
        /// First part of every transcript, as long as the hash.
        let handshakeContext: [UInt8]
        /// Key of the Finished codes, as long as the hash.
        let finishedKey: SecretBytes
    }

    /// The hash of the connection's cipher suite.
    let hash: HashAlgorithm
    let client: End
    let server: End
    /// What the report data binds of the connection.
    let bindingExporter: [UInt8]

    /// Bytes of ``bindingExporter``.
    static let bindingExporterByteCount = 32

    /// - Parameter export: the connection's exporter: label and number of bytes, with an empty context.
    init(
        hash: HashAlgorithm,
        export: (_ label: String, _ byteCount: Int) throws(ChannelFailure) -> [UInt8]
    ) throws(ChannelFailure) {
        func end(_ name: String) throws(ChannelFailure) -> End {
            let label = "EXPORTER-\(name) authenticator"
            var key = try export("\(label) finished key", hash.byteCount)
            defer { unsafe key.withUnsafeMutableBytes { unsafe wipe($0) } }
            return End(
                handshakeContext: try export("\(label) handshake context", hash.byteCount),
                finishedKey: SecretBytes(copying: key))
        }
        self.hash = hash
        client = try end("client")
        server = try end("server")
        bindingExporter = try export(
            "EXPORTER-martlet-attest/1", Self.bindingExporterByteCount)
    }

    /// The keys of the authenticators that `role` makes.
    subscript(role: ChannelRole) -> End {
        switch role {
        case .client: client
        case .server: server
        }
    }
}
