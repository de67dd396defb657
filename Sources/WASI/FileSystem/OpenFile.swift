package import Platform

/// What somebody wants to do with a file or stream.
package enum Interest: Sendable { case read, write }

/// Whether something can be done at once, and if not, what to wait for.
package enum Readiness: Sendable {
    /// Now: about so many bytes (at least 1 unless at the end). `hangUp`: the peer is gone.
    case ready(byteCount: UInt64, hangUp: Bool)
    /// When the descriptor shows one of these events.
    case waiting(BorrowedDescriptor, PollEvents)
}

/// Something that a guest's descriptor can be open on, other than a directory: a regular file, a
/// stream or a socket.
///
/// Nothing here waits: what would have to wait fails with `again`, and ``readiness(for:)`` tells
/// what to wait for. Vectors point into guest memory that was checked and may change under shared
/// memories; implementations must read each byte at most once.
package protocol OpenFile: AnyObject {
    var kind: FileKind { get }

    /// The rights that make sense on it.
    var possibleRights: Rights { get }

    /// Reads at the file's own offset and moves it; 0 is the end.
    func read(_ vectors: IOVectors) throws(WASIErrno) -> Int

    /// Writes at the file's own offset (or the end, after `setFlags(.append)`) and moves it.
    func write(_ vectors: IOVectors) throws(WASIErrno) -> Int

    /// Reads at `offset`, leaving the file's own alone.
    func read(_ vectors: IOVectors, at offset: UInt64) throws(WASIErrno) -> Int

    /// Writes at `offset`, leaving the file's own alone, whatever the flags.
    func write(_ vectors: IOVectors, at offset: UInt64) throws(WASIErrno) -> Int

    /// Moves the file's own offset and returns it.
    func seek(_ offset: Int64, from whence: Whence) throws(WASIErrno) -> UInt64

    func status() throws(WASIErrno) -> FileStat
    func setSize(_ byteCount: UInt64) throws(WASIErrno)
    func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno)

    /// Makes room for `byteCount` bytes (not 0) from `offset` on, growing the file when needed.
    func allocate(offset: UInt64, byteCount: UInt64) throws(WASIErrno)

    func advise(offset: UInt64, byteCount: UInt64, _ advice: Advice) throws(WASIErrno)

    /// Returns when the contents (and unless `dataOnly`, everything about the file) are kept.
    func synchronize(dataOnly: Bool) throws(WASIErrno)

    /// Takes over `append`; the other flags are the caller's business.
    func setFlags(_ flags: FdFlags) throws(WASIErrno)

    func readiness(for interest: Interest) -> Readiness

    /// The same as a socket, if it is one: asked for, because a cast would search all conformances.
    var asSocket: (any GuestSocket)? { get }
}

extension OpenFile {
    package var asSocket: (any GuestSocket)? { nil }
}

/// What a stream is not: a place with offsets and a size.
extension OpenFile {
    package func read(_ vectors: IOVectors, at offset: UInt64) throws(WASIErrno) -> Int {
        throw .spipe
    }
    package func write(_ vectors: IOVectors, at offset: UInt64) throws(WASIErrno) -> Int {
        throw .spipe
    }
    package func seek(_ offset: Int64, from whence: Whence) throws(WASIErrno) -> UInt64 {
        throw .spipe
    }
    package func setSize(_ byteCount: UInt64) throws(WASIErrno) { throw .inval }
    package func allocate(offset: UInt64, byteCount: UInt64) throws(WASIErrno) { throw .spipe }
    package func advise(
        offset: UInt64, byteCount: UInt64, _ advice: Advice
    ) throws(WASIErrno) { throw .spipe }
    package func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno) {
        throw .notsup
    }
    package func synchronize(dataOnly: Bool) throws(WASIErrno) {}
    package func setFlags(_ flags: FdFlags) throws(WASIErrno) {}
}
