/// How many pages the memories of one store may have together.
final class MemoryBudget {
    let limitPages: UInt64
    private var usedPages: UInt64 = 0

    init(limitPages: UInt64) { self.limitPages = limitPages }

    /// Takes pages from the budget; false, and no change, when they are not left.
    func take(_ pages: UInt64) -> Bool {
        guard pages <= limitPages - usedPages else { return false }
        usedPages += pages
        return true
    }

    func giveBack(_ pages: UInt64) { usedPages -= min(pages, usedPages) }
}
