/// Fetches and authenticates blocks one at a time, for one thread, without the volume's lock.
@safe final class BlockSource {
    private let store: any BlockStore
    private let cipher: BlockCipher
    private let blockCount: UInt64
    /// Ciphertext of one block, out of everybody's reach while it is authenticated.
    private let scratch: UnsafeMutableRawPointer

    /// Blocks of a volume of `blockCount` blocks.
    init(store: any BlockStore, cipher: BlockCipher, blockCount: UInt64) {
        self.store = store
        self.cipher = cipher
        self.blockCount = blockCount
        unsafe scratch = UnsafeMutableRawPointer.allocate(
            byteCount: VaultFormat.blockSize, alignment: 4096)
    }

    deinit { unsafe scratch.deallocate() }

    /// Reads and authenticates one block into `target`, 4 KiB.
    func fetch(
        _ pointer: BlockPointer, into target: UnsafeMutableRawPointer
    ) throws(VaultFailure) {
        guard pointer.address < blockCount else {
            throw .damaged(what: "a block pointer", address: pointer.address)
        }
        do throws(StoreFailure) {
            // SAFETY: the scratch is one block, ours alone.
            try unsafe store.read(
                at: pointer.address,
                into: UnsafeMutableRawBufferPointer(start: scratch, count: VaultFormat.blockSize))
        } catch {
            throw .store(error)
        }
        try unsafe cipher.open(pointer, from: scratch, into: target)
    }
}

extension VolumeCore {
    /// A source of this volume's blocks.
    var source: BlockSource {
        BlockSource(store: store, cipher: cipher, blockCount: map.blockCount)
    }
}
