internal import Synchronization

/// Ends the guests of a store from any thread.
package final class InterruptHandle: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Ends the running guest with ``Trap/Reason/interrupted``, and every later one until ``clear()``.
    package func interrupt() { flag.store(true, ordering: .relaxed) }

    /// Lets guests run again.
    package func clear() { flag.store(false, ordering: .relaxed) }

    package var isInterrupted: Bool { flag.load(ordering: .relaxed) }
}
