internal import Glibc

/// A thread of the machine, for work that blocks.
@safe
package final class HostThread {
    /// What the new thread runs.
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private var handle = pthread_t()
    private var isJoined = false

    /// Starts a thread that runs `body` and ends.
    ///
    /// - Throws: `EAGAIN` when the machine has no room for another thread.
    package init(_ body: @escaping @Sendable () -> Void) throws(Errno) {
        let box = unsafe Unmanaged.passRetained(Body(body))
        // SAFETY: the new thread takes over the reference that `passRetained` made.
        let code = unsafe pthread_create(&handle, nil, Self.start, box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            isJoined = true
            throw Errno(rawValue: code)
        }
    }

    private static let start:
        @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
            { argument in
                guard let argument = unsafe argument else { return nil }
                // SAFETY: the argument is the box that `init` retained for this thread.
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }

    /// Waits until the thread has ended.
    package func join() {
        guard !isJoined else { return }
        isJoined = true
        pthread_join(handle, nil)
    }

    deinit {
        if !isJoined { pthread_detach(handle) }
    }
}
