package import Diagnostics

/// A failure of the store under a volume.
package struct StoreFailure: Error, Equatable, Sendable, Diagnosable {
    /// What was being done.
    package enum Operation: String, Sendable {
        /// Opening the store.
        case open
        /// Reading blocks.
        case read
        /// Writing blocks.
        case write
        /// Waiting until everything written is durable.
        case barrier
        /// Changing the store's size, or asking for it.
        case resize
    }

    /// What was being done.
    package var operation: Operation
    /// First block concerned.
    package var address: UInt64
    /// The system's error number, 0 when the transfer was short.
    package var errorNumber: Int32

    package init(_ operation: Operation, address: UInt64 = 0, errorNumber: Int32) {
        self.operation = operation
        self.address = address
        self.errorNumber = errorNumber
    }

    /// Whether the store is out of space (ENOSPC or EDQUOT on Linux).
    package var isOutOfSpace: Bool { errorNumber == 28 || errorNumber == 122 }

    /// Whether another program has the image open (EAGAIN of flock(2) on Linux).
    package var isInUse: Bool { operation == .open && errorNumber == 11 }

    package var diagnostic: Diagnostic {
        if isInUse {
            return Diagnostic(
                what: "the image is in use by another program or keep",
                remedy: "end that one first")
        }
        let reason = errorNumber == 0 ? "the transfer was cut short" : "errno \(errorNumber)"
        return Diagnostic(
            what: "the store failed to \(operation.rawValue): \(reason)",
            where: "block \(address)", remedy: "look at the disk under the vault")
    }
}

/// Where a volume keeps its blocks: an untrusted array of 4 KiB blocks.
///
/// Calls may come from many threads. Nothing that a store returns is believed: bytes are copied
/// into the caller's buffer first and authenticated there.
package protocol BlockStore: Sendable {
    /// Whole blocks in the store.
    func blockCount() throws(StoreFailure) -> UInt64

    /// Fills `buffer`, a whole number of blocks, from `address` on, or fails.
    func read(
        at address: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(StoreFailure)

    /// Writes `buffer`, a whole number of blocks, from `address` on, or fails; a failed write may
    /// have written any part.
    func write(at address: UInt64, from buffer: UnsafeRawBufferPointer) throws(StoreFailure)

    /// Returns when everything written before is durable.
    func barrier() throws(StoreFailure)

    /// Makes the store `blockCount` blocks long; new blocks read as anything.
    func resize(toBlockCount blockCount: UInt64) throws(StoreFailure)
}

extension BlockStore {
    /// Whether no volume was ever finished here: an empty file, a new disk, or one on which the
    /// making of a volume was cut off, which writes the key slots last.
    package func isBlank() throws(StoreFailure) -> Bool {
        guard try blockCount() > 0 else { return true }
        guard try blockCount() >= VaultFormat.minimumBlockCount else { return false }
        for address in VaultFormat.keySlotAddresses {
            guard try block(at: address).allSatisfy({ $0 == 0 }) else { return false }
        }
        return true
    }

    /// One block as an array.
    func block(at address: UInt64) throws(StoreFailure) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: VaultFormat.blockSize)
        let result = unsafe block.withUnsafeMutableBytes { buffer in
            Result { () throws(StoreFailure) in try unsafe read(at: address, into: buffer) }
        }
        try result.get()
        return block
    }

    /// Writes one block from an array.
    func write(_ block: [UInt8], at address: UInt64) throws(StoreFailure) {
        precondition(block.count == VaultFormat.blockSize)
        let result = unsafe block.withUnsafeBytes { buffer in
            Result { () throws(StoreFailure) in try unsafe write(at: address, from: buffer) }
        }
        try result.get()
    }
}
