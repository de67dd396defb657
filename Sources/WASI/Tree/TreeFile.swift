internal import Platform

/// An open regular file of a tree: the offset and flags that belong to the descriptor.
final class TreeFile: OpenFile {
    private let node: any TreeNode
    /// Keeps the file system alive.
    private let owner: AnyObject
    private var offset: UInt64 = 0
    private var appends: Bool

    init(_ node: any TreeNode, owner: AnyObject, appends: Bool) {
        self.node = node
        self.owner = owner
        self.appends = appends
    }

    var kind: FileKind { .regularFile }
    var possibleRights: Rights { .regularFile }

    func read(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        // SAFETY: vectors are checked guest memory (see OpenFile).
        let count = try unsafe read(vectors, at: offset)
        offset += UInt64(count)
        return count
    }

    func read(_ vectors: IOVectors, at offset: UInt64) throws(WASIErrno) -> Int {
        guard offset <= UInt64(Int64.max) else { throw .inval }
        var done = 0
        for index in vectors.indices {
            // SAFETY: vectors are checked guest memory (see OpenFile).
            let piece = unsafe vectors[index]
            let room = unsafe UnsafeMutableRawBufferPointer(
                start: piece.base, count: piece.byteCount)
            let (place, overflow) = offset.addingReportingOverflow(UInt64(done))
            if overflow { break }
            let count = try unsafe node.read(at: place, into: room)
            done += count
            if unsafe count < piece.byteCount { break }
        }
        return done
    }

    func write(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        if appends { offset = try node.sizeBytes() }
        // SAFETY: vectors are checked guest memory (see OpenFile).
        let count = try unsafe write(vectors, at: offset)
        offset += UInt64(count)
        return count
    }

    func write(_ vectors: IOVectors, at offset: UInt64) throws(WASIErrno) -> Int {
        guard offset <= UInt64(Int64.max) else { throw .inval }
        var done = 0
        for index in vectors.indices {
            // SAFETY: vectors are checked guest memory (see OpenFile).
            let piece = unsafe vectors[index]
            if unsafe piece.byteCount == 0 { continue }
            let bytes = unsafe UnsafeRawBufferPointer(start: piece.base, count: piece.byteCount)
            let count: Int
            do {
                count = try unsafe node.write(at: offset + UInt64(done), from: bytes)
            } catch {
                // What was written counts; the error comes with the next call.
                if done > 0 { return done }
                throw error
            }
            done += count
            if unsafe count < piece.byteCount { break }
        }
        return done
    }

    func seek(_ distance: Int64, from whence: Whence) throws(WASIErrno) -> UInt64 {
        let base =
            switch whence {
            case .set: UInt64(0)
            case .current: offset
            case .end: try node.sizeBytes()
            }
        guard let start = Int64(exactly: base) else { throw .overflow }
        let (target, overflow) = start.addingReportingOverflow(distance)
        guard !overflow else { throw .overflow }
        guard target >= 0 else { throw .inval }
        offset = UInt64(target)
        return offset
    }

    func status() throws(WASIErrno) -> FileStat { try node.status() }

    func setSize(_ byteCount: UInt64) throws(WASIErrno) {
        guard byteCount <= UInt64(Int64.max) else { throw .fbig }
        try node.setSize(byteCount)
    }

    func setTimes(access: TimeUpdate, modification: TimeUpdate) throws(WASIErrno) {
        try node.setTimes(access: access, modification: modification)
    }

    func allocate(offset: UInt64, byteCount: UInt64) throws(WASIErrno) {
        let (end, overflow) = offset.addingReportingOverflow(byteCount)
        guard !overflow, end <= UInt64(Int64.max) else { throw .fbig }
        try node.allocate(offset: offset, byteCount: byteCount)
    }

    func advise(offset: UInt64, byteCount: UInt64, _ advice: Advice) throws(WASIErrno) {
        guard offset <= UInt64(Int64.max), byteCount <= UInt64(Int64.max) else { throw .inval }
    }

    func synchronize(dataOnly: Bool) throws(WASIErrno) {
        try node.synchronize(dataOnly: dataOnly)
    }

    func setFlags(_ flags: FdFlags) throws(WASIErrno) { appends = flags.contains(.append) }

    func readiness(for interest: Interest) -> Readiness {
        switch interest {
        case .write: return .ready(byteCount: streamWriteByteCount, hangUp: false)
        case .read:
            let size = (try? node.sizeBytes()) ?? 0
            return .ready(byteCount: size > offset ? size - offset : 0, hangUp: false)
        }
    }
}
