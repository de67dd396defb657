import Synchronization
package import Vault

/// What a volume did to its store.
package enum StoreEvent: Sendable {
    case write(address: UInt64, bytes: [UInt8])
    case barrier
    case resize(blockCount: UInt64)
}

/// Counts of what a volume did to its store.
package struct StoreCounts: Equatable, Sendable {
    /// Calls that read.
    package var reads = 0
    /// Bytes read.
    package var bytesRead = 0
    /// Calls that wrote.
    package var writes = 0
    /// Bytes written.
    package var bytesWritten = 0
    /// Barriers.
    package var barriers = 0
}

/// A store that remembers every write and barrier in order.
package final class RecordingBlockStore: BlockStore {
    private struct State {
        var events: [StoreEvent] = []
        var counts = StoreCounts()
    }

    private let inner: any BlockStore
    private let keepsEvents: Bool
    private let state = Mutex(State())

    package init(_ inner: any BlockStore, keepsEvents: Bool = true) {
        self.inner = inner
        self.keepsEvents = keepsEvents
    }

    /// What happened so far.
    package var events: [StoreEvent] { state.withLock { $0.events } }
    /// How many things happened so far.
    package var eventCount: Int { state.withLock { $0.events.count } }
    /// Counts since the last ``resetCounts()``.
    package var counts: StoreCounts { state.withLock { $0.counts } }

    package func resetCounts() { state.withLock { $0.counts = StoreCounts() } }

    package func blockCount() throws(StoreFailure) -> UInt64 { try inner.blockCount() }

    package func read(
        at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(StoreFailure) {
        state.withLock {
            $0.counts.reads += 1
            $0.counts.bytesRead += buffer.count
        }
        try unsafe inner.read(at: address, into: buffer)
    }

    package func write(
        at address: UInt64, from buffer: UnsafeRawBufferPointer
    ) throws(StoreFailure) {
        let bytes = unsafe keepsEvents ? [UInt8](buffer) : []
        state.withLock {
            $0.counts.writes += 1
            $0.counts.bytesWritten += buffer.count
            if keepsEvents { $0.events.append(.write(address: address, bytes: bytes)) }
        }
        try unsafe inner.write(at: address, from: buffer)
    }

    package func barrier() throws(StoreFailure) {
        state.withLock {
            $0.counts.barriers += 1
            if keepsEvents { $0.events.append(.barrier) }
        }
        try inner.barrier()
    }

    package func resize(toBlockCount blockCount: UInt64) throws(StoreFailure) {
        state.withLock {
            if keepsEvents { $0.events.append(.resize(blockCount: blockCount)) }
        }
        try inner.resize(toBlockCount: blockCount)
    }
}
