import Platform
import Synchronization
import Vault

/// A store in memory in which, while ``gate`` is set, the first read after a superblock was written
/// stands still: the first step of whoever walks a checkpoint.
final class SlowStore: BlockStore {
    let gate = Atomic(false)
    private let isArmed = Atomic(false)
    private let isReached = Atomic(false)
    private let inner = MemoryBlockStore()

    /// Returns when a reader stands still.
    func waitUntilReached() {
        while !isReached.load(ordering: .acquiring) { sleepFor(milliseconds: 1) }
    }

    func blockCount() throws(StoreFailure) -> UInt64 { try inner.blockCount() }

    func read(
        at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(StoreFailure) {
        if isArmed.exchange(false, ordering: .acquiringAndReleasing) {
            isReached.store(true, ordering: .releasing)
            while gate.load(ordering: .acquiring) { sleepFor(milliseconds: 1) }
        }
        // SAFETY: the caller's buffer is passed on.
        try unsafe inner.read(at: address, into: buffer)
    }

    func write(at address: UInt64, from buffer: UnsafeRawBufferPointer) throws(StoreFailure) {
        // SAFETY: the caller's buffer is passed on.
        try unsafe inner.write(at: address, from: buffer)
        if address < 2, gate.load(ordering: .acquiring),
            !isReached.load(ordering: .acquiring)
        {
            isArmed.store(true, ordering: .releasing)
        }
    }

    func barrier() throws(StoreFailure) {}

    func resize(toBlockCount blockCount: UInt64) throws(StoreFailure) {
        try inner.resize(toBlockCount: blockCount)
    }
}
