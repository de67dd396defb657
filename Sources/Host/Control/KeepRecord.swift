internal import Platform
internal import Synchronization

/// A keep as the host knows it: how it is doing and what it used up, and nothing of what it runs.
final class KeepRecord: Sendable {
    struct State {
        var running: (any RunningKeep)?
        var log: [String] = []
        var connections = 0
        var relayedBytes: UInt64 = 0
        var failure: String?
    }

    let id: String
    let launcher: String
    let ownerPin: [UInt8]?
    let startedAt = SystemClockID.realtime.nanoseconds / 1_000_000_000
    private let logLines: Int
    let state = Mutex(State())

    init(id: String, launcher: String, ownerPin: [UInt8]?, logLines: Int) {
        self.id = id
        self.launcher = launcher
        self.ownerPin = ownerPin
        self.logLines = logLines
    }

    func write(_ line: String) {
        let seconds = SystemClockID.realtime.nanoseconds / 1_000_000_000
        state.withLock { state in
            if state.log.count >= logLines { state.log.removeFirst() }
            state.log.append("\(seconds) \(line)")
        }
    }

    var isRunning: Bool {
        state.withLock { $0.running.map { $0.end == nil } ?? ($0.failure == nil) }
    }
}
