import Attestation

/// Every reader of a peer's bytes before it is trusted, for fuzzing and for the replay of its corpus.
///
/// Any outcome is right but a crash, a hang or memory without bound.
package enum ChannelDecoders {
    /// The first byte chooses the reader, the others are its input.
    package static func read(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        let input = bytes.dropFirst()
        switch choice % 5 {
        case 0: _ = try? Authenticator(decoding: Array(input)[...], limit: 1 << 17)
        case 1: _ = try? AuthenticatorRequest(decoding: Array(input)[...], from: .client)
        case 2: _ = try? ChannelOffer(decoding: Array(input))
        case 3: _ = try? ConceptualMessage.decode(Array(input)[...])
        default: _ = try? ChannelMessage.header(Array(input), ChannelLimits())
        }
    }
}
