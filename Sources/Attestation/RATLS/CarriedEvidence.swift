import Bytes

/// Evidence inside a certificate or a request for one, by the extension that carries it; not believed.
package struct CarriedEvidence: Equatable, Sendable {
    /// The forms that are known.
    package enum Form: String, Sendable, CaseIterable {
        /// TCG DICE tagged evidence, 2.23.133.5.4.9: Gramine from 1.8 on, Intel's SDK, rats-tls.
        case tagged = "tagged-evidence"
        /// A conceptual message wrapper, 1.3.6.1.5.5.7.1.35 (draft-ietf-rats-msg-wrap).
        case wrapper = "conceptual-message-wrapper"
        /// A bare quote, 1.2.840.113741.1337.6: RA-TLS before it was written down.
        case bareQuote = "bare-quote"
    }

    package let form: Form
    /// The extension's value, as received.
    package let bytes: [UInt8]

    static func all(in extensions: [CertificateExtension]) -> [CarriedEvidence] {
        extensions.compactMap { item in
            let form: Form? =
                switch item.type {
                case .taggedEvidence: .tagged
                case .messageWrapper: .wrapper
                case .bareQuote: .bareQuote
                default: nil
                }
            return form.map { CarriedEvidence(form: $0, bytes: Array(item.value)) }
        }
    }
}
