internal import Platform

/// `clockid` of typenames.witx.
package enum ClockID: UInt32, Sendable {
    case realtime, monotonic, processCPUTime, threadCPUTime
}

/// Where a guest's time comes from.
package protocol ClockSource: AnyObject {
    /// The clock's reading in nanoseconds; realtime counts from 1970.
    func nanoseconds(_ clock: ClockID) -> UInt64

    /// The clock's step in nanoseconds, at least 1.
    func resolutionNanoseconds(_ clock: ClockID) -> UInt64

    /// Lets `nanoseconds` pass without waiting, and returns true; false when time passes on its own
    /// and the caller has to wait.
    func skip(nanoseconds: UInt64) -> Bool
}

/// The machine's clocks. The monotonic one never goes back, whatever the machine says.
package final class SystemClock: ClockSource {
    private var latest: UInt64 = 0

    package init() {}

    package func nanoseconds(_ clock: ClockID) -> UInt64 {
        let reading = Self.systemClock(clock).nanoseconds
        guard clock == .monotonic else { return reading }
        latest = max(latest, reading)
        return latest
    }

    package func resolutionNanoseconds(_ clock: ClockID) -> UInt64 {
        Self.systemClock(clock).resolutionNanoseconds
    }

    package func skip(nanoseconds: UInt64) -> Bool { false }

    private static func systemClock(_ clock: ClockID) -> SystemClockID {
        switch clock {
        case .realtime: .realtime
        case .monotonic: .monotonic
        case .processCPUTime: .processCPUTime
        case .threadCPUTime: .threadCPUTime
        }
    }
}

/// Time that passes only by being asked for and by sleeping, so that every run is the same.
package final class VirtualClock: ClockSource {
    /// Where realtime starts: 2000-01-01T00:00:00Z.
    package static let epochNanoseconds: UInt64 = 946_684_800_000_000_000

    private var elapsed: UInt64 = 0
    private let stepNanoseconds: UInt64

    /// - Parameter stepNanoseconds: how much passes at each reading, so that loops which wait for
    ///   the time to come do end.
    package init(stepNanoseconds: UInt64 = 1000) { self.stepNanoseconds = stepNanoseconds }

    package func nanoseconds(_ clock: ClockID) -> UInt64 {
        elapsed = Self.sum(elapsed, stepNanoseconds)
        return clock == .realtime ? Self.sum(elapsed, Self.epochNanoseconds) : elapsed
    }

    package func resolutionNanoseconds(_ clock: ClockID) -> UInt64 { max(1, stepNanoseconds) }

    package func skip(nanoseconds: UInt64) -> Bool {
        elapsed = Self.sum(elapsed, nanoseconds)
        return true
    }

    private static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

/// Lets other threads of the machine run.
func yieldToOthers() { yieldThread() }
