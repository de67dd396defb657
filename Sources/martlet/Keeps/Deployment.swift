import Attestation
import AttestedTLS
import Bytes
import Cryptography
import Diagnostics
import Host
import KeepClient
import KeepProtocol
import Platform
import Synchronization

/// One program on its way into a keep: evidence first, then the workload, then evidence that names it,
/// then secrets; then it runs.
struct Deployment {
    let application: Application
    let appraiser: PeerAppraiser
    let identity: ChannelIdentity
    var showsProgress = false

    private static let clock: @Sendable () -> Instant = {
        Instant(secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
    }

    /// What is accepted of a keep that runs `workload`.
    private func appraiser(for workload: WorkloadIdentity) -> PeerAppraiser {
        var result = appraiser
        result.policy.expectWorkload(workload)
        return result
    }

    /// Opens the channel through the host's relay. Nothing of the owner's has been sent when it throws.
    ///
    /// - Parameter workload: what the keep has to run already; `.empty` for a new one.
    func open(
        _ descriptor: consuming FileDescriptor, running workload: WorkloadIdentity
    ) throws(ChannelFailure) -> (KeepSession, AttestedPeer) {
        let endpoint = try ChannelEndpoint(
            ChannelConfiguration(
                .client, identity: identity,
                expectation: .evidence(appraiser(for: workload)), clock: Self.clock))
        let channel = try AttestedConnection(descriptor, endpoint)
        guard let peer = try channel.open().attested else {
            throw ChannelFailure(.noEvidence, "the peer showed no evidence")
        }
        return (KeepSession(channel), peer)
    }

    /// Sends the workload and has the keep prove that it is what was sent.
    func provision(_ session: KeepSession) throws(KeepFailure) -> AttestedPeer {
        try session.hello(claimsOwnership: true)
        let workload = application.workload
        let total = workload.module.count + workload.image.count + workload.manifestBytes.count
        var bar = ProgressBar(total: UInt64(total + workload.policyBytes.count))
        try session.provision(workload) { count in
            if showsProgress { bar.advance(by: UInt64(count)) }
        }
        bar.finish()
        return try session.attest(appraiser(for: workload.identity))
    }

    /// Sends what only the proven workload may have.
    func send(
        _ secrets: [String: [UInt8]], vaultKeys: [String: [UInt8]], files: [String: [UInt8]],
        _ session: KeepSession
    ) throws(KeepFailure) {
        for (name, bytes) in secrets.sorted(by: { $0.key < $1.key }) {
            try session.ask(doneBy: .secret(name: name, bytes))
        }
        for (name, bytes) in vaultKeys.sorted(by: { $0.key < $1.key }) {
            try session.ask(doneBy: .vaultKey(name: name, bytes))
        }
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            try session.put(path, bytes)
        }
    }
}

/// The standard streams of a program in a keep, on this terminal.
struct KeepTerminal {
    let session: KeepSession

    /// Follows the program to its end.
    func follow(hasInput: Bool) throws(KeepFailure) -> GuestOutcome {
        let window = InputWindow()
        try session.send(.attach)
        if hasInput { sendInput(window) }
        while true {
            switch try session.receive() {
            case .output(let stream, _, let bytes):
                let target: BorrowedDescriptor = stream == 2 ? .standardError : .standardOutput
                try? target.writeAll(bytes)
            case .ended(let outcome):
                window.end()
                return outcome
            case .inputTaken(let count): window.taken(count)
            // Input may come after the program's end.
            case .refused(let request, _) where request == 13 || request == 14: continue
            case .refused(_, let refusal): throw .refused(refusal)
            default: continue
            }
        }
    }

    /// Reads standard input on a thread of its own, never further ahead than the keep's window.
    private func sendInput(_ window: InputWindow) {
        let session = session
        try? startDetachedThread {
            var buffer = [UInt8](repeating: 0, count: 1 << 15)
            var sent: UInt64 = 0
            while window.waitForRoom(after: sent) {
                let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                    // SAFETY: the buffer bounds the read.
                    try? unsafe BorrowedDescriptor.standardInput.read(into: bytes)
                }
                guard let count, count > 0 else { break }
                guard (try? session.send(.input(Array(buffer[..<count])))) != nil else { return }
                sent += UInt64(count)
            }
            try? session.send(.inputEnd)
        }
    }
}

/// How much input the keep has taken, so that no more is sent than it holds.
private final class InputWindow: Sendable {
    private let state = Mutex((taken: UInt64(0), isEnded: false))

    func taken(_ count: UInt64) { state.withLock { $0.taken = max($0.taken, count) } }
    func end() { state.withLock { $0.isEnded = true } }

    /// Waits until another buffer fits; false at the program's end.
    func waitForRoom(after sent: UInt64) -> Bool {
        while true {
            let (taken, isEnded) = state.withLock { $0 }
            if isEnded { return false }
            if sent &- taken <= KeepLimits.inputWindowBytes - 1 << 15 { return true }
            sleepFor(milliseconds: 1)
        }
    }
}
