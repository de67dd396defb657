internal import CPlatform
import Glibc
import Synchronization

/// The few signals that a runtime must arrange.
package enum Signals {
    /// Writing to a pipe or socket without reader reports `EPIPE` instead of ending the process.
    package static func ignoreBrokenPipes() {
        // SAFETY: ignoring a signal runs no code of ours.
        signal(SIGPIPE, SIG_IGN)
    }

    /// The signal that asked the process to end, since ``tripOnTermination(_:then:)``; 0 for none.
    package static var terminationSignal: Int32 { received.load(ordering: .acquiring) }

    /// The name of a signal that asks a process to end.
    package static func name(_ number: Int32) -> String {
        switch number {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        case SIGHUP: "SIGHUP"
        default: "signal \(number)"
        }
    }

    private static let received = Atomic<Int32>(0)
    private static let isAnswered = Atomic<Bool>(false)

    /// How long the process may take to answer the first signal.
    private static let graceSeconds = 2

    /// Says that the process is on its way to its end, however long that takes.
    package static func answerTermination() { isAnswered.store(true, ordering: .releasing) }

    /// Calls `trip()` on `interruption`, and then `body`, when the process is asked to end (SIGINT,
    /// SIGTERM, SIGHUP). The second such signal ends the process at once, and so does the lack of
    /// ``answerTermination()`` for two seconds.
    ///
    /// Starts one thread that waits for the signals; they are blocked in the calling thread and in
    /// threads started after it, so call this first.
    package static func tripOnTermination(
        _ interruption: Interruption, then body: @escaping @Sendable () -> Void = {}
    ) throws(Errno) {
        var signals = sigset_t()
        // SAFETY: plain structures, filled before use.
        unsafe sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, number) }
        let error = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        guard error == 0 else { throw Errno(rawValue: error) }
        let awaited = signals
        let processor = martlet_processor()
        try startDetachedThread {
            // At the process's end another processor would have to be woken to end this thread there.
            _ = martlet_stay_on_processor(processor)
            var signals = awaited
            var number: Int32 = 0
            // SAFETY: the set and the result live in this thread's frame.
            guard unsafe sigwait(&signals, &number) == 0 else { return }
            received.store(number, ordering: .releasing)
            interruption.trip()
            body()
            var grace = timespec(tv_sec: graceSeconds, tv_nsec: 0)
            while true {
                let next = unsafe sigtimedwait(&signals, nil, &grace)
                if next > 0 { _exit(128 + next) }
                if isAnswered.load(ordering: .acquiring) { continue }
                let line = "martlet: \(name(number)): the program goes on; the process ends\n"
                try? BorrowedDescriptor.standardError.writeAll(Array(line.utf8))
                _exit(128 + number)
            }
        }
    }
}

/// Runs `body` on a new thread that nobody joins.
///
/// - Throws: `EAGAIN` when the system has no room for another thread.
package func startDetachedThread(_ body: @escaping @Sendable () -> Void) throws(Errno) {
    final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var attributes = pthread_attr_t()
    // SAFETY: initialised here and destroyed at the end; the context is retained for the thread,
    // which takes it over, or released here when no thread started.
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let context = unsafe Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let error = unsafe pthread_create(
        &thread, &attributes,
        { context in
            guard let context = unsafe context else { return nil }
            let work = unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
            work.body()
            return nil
        }, context.toOpaque())
    guard error == 0 else {
        unsafe context.release()
        throw Errno(rawValue: error)
    }
}
