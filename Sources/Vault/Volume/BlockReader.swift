internal import Synchronization

/// Fetches and decrypts planned blocks, for any number of threads at once.
struct BlockReader: Sendable {
    /// Blocks fetched by one call of the store.
    static let runLength = 64

    /// Memory for one reader: ciphertext of a run, and one block of plaintext.
    @safe private final class Scratch {
        let ciphertext: UnsafeMutableRawPointer
        let plaintext: UnsafeMutableRawPointer

        init() {
            unsafe ciphertext = UnsafeMutableRawPointer.allocate(
                byteCount: runLength * VaultFormat.blockSize, alignment: 4096)
            unsafe plaintext = UnsafeMutableRawPointer.allocate(
                byteCount: VaultFormat.blockSize, alignment: 4096)
        }

        deinit {
            unsafe wipeMemory(plaintext, VaultFormat.blockSize)
            unsafe plaintext.deallocate()
            unsafe ciphertext.deallocate()
        }
    }

    /// Scratch memory between two uses.
    private final class Pool: Sendable {
        private struct Idle: @unchecked Sendable {
            // SAFETY: used by one thread at a time; the mutex hands it on.
            let scratch: Scratch
        }

        private let idle = Mutex<[Idle]>([])

        func take() -> Scratch { idle.withLock { $0.popLast() }?.scratch ?? Scratch() }

        func give(_ scratch: Scratch) {
            let entry = Idle(scratch: scratch)
            idle.withLock { $0.append(entry) }
        }
    }

    private let store: any BlockStore
    private let cipher: BlockCipher
    private let pool = Pool()

    init(store: any BlockStore, cipher: BlockCipher) {
        self.store = store
        self.cipher = cipher
    }

    /// Fetches all blocks of a plan; whole ones go straight to the reader's buffer, others also to
    /// `keep`.
    func read(
        _ plan: ReadPlan, into buffer: UnsafeMutableRawBufferPointer,
        keep: (PlannedBlock, UnsafeRawPointer) -> Void
    ) throws(VaultFailure) {
        let scratch = pool.take()
        defer { pool.give(scratch) }
        var first = 0
        while first < plan.blocks.count {
            var end = first + 1
            while end < plan.blocks.count, end - first < Self.runLength,
                plan.blocks[end].pointer.address
                    == plan.blocks[first].pointer.address + UInt64(end - first)
            {
                end += 1
            }
            try unsafe fetch(plan.blocks[first..<end], scratch, into: buffer, keep: keep)
            first = end
        }
    }

    private func fetch(
        _ run: ArraySlice<PlannedBlock>, _ scratch: Scratch,
        into buffer: UnsafeMutableRawBufferPointer,
        keep: (PlannedBlock, UnsafeRawPointer) -> Void
    ) throws(VaultFailure) {
        guard let base = buffer.baseAddress else { return }
        do throws(StoreFailure) {
            // SAFETY: the scratch holds `runLength` blocks, and the run is no longer.
            try unsafe store.read(
                at: run[run.startIndex].pointer.address,
                into: UnsafeMutableRawBufferPointer(
                    start: scratch.ciphertext, count: run.count * VaultFormat.blockSize))
        } catch {
            throw .store(error)
        }
        for (position, block) in run.enumerated() {
            let source = unsafe scratch.ciphertext + position * VaultFormat.blockSize
            if block.isWhole, let target = block.target {
                // SAFETY: the plan made `target + 4 KiB` fit the buffer.
                try unsafe cipher.open(block.pointer, from: source, into: base + target)
                continue
            }
            try unsafe cipher.open(block.pointer, from: source, into: scratch.plaintext)
            if let target = block.target {
                // SAFETY: the plan made `target + count` fit the buffer.
                unsafe (base + target).copyMemory(
                    from: scratch.plaintext + block.within, byteCount: block.count)
            }
            unsafe keep(block, scratch.plaintext)
        }
    }
}
