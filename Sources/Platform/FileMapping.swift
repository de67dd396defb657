import Glibc

/// A file, or a part of one, in memory: read as it is touched.
///
/// A file that is cut short while it is mapped ends whoever touches what is gone (`SIGBUS`); so only
/// files of the user's own are mapped.
@safe
package final class FileMapping: @unchecked Sendable {
    // Unchecked: the mapping is never written.

    package let base: UnsafeRawPointer
    package let byteCount: Int
    private let mappedByteCount: Int

    /// Maps `byteCount` bytes from a page of the file on.
    ///
    /// - Parameters:
    ///   - protection: what the first access may do; ``MemoryReservation`` has the words.
    /// - Throws: what `mmap` reports, `EINVAL` for an offset inside a page or nothing to map.
    package init(
        _ file: BorrowedDescriptor, offset: Int = 0, byteCount: Int,
        as protection: PageProtection = .read
    ) throws(Errno) {
        let page = MemoryReservation.pageByteCount
        guard offset >= 0, offset % page == 0, byteCount > 0, protection != .readWrite
        else { throw .EINVAL }
        // SAFETY: a mapping of our own at an address that the kernel chooses touches nothing else.
        let mapping = unsafe mmap(
            nil, byteCount, protection.bits, MAP_PRIVATE, file.number, off_t(offset))
        guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else { throw Errno.last }
        // What is not in the page cache yet comes into it in pieces of up to 2 MiB then, each mapped by
        // one fault instead of one for 64 KiB; a hint that may do nothing.
        _ = unsafe madvise(mapping, byteCount, MADV_HUGEPAGE)
        unsafe base = UnsafeRawPointer(mapping)
        self.byteCount = byteCount
        mappedByteCount = (byteCount + page - 1) & -page
    }

    deinit {
        // SAFETY: the mapping is ours and its owner is going.
        _ = unsafe munmap(UnsafeMutableRawPointer(mutating: base), mappedByteCount)
    }

    /// Changes what accesses may do.
    package func protect(as protection: PageProtection) throws(Errno) {
        // SAFETY: the range is this mapping.
        let status = unsafe mprotect(
            UnsafeMutableRawPointer(mutating: base), mappedByteCount, protection.bits)
        guard status == 0 else { throw Errno.last }
    }

    /// The bytes, good for as long as this object lives.
    package var bytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base, count: byteCount)
    }
}
