import Attestation
import Bytes
import Cryptography

/// An exported authenticator (RFC 9261 §5) with evidence in its certificate's extensions, decoded and
/// not believed: Certificate, CertificateVerify and Finished, one after another.
struct Authenticator: Sendable {
    /// `certificate_request_context`: the nonce that it answers.
    let nonce: [UInt8]
    /// The end's certificate, DER.
    let certificate: [UInt8]
    /// What the keep says that it runs; the report data vouches for it.
    let workload: WorkloadIdentity
    /// The wrapped evidence.
    let conceptualMessage: [UInt8]
    private let scheme: SignatureScheme
    private let signature: [UInt8]
    private let finished: [UInt8]
    /// The whole Certificate message, as received.
    private let certificateMessage: [UInt8]
    /// Certificate and CertificateVerify, as received.
    private let signedMessages: [UInt8]

    /// Decodes an authenticator.
    ///
    /// - Parameter limit: most bytes of it.
    init(decoding bytes: ArraySlice<UInt8>, limit: Int) throws(MalformedBytes) {
        guard bytes.count <= limit else {
            throw MalformedBytes(
                field: "authenticator", offset: 0,
                problem: "\(bytes.count) bytes; at most \(limit) are read")
        }
        var reader = ByteReader(bytes)
        let list = try reader.handshakeMessage(.certificate, limit: limit, "Certificate")
        certificateMessage = Array(bytes.prefix(reader.offset))
        var fields = ByteReader(list)
        nonce = Array(
            try fields.vector(lengthBytes: 1, 0...255, "certificate_request_context"))
        let entries = try fields.vector(lengthBytes: 3, 0...limit, "certificate_list")
        try fields.expectEnd("Certificate")
        var entry = ByteReader(entries)
        certificate = Array(try entry.vector(lengthBytes: 3, 1...limit, "cert_data"))
        let extensions = try entry.vector(lengthBytes: 2, 0...65_535, "extensions")
        // One certificate: whoever needs a chain has shown it in the TLS handshake.
        try entry.expectEnd("certificate_list")
        (workload, conceptualMessage) = try Self.attestation(extensions)

        let verify = try reader.handshakeMessage(
            .certificateVerify, limit: 256, "CertificateVerify")
        signedMessages = Array(bytes.prefix(reader.offset))
        var parts = ByteReader(verify)
        let number: UInt16 = try parts.bigEndianInteger("algorithm")
        guard let scheme = SignatureScheme(rawValue: number) else {
            throw MalformedBytes(
                field: "algorithm", offset: 0, problem: "signature scheme \(number) was not offered"
            )
        }
        self.scheme = scheme
        signature = Array(try parts.vector(lengthBytes: 2, 1...200, "signature"))
        try parts.expectEnd("CertificateVerify")
        finished = Array(try reader.handshakeMessage(.finished, limit: 64, "Finished"))
        try reader.expectEnd("authenticator")
    }

    /// Reads the one extension of the certificate's entry.
    private static func attestation(
        _ extensions: ArraySlice<UInt8>
    ) throws(MalformedBytes) -> (WorkloadIdentity, [UInt8]) {
        let field = "attestation extension"
        var reader = ByteReader(extensions)
        let type: UInt16 = try reader.bigEndianInteger("extension_type")
        guard type == ExtensionType.attestation else {
            throw MalformedBytes(
                field: "extension_type", offset: 0, problem: "extension \(type) was not asked for")
        }
        let data = try reader.vector(lengthBytes: 2, 0...65_535, field)
        try reader.expectEnd("extensions")
        var fields = ByteReader(data)
        let digest = Array(try fields.vector(lengthBytes: 1, 0...48, "workload identity"))
        let wrapped = Array(try fields.vector(lengthBytes: 2, 1...65_535, "CMW"))
        try fields.expectEnd(field)
        if digest.isEmpty { return (.empty, wrapped) }
        guard let workload = WorkloadIdentity(digest: digest) else {
            throw MalformedBytes(
                field: "workload identity", offset: 0, problem: "\(digest.count) bytes, not 0 or 48"
            )
        }
        return (workload, wrapped)
    }
}

extension Authenticator {
    /// Checks that the authenticator answers `request`, comes from the end of this connection that
    /// holds `certificate`, and was not changed (RFC 9261 §5.2).
    ///
    /// - Parameters:
    ///   - role: the end that must have made it.
    ///   - certificate: the one that this end showed in the TLS handshake.
    ///   - publicKey: the key in it, DER of SubjectPublicKeyInfo.
    /// - Returns: the workload and wrapped evidence that the end stands for.
    func verify(
        answering request: AuthenticatorRequest, by role: ChannelRole, certificate: [UInt8],
        publicKey: [UInt8], _ keys: AuthenticatorKeys
    ) throws(ChannelFailure) -> VerifiedAuthenticator {
        guard constantTimeEquals(nonce, request.nonce) else {
            throw ChannelFailure(
                .nonce, "the authenticator answers another request than the one of this connection",
                remedy: "an old or foreign authenticator was replayed; connect again")
        }
        guard self.certificate == certificate else {
            throw ChannelFailure(
                .certificate,
                "the authenticator's certificate is not the one of the TLS handshake",
                remedy: "somebody between the two ends answers with another's evidence")
        }
        let end = keys[role]
        let content = Self.signedContent(
            end, request, certificateMessage: certificateMessage, keys.hash)
        guard scheme.verifies(signature[...], over: content, publicKey: publicKey) else {
            throw ChannelFailure(
                .authenticator,
                "CertificateVerify is not by the \(role.rawValue)'s key over this connection")
        }
        let code = try Self.finishedCode(end, request, signedMessages: signedMessages, keys.hash)
        guard constantTimeEquals(code, finished) else {
            throw ChannelFailure(.authenticator, "Finished is not of this connection")
        }
        return VerifiedAuthenticator(
            workload: workload, conceptualMessage: conceptualMessage, seal: Seal())
    }

