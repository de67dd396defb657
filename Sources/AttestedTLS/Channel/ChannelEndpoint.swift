/// One side's settings, made ready for connections: the TLS context, the certificates and the cache of
/// endorsements. Shared by any number of connections and threads.
package final class ChannelEndpoint: Sendable {
    package let configuration: ChannelConfiguration

    /// - Throws: ``ChannelFailure`` with reason `configuration` when the settings contradict each
    ///   other: a server without an identity, evidence without an identity, a policy without
    ///   `workload-identity`.
    package init(_ configuration: ChannelConfiguration) throws(ChannelFailure) {
        self.configuration = configuration
    }
}
