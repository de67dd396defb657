package import Platform

/// A pipe, terminal, device or other stream of the host's.
package final class HostStream: OpenFile {
    private let owned: FileDescriptor?
    private let stream: BorrowedDescriptor
    private let kindOfNode: NodeKind
    private let isTerminal: Bool
    /// Whether the kernel itself refuses to wait on this stream.
    private let neverBlocks: Bool

    /// Most bytes written at once to a stream that may block: what a pipe that shows itself
    /// writable takes without blocking (PIPE_BUF, pipe(7)).
    private static let safeWriteByteCount = 4096

    /// One of the process's own standard streams, which stays open.
    ///
    /// A redirected regular file is better served by ``standard(_:)``.
    package init(borrowing stream: BorrowedDescriptor) throws(Errno) {
        owned = nil
        self.stream = stream
        kindOfNode = try stream.status().kind
        isTerminal = stream.isTerminal
        neverBlocks = try stream.statusFlags().contains(.nonBlocking)
        Signals.ignoreBrokenPipes()
    }

    /// A standard stream as the guest's: a regular file when it is redirected to or from one.
    package static func standard(_ stream: BorrowedDescriptor) throws(Errno) -> any OpenFile {
        let status = try stream.status()
        guard status.kind == .regularFile else { return try HostStream(borrowing: stream) }
        let flags = try stream.statusFlags()
        return HostFile(sharing: try stream.duplicate(), appends: flags.contains(.append))
    }

    /// A special file that the guest opened, without blocking.
    init(owning descriptor: consuming FileDescriptor, status: FileStatus) {
        stream = descriptor.borrowed
        owned = consume descriptor
        kindOfNode = status.kind
        isTerminal = stream.isTerminal
        neverBlocks = true
        Signals.ignoreBrokenPipes()
    }

    package var kind: FileKind { FileKind(kindOfNode) }

    package var possibleRights: Rights {
        // A guest takes a character device that can not seek for a terminal.
        kindOfNode == .characterDevice && !isTerminal
            ? Rights.stream.union([.fdSeek, .fdTell]) : .stream
    }

    package func read(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        if !neverBlocks, stream.readiness(.readable).isEmpty { throw .again }
        // SAFETY: vectors are checked guest memory (see OpenFile).
        return try translating { () throws(Errno) in try unsafe stream.read(vectors) }
    }

    package func write(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        // SAFETY: vectors are checked guest memory (see OpenFile).
        let total = unsafe vectors.totalByteCount
        if neverBlocks || total == 0 {
            return try translating { () throws(Errno) in try unsafe stream.write(vectors) }
        }
        if stream.readiness(.writable).isEmpty { throw .again }
        if total <= Self.safeWriteByteCount {
            return try translating { () throws(Errno) in try unsafe stream.write(vectors) }
        }
        // The caller goes on with the rest, after waiting again.
        guard let first = unsafe vectors.first(where: { unsafe $0.byteCount > 0 }) else { return 0 }
        return try translating { () throws(Errno) in
            try unsafe stream.write(
                from: UnsafeRawBufferPointer(
                    start: first.base, count: min(first.byteCount, Self.safeWriteByteCount)))
        }
    }

    package func seek(_ offset: Int64, from whence: Whence) throws(WASIErrno) -> UInt64 {
        try translating { () throws(Errno) in
            UInt64(clamping: try stream.seek(offset, whence: Int32(whence.rawValue)))
        }
    }

    package func status() throws(WASIErrno) -> FileStat {
        FileStat(try translating { () throws(Errno) in try stream.status() })
    }

    package func readiness(for interest: Interest) -> Readiness {
        let wanted: PollEvents = interest == .read ? .readable : .writable
        let now = stream.readiness(wanted)
        if now.isEmpty { return .waiting(stream, wanted) }
        let hangUp = now.contains(.hangUp) || now.contains(.error)
        switch interest {
        case .read:
            let count = (try? stream.readableByteCount()) ?? 1
            return .ready(byteCount: UInt64(clamping: count), hangUp: hangUp)
        case .write: return .ready(byteCount: streamWriteByteCount, hangUp: hangUp)
        }
    }
}
