package import Platform

/// What a connection needs before a step can be finished.
package enum ChannelProgress: Equatable, Sendable {
    /// The channel is open: ``AttestedConnection/peer`` tells who is there.
    case open
    /// Wait until the descriptor is ready for one of these, then step again.
    case wants(PollEvents)
}

/// What came of reading or writing without waiting.
package enum ChannelTransfer: Equatable, Sendable {
    /// So many bytes were moved, at least one.
    case bytes(Int)
    /// The peer closed its side in order: nothing more will come.
    case end
    /// Wait until the descriptor is ready for one of these, then try again; a write must be
    /// tried again with the same bytes.
    case wants(PollEvents)
}
