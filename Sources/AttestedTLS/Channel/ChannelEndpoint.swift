import Attestation
import Cryptography

/// One side's settings, made ready for connections. Shared by any number of connections and threads.
package final class ChannelEndpoint: Sendable {
    package let configuration: ChannelConfiguration
    let context: TLSContext

    /// - Throws: ``ChannelFailure`` with reason `configuration` when the settings contradict each
    ///   other: a server without an identity, evidence without an identity, a policy that says nothing
    ///   about the workload.
    package init(_ configuration: ChannelConfiguration) throws(ChannelFailure) {
        try Self.check(configuration)
        self.configuration = configuration
        context = try TLSContext(configuration)
    }

    private static func check(_ configuration: ChannelConfiguration) throws(ChannelFailure) {
        let identity = configuration.identity
        guard configuration.role == .client || identity != nil else {
            throw ChannelFailure(
                .configuration, "a server needs a key and a certificate",
                remedy: "make one with ChannelIdentity.generate()")
        }
        guard configuration.evidence == nil || identity?.key.curve != nil else {
            throw ChannelFailure(
                .configuration, "evidence is about a key on P-256 or P-384, and this side has none")
        }
        guard case .evidence(let appraiser) = configuration.expectation else { return }
        let claim = "workload-identity"
        for (format, section) in appraiser.policy.sections where section[claim] == nil {
            throw ChannelFailure(
                .configuration,
                "policy \(appraiser.policy.identifier) does not say which workload it expects",
                remedy: "\(format.rawValue).\(claim) = \"empty\", or the workload's digest")
        }
    }
}
