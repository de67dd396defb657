import Synchronization
package import Vault

/// A store that fails where it is told to.
package final class FaultyBlockStore: BlockStore {
    /// A failure to come.
    package struct Fault: Sendable {
        /// What fails.
        package var operation: StoreFailure.Operation
        /// How many such operations succeed first.
        package var after: Int
        /// EIO (5), ENOSPC (28), or 0 for a transfer cut short half-way.
        package var errorNumber: Int32
        /// Whether everything after fails too.
        package var isPermanent: Bool

        package init(
            _ operation: StoreFailure.Operation, after: Int, errorNumber: Int32,
            isPermanent: Bool = false
        ) {
            self.operation = operation
            self.after = after
            self.errorNumber = errorNumber
            self.isPermanent = isPermanent
        }
    }

    private let inner: any BlockStore
    private let fault = Mutex<Fault?>(nil)

    package init(_ inner: any BlockStore) { self.inner = inner }

    /// Arms or disarms the fault.
    package func arm(_ fault: Fault?) { self.fault.withLock { $0 = fault } }

    /// Whether an armed fault is still to come.
    package var isArmed: Bool { fault.withLock { $0 != nil } }

    private func failure(_ operation: StoreFailure.Operation, _ address: UInt64) -> StoreFailure? {
        fault.withLock { fault in
            guard var current = fault, current.operation == operation else { return nil }
            if current.after > 0 {
                current.after -= 1
                fault = current
                return nil
            }
            if !current.isPermanent { fault = nil }
            return StoreFailure(operation, address: address, errorNumber: current.errorNumber)
        }
    }

    package func blockCount() throws(StoreFailure) -> UInt64 { try inner.blockCount() }

    package func read(
        at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(StoreFailure) {
        if let failure = failure(.read, address) { throw failure }
        try unsafe inner.read(at: address, into: buffer)
    }

    package func write(
        at address: UInt64, from buffer: UnsafeRawBufferPointer
    ) throws(StoreFailure) {
        if let failure = failure(.write, address) {
            if failure.errorNumber == 0 {
                // Half of it, to the sector, reaches the store.
                var block = [UInt8](repeating: 0, count: VaultFormat.blockSize)
                try? unsafe block.withUnsafeMutableBytes {
                    try unsafe inner.read(at: address, into: $0)
                }
                let half = VaultFormat.blockSize / 2
                unsafe block.replaceSubrange(..<half, with: buffer.prefix(half))
                try? unsafe block.withUnsafeBytes { try unsafe inner.write(at: address, from: $0) }
            }
            throw failure
        }
        try unsafe inner.write(at: address, from: buffer)
    }

    package func barrier() throws(StoreFailure) {
        if let failure = failure(.barrier, 0) { throw failure }
        try inner.barrier()
    }

    package func resize(toBlockCount blockCount: UInt64) throws(StoreFailure) {
        if let failure = failure(.resize, blockCount) { throw failure }
        try inner.resize(toBlockCount: blockCount)
    }
}
