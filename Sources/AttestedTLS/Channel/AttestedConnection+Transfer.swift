import Platform
import Synchronization

extension AttestedConnection {
    /// Reads at least one byte and at most `buffer.count`; 0 at the orderly end.
    ///
    /// - Throws: `closed` when the peer was cut off without saying goodbye: what came before may be
    ///   incomplete.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ChannelFailure) -> Int {
        let deadline = idleDeadline
        while true {
            switch try unsafe tryRead(into: buffer) {
            case .bytes(let count): return count
            case .end: return 0
            case .wants(let events): try wait(events, until: deadline)
            }
        }
    }

    /// Reads at least one byte and at most `limitBytes`; empty at the orderly end.
    package func read(limitBytes: Int) throws(ChannelFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limitBytes)
        let count = try unsafe bytes.lendingMutably { (buffer) throws(ChannelFailure) in
            try unsafe read(into: buffer)
        }
        bytes.removeLast(limitBytes - count)
        return bytes
    }

    /// Reads exactly `count` bytes.
    ///
    /// - Throws: `closed` when the peer ended before.
    package func read(exactly count: Int) throws(ChannelFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = try unsafe bytes.lendingMutably { (buffer) throws(ChannelFailure) in
                // SAFETY: `done` is below `count`, so the rest of the buffer is in bounds.
                try unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            }
            guard got > 0 else {
                throw ChannelFailure(
                    .closed, "the peer ended after \(done) of \(count) bytes")
            }
            done += got
        }
        return bytes
    }

    /// Writes all bytes.
    package func write(_ bytes: some Collection<UInt8>) throws(ChannelFailure) {
        let all = Array(bytes)
        try unsafe all.lending { (buffer) throws(ChannelFailure) in
            try unsafe write(from: buffer)
        }
    }

    /// Writes all bytes.
    package func write(from buffer: UnsafeRawBufferPointer) throws(ChannelFailure) {
        var done = 0
        var deadline = idleDeadline
        while done < buffer.count {
            // SAFETY: `done` is below `count`, so the rest of the buffer is in bounds.
            let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
            switch try unsafe tryWrite(from: rest) {
            case .bytes(let count):
                done += count
                deadline = idleDeadline
            case .end: throw Self.closed
            case .wants(let events): try wait(events, until: deadline)
            }
        }
    }

    private var idleDeadline: UInt64? {
        endpoint.configuration.limits.idleNanoseconds.map {
            SystemClockID.monotonic.nanoseconds &+ $0
        }
    }

    /// Reads what is there.
    package func tryRead(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ChannelFailure) -> ChannelTransfer {
        guard unsafe !buffer.isEmpty else { return .bytes(0) }
        return try state.withLock { (state) throws(ChannelFailure) in
            try requireOpen(state)
            do throws(ChannelFailure) {
                return try unsafe stream.read(into: buffer)
            } catch {
                fail(&state, error)
                throw error
            }
        }
    }

    /// Writes what goes.
    package func tryWrite(
        from buffer: UnsafeRawBufferPointer
    ) throws(ChannelFailure) -> ChannelTransfer {
        guard unsafe !buffer.isEmpty else { return .bytes(0) }
        return try state.withLock { (state) throws(ChannelFailure) in
            try requireOpen(state)
            do throws(ChannelFailure) {
                return try unsafe stream.write(from: buffer)
            } catch {
                fail(&state, error)
                throw error
            }
        }
    }

    func requireOpen(_ state: borrowing State) throws(ChannelFailure) {
        switch state.phase {
        case .open: return
        case .failed(let failure): throw failure
        case .closed: throw Self.closed
        case .handshaking, .opening:
            throw ChannelFailure(.unexpectedMessage, "the channel is not open yet")
        }
    }

    /// Whether bytes may wait to be read although the descriptor is not readable.
    package var hasBufferedBytes: Bool {
        state.withLock { _ in unsafe stream.hasPending }
    }

    /// Says goodbye in this direction: the peer reads the orderly end. Reading goes on.
    package func finishWriting() throws(ChannelFailure) {
        let deadline = SystemClockID.monotonic.nanoseconds &+ 5_000_000_000
        while try !tryFinishWriting() { try wait(.writable, until: deadline) }
    }

    /// Says goodbye in this direction; false when it has to be tried again once writable.
    package func tryFinishWriting() throws(ChannelFailure) -> Bool {
        try state.withLock { (state) throws(ChannelFailure) in
            try requireOpen(state)
            if !state.hasSaidGoodbye { state.hasSaidGoodbye = unsafe stream.sendGoodbye() }
            return state.hasSaidGoodbye
        }
    }
}
