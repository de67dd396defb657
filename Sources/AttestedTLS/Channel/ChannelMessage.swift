import Bytes

/// The messages of opening, inside TLS and before application data: a type, a length of three bytes and a
/// body. `Documentation/Formats/AttestedChannel.md` has every byte.
enum ChannelMessage {
    /// What a message is.
    enum Kind: UInt8, CaseIterable {
        /// What this side can show and what it demands; the first message of either side.
        case offer = 1
        /// An exported authenticator with evidence.
        case authenticator = 2
        /// This side has all that it demands.
        case ready = 3
        /// This side ends the channel, and why.
        case refusal = 4
    }

    /// Bytes of type and length.
    static let headerByteCount = 4

    /// A whole message.
    static func encode(_ kind: Kind, _ body: [UInt8]) -> [UInt8] {
        var message = [kind.rawValue]
        message.append(vector: body, lengthBytes: 3)
        return message
    }

    /// Reads a header of four bytes.
    ///
    /// - Throws: `malformed` for an unknown type, `tooLarge` for more than the limits allow.
    static func header(
        _ bytes: [UInt8], _ limits: ChannelLimits
    ) throws(ChannelFailure) -> (kind: Kind, byteCount: Int) {
        guard bytes.count == headerByteCount, let kind = Kind(rawValue: bytes[0]) else {
            throw ChannelFailure(
                .unexpectedMessage, "the peer sent something else before it was let in",
                remedy: "no application data is read before the evidence")
        }
        let count = bytes[1...].reduce(0) { $0 << 8 | Int($1) }
        let limit =
            switch kind {
            case .offer: limits.requestBytes
            case .authenticator: limits.authenticatorBytes
            case .ready: 0
            case .refusal: 2
            }
        guard count <= limit else {
            throw ChannelFailure(
                .tooLarge, "the peer declares a message of \(count) bytes; \(limit) are read")
        }
        return (kind, count)
    }
}

/// What one side can show and what it demands.
struct ChannelOffer: Equatable, Sendable {
    /// The version of these messages.
    static let version: UInt8 = 1

    /// Whether it can give evidence.
    var attests: Bool
    /// Its request for evidence, as encoded; nil when it demands none.
    var request: [UInt8]?

    init(attests: Bool, request: [UInt8]?) {
        self.attests = attests
        self.request = request
    }

    /// Decodes the body of an offer.
    init(decoding body: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(body)
        let version: UInt8 = try reader.integer("version")
        guard version == Self.version else {
            throw MalformedBytes(field: "version", offset: 0, problem: "\(version), not 1")
        }
        let flags: UInt8 = try reader.integer("flags")
        guard flags <= 1 else {
            throw MalformedBytes(field: "flags", offset: 1, problem: "unknown flags \(flags)")
        }
        attests = flags == 1
        let request = try reader.vector(lengthBytes: 2, 0...1024, "request")
        self.request = request.isEmpty ? nil : Array(request)
        try reader.expectEnd("offer")
    }

    /// The body of the offer.
    var encoded: [UInt8] {
        var body = [Self.version, attests ? 1 : 0]
        body.append(vector: request ?? [], lengthBytes: 2)
        return body
    }
}

extension ChannelFailure.Reason {
    /// The number that tells the peer why it was refused. It learns the kind of reason and no more.
    var refusalCode: UInt16 {
        switch self {
        case .malformed: 1
        case .unexpectedMessage: 2
        case .tooLarge: 3
        case .noEvidence: 4
        case .nonce: 5
        case .certificate: 6
        case .authenticator: 7
        case .evidence: 8
        case .binding: 9
        case .policy: 10
        case .simulated: 11
        case .collection: 12
        case .timeout: 13
        case .tls, .downgrade, .resumption, .passport, .refusedByPeer, .interrupted, .closed,
            .transport, .configuration:
            0
        }
    }

    /// What a peer's refusal means, for people.
    static func words(refusalCode code: UInt16) -> String {
        guard code != 0, let reason = allCases.first(where: { $0.refusalCode == code }) else {
            return "for a reason that it does not tell"
        }
        return "reason: \(reason.rawValue)"
    }
}
