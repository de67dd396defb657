import Attestation
import AttestedTLS
import ChannelKit
import Glibc
import Platform
import Synchronization

/// Measures attested channels: connections a second, bulk throughput beside raw OpenSSL, and what the
/// relay of `martlet connect` adds to a round trip. `serve PORT` is a simulated keep that echoes.
@main
enum ChannelBenchmark {
    static func main() throws {
        Signals.ignoreBrokenPipes()
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "serve": try serve(UInt16(arguments.dropFirst().first ?? "") ?? 0)
        case "connections": try connections(Int(arguments.dropFirst().first ?? "") ?? 2000)
        case "bulk": try bulk()
        case "relay": try relay()
        default:
            try connections(3000)
            try bulk()
            try relay()
        }
    }

    private static func clock() -> Instant {
        Instant(secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
    }

    /// A keep that echoes until it is ended.
    private static func serve(_ port: UInt16) throws {
        let keep = try SimulatedKeep(now: clock())
        var settings = try Settings.keep(keep)
        settings.clock = clock
        let listener = try ChannelListener(
            SocketAddress(.loopbackV4, port: port), ChannelEndpoint(settings))
        print("a simulated keep echoes on \(listener.address)")
        fflush(nil)
        try listener.run(
            Interruption(), refused: { failure, _ in print("refused: \(failure.what)") },
            serve: { connection, _ in echo(connection) })
    }

    private static func echo(_ connection: AttestedConnection) {
        while let bytes = try? connection.read(limitBytes: 1 << 16), !bytes.isEmpty {
            guard (try? connection.write(bytes)) != nil else { return }
        }
        try? connection.finishWriting()
    }

    // MARK: Connections

    private static func connections(_ count: Int) throws {
        let keep = try SimulatedKeep()
        let listener = try ChannelListener(
            SocketAddress(.loopbackV4, port: 0), ChannelEndpoint(Settings.keep(keep)))
        let interruption = try Interruption()
        let server = try Background {
            try listener.run(
                interruption, refused: { failure, _ in print("refused: \(failure.what)") },
                serve: { connection, _ in _ = try? connection.read(limitBytes: 1) })
        }
        let owner = try ChannelEndpoint(Settings.owner(keep.appraiser()))
        for _ in 0..<50 { try connectOnce(listener.address, owner) }
        let threads = 4
        let cpu = SystemClockID.processCPUTime.nanoseconds
        let time = try seconds {
            let clients = try (0..<threads).map { _ in
                try Background {
                    for _ in 0..<count / threads { try connectOnce(listener.address, owner) }
                }
            }
            for client in clients { try client.value() }
        }
        let used = Double(SystemClockID.processCPUTime.nanoseconds - cpu) / 1e6 / Double(count)
        print(
            "connections: \(Int(Double(count) / time)) attested connections/s, both ends and the "
                + "evidence's making on this machine; \(round(used)) ms CPU each in all")
        try stages(keep)
        interruption.trip()
        try server.value()
    }

    private static func connectOnce(_ address: SocketAddress, _ owner: ChannelEndpoint) throws {
        let connection = try AttestedConnection(try connect(address), owner)
        guard try connection.open().attested != nil else { throw Errno.EIO }
        connection.close()
    }

    /// Where the time of a connection goes.
    private static func stages(_ keep: SimulatedKeep) throws {
        let data = [UInt8](repeating: 7, count: 64)
        let make = try seconds { for _ in 0..<100 { _ = try keep.bundle(data) } }
        let bundle = try keep.bundle(data)
        let roots = try keep.roots()
        let verify = try seconds {
            for _ in 0..<100 { _ = try bundle.verify(roots: roots, now: SimulatedKeep.now) }
        }
        let policy = try keep.policy()
        let verified = try bundle.verify(roots: roots, now: SimulatedKeep.now)
        let decide = seconds { for _ in 0..<100 { _ = appraise(verified, policy) } }
        print(
            "  evidence: made in \(round(make * 10)) ms (simulated), verified in "
                + "\(round(verify * 10)) ms, appraised in \(round(decide * 10)) ms, "
                + "\(bundle.encoded.count) bytes")
    }

    private static func round(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    // MARK: Bulk

    private static let chunk = [UInt8](repeating: 0x5a, count: 1 << 16)
    private static let chunks = 16_384  // 1 GiB

    private static func bulk() throws {
        var raw: [Double] = []
        var attested: [Double] = []
        for _ in 0..<3 {
            raw.append(try rawThroughput())
            attested.append(try attestedThroughput())
        }
        let ratio = median(attested) / median(raw)
        print(
            "bulk: attested \(Int(median(attested))) MB/s, raw OpenSSL \(Int(median(raw))) MB/s, "
                + "ratio \(round(ratio)) (AES-256-GCM, 64 KiB writes, one thread an end)")
    }

    private static func rawThroughput() throws -> Double {
        let (left, right) = try tcpPair()
        try block(left)
        try block(right)
        let reader = try Background {
            guard let end = RawTLS(right, isServer: true) else { throw Errno.EIO }
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            var total = 0
            while total < chunks << 16 {
                let count = end.read(&buffer)
                if count == 0 { throw Errno.EIO }
                total += count
            }
            end.end()
            close(right)
        }
        guard let end = RawTLS(left, isServer: false) else { throw Errno.EIO }
        let time = try seconds {
            for _ in 0..<chunks { if !end.write(chunk) { throw Errno.EIO } }
            try reader.value()
        }
        end.end()
        close(left)
        return Double(chunks << 16) / 1e6 / time
    }

    private static func attestedThroughput() throws -> Double {
        let keep = try SimulatedKeep()
        let (left, right) = try tcpPair()
        let client = try AttestedConnection(
            FileDescriptor(owning: left), ChannelEndpoint(Settings.owner(keep.appraiser())))
        let server = try AttestedConnection(
            FileDescriptor(owning: right), ChannelEndpoint(Settings.keep(keep)))
        let reader = try Background {
            try server.open()
            try drain(server)
        }
        try client.open()
        let start = SystemClockID.monotonic.nanoseconds
        for _ in 0..<chunks { try client.write(chunk) }
        try reader.value()
        let time = Double(SystemClockID.monotonic.nanoseconds - start) / 1e9
        return Double(chunks << 16) / 1e6 / time
    }

    private static func drain(_ server: AttestedConnection) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        // SAFETY: allocated above, freed once here.
        defer { unsafe buffer.deallocate() }
        var total = 0
        while total < chunks << 16 {
            let count = try unsafe server.read(into: buffer)
            if count == 0 { throw Errno.EIO }
            total += count
        }
    }

    // MARK: Relay

    private static let rounds = 20_000

    private static func relay() throws {
        let keep = try SimulatedKeep()
        let (left, right) = try tcpPair()
        let client = try AttestedConnection(
            FileDescriptor(owning: left), ChannelEndpoint(Settings.owner(keep.appraiser())))
        let server = try AttestedConnection(
            FileDescriptor(owning: right), ChannelEndpoint(Settings.keep(keep)))
        let serving = try Background {
            try server.open()
            echo(server)
        }
        try client.open()
        _ = try direct(client)
        var alone: [Double] = []
        for _ in 0..<3 { alone.append(try direct(client)) }
        let (local, far) = try tcpPair()
        let relaying = try Background {
            let end = BorrowedDescriptor(number: far)
            var relay = ChannelRelay(client, input: end, output: end)
            try relay.run()
        }
        try block(local)
        let socket = BorrowedDescriptor(number: local)
        _ = try relayed(socket)
        var through: [Double] = []
        for _ in 0..<3 { through.append(try relayed(socket)) }
        print(
            "relay: a round trip of 64 bytes takes \(round(median(alone))) µs on the channel, "
                + "\(round(median(through))) µs through the relay: "
                + "\(round(median(through) - median(alone))) µs more")
        close(local)
        try relaying.value()
        try serving.value()
    }

    private static let message = [UInt8](repeating: 1, count: 64)

    /// Microseconds of a round trip on the channel itself.
    private static func direct(_ client: AttestedConnection) throws -> Double {
        let start = SystemClockID.monotonic.nanoseconds
        for _ in 0..<rounds {
            try client.write(message)
            _ = try client.read(exactly: message.count)
        }
        return Double(SystemClockID.monotonic.nanoseconds - start) / Double(rounds) / 1e3
    }

    /// Microseconds of a round trip of a plain client through the relay.
    private static func relayed(_ socket: BorrowedDescriptor) throws -> Double {
        let start = SystemClockID.monotonic.nanoseconds
        for _ in 0..<rounds {
            try socket.writeAll(message)
            var got = 0
            while got < message.count { got += try readSome(socket) }
        }
        return Double(SystemClockID.monotonic.nanoseconds - start) / Double(rounds) / 1e3
    }

    private static func readSome(_ socket: BorrowedDescriptor) throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 64)
        return try unsafe buffer.withUnsafeMutableBytes { try unsafe socket.read(into: $0) }
    }
}
