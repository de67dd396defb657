/// What a store's heap of objects holds.
package struct HeapUse: Equatable, Sendable {
    /// Bytes of blocks in use: what counts against the budget.
    package var blockByteCount: Int
    /// Bytes of objects alive at the last collection.
    package var livingByteCount: Int
    /// How often the collector ran.
    package var collectionCount: Int
}
