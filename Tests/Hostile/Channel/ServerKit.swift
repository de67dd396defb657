import ChannelKit
import Foundation
import Platform
import Synchronization

@testable import AttestedTLS

/// A listener on the loopback interface that echoes, and remembers whom it refused and why.
final class EchoServer: Sendable {
    let address: SocketAddress
    private let interruption: Interruption
    private let running: Background<Void>
    private let reasons: Reasons

    init(_ settings: ChannelConfiguration, limit: Int = 512) throws {
        let listener = try ChannelListener(
            SocketAddress(.loopbackV4, port: 0), ChannelEndpoint(settings), limit: limit)
        let interruption = try Interruption()
        let reasons = Reasons()
        address = listener.address
        self.interruption = interruption
        self.reasons = reasons
        running = try Background {
            try listener.run(
                interruption, refused: { failure, _ in reasons.add(failure.reason) },
                serve: { connection, _ in
                    while let bytes = try? connection.read(limitBytes: 4096), !bytes.isEmpty {
                        guard (try? connection.write(bytes)) != nil else { return }
                    }
                })
        }
    }

    /// Why peers were refused so far.
    var refusals: [ChannelFailure.Reason] { reasons.all }

    /// Waits until so many peers were refused, at most ten seconds.
    func waitForRefusals(_ count: Int) -> [ChannelFailure.Reason] {
        for _ in 0..<2000 where refusals.count < count { sleepFor(milliseconds: 5) }
        return refusals
    }

    func stop() {
        interruption.trip()
        _ = try? running.value()
    }
}

/// Reasons in the order that they came.
final class Reasons: Sendable {
    private let list = Mutex<[ChannelFailure.Reason]>([])

    func add(_ reason: ChannelFailure.Reason) { list.withLock { $0.append(reason) } }

    var all: [ChannelFailure.Reason] { list.withLock { $0 } }
}

/// A connection to a loopback port.
func connectLoopback(_ address: SocketAddress) throws -> FileDescriptor {
    let socket = try BorrowedDescriptor.makeSocket(.v4, .stream)
    try socket.borrowed.connect(to: address, timeoutNanoseconds: 2_000_000_000)
    return socket
}

/// Runs the `openssl` command; its output and errors as one text.
func openssl(_ arguments: [String], input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments
    let (output, source) = (Foundation.Pipe(), Foundation.Pipe())
    process.standardOutput = output
    process.standardError = output
    process.standardInput = source
    try process.run()
    try? source.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    let reader = try Background { output.fileHandleForReading.readDataToEndOfFile() }
    sleepFor(milliseconds: input.isEmpty ? 0 : 400)
    try? source.fileHandleForWriting.close()
    let text = String(decoding: try reader.value(), as: UTF8.self)
    process.waitUntilExit()
    return text
}
