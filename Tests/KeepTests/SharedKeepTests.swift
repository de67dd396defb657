import Attestation
import AttestedTLS
import ChannelKit
import KeepClient
import KeepProtocol
import Platform
import Testing

@testable import Keep

/// Evidence of a simulated machine, made in this process.
private struct SimulatedSource: EvidenceSource {
    let keep: SimulatedKeep
    var name: String { "simulated" }

    func evidence(reportData: [UInt8]) throws(CollectionFailure) -> EvidenceBundle {
        try keep.provider(reportData)
    }
}

/// A keep in this process, served at a socket of its own until ``end()``.
private struct ServedKeep {
    private let simulated: SimulatedKeep
    private let path: PathName
    private let lifeline: Int32
    private let thread: HostThread

    init() throws {
        simulated = try SimulatedKeep(now: KeepServer.now())
        let number = SystemClockID.monotonic.nanoseconds
        path = try #require(PathName("/tmp/martlet-keep-test-\(number)"))
        let listener = try LocalSocket.listen(at: path).release()
        let (own, others) = try makeSocketPair()
        lifeline = own
        let server = try KeepServer(
            KeepConfiguration(
                source: SimulatedSource(keep: simulated), resources: NoResources(), log: { _ in }))
        thread = try HostThread {
            let socket = FileDescriptor(owning: listener)
            let line = FileDescriptor(owning: others)
            server.run(socket.borrowed, lifeline: line.borrowed)
        }
    }

    /// A channel of somebody who expects that workload.
    func session(
        _ key: OwnerKey, _ workload: WorkloadIdentity, claims: Bool = false
    ) throws -> KeepSession {
        let session = try KeepSession(
            LocalSocket.connect(to: path), key: key, appraiser: simulated.appraiser(workload),
            clock: KeepServer.now)
        _ = try session.hello(claimsOwnership: claims)
        return session
    }

    func end() {
        _ = FileDescriptor(owning: lifeline)
        thread.join()
        try? BorrowedDescriptor.currentDirectory.unlink(path)
    }
}

/// `(module (memory (export "memory") 1) (func (export "_start")))`.
private let emptyProgram: [UInt8] =
    [
        0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03,
        0x02,
        0x01, 0x00, 0x05, 0x03, 0x01, 0x00, 0x01, 0x07, 0x13, 0x02, 0x06,
    ] + Array("memory".utf8) + [0x02, 0x00, 0x06] + Array("_start".utf8)
    + [0x00, 0x00, 0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b]

@Suite("A keep that several parties share, over real channels", .timeLimit(.minutes(2)))
struct SharedKeepTests {
    private let owner: OwnerKey
    private let alice: OwnerKey

    init() throws {
        owner = try OwnerKey(seed: [UInt8](repeating: 1, count: 32))
        alice = try OwnerKey(seed: [UInt8](repeating: 2, count: 32))
    }

    private func program(_ name: String) throws -> Workload {
        var manifest = Manifest(name: name)
        manifest.directories = [.init(path: "/in", storage: .memory(limitBytes: 1 << 20))]
        var principal = Manifest.Principal(name: "alice", keyDigest: alice.digest)
        principal.rights = [.init(path: "/in", reads: true, writes: true)]
        principal.mayExecute = true
        manifest.principals = [principal]
        return try Workload(
            module: emptyProgram, manifest: manifest.encoded, policies: PolicySet().encoded)
    }

    @Test("what is sent to one program never reaches the one that takes its place")
    func replacedProgram() throws {
        let keep = try ServedKeep()
        defer { keep.end() }
        let (first, second) = (try program("first"), try program("second"))
        let owners = try keep.session(owner, .empty, claims: true)
        try owners.upload(first) { _, _ in }
        let early = try keep.session(alice, first.identity)
        try early.put([1, 2, 3], to: "/in/mine")
        try owners.upload(second) { _, _ in }
        #expect(throws: KeepSessionFailure.self) { try early.put([4], to: "/in/other") }
        #expect(throws: ChannelFailure.self) { try keep.session(alice, first.identity) }
        // Nothing of what the first one had is in the second one's run.
        let late = try keep.session(alice, second.identity)
        _ = try late.ask(.start)
        while try phase(late) != .ended { sleepFor(milliseconds: 1) }
        #expect(try late.files(below: "/in").isEmpty)
        let receipt = try late.receipt(for: second.identity)
        #expect(receipt.receipt.outcome == .exited(code: 0))
    }

    @Test("inputs and results go over the channels, and the list of them too")
    func inputsAndResults() throws {
        let keep = try ServedKeep()
        defer { keep.end() }
        let workload = try program("first")
        let owners = try keep.session(owner, .empty, claims: true)
        try owners.upload(workload) { _, _ in }
        let session = try keep.session(alice, workload.identity)
        let large = [UInt8](repeating: 7, count: KeepLimits.chunkBytes + 1)
        try session.put(large, to: "/in/deep/large")
        try session.put([], to: "/in/empty")
        #expect(throws: KeepSessionFailure.self) { try session.get("/in/empty") }
        _ = try session.ask(.start)
        while try phase(session) != .ended { sleepFor(milliseconds: 1) }
        #expect(try session.get("/in/deep/large") == large)
        #expect(try session.get("/in/empty").isEmpty)
        #expect(
            try session.files(below: "/in") == [
                FileEntry(path: "/in/deep/large", byteCount: UInt64(large.count)),
                FileEntry(path: "/in/empty", byteCount: 0),
            ])
        #expect(throws: KeepSessionFailure.self) { try session.get("/in/none") }
        #expect(throws: KeepSessionFailure.self) { try owners.get("/in/empty") }
    }

    @Test("the owner who attaches anew has the output; the connection before is told and ended")
    func attachedAnew() throws {
        let keep = try ServedKeep()
        defer { keep.end() }
        let workload = try program("first")
        let before = try keep.session(owner, .empty, claims: true)
        try before.upload(workload) { _, _ in }
        try before.send(.attach)
        // Answered in order, so the one before it was heard.
        _ = try before.ask(.status)
        let after = try keep.session(owner, workload.identity)
        try after.send(.attach)
        try after.send(.start)
        #expect(throws: KeepSessionFailure.self) { while true { _ = try before.ask(.status) } }
        while true {
            guard case .ended(let outcome) = try after.receive() else { continue }
            #expect(outcome == .exited(code: 0))
            break
        }
    }

    private func phase(_ session: KeepSession) throws -> KeepPhase? {
        guard case .status(let status) = try session.ask(.status) else { return nil }
        return status.phase
    }
}
