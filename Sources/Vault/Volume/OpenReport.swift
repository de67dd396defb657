/// What opening a volume found.
package struct OpenReport: Equatable, Sendable {
    /// The epoch of the state that was opened.
    package var epoch: UInt64
    /// Block of a superblock that does not authenticate: a sync was cut short, or somebody changed
    /// it. Without an anchor the two cannot be told apart.
    package var unreadableSuperblock: UInt64?
    /// Key-slot blocks that do not authenticate, of two.
    package var damagedKeySlotCopies: Int
}

/// What is known about a volume's freshness.
package enum Freshness: Equatable, Sendable, CustomStringConvertible {
    /// An anchor vouches for this epoch.
    case anchored(epoch: UInt64)
    /// Nobody does: an older image would look the same.
    case unanchored

    package var description: String {
        switch self {
        case .anchored(let epoch): "anchored at epoch \(epoch)"
        case .unanchored: "unanchored"
        }
    }
}
