internal import Platform

/// Reads a host directory in pieces, keeping the last piece so that going on costs no system call.
struct HostListing {
    private static let capacity = 1 << 15

    private var buffer: [UInt8] = []
    private var end = 0
    /// Cookie and offset of the record to go on with; none when the buffer is of no use.
    private var next: (cookie: UInt64, offset: Int)?

    /// Calls `visit` with the records from `cookie` on until it returns false.
    mutating func read(
        _ directory: BorrowedDescriptor, from cookie: UInt64, _ visit: (DirectoryRecord) -> Bool
    ) throws(WASIErrno) {
        var cookie = cookie
        var offset: Int
        if let next, next.cookie == cookie, cookie != 0 {
            offset = next.offset
        } else {
            next = nil
            // A cookie is the kernel's own; it refuses one that it never gave.
            _ = try translating { () throws(Errno) in
                try directory.seek(Int64(bitPattern: cookie), whence: 0)
            }
            offset = 0
            end = 0
        }
        while true {
            if offset >= end {
                next = nil
                guard try fill(directory) else { return }
                offset = 0
            }
            guard let record = DirectoryRecord(in: buffer, at: offset, end: end) else {
                throw .io
            }
            guard visit(record) else {
                next = (cookie, offset)
                return
            }
            cookie = UInt64(bitPattern: record.nextOffset)
            offset += record.recordByteCount
        }
    }

    /// Reads the next piece; false at the end.
    private mutating func fill(_ directory: BorrowedDescriptor) throws(WASIErrno) -> Bool {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.capacity) }
        end = try translating { () throws(Errno) in
            try unsafe buffer.withUnsafeMutableBufferPointer { (room) throws(Errno) in
                // SAFETY: the kernel writes inside the buffer it is given.
                try unsafe directory.readDirectory(into: UnsafeMutableRawBufferPointer(room))
            }
        }
        return end > 0
    }
}
