package import Platform

/// An input stream that gives bytes held in memory.
package final class BufferInput: OpenFile {
    private let bytes: [UInt8]
    private var offset = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var kind: FileKind { .unknown }
    package var possibleRights: Rights { Rights.stream.subtracting(.fdWrite) }

    package func read(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        var done = 0
        for index in vectors.indices {
            // SAFETY: vectors are checked guest memory (see OpenFile).
            let piece = unsafe vectors[index]
            let count = unsafe min(piece.byteCount, bytes.count - offset)
            unsafe UnsafeMutableRawBufferPointer(start: piece.base, count: count)
                .copyBytes(from: bytes[offset..<offset + count])
            offset += count
            done += count
        }
        return done
    }

    package func write(_ vectors: IOVectors) throws(WASIErrno) -> Int { throw .badf }
    package func status() throws(WASIErrno) -> FileStat { FileStat() }

    package func readiness(for interest: Interest) -> Readiness {
        .ready(byteCount: UInt64(bytes.count - offset), hangUp: offset == bytes.count)
    }
}

/// An output stream that keeps what is written, up to a limit.
package final class BufferOutput: OpenFile {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []
    private let limitBytes: Int

    /// - Parameter limitBytes: writing more fails with `nospc`.
    package init(limitBytes: Int) { self.limitBytes = limitBytes }

    package var kind: FileKind { .unknown }
    package var possibleRights: Rights { Rights.stream.subtracting(.fdRead) }

    package func read(_ vectors: IOVectors) throws(WASIErrno) -> Int { throw .badf }

    package func write(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        var done = 0
        for index in vectors.indices {
            // SAFETY: vectors are checked guest memory (see OpenFile).
            let piece = unsafe vectors[index]
            let count = unsafe min(piece.byteCount, limitBytes - bytes.count)
            unsafe bytes.append(
                contentsOf: UnsafeRawBufferPointer(start: piece.base, count: count))
            done += count
            if unsafe count < piece.byteCount { break }
        }
        guard unsafe done > 0 || vectors.totalByteCount == 0 else { throw .nospc }
        return done
    }

    package func status() throws(WASIErrno) -> FileStat { FileStat() }

    package func readiness(for interest: Interest) -> Readiness {
        .ready(byteCount: streamWriteByteCount, hangUp: false)
    }
}

/// The stream that is always at its end and swallows everything.
package final class NullStream: OpenFile {
    package init() {}

    package var kind: FileKind { .characterDevice }
    package var possibleRights: Rights { Rights.stream.union([.fdSeek, .fdTell]) }
    package func read(_ vectors: IOVectors) throws(WASIErrno) -> Int { 0 }
    package func write(_ vectors: IOVectors) throws(WASIErrno) -> Int {
        // SAFETY: only lengths are read.
        unsafe vectors.totalByteCount
    }
    package func seek(_ offset: Int64, from whence: Whence) throws(WASIErrno) -> UInt64 { 0 }

    package func status() throws(WASIErrno) -> FileStat {
        var status = FileStat()
        status.kind = .characterDevice
        return status
    }

    package func readiness(for interest: Interest) -> Readiness {
        .ready(byteCount: interest == .read ? 0 : streamWriteByteCount, hangUp: false)
    }
}
