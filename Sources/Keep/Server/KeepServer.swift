internal import AttestedTLS
package import Attestation
package import Diagnostics
package import KeepProtocol
package import Platform
internal import Synchronization

/// What a keep is started with.
package struct KeepConfiguration: Sendable {
    package var machine = KeepMachine.Configuration()
    package var source: any EvidenceSource
    package var resources: any HostResources
    /// Whether the keep ends when nobody wants it: one that a host starts for each owner does.
    package var endsUnused = true
    /// Told on the host's log, which everybody may read: never anything of the workload.
    package var log: @Sendable (String) -> Void

    package init(
        source: any EvidenceSource, resources: any HostResources,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.source = source
        self.resources = resources
        self.log = log
    }
}

/// A keep: it serves attested clients, follows ``KeepMachine``, and runs at most one program.
package final class KeepServer: Sendable {
    static let inputWindowBytes = KeepLimits.inputWindowBytes

    /// What changes while it runs.
    struct State {
        var machine: KeepMachine
        var clients: [ConnectionID: Client] = [:]
        var nextNumber: UInt64 = 1
        var program: GuestProgram?
        var input: GuestInput?
        var result: GuestResult?
        /// Connections that are being opened.
        var opening = 0
    }

    let configuration: KeepConfiguration
    let identity: ChannelIdentity
    let binding = WorkloadBinding()
    let hub = OutputHub()
    let state: Mutex<State>
    /// Ends all waiting: the keep is to stop.
    let interruption: Interruption
    private let endpoint: ChannelEndpoint

    /// Seconds since 1970 by the host's clock.
    package static let now: @Sendable () -> Instant = {
        Instant(secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
    }

    /// Makes the keep's key, which never leaves it.
    package init(_ configuration: KeepConfiguration) throws(Diagnostic) {
        self.configuration = configuration
        state = Mutex(State(machine: KeepMachine(configuration.machine)))
        do {
            identity = try ChannelIdentity.generate()
            interruption = try Interruption()
            var channel = ChannelConfiguration(
                .server, identity: identity,
                expectation: .notAttested(because: "owners need no TEE"), clock: Self.now)
            let source = configuration.source
            let binding = binding
            channel.evidence = { data throws(CollectionFailure) in
                try source.evidence(reportData: data)
            }
            channel.workload = { binding.current }
            endpoint = try ChannelEndpoint(channel)
        } catch let error as ChannelFailure {
            throw error.diagnostic
        } catch {
            throw Diagnostic(what: "the keep can not start: \(error)")
        }
    }

    /// Serves until the owner stops it or the lifeline breaks.
    ///
    /// - Parameters:
    ///   - listener: a listening stream socket; each connection is one client's.
    ///   - lifeline: readable or at its end when the host is gone or wants the keep to end.
    package func run(_ listener: BorrowedDescriptor, lifeline: BorrowedDescriptor?) {
        var usedAt = SystemClockID.monotonic.nanoseconds
        while interruption.reason() == nil {
            var entries = [
                PollEntry(listener, .readable), PollEntry(interruption.descriptor, .readable),
            ]
            if let lifeline { entries.append(PollEntry(lifeline, .readable)) }
            _ = try? poll(&entries, timeoutNanoseconds: 1_000_000_000)
            let now = SystemClockID.monotonic.nanoseconds
            if !isUnused { usedAt = now }
            if configuration.endsUnused, now &- usedAt > Self.unusedNanoseconds { break }
            if entries.count > 2, !entries[2].occurred.isEmpty { break }
            guard entries[0].occurred.contains(.readable) else { continue }
            guard let number = try? listener.accept().release() else { continue }
            admit(number)
        }
        shutDown()
    }

    /// How long a keep that nobody gave a workload, or started it, waits for a client: its first may have
    /// refused it, or may be gone.
    private static let unusedNanoseconds: UInt64 = 10_000_000_000

    private var isUnused: Bool {
        state.withLock { state in
            state.opening == 0 && state.clients.isEmpty && !state.machine.isAwaited
        }
    }

    /// Starts a thread for a connection, unless there are too many.
    private func admit(_ number: Int32) {
        let limit = configuration.machine.limits.connections
        let isAdmitted = state.withLock { state in
            guard state.opening + state.clients.count < limit else { return false }
            state.opening += 1
            return true
        }
        let started: Void? =
            isAdmitted
            ? try? startDetachedThread { [self] in serve(FileDescriptor(owning: number)) } : nil
        guard started == nil else { return }
        _ = FileDescriptor(owning: number)
        if isAdmitted { state.withLock { $0.opening -= 1 } }
    }

    /// Opens one client's channel and follows its messages to the end.
    private func serve(_ descriptor: consuming FileDescriptor) {
        let client: Client
        let peer: ChannelPeer
        let generation = state.withLock { $0.machine.generation }
        do throws(ChannelFailure) {
            let channel = try AttestedConnection(descriptor, endpoint, interruption: interruption)
            peer = try channel.open()
            client = state.withLock { state in
                state.opening -= 1
                let client = Client(ConnectionID(state.nextNumber), channel)
                state.nextNumber += 1
                state.clients[client.id] = client
                return client
            }
        } catch {
            state.withLock { $0.opening -= 1 }
            configuration.log("a client could not be let in (\(error.reason.rawValue))")
            return
        }
        follow(client) {
            $0.connected(client.id, publicKey: peer.publicKey, generation: generation)
        }
        read(client)
        // A program that waits for this client to read its output must not wait longer.
        client.cutOff()
        follow(client) { $0.disconnected(client.id) }
        _ = state.withLock { $0.clients.removeValue(forKey: client.id) }
        client.channel.close()
    }

    private func read(_ client: Client) {
        var frames = FrameReader()
        while !client.isHungUp {
            guard let bytes = try? client.channel.read(limitBytes: 1 << 16), !bytes.isEmpty else {
                return
            }
            frames.append(bytes)
            do throws(FrameTooLarge) {
                while !client.isHungUp, let frame = try frames.next() { take(frame, client) }
            } catch {
                return follow(client) { machine in
                    machine.malformed(client.id, "a frame of \(error.byteCount) bytes")
                }
            }
        }
    }

    private func take(_ frame: [UInt8], _ client: Client) {
        do {
            let message = try ClientMessage(decoding: frame)
            follow(client) { $0.receive(message, from: client.id) }
        } catch {
            follow(client) { $0.malformed(client.id, "\(error)") }
        }
    }

    /// Lets the machine take an event, then does what it says. What evidence names changes together
    /// with what the machine runs, so that no channel shows one workload and leads to another.
    func follow(_ client: Client?, _ event: (inout KeepMachine) -> [KeepAction]) {
        let total = hub.totalBytes
        let actions = state.withLock { state in
            state.machine.outputBytes = total
            let actions = event(&state.machine)
            for case .bind(let identity) in actions { binding.set(identity) }
            return actions
        }
        for action in actions { perform(action) }
    }

    /// Ends the program, makes its files durable, and cuts all clients off.
    private func shutDown() {
        let program = state.withLock { $0.program }
        program?.interrupt()
        // A program that waits for a client that does not read wakes up when the client is cut off.
        let deadline = SystemClockID.monotonic.nanoseconds &+ 2_000_000_000
        while state.withLock({ $0.program != nil }) {
            if SystemClockID.monotonic.nanoseconds > deadline { break }
            sleepFor(milliseconds: 2)
        }
        interruption.trip()
        for client in state.withLock({ Array($0.clients.values) }) { client.cutOff() }
        let end = SystemClockID.monotonic.nanoseconds &+ 3_000_000_000
        while state.withLock({ $0.program != nil }), SystemClockID.monotonic.nanoseconds < end {
            sleepFor(milliseconds: 2)
        }
    }
}
