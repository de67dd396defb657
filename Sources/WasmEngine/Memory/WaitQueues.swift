internal import Platform
internal import Synchronization

/// Threads of the process that wait on places of shared memories (threads proposal, "Wait and Notify
/// operators"): those of one place are woken in the order they came.
final class WaitQueues: Sendable {
    static let shared = WaitQueues()

    /// Why a wait ended, as the instruction tells the guest.
    enum Outcome: UInt32 {
        case woken = 0
        case notEqual = 1
        case timedOut = 2
    }

    /// One waiting thread.
    @safe
    private final class Waiter: @unchecked Sendable {
        // Unchecked: the word is only touched atomically and by the kernel.
        let word: UnsafeMutablePointer<UInt32>

        init() {
            unsafe word = .allocate(capacity: 1)
            unsafe word.initialize(to: 0)
        }

        deinit { unsafe word.deallocate() }

        var isWoken: Bool { unsafe UInt32.load(at: UnsafeMutableRawPointer(word)) != 0 }

        func wake() {
            unsafe UInt32.store(1, at: UnsafeMutableRawPointer(word))
            // A waiter that the kernel does not know is about to look at its word.
            _ = try? unsafe Futex.wake(word, count: 1)
        }
    }

    private let queues = Mutex<[UInt: [Waiter]]>([:])

    /// How long a thread sleeps before it looks whether it must end.
    private static let sliceNanoseconds: UInt64 = 20_000_000

    /// Waits until a notification, the timeout, or `mustEnd`; nil for the last.
    func wait(
        _ place: UnsafeMutableRawPointer, isWide: Bool, expected: UInt64,
        timeoutNanoseconds: UInt64?, until mustEnd: () -> Bool
    ) -> Outcome? {
        let key = UInt(bitPattern: place)
        let waiter = Waiter()
        let isEqual = queues.withLock { queues in
            let value = unsafe isWide ? UInt64.load(at: place) : UInt64(UInt32.load(at: place))
            guard value == expected else { return false }
            queues[key, default: []].append(waiter)
            return true
        }
        guard isEqual else { return .notEqual }
        let start = SystemClockID.monotonic.nanoseconds
        while !waiter.isWoken {
            let passed = SystemClockID.monotonic.nanoseconds &- start
            let left = timeoutNanoseconds.map { $0 > passed ? $0 - passed : 0 }
            if left == 0 || mustEnd() {
                // A notification that came first counts.
                guard remove(waiter, key) else { break }
                return left == 0 ? .timedOut : nil
            }
            _ = try? unsafe Futex.wait(
                waiter.word, expected: 0,
                timeoutNanoseconds: min(left ?? .max, Self.sliceNanoseconds))
        }
        return .woken
    }

    /// Takes a waiter out of its queue; false when it is not there any more.
    private func remove(_ waiter: Waiter, _ key: UInt) -> Bool {
        queues.withLock { queues in
            guard let index = queues[key]?.firstIndex(where: { $0 === waiter }) else {
                return false
            }
            queues[key]?.remove(at: index)
            if queues[key]?.isEmpty == true { queues[key] = nil }
            return true
        }
    }

    /// Wakes at most `count` threads that wait on a place; returns how many.
    func wake(_ place: UnsafeMutableRawPointer, count: UInt32) -> UInt32 {
        let key = UInt(bitPattern: place)
        let woken = queues.withLock { queues in
            guard let queue = queues[key] else { return [Waiter]() }
            let first = Array(queue.prefix(Int(count)))
            let rest = Array(queue.dropFirst(first.count))
            queues[key] = rest.isEmpty ? nil : rest
            return first
        }
        for waiter in woken { waiter.wake() }
        return UInt32(truncatingIfNeeded: woken.count)
    }
}
