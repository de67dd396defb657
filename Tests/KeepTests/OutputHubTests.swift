import KeepProtocol
import Platform
import Synchronization
import Testing

@testable import Keep

/// Takes messages, and waits before it takes one while it is shut.
private final class Reader: Sendable {
    private struct State {
        var messages: [KeepMessage] = []
        var isShut = false
        var isWaiting = false
    }

    private let state = Mutex(State())

    var messages: [KeepMessage] { state.withLock { $0.messages } }
    var isWaiting: Bool { state.withLock { $0.isWaiting } }

    func shut() { state.withLock { $0.isShut = true } }
    func open() { state.withLock { $0.isShut = false } }

    @Sendable func take(_ message: KeepMessage) -> Bool {
        state.withLock { $0.isWaiting = true }
        while state.withLock({ $0.isShut }) { sleepFor(milliseconds: 1) }
        state.withLock { state in
            state.isWaiting = false
            state.messages.append(message)
        }
        return true
    }

    /// What came of a stream, each piece where the one before ended.
    func bytes(of number: UInt64, from start: UInt64 = 0) -> [UInt8]? {
        var result: [UInt8] = []
        for case .output(number, let offset, let piece) in messages {
            guard offset == start + UInt64(result.count) else { return nil }
            result += piece
        }
        return result
    }
}

@Suite struct OutputHubTests {
    @Test("who comes late has what was kept, then what comes, without a gap")
    func attachLate() {
        let hub = OutputHub()
        hub.write(1, [1, 2])
        hub.write(2, [9])
        let reader = Reader()
        hub.attach(reader.take)
        hub.write(1, [3])
        #expect(reader.bytes(of: 1) == [1, 2, 3])
        #expect(reader.bytes(of: 2) == [9])
        #expect(hub.totalBytes == 4)
        hub.detach()
        hub.write(1, [4])
        #expect(reader.bytes(of: 1) == [1, 2, 3])
    }

    @Test("the last bytes are kept, and it is told where they begin")
    func keepsTheLast() {
        let hub = OutputHub()
        let piece = [UInt8](repeating: 7, count: 1 << 18)
        for _ in 0..<40 { hub.write(1, piece) }
        let reader = Reader()
        hub.attach(reader.take)
        guard case .output(1, let start, _)? = reader.messages.first else {
            Issue.record("nothing was kept")
            return
        }
        let kept = reader.bytes(of: 1, from: start)?.count ?? 0
        #expect(OutputHub.retainedBytes...(2 * OutputHub.retainedBytes) ~= kept)
        #expect(start + UInt64(kept) == hub.totalBytes)
    }

    @Test("another program begins with nothing; who is attached stays")
    func startsAnew() {
        let hub = OutputHub()
        let reader = Reader()
        hub.write(1, [1])
        hub.attach(reader.take)
        hub.startAnew()
        hub.write(1, [2])
        #expect(reader.messages.count == 2)
        #expect(reader.messages.last == .output(stream: 1, offset: 0, [2]))
    }

    @Test(
        "a client that takes nothing delays the program, and nobody else", .timeLimit(.minutes(1)))
    func slowClient() throws {
        let hub = OutputHub()
        let reader = Reader()
        hub.attach(reader.take)
        reader.shut()
        let program = try HostThread { hub.write(1, [1, 2, 3]) }
        while !reader.isWaiting { sleepFor(milliseconds: 1) }
        #expect(hub.totalBytes == 3)
        hub.detach()
        reader.open()
        program.join()
        #expect(reader.bytes(of: 1) == [1, 2, 3])
    }
}
