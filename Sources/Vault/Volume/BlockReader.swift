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

    /// Scratch memory between two uses, in slots that are taken by one atomic exchange.
    @safe private final class Pool: Sendable {
        private typealias Slot = Atomic<UnsafeMutableRawPointer?>
        private static let slotCount = 16

        // SAFETY: the slots are atomics that live as long as this object.
        private nonisolated(unsafe) let slots: UnsafeMutablePointer<Slot>

        init() {
            unsafe slots = .allocate(capacity: Self.slotCount)
            for index in 0..<Self.slotCount { unsafe (slots + index).initialize(to: Slot(nil)) }
        }

        deinit {
            for index in 0..<Self.slotCount {
                // SAFETY: a slot owns one reference to a scratch.
                if let raw = unsafe slots[index].load(ordering: .acquiring) {
                    unsafe Unmanaged<Scratch>.fromOpaque(raw).release()
                }
                unsafe (slots + index).deinitialize(count: 1)
            }
            unsafe slots.deallocate()
        }

        func take() -> Scratch {
            for index in 0..<Self.slotCount {
                // SAFETY: an exchange hands the slot's reference to this thread alone.
                if let raw = unsafe slots[index].exchange(nil, ordering: .acquiring) {
                    return unsafe Unmanaged<Scratch>.fromOpaque(raw).takeRetainedValue()
                }
            }
            return Scratch()
        }

        func give(_ scratch: Scratch) {
            let reference = unsafe Unmanaged.passRetained(scratch)
            for index in 0..<Self.slotCount {
                // SAFETY: the slot takes over the reference only when it was empty.
                let (isKept, _) = unsafe slots[index].compareExchange(
                    expected: nil, desired: reference.toOpaque(), ordering: .releasing)
                if isKept { return }
            }
            unsafe reference.release()
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
                try unsafe cipher.open(
                    block.pointer, under: block.key, from: source, into: base + target)
                continue
            }
            try unsafe cipher.open(
                block.pointer, under: block.key, from: source, into: scratch.plaintext)
            if let target = block.target {
                // SAFETY: the plan made `target + count` fit the buffer.
                unsafe (base + target).copyMemory(
                    from: scratch.plaintext + block.within, byteCount: block.count)
            }
            unsafe keep(block, scratch.plaintext)
        }
    }
}
