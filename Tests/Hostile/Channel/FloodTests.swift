import Attestation
import ChannelKit
import Platform
import Testing

@testable import AttestedTLS

/// Peers that are slow, silent or many.
@Suite(.serialized) struct FloodTests {
    private let keep: SimulatedKeep

    init() throws { keep = try SimulatedKeep() }

    private func honest(_ server: EchoServer) throws -> [UInt8] {
        let connection = try AttestedConnection(
            connectLoopback(server.address), ChannelEndpoint(Settings.owner(keep.appraiser())))
        try connection.open()
        try connection.write([1, 2, 3])
        return try connection.read(exactly: 3)
    }

    @Test("silent and half-open peers delay nobody, and are let go when their time is up")
    func silentPeers() throws {
        var settings = try Settings.keep(keep)
        settings.limits.openingNanoseconds = 2_000_000_000
        let server = try EchoServer(settings)
        defer { server.stop() }
        let silent = try (0..<30).map { _ in try connectLoopback(server.address).release() }
        for (index, number) in silent.enumerated() where index.isMultiple(of: 2) {
            // The start of a record that never comes whole.
            try BorrowedDescriptor(number: number).writeAll([0x16, 3, 1, 2, 0, 1])
        }
        for _ in 0..<5 { #expect(try honest(server) == [1, 2, 3]) }
        #expect(server.waitForRefusals(30) == Array(repeating: .timeout, count: 30))
        for number in silent { _ = FileDescriptor(owning: number) }
    }

    @Test("a client that stops in the middle of opening is let go")
    func stoppedPeer() throws {
        var settings = try Settings.keep(keep)
        settings.limits.openingNanoseconds = 300_000_000
        let client = ChannelConfiguration(
            .client, identity: nil, expectation: .notAttested(because: "attacker"),
            clock: { SimulatedKeep.now })
        let outcome = try keepMeets(settings, client: client) { peer in
            try peer.send([1, 0, 0])
        }
        #expect(outcome.reason == .timeout)
    }

    @Test("a flood of junk and cut connections leaves the listener serving")
    func junk() throws {
        let server = try EchoServer(Settings.keep(keep))
        defer { server.stop() }
        for index in 0..<150 {
            let socket = try connectLoopback(server.address)
            let junk = (0..<index * 7).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ index) }
            try? socket.borrowed.writeAll(junk)
        }
        #expect(try honest(server) == [1, 2, 3])
        #expect(server.waitForRefusals(150).count == 150)
    }

    @Test("more peers than the limit wait, and are served when others leave")
    func limit() throws {
        var settings = try Settings.keep(keep)
        settings.limits.openingNanoseconds = 500_000_000
        let server = try EchoServer(settings, limit: 4)
        defer { server.stop() }
        let silent = try (0..<12).map { _ in try connectLoopback(server.address).release() }
        #expect(try honest(server) == [1, 2, 3])
        for number in silent { _ = FileDescriptor(owning: number) }
    }

    @Test("being told to stop ends every wait")
    func interruption() throws {
        let (left, right) = try makeSocketPair()
        let stop = try Interruption()
        let connection = try AttestedConnection(
            FileDescriptor(owning: left), ChannelEndpoint(Settings.keep(keep)), interruption: stop)
        let opening = try Background { Result { try connection.open() }.reason }
        stop.trip()
        #expect(try opening.value() == .interrupted)
        _ = FileDescriptor(owning: right)
    }
}
