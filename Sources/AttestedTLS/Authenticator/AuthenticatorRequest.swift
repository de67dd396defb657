import Attestation
import Bytes

/// A request for an authenticator (RFC 9261 §4): CertificateRequest from a server,
/// ClientCertificateRequest from a client. The context is the verifier's nonce.
struct AuthenticatorRequest: Equatable, Sendable {
    /// Bytes of the nonce.
    static let nonceByteCount = 32

    /// Who asks.
    let requester: ChannelRole
    /// `certificate_request_context`: fresh random bytes.
    let nonce: [UInt8]
    /// The whole handshake message, as sent or received; transcripts hash it.
    let encoded: [UInt8]

    /// - Parameter nonce: ``nonceByteCount`` bytes, never used before.
    init(from requester: ChannelRole, nonce: [UInt8]) {
        self.requester = requester
        self.nonce = nonce
        var schemes: [UInt8] = []
        for scheme in SignatureScheme.allCases { schemes.append(bigEndian: scheme.rawValue) }
        var list: [UInt8] = []
        list.append(vector: schemes, lengthBytes: 2)
        var extensions: [UInt8] = []
        extensions.append(bigEndian: ExtensionType.signatureAlgorithms)
        extensions.append(vector: list, lengthBytes: 2)
        extensions.append(bigEndian: ExtensionType.attestation)
        extensions.append(vector: [], lengthBytes: 2)
        var body: [UInt8] = []
        body.append(vector: nonce, lengthBytes: 1)
        body.append(vector: extensions, lengthBytes: 2)
        encoded = [UInt8](handshake: Self.type(requester), body)
    }

    /// Decodes a request of the other end. There is one spelling of a request; all others, such as one
    /// with further extensions, are refused.
    init(
        decoding bytes: ArraySlice<UInt8>, from requester: ChannelRole
    ) throws(MalformedBytes) {
        let field = "authenticator request"
        var reader = ByteReader(bytes)
        let body = try reader.handshakeMessage(Self.type(requester), limit: 1020, field)
        try reader.expectEnd(field)
        var fields = ByteReader(body)
        let nonce = try fields.vector(
            lengthBytes: 1, Self.nonceByteCount...Self.nonceByteCount,
            "certificate_request_context")
        self.init(from: requester, nonce: Array(nonce))
        guard encoded[...] == bytes else {
            throw MalformedBytes(
                field: field, offset: 4 + 1 + Self.nonceByteCount,
                problem: "extensions are not those of martlet-attest/1")
        }
    }

    private static func type(_ requester: ChannelRole) -> HandshakeType {
        switch requester {
        case .client: .clientCertificateRequest
        case .server: .certificateRequest
        }
    }
}

/// Extension numbers (RFC 8446 §4.2).
enum ExtensionType {
    static let signatureAlgorithms: UInt16 = 13
    /// Workload identity and CMW; of the range for private use, until `cmw_attestation` has a number.
    static let attestation: UInt16 = 0xff4d
}
