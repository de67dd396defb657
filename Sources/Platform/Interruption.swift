internal import CPlatform
import Glibc
import Synchronization

/// Why waiting must end.
package enum InterruptionReason: Equatable, Sendable {
    /// Somebody called ``Interruption/trip()``.
    case requested
    /// The deadline passed.
    case deadline
}

/// A way to end another thread's waiting: a flag that anybody may raise, and a deadline.
///
/// Every wait in the runtime polls ``descriptor`` too and ends at ``deadlineNanoseconds``.
package final class Interruption: Sendable {
    private let flag = Atomic<Bool>(false)
    private let event: Int32
    private let deadline: Atomic<UInt64>

    /// - Parameter deadlineNanoseconds: on the monotonic clock; `UInt64.max` for none.
    package init(deadlineNanoseconds: UInt64 = .max) throws(Errno) {
        deadline = Atomic(deadlineNanoseconds)
        event = Int32(try checked(martlet_eventfd()))
    }

    deinit { close(event) }

    /// Readable from the moment of ``trip()`` on.
    package var descriptor: BorrowedDescriptor { BorrowedDescriptor(number: event) }

    /// When waiting ends on its own, on the monotonic clock.
    package var deadlineNanoseconds: UInt64 {
        get { deadline.load(ordering: .relaxed) }
        set { deadline.store(newValue, ordering: .relaxed) }
    }

    /// Ends every wait, now and from now on. May be called on any thread, more than once.
    package func trip() {
        flag.store(true, ordering: .releasing)
        // Wakes those who poll; the counter can not overflow from one-by-one additions.
        _ = martlet_eventfd_signal(event)
    }

    /// Why waiting must end, or nil while it may go on.
    package func reason() -> InterruptionReason? {
        if flag.load(ordering: .acquiring) { return .requested }
        let limit = deadlineNanoseconds
        guard limit != .max else { return nil }
        return SystemClockID.monotonic.nanoseconds >= limit ? .deadline : nil
    }
}
