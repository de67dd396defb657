package import Platform

/// One end of an attested channel over a connected stream socket.
///
/// First the channel is opened: TLS 1.3, then evidence as the two configurations demand it. No byte of
/// application data is read or written before that. Then bytes flow in both directions.
///
/// Every call exists twice. `open`, `read`, `write` and `close` wait; `step`, `tryRead`, `tryWrite`
/// and `tryClose` never do, and say what to poll for. The descriptor is set to non-blocking mode.
/// One thread may read while another one writes; two threads may not do the same thing at once.
package final class AttestedConnection: Sendable {
    private let number: Int32

    /// Takes over a connected descriptor; it is closed with the connection.
    ///
    /// - Parameter interruption: ends every waiting call, for example when a keep is told to stop.
    package init(
        _ descriptor: consuming FileDescriptor, _ endpoint: ChannelEndpoint,
        interruption: Interruption? = nil
    ) throws(ChannelFailure) {
        number = descriptor.release()
    }

    /// The descriptor, to poll.
    package var descriptor: BorrowedDescriptor { BorrowedDescriptor(number: number) }

    /// Who the peer is; nil until the channel is open.
    package var peer: ChannelPeer? { nil }

    /// Moment on the monotonic clock, in nanoseconds, when opening is given up: readiness-driven
    /// callers wake up then and step once more.
    package var openingDeadlineNanoseconds: UInt64 { 0 }

    // MARK: Opening

    /// Opens the channel, waiting for the peer as long as the limits allow.
    ///
    /// After an error the connection is closed; the peer has been told the reason where possible.
    @discardableResult
    package func open() throws(ChannelFailure) -> ChannelPeer { throw Self.later }

    /// Does what opening can do without waiting.
    package func step() throws(ChannelFailure) -> ChannelProgress { throw Self.later }

    // MARK: Application data

    /// Reads at least one byte and at most `buffer.count`; 0 at the orderly end.
    ///
    /// - Throws: `closed` when the peer was cut off without saying goodbye: what came before may be
    ///   incomplete.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ChannelFailure) -> Int { throw Self.later }

    /// Reads at least one byte and at most `limitBytes`; empty at the orderly end.
    package func read(limitBytes: Int) throws(ChannelFailure) -> [UInt8] { throw Self.later }

    /// Reads exactly `count` bytes.
    package func read(exactly count: Int) throws(ChannelFailure) -> [UInt8] { throw Self.later }

    /// Writes all bytes.
    package func write(_ bytes: some Collection<UInt8>) throws(ChannelFailure) { throw Self.later }

    /// Writes all bytes.
    package func write(from buffer: UnsafeRawBufferPointer) throws(ChannelFailure) {
        throw Self.later
    }

    /// Reads what is there.
    package func tryRead(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ChannelFailure) -> ChannelTransfer { throw Self.later }

    /// Writes what goes.
    package func tryWrite(
        from buffer: UnsafeRawBufferPointer
    ) throws(ChannelFailure) -> ChannelTransfer { throw Self.later }

    /// Whether decrypted bytes wait to be read although the descriptor may not be readable.
    package var hasBufferedBytes: Bool { false }

    // MARK: Ending

    /// Says goodbye in this direction: the peer reads the orderly end. Reading goes on.
    package func finishWriting() throws(ChannelFailure) { throw Self.later }

    /// Says goodbye if that goes without waiting, and closes the descriptor. May be called twice.
    package func close() {}

    // MARK: Evidence anew, on an open channel

    /// A fresh request for evidence, to be sent to the peer inside a message of the application's own
    /// protocol. Each request is answered at most once, and a new one forgets the last.
    ///
    /// The keep protocol uses it after a workload was sent: the evidence that answers names it.
    package func makeEvidenceRequest() throws(ChannelFailure) -> [UInt8] { throw Self.later }

    /// Answers a request of the peer with an authenticator: fresh evidence that binds the workload of
    /// this moment (``ChannelConfiguration/workload``). To be sent in a message of the application's.
    package func answer(evidenceRequest: [UInt8]) throws(ChannelFailure) -> [UInt8] {
        throw Self.later
    }

    /// Verifies and appraises the answer to the last request.
    ///
    /// - Parameter appraiser: what to accept, such as a policy that names the workload that was sent.
    package func appraise(
        answer: [UInt8], _ appraiser: PeerAppraiser
    ) throws(ChannelFailure) -> AttestedPeer { throw Self.later }

    private static let later = ChannelFailure(.configuration, "not built yet")
}
