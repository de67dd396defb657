import Cryptography
import Diagnostics
import Platform
import Synchronization

extension AttestedConnection {
    /// Opens the channel, waiting for the peer as long as the limits allow.
    ///
    /// After an error the connection is ended; the peer has been told the reason where possible.
    @discardableResult
    package func open() throws(ChannelFailure) -> ChannelPeer {
        while true {
            switch try step() {
            case .wants(let events):
                do throws(ChannelFailure) {
                    try wait(events, until: openingDeadlineNanoseconds)
                } catch {
                    state.withLock { fail(&$0, error) }
                    throw error
                }
            case .open:
                if let peer { return peer }
                throw Self.closed
            }
        }
    }

    /// Does what opening can do without waiting.
    ///
    /// - Throws: why the channel is not to be; every later call throws the same.
    package func step() throws(ChannelFailure) -> ChannelProgress {
        try state.withLock { (state) throws(ChannelFailure) in
            do throws(ChannelFailure) {
                return try advance(&state)
            } catch {
                fail(&state, error)
                throw error
            }
        }
    }

    static let closed = ChannelFailure(.closed, "the connection was closed")

    private func advance(_ state: inout State) throws(ChannelFailure) -> ChannelProgress {
        switch state.phase {
        case .open: return .open
        case .failed(let failure): throw failure
        case .closed: throw Self.closed
        case .handshaking, .opening: break
        }
        guard SystemClockID.monotonic.nanoseconds < openingDeadlineNanoseconds else {
            throw ChannelFailure(.timeout, "the peer took too long to open the channel")
        }
        if case .handshaking = state.phase {
            if let events = try unsafe stream.handshake() { return .wants(events) }
            try finishHandshake(&state)
        }
        while true {
            guard case .opening(let opening) = state.phase else { return .open }
            if let events = try flush(&state) { return .wants(events) }
            if opening.isOpen {
                state.phase = .open(peer(state, opening))
                return .open
            }
            if let events = try receive(&state, opening) { return .wants(events) }
        }
    }

    /// Looks at what the handshake came to, before anything is said.
    private func finishHandshake(_ state: inout State) throws(ChannelFailure) {
        let configuration = endpoint.configuration
        guard unsafe !stream.isResumed else {
            throw ChannelFailure(.resumption, "the TLS session was resumed")
        }
        let certificate = unsafe stream.peerCertificate
        let keys = try AuthenticatorKeys(hash: unsafe stream.hash) {
            (label, count) throws(ChannelFailure) in
            try unsafe stream.export(label, count)
        }
        let session = ChannelSession(
            role: configuration.role, identity: configuration.identity,
            peerCertificate: certificate?.encoded, peerPublicKey: certificate?.publicKey,
            keys: keys)
        state.session = session
        guard unsafe stream.speaksAttestation else {
            guard configuration.allowsPlainTLS else { throw Self.downgrade }
            state.phase = .open(
                ChannelPeer(
                    standing: standing(nil), publicKey: certificate?.publicKey,
                    isAttestedTLS: false))
            return
        }
        let nonce: [UInt8]
        do throws(CryptographyFailure) {
            nonce = try SystemEntropy().bytes(AuthenticatorRequest.nonceByteCount)
        } catch {
            throw ChannelFailure(.transport, error.description)
        }
        let opening = ChannelOpening(session, configuration, nonce: nonce)
        state.outbound = opening.start()[...]
        state.phase = .opening(opening)
    }

    private static let downgrade = ChannelFailure(
        .downgrade, "the peer speaks TLS, and not martlet-attest/1",
        remedy: "nothing was sent to it; if it needs no evidence, say so in the configuration")

    /// Sends what is to be sent; what to wait for, or nil when all is sent.
    private func flush(_ state: inout State) throws(ChannelFailure) -> PollEvents? {
        while !state.outbound.isEmpty {
            let outcome = try unsafe state.outbound.lending { (bytes) throws(ChannelFailure) in
                try unsafe stream.write(from: bytes)
            }
            switch outcome {
            case .bytes(let count): state.outbound.removeFirst(count)
            case .wants(let events): return events
            case .end: throw Self.closed
            }
        }
        return nil
    }

    /// Reads on in the message that is coming, and takes it when it is whole.
    private func receive(
        _ state: inout State, _ opening: ChannelOpening
    ) throws(ChannelFailure) -> PollEvents? {
        let limits = endpoint.configuration.limits
        let headerCount = ChannelMessage.headerByteCount
        var wanted = headerCount
        if state.inbound.count >= headerCount {
            wanted += try ChannelMessage.header(
                Array(state.inbound.prefix(headerCount)), limits
            ).byteCount
        }
        if state.inbound.count < wanted {
            var chunk = [UInt8](repeating: 0, count: min(wanted - state.inbound.count, 1 << 14))
            let outcome = try unsafe chunk.lendingMutably { (bytes) throws(ChannelFailure) in
                try unsafe stream.read(into: bytes)
            }
            switch outcome {
            case .bytes(let count): state.inbound += chunk[..<count]
            case .wants(let events): return events
            case .end:
                throw ChannelFailure(.closed, "the peer left before the channel was open")
            }
        }
        guard state.inbound.count >= headerCount else { return nil }
        let header = try ChannelMessage.header(Array(state.inbound.prefix(headerCount)), limits)
        guard state.inbound.count == headerCount + header.byteCount else { return nil }
        let body = Array(state.inbound[headerCount...])
        state.inbound = []
        var opening = opening
        state.outbound = try opening.receive(header.kind, body)[...]
        state.phase = .opening(opening)
        return nil
    }

    private func peer(_ state: State, _ opening: ChannelOpening) -> ChannelPeer {
        ChannelPeer(
            standing: standing(opening.attested), publicKey: state.session?.peerPublicKey,
            isAttestedTLS: true)
    }

    private func standing(_ attested: AttestedPeer?) -> ChannelPeer.Standing {
        if let attested { return .attested(attested) }
        guard case .passport = endpoint.configuration.expectation else { return .notAttested }
        return .passport(subject: unsafe stream.peerCertificate?.subject ?? "")
    }

    /// Ends the connection for a reason, and tells the peer if that goes without waiting.
    func fail(_ state: inout State, _ failure: ChannelFailure) {
        switch state.phase {
        case .failed, .closed: return
        case .handshaking: break
        case .opening, .open:
            if failure.reason != .refusedByPeer, failure.reason != .closed {
                let code = failure.reason.refusalCode
                let message = ChannelMessage.encode(
                    .refusal, [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)])
                // An unfinished message before it would hide it: then the peer sees the end only.
                if state.outbound.isEmpty, case .opening = state.phase {
                    _ = try? unsafe message.lending { (bytes) throws(ChannelFailure) in
                        try unsafe stream.write(from: bytes)
                    }
                }
            }
            _ = unsafe stream.sendGoodbye()
        }
        state.phase = .failed(failure)
        try? descriptor.shutDown(.sending)
    }
}
