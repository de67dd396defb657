internal import CPlatform
import Glibc

/// A file descriptor that somebody else closes: the operations, without the ownership.
///
/// Each method is one system call (again when a signal interrupts it, unless it waits) and fails
/// with the errno that the kernel gave.
package struct BorrowedDescriptor: Equatable, Sendable {
    /// The kernel's number for it.
    package let number: Int32

    @inlinable
    package init(number: Int32) { self.number = number }

    /// Standard input, output and error of this process.
    package static let standardInput = BorrowedDescriptor(number: 0)
    package static let standardOutput = BorrowedDescriptor(number: 1)
    package static let standardError = BorrowedDescriptor(number: 2)

    /// Stands for the current directory in the `…at` calls.
    package static let currentDirectory = BorrowedDescriptor(number: AT_FDCWD)
}

/// One piece of memory in a gathering write or scattering read; laid out like `struct iovec`.
@unsafe
package struct IOVector {
    /// First byte.
    package var base: UnsafeMutableRawPointer
    /// Bytes from there on.
    package var byteCount: Int

    @inlinable
    package init(base: UnsafeMutableRawPointer, byteCount: Int) {
        unsafe self.base = base
        unsafe self.byteCount = byteCount
    }
}

/// Pieces of memory, in order.
package typealias IOVectors = UnsafeBufferPointer<IOVector>

/// Calls `body` again while a signal interrupts it.
@inline(__always)
func retrying(_ body: () -> Int) throws(Errno) -> Int {
    while true {
        let value = body()
        if value >= 0 { return value }
        let error = errno
        if error != EINTR { throw Errno(rawValue: error) }
    }
}

extension BorrowedDescriptor {
    /// read(2) or readv(2) at the descriptor's own offset; returns the bytes read, 0 at the end.
    package func read(_ vectors: IOVectors) throws(Errno) -> Int {
        // SAFETY: the caller vouches that each piece is writable memory that lives through the
        // call; IOVector has the layout of struct iovec.
        if vectors.count == 1 {
            let piece = unsafe vectors[0]
            return try retrying { unsafe Glibc.read(number, piece.base, piece.byteCount) }
        }
        return try retrying { unsafe readv(number, vectors.asIovecs, Int32(vectors.count)) }
    }

    /// write(2) or writev(2) at the descriptor's own offset; returns the bytes taken.
    package func write(_ vectors: IOVectors) throws(Errno) -> Int {
        // SAFETY: as in `read`; the memory is only read.
        if vectors.count == 1 {
            let piece = unsafe vectors[0]
            return try retrying { unsafe Glibc.write(number, piece.base, piece.byteCount) }
        }
        return try retrying { unsafe writev(number, vectors.asIovecs, Int32(vectors.count)) }
    }

    /// pread(2) or preadv(2): reads at `offset`, leaving the descriptor's own offset alone.
    package func read(_ vectors: IOVectors, at offset: Int64) throws(Errno) -> Int {
        // SAFETY: as in `read`.
        if vectors.count == 1 {
            let piece = unsafe vectors[0]
            return try retrying { unsafe pread(number, piece.base, piece.byteCount, off_t(offset)) }
        }
        return try retrying {
            unsafe preadv(number, vectors.asIovecs, Int32(vectors.count), off_t(offset))
        }
    }

    /// pwrite(2) or pwritev(2): writes at `offset`, leaving the descriptor's own offset alone.
    ///
    /// Linux appends instead when the descriptor was opened or set to append.
    package func write(_ vectors: IOVectors, at offset: Int64) throws(Errno) -> Int {
        // SAFETY: as in `read`; the memory is only read.
        if vectors.count == 1 {
            let piece = unsafe vectors[0]
            return try retrying {
                unsafe pwrite(number, piece.base, piece.byteCount, off_t(offset))
            }
        }
        return try retrying {
            unsafe pwritev(number, vectors.asIovecs, Int32(vectors.count), off_t(offset))
        }
    }

    /// Reads at most `buffer.count` bytes at the descriptor's own offset.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        // SAFETY: the buffer bounds the write.
        try retrying { unsafe Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Reads at most `buffer.count` bytes at `offset`.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(Errno) -> Int {
        // SAFETY: the buffer bounds the write.
        try retrying { unsafe pread(number, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    /// Writes at most `buffer.count` bytes at the descriptor's own offset.
    package func write(from buffer: UnsafeRawBufferPointer) throws(Errno) -> Int {
        // SAFETY: the buffer bounds the read.
        try retrying { unsafe Glibc.write(number, buffer.baseAddress, buffer.count) }
    }

    /// Writes at most `buffer.count` bytes at `offset`.
    package func write(
        from buffer: UnsafeRawBufferPointer, at offset: Int64
    ) throws(Errno) -> Int {
        // SAFETY: the buffer bounds the read.
        try retrying { unsafe pwrite(number, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    /// Reads at `offset` until `buffer` is full or the file ends; returns the bytes read.
    package func readAll(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(Errno) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = try unsafe read(into: rest, at: offset + Int64(done))
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Writes all of `buffer` at `offset`.
    ///
    /// - Throws: `EIO` when the file takes no more and does not say why.
    package func writeAll(
        from buffer: UnsafeRawBufferPointer, at offset: Int64
    ) throws(Errno) {
        var done = 0
        while done < buffer.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
            let count = try unsafe write(from: rest, at: offset + Int64(done))
            guard count > 0 else { throw .EIO }
            done += count
        }
    }

    /// Writes all of `bytes` at the descriptor's own offset.
    package func writeAll(_ bytes: [UInt8]) throws(Errno) {
        var done = 0
        while done < bytes.count {
            done += try unsafe bytes.withUnsafeBufferPointer { (all) throws(Errno) -> Int in
                try unsafe write(
                    from: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[done...])))
            }
        }
    }

    /// Reads from the descriptor's own offset to the end, refusing more than `limitBytes`.
    ///
    /// - Throws: `EFBIG` when there is more.
    package func readAll(limitBytes: Int) throws(Errno) -> [UInt8] {
        var result = try readExpected(limitBytes: limitBytes)
        var chunk = [UInt8](repeating: 0, count: min(1 << 16, limitBytes &+ 1))
        while true {
            let count = try unsafe chunk.withUnsafeMutableBufferPointer {
                (buffer) throws(Errno) -> Int in
                try unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if count == 0 { return result }
            guard count <= limitBytes - result.count else { throw .EFBIG }
            result += chunk[..<count]
        }
    }

    /// The beginning of ``readAll(limitBytes:)``: as many bytes as a regular file says it has, into
    /// memory of just that size.
    private func readExpected(limitBytes: Int) throws(Errno) -> [UInt8] {
        let status = try status()
        let expected = min(Int(clamping: status.sizeBytes), limitBytes)
        guard status.kind == .regularFile, expected > 0 else { return [] }
        var failure: Errno?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: expected) { buffer, count in
            unsafe MemoryReservation.adviseHugePages(under: UnsafeMutableRawBufferPointer(buffer))
            do throws(Errno) {
                while count < expected {
                    let rest = unsafe UnsafeMutableRawBufferPointer(
                        UnsafeMutableBufferPointer(rebasing: buffer[count...]))
                    let done = unsafe try read(into: rest)
                    if done == 0 { break }
                    count += done
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension UnsafeBufferPointer<IOVector> {
    /// The same memory as C sees it.
    var asIovecs: UnsafePointer<iovec>? {
        // SAFETY: IOVector is a pointer followed by a size, as struct iovec is; it is only read.
        unsafe UnsafeRawPointer(baseAddress)?.assumingMemoryBound(to: iovec.self)
    }
}
