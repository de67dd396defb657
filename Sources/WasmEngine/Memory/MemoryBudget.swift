internal import Synchronization

/// How many pages the memories of one store may have together. A shared memory may grow on any
/// thread.
final class MemoryBudget: Sendable {
    let limitPages: UInt64
    private let usedPages = Mutex<UInt64>(0)

    init(limitPages: UInt64) { self.limitPages = limitPages }

    /// Takes pages from the budget; false, and no change, when they are not left.
    func take(_ pages: UInt64) -> Bool {
        usedPages.withLock { used in
            guard pages <= limitPages - used else { return false }
            used += pages
            return true
        }
    }

    func giveBack(_ pages: UInt64) { usedPages.withLock { $0 -= min(pages, $0) } }
}
