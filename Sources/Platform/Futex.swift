internal import CPlatform

/// How a wait on a word of memory ended (futex(2)).
package enum FutexWaitResult: Sendable {
    /// Another thread woke this one, or it woke for no reason.
    case woken
    /// The word did not hold the expected value.
    case notEqual
    case timedOut
}

/// Waiting on a 32-bit word, and waking those who wait.
package enum Futex {
    /// Sleeps while the word holds `expected`.
    ///
    /// - Parameter timeoutNanoseconds: how long at most; nil for ever.
    /// - Throws: `EINTR` when a signal came; `EFAULT` or `EINVAL` for a bad address.
    package static func wait(
        _ word: UnsafePointer<UInt32>, expected: UInt32, timeoutNanoseconds: UInt64?,
        shared: Bool = false
    ) throws(Errno) -> FutexWaitResult {
        let limit = timeoutNanoseconds.map { Int64(clamping: $0) } ?? -1
        // SAFETY: the kernel checks the address.
        let value = unsafe martlet_futex_wait(word, expected, limit, shared ? 1 : 0)
        if value >= 0 { return .woken }
        switch Errno(rawValue: Int32(truncatingIfNeeded: -value)) {
        case .EAGAIN: return .notEqual
        case .ETIMEDOUT: return .timedOut
        case let error: throw error
        }
    }

    /// Wakes at most `count` waiters; returns how many were woken.
    @discardableResult
    package static func wake(
        _ word: UnsafePointer<UInt32>, count: UInt32, shared: Bool = false
    ) throws(Errno) -> UInt32 {
        // SAFETY: the kernel uses the address as a key only.
        UInt32(clamping: try checked(unsafe martlet_futex_wake(word, count, shared ? 1 : 0)))
    }
}
