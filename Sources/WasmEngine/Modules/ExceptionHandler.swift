/// What catches exceptions thrown in a range of a function's code; a function's handlers stand
/// beside its code, so that code in which nothing is thrown pays nothing.
///
/// They are in the order in which their blocks end, so the first that fits is the innermost.
struct ExceptionHandler: Hashable, Sendable {
    enum Kind: UInt8, Sendable {
        /// Catches one tag.
        case tag
        case all
        /// Goes on as if thrown at the label of an older `delegate`.
        case delegate
    }

    var kind: Kind
    /// Words of the code that it guards.
    var guarded: Range<UInt32>
    /// Index of the tag.
    var tag: UInt32 = 0
    /// How many blocks are open around its `try`.
    var depth: UInt32
    /// Of a `delegate`: only handlers with at most this depth come next.
    var limit: UInt32 = 0
    /// The word to go on at.
    var target: UInt32 = 0
    /// First slot for the payload; negative when it is not wanted.
    var payloadSlot: Int32 = -1
    /// Slot for the exception itself; negative when it is not wanted.
    var referenceSlot: Int32 = -1
}
