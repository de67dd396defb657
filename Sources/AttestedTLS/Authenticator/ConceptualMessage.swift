import Attestation
import Bytes
import Diagnostics

/// A conceptual message of remote attestation in its wrapper (draft-ietf-rats-msg-wrap, CBOR record):
/// `[ media type, bytes, what is inside ]`.
///
/// One kind is spoken here: an ``EvidenceBundle``, which holds evidence and endorsements.
enum ConceptualMessage {
    /// The media type of an evidence bundle.
    static let mediaType = "application/vnd.martlet.evidence-bundle+cbor"
    /// Bits 1 (endorsements) and 2 (evidence) of the indicator.
    static let indicator: UInt64 = 0b110

    /// Wraps a bundle.
    static func encode(_ bundle: EvidenceBundle) -> [UInt8] {
        CBORValue.array([
            .text(mediaType), .bytes(bundle.encoded[...]), .unsigned(indicator),
        ]).deterministicEncoding
    }

    /// Unwraps a bundle.
    static func decode(_ bytes: ArraySlice<UInt8>) throws(ChannelFailure) -> EvidenceBundle {
        let value: CBORValue
        do throws(MalformedBytes) {
            value = try CBORReader.decode(bytes, rules: .deterministic, "CMW")
        } catch {
            throw ChannelFailure(.malformed, error.description)
        }
        guard case .array(let parts) = value, parts.count == 3, parts[0] == .text(mediaType),
            case .bytes(let encoded) = parts[1], parts[2] == .unsigned(indicator)
        else {
            throw ChannelFailure(.malformed, "the CMW is no record of \(mediaType)")
        }
        do throws(EvidenceRejection) {
            return try EvidenceBundle(decoding: encoded)
        } catch {
            throw ChannelFailure(.evidence, error.diagnostic.description)
        }
    }
}
