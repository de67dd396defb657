import Attestation
import Cryptography
import Glibc
package import Platform
import Synchronization

/// One end of an attested channel over a connected stream socket.
///
/// First the channel is opened: TLS 1.3, then evidence as the two configurations demand it. No byte of
/// application data is read or written before that. Then bytes flow in both directions.
///
/// Every call exists twice. `open`, `read`, `write` and `finishWriting` wait; `step`, `tryRead` and
/// `tryWrite` never do, and say what to poll for. The descriptor is set to non-blocking mode.
/// One thread may read while another one writes; two threads may not do the same thing at once.
@safe package final class AttestedConnection: Sendable {
    /// Where a connection is in its life.
    enum Phase {
        case handshaking
        case opening(ChannelOpening)
        case open(ChannelPeer)
        case failed(ChannelFailure)
        case closed
    }

    /// What changes; reached under its lock only, and so is ``stream``.
    struct State {
        var phase = Phase.handshaking
        /// Bytes of opening that are still to be sent.
        var outbound: ArraySlice<UInt8> = []
        /// A message of opening that has not come whole.
        var inbound: [UInt8] = []
        /// The connection's facts, from the end of the handshake on.
        var session: ChannelSession?
        /// The request that was made last and not answered yet.
        var evidenceRequest: AuthenticatorRequest?
        var hasSaidGoodbye = false
    }

    let endpoint: ChannelEndpoint
    private let number: Int32
    private let interruption: Interruption?
    let state = Mutex(State())
    // SAFETY: used only while `state` is locked.
    nonisolated(unsafe) let stream: TLSStream

    /// Moment on the monotonic clock, in nanoseconds, when opening is given up: readiness-driven
    /// callers wake up then and step once more.
    package let openingDeadlineNanoseconds: UInt64

    /// Takes over a connected descriptor; it is closed with the connection.
    ///
    /// - Parameter interruption: ends every waiting call, for example when a keep is told to stop.
    package init(
        _ descriptor: consuming FileDescriptor, _ endpoint: ChannelEndpoint,
        interruption: Interruption? = nil
    ) throws(ChannelFailure) {
        let borrowed = descriptor.borrowed
        do throws(Errno) {
            try borrowed.setStatusFlags(borrowed.statusFlags().union(.nonBlocking))
        } catch {
            throw ChannelFailure(.transport, "the connection's descriptor: \(error)")
        }
        // Small messages go at once; not every stream socket is TCP.
        try? borrowed.setSocketOption(.tcpNoDelay, to: 1)
        unsafe stream = try endpoint.context.makeStream(borrowed.number, endpoint.configuration)
        self.endpoint = endpoint
        self.interruption = interruption
        openingDeadlineNanoseconds =
            SystemClockID.monotonic.nanoseconds
            &+ endpoint.configuration.limits.openingNanoseconds
        number = descriptor.release()
    }

    deinit { Glibc.close(number) }

    /// The descriptor, to poll.
    package var descriptor: BorrowedDescriptor { BorrowedDescriptor(number: number) }

    /// Who the peer is; nil until the channel is open, and after it failed or was closed.
    package var peer: ChannelPeer? {
        state.withLock { state in
            if case .open(let peer) = state.phase { peer } else { nil }
        }
    }

    /// Waits until the descriptor is ready for one of `events`.
    ///
    /// - Parameter deadline: on the monotonic clock; nil for ever.
    func wait(_ events: PollEvents, until deadline: UInt64?) throws(ChannelFailure) {
        var entries = [PollEntry(descriptor, events)]
        if let interruption { entries.append(PollEntry(interruption.descriptor, .readable)) }
        while true {
            if interruption?.reason() != nil {
                throw ChannelFailure(.interrupted, "this side was told to stop")
            }
            let now = SystemClockID.monotonic.nanoseconds
            if let deadline, now >= deadline {
                throw ChannelFailure(
                    .timeout, "the peer took too long",
                    remedy: "it may be overloaded, or hold the connection open on purpose")
            }
            let limits = [deadline, interruption?.deadlineNanoseconds].compactMap(\.self)
            let end = limits.min() ?? .max
            do throws(Errno) {
                try poll(
                    &entries, timeoutNanoseconds: end == .max ? nil : end > now ? end - now : 0)
            } catch {
                throw ChannelFailure(.transport, "waiting for the peer: \(error)")
            }
            if !entries[0].occurred.isEmpty { return }
        }
    }

    /// Says goodbye if that goes without waiting, and ends the connection in both directions. May be
    /// called at any time and more than once; the descriptor is closed when the object goes.
    package func close() {
        state.withLock { state in
            if case .open = state.phase, !state.hasSaidGoodbye {
                state.hasSaidGoodbye = true
                _ = unsafe stream.sendGoodbye()
            }
            if case .failed = state.phase {} else { state.phase = .closed }
        }
        try? descriptor.shutDown(.both)
    }
}
