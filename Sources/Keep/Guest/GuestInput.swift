internal import Platform
internal import Synchronization
internal import WASI

/// The program's standard input: what the attached client sends.
///
/// Bytes come on a connection's thread and go on the guest's. A byte in a pipe shows that there is
/// something, so that the guest's own waits wake up.
final class GuestInput: OpenFile, Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isEnded = false
        var isSignaled = false
        var taken: UInt64 = 0
    }

    private let state = Mutex(State())
    private let wakeUp: WakeUp
    /// Called with the number of bytes that the guest has taken so far.
    private let onTaken: @Sendable (UInt64) -> Void

    init(onTaken: @escaping @Sendable (UInt64) -> Void) throws(Errno) {
        wakeUp = try WakeUp()
        self.onTaken = onTaken
    }

    /// Takes bytes from the client; false when more are on their way than the window allows.
    func append(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            guard !state.isEnded,
                UInt64(state.bytes.count + bytes.count) <= 2 * KeepServer.inputWindowBytes
            else { return false }
            state.bytes += bytes
            signal(&state)
            return true
        }
    }

    /// Nothing more will come.
    func end() {
        state.withLock { state in
            state.isEnded = true
            signal(&state)
        }
    }

    private func signal(_ state: inout State) {
        guard !state.isSignaled else { return }
        state.isSignaled = true
        wakeUp.signal()
    }

    var kind: FileKind { .unknown }
    var possibleRights: Rights { Rights.stream.subtracting(.fdWrite) }

    func read(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        let result = state.withLock { state -> (count: Int, taken: UInt64)? in
            guard !state.bytes.isEmpty || state.isEnded else { return nil }
            var done = 0
            for index in vectors.indices {
                // SAFETY: vectors are checked guest memory (see OpenFile).
                let piece = unsafe vectors[index]
                let count = unsafe min(piece.byteCount, state.bytes.count - done)
                unsafe UnsafeMutableRawBufferPointer(start: piece.base, count: count)
                    .copyBytes(from: state.bytes[done..<done + count])
                done += count
            }
            state.bytes.removeFirst(done)
            state.taken += UInt64(done)
            if state.bytes.isEmpty, !state.isEnded, state.isSignaled {
                state.isSignaled = false
                wakeUp.take()
            }
            return (done, state.taken)
        }
        guard let result else { throw .again }
        if result.count > 0 { onTaken(result.taken) }
        return result.count
    }

    func write(_ vectors: IOVectors) throws(WASIErrno) -> Int { throw .badf }
    func status() throws(WASIErrno) -> FileStat { FileStat() }

    func readiness(for interest: Interest) -> Readiness {
        state.withLock { state in
            guard interest == .read, state.bytes.isEmpty, !state.isEnded else {
                return .ready(byteCount: UInt64(state.bytes.count), hangUp: state.isEnded)
            }
            return .waiting(wakeUp.descriptor, .readable)
        }
    }
}
