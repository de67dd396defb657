/// One interior block of a file's tree in memory: 128 child pointers, and the children in memory.
@safe final class MapNode {
    /// Levels down to the data: 1 points to data blocks.
    let level: Int
    /// The node that points here; `nil` for the top.
    var parent: MapNode? { unsafe above }
    // SAFETY: a node is kept by its parent's `children` alone, and used only under the volume's
    // lock while it hangs there, so the parent outlives it. A weak reference would give every node
    // a side table and make each step of a walk slower.
    private unowned(unsafe) var above: MapNode?
    /// Which of the parent's children this is.
    let slot: Int
    /// Differs from what the pointer to it names.
    var isDirty = false
    /// Used since the cache's hand last passed.
    var isRecent = true
    /// Where a checkpoint in progress will write it; 0 when not placed.
    var placement: BlockAddress = 0
    /// The children in memory; empty at level 1.
    private(set) var children: [MapNode?]

    /// 4 KiB, owned by this node.
    private let storage: UnsafeMutableRawPointer

    /// An empty node.
    init(level: Int, parent: MapNode?, slot: Int) {
        self.level = level
        unsafe above = parent
        self.slot = slot
        children = level > 1 ? Array(repeating: nil, count: VaultFormat.fanOut) : []
        unsafe storage = UnsafeMutableRawPointer.allocate(
            byteCount: VaultFormat.blockSize, alignment: 16)
        unsafe storage.initializeMemory(
            as: UInt8.self, repeating: 0, count: VaultFormat.blockSize)
    }

    deinit { unsafe storage.deallocate() }

    /// The node's 4 KiB as the store holds them.
    var bytes: UnsafeMutableRawPointer { unsafe storage }

    /// The pointer to a child.
    func pointer(at slot: Int) -> BlockPointer {
        precondition(slot >= 0 && slot < VaultFormat.fanOut)
        // SAFETY: 128 pointers of 32 bytes fill the storage; the slot is checked above.
        return unsafe BlockPointer(loadingFrom: storage + slot * BlockPointer.byteCount)
    }

    /// Replaces the pointer to a child.
    func setPointer(_ pointer: BlockPointer, at slot: Int) {
        precondition(slot >= 0 && slot < VaultFormat.fanOut)
        // SAFETY: as in `pointer(at:)`.
        unsafe pointer.store(to: storage + slot * BlockPointer.byteCount)
    }

    /// Keeps a child in memory, or forgets it.
    func setChild(_ child: MapNode?, at slot: Int) { children[slot] = child }

    /// Makes this a child of a new top.
    func reparented(to parent: MapNode) { unsafe above = parent }

    /// Whether every child is nothing.
    var isEmpty: Bool {
        for slot in 0..<VaultFormat.fanOut where !pointer(at: slot).isNull { return false }
        return children.allSatisfy { $0 == nil }
    }

    /// Marks this node and all above it as changed.
    func markDirty() {
        var node: MapNode? = self
        while let current = node, !current.isDirty {
            current.isDirty = true
            node = current.parent
        }
    }
}