    /// Lets only ``verify(answering:by:certificate:publicKey:_:)`` make a ``VerifiedAuthenticator``.
    struct Seal: Sendable { fileprivate init() {} }

    /// Makes an authenticator.
    ///
    /// - Throws: reason `tooLarge` when the evidence does not fit.
    static func make(
        answering request: AuthenticatorRequest, by role: ChannelRole, _ identity: ChannelIdentity,
        workload: WorkloadIdentity, conceptualMessage: [UInt8], _ keys: AuthenticatorKeys
    ) throws(ChannelFailure) -> [UInt8] {
        guard let scheme = SignatureScheme(identity.key), let own = identity.certificates.first
        else { throw ChannelFailure(.configuration, "authenticators need a key on P-256 or P-384") }
        guard conceptualMessage.count <= 65_535 - 4 - 3 - 48 else {
            throw ChannelFailure(
                .tooLarge, "evidence and collateral of \(conceptualMessage.count) bytes",
                remedy: "65,480 bytes go into an authenticator: leave out collateral that the "
                    + "verifier has")
        }
        let certificateMessage = certificateMessage(
            request.nonce, own, workload, conceptualMessage)
        let end = keys[role]
        let content = signedContent(
            end, request, certificateMessage: certificateMessage, keys.hash)
        var verify: [UInt8] = []
        verify.append(bigEndian: scheme.rawValue)
        verify.append(vector: try sign(content, identity.key), lengthBytes: 2)
        let signed = certificateMessage + [UInt8](handshake: .certificateVerify, verify)
        let code = try finishedCode(end, request, signedMessages: signed, keys.hash)
        return signed + [UInt8](handshake: .finished, code)
    }

    private static func sign(
        _ content: [UInt8], _ key: SigningKey
    ) throws(ChannelFailure) -> [UInt8] {
        do throws(CryptographyFailure) {
            return try key.signECDSAEncoded(content)
        } catch {
            throw ChannelFailure(.authenticator, error.description)
        }
    }

    private static func certificateMessage(
        _ nonce: [UInt8], _ certificate: [UInt8], _ workload: WorkloadIdentity, _ wrapped: [UInt8]
    ) -> [UInt8] {
        var data: [UInt8] = []
        data.append(vector: workload.digestBytes ?? [], lengthBytes: 1)
        data.append(vector: wrapped, lengthBytes: 2)
        var extensions: [UInt8] = []
        extensions.append(bigEndian: ExtensionType.attestation)
        extensions.append(vector: data, lengthBytes: 2)
        var entry: [UInt8] = []
        entry.append(vector: certificate, lengthBytes: 3)
        entry.append(vector: extensions, lengthBytes: 2)
        var body: [UInt8] = []
        body.append(vector: nonce, lengthBytes: 1)
        body.append(vector: entry, lengthBytes: 3)
        return [UInt8](handshake: .certificate, body)
    }

    /// What CertificateVerify signs (RFC 9261 §5.2.2).
    private static func signedContent(
        _ end: AuthenticatorKeys.End, _ request: AuthenticatorRequest,
        certificateMessage: [UInt8], _ hash: HashAlgorithm
    ) -> [UInt8] {
        [UInt8](repeating: 0x20, count: 64) + Array("Exported Authenticator".utf8) + [0]
            + Hash.digest(end.handshakeContext + request.encoded + certificateMessage, hash)
    }

    /// The code of Finished (RFC 9261 §5.2.3).
    private static func finishedCode(
        _ end: AuthenticatorKeys.End, _ request: AuthenticatorRequest, signedMessages: [UInt8],
        _ hash: HashAlgorithm
    ) throws(ChannelFailure) -> [UInt8] {
        let transcript = Hash.digest(
            end.handshakeContext + request.encoded + signedMessages, hash)
        do throws(CryptographyFailure) {
            return try HMACCode.authenticate(transcript, key: end.finishedKey, hash)
        } catch {
            throw ChannelFailure(.authenticator, error.description)
        }
    }
}

/// What an authenticator of this connection and request carries. Its evidence is not verified yet.
struct VerifiedAuthenticator: Sendable {
    let workload: WorkloadIdentity
    let conceptualMessage: [UInt8]

    init(workload: WorkloadIdentity, conceptualMessage: [UInt8], seal: Authenticator.Seal) {
        self.workload = workload
        self.conceptualMessage = conceptualMessage
    }
}
