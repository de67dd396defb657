internal import Synchronization

/// A store in memory, for tests and for volumes that need not outlive the process.
package final class MemoryBlockStore: BlockStore {
    private let bytes: Mutex<[UInt8]>

    /// A store of `bytes`, cut to whole blocks.
    package init(bytes: [UInt8] = []) {
        self.bytes = Mutex(
            Array(bytes.prefix(bytes.count / VaultFormat.blockSize * VaultFormat.blockSize)))
    }

    /// The whole image.
    package var image: [UInt8] { bytes.withLock { $0 } }

    package func blockCount() throws(StoreFailure) -> UInt64 {
        bytes.withLock { UInt64($0.count / VaultFormat.blockSize) }
    }

    package func read(
        at address: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(StoreFailure) {
        try bytes.withLock { bytes throws(StoreFailure) in
            let start = try Self.offset(address, buffer.count, bytes.count, .read)
            unsafe bytes.withUnsafeBytes { source in
                // SAFETY: `offset` checked that the range lies inside the array.
                unsafe buffer.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[start..<start + buffer.count]))
            }
        }
    }

    package func write(
        at address: UInt64, from buffer: UnsafeRawBufferPointer
    ) throws(StoreFailure) {
        try bytes.withLock { bytes throws(StoreFailure) in
            let start = try Self.offset(address, buffer.count, bytes.count, .write)
            unsafe bytes.withUnsafeMutableBytes { target in
                // SAFETY: `offset` checked that the range lies inside the array.
                unsafe UnsafeMutableRawBufferPointer(
                    rebasing: target[start..<start + buffer.count]
                ).copyMemory(from: buffer)
            }
        }
    }

    package func barrier() throws(StoreFailure) {}

    package func resize(toBlockCount blockCount: UInt64) throws(StoreFailure) {
        let size = Int(blockCount) * VaultFormat.blockSize
        bytes.withLock { bytes in
            if size < bytes.count { bytes.removeLast(bytes.count - size) }
            bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
        }
    }

    private static func offset(
        _ address: UInt64, _ count: Int, _ size: Int, _ operation: StoreFailure.Operation
    ) throws(StoreFailure) -> Int {
        guard let start = Int(exactly: address), start <= size / VaultFormat.blockSize,
            count <= size - start * VaultFormat.blockSize
        else { throw StoreFailure(operation, address: address, errorNumber: 0) }
        return start * VaultFormat.blockSize
    }
}
