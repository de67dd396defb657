import Glibc

/// The kernel's clocks (clock_gettime(2)).
package enum SystemClockID: Sendable {
    case realtime, monotonic, processCPUTime, threadCPUTime

    fileprivate var id: clockid_t {
        switch self {
        case .realtime: CLOCK_REALTIME
        case .monotonic: CLOCK_MONOTONIC
        case .processCPUTime: CLOCK_PROCESS_CPUTIME_ID
        case .threadCPUTime: CLOCK_THREAD_CPUTIME_ID
        }
    }

    /// The clock's reading in nanoseconds; 0 for a time before its epoch.
    package var nanoseconds: UInt64 {
        var time = timespec()
        // SAFETY: the call fills the structure; these clocks exist on every Linux.
        _ = unsafe clock_gettime(id, &time)
        return Self.nanoseconds(time)
    }

    /// The clock's step in nanoseconds, at least 1.
    package var resolutionNanoseconds: UInt64 {
        var time = timespec()
        // SAFETY: the call fills the structure.
        _ = unsafe clock_getres(id, &time)
        return max(1, Self.nanoseconds(time))
    }

    private static func nanoseconds(_ time: timespec) -> UInt64 {
        guard time.tv_sec >= 0, time.tv_nsec >= 0 else { return 0 }
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}

/// Lets other threads run (sched_yield(2)).
package func yieldThread() { sched_yield() }

/// Lets at least that much time pass (nanosleep(2)); a signal may end it early.
package func sleepFor(milliseconds: Int) {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    // SAFETY: the call reads a local and is told of no place for the rest.
    _ = unsafe nanosleep(&time, nil)
}
