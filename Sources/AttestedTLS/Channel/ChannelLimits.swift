/// What a peer may make this side hold and wait for.
package struct ChannelLimits: Equatable, Sendable {
    /// Most bytes of one authenticator: a certificate, its evidence and two short messages. An
    /// extension of TLS holds 65,535 bytes, so larger evidence can not be sent.
    package var authenticatorBytes = 72 * 1024
    /// Most bytes of one authenticator request.
    package var requestBytes = 1024
    /// Most bytes of the peer's certificate chain in the TLS handshake.
    package var certificateChainBytes = 32 * 1024
    /// Time from the first byte to the moment when application data may flow.
    package var openingNanoseconds: UInt64 = 10_000_000_000
    /// Time that one blocking read or write may wait for the peer; nil for ever.
    package var idleNanoseconds: UInt64?

    package init() {}
}
