import Glibc

/// What may be done with pages of memory. Writable and executable at once can not be said.
package enum PageProtection: Sendable {
    case none, read, readWrite, readExecute

    var bits: Int32 {
        switch self {
        case .none: PROT_NONE
        case .read: PROT_READ
        case .readWrite: PROT_READ | PROT_WRITE
        case .readExecute: PROT_READ | PROT_EXEC
        }
    }
}

/// A range of address space that never moves, of which a prefix is committed: readable, writable
/// and zero when first touched. The rest is inaccessible, so touching it faults.
///
/// The owner goes, the mapping goes. A pointer from ``base`` must not outlive the owner.
@safe
package struct MemoryReservation: ~Copyable, @unchecked Sendable {
    /// The size of a page in bytes; every count below is a multiple of it.
    package static let pageByteCount = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// The first byte.
    package let base: UnsafeMutableRawPointer
    /// Address space held from ``base`` on, in bytes.
    package let reservedByteCount: Int
    /// Readable and writable bytes in front of ``base``.
    private let frontByteCount: Int
    /// Readable and writable bytes from ``base`` on.
    package private(set) var committedByteCount = 0

    /// Reserves at least `byteCount` bytes (rounded up to whole pages, at least one page) of
    /// inaccessible address space; no memory is used yet.
    ///
    /// - Parameter frontByteCount: bytes in front of ``base`` that are readable, writable and zero
    ///   from the start (rounded up to whole pages).
    /// - Throws: `EINVAL` when a number is negative or too large to round up, otherwise what
    ///   `mmap` reports, usually `ENOMEM`.
    package init(reserving byteCount: Int, behind frontByteCount: Int = 0) throws(Errno) {
        let rounded = try Self.roundedToPages(max(byteCount, 1))
        let front = try Self.roundedToPages(frontByteCount)
        let (whole, overflow) = rounded.addingReportingOverflow(front)
        guard byteCount >= 0, !overflow else { throw .EINVAL }
        // SAFETY: an anonymous mapping at an address that the kernel chooses touches nothing else.
        let mapping = unsafe mmap(
            nil, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else { throw Errno.last }
        if front > 0, unsafe mprotect(mapping, front, PROT_READ | PROT_WRITE) != 0 {
            let error = Errno.last
            _ = unsafe munmap(mapping, whole)
            throw error
        }
        unsafe base = mapping + front
        reservedByteCount = rounded
        self.frontByteCount = front
    }

    deinit {
        // SAFETY: the mapping is ours and its owner is going.
        _ = unsafe munmap(base - frontByteCount, frontByteCount + reservedByteCount)
    }

    /// Makes at least the first `byteCount` bytes readable and writable. Never shrinks.
    ///
    /// - Throws: `ENOMEM` when `byteCount` passes the reservation or the kernel refuses.
    package mutating func commit(upTo byteCount: Int) throws(Errno) {
        let wanted = try Self.roundedToPages(byteCount)
        guard wanted > committedByteCount else { return }
        guard wanted <= reservedByteCount else { throw .ENOMEM }
        try protect(
            offsetBytes: committedByteCount, byteCount: wanted - committedByteCount, as: .readWrite)
        committedByteCount = wanted
    }

    /// Gives back what lies past the first `byteCount` bytes (rounded up to whole pages): its
    /// contents are lost and it becomes inaccessible.
    package mutating func decommit(to byteCount: Int) throws(Errno) {
        let kept = try Self.roundedToPages(byteCount)
        guard kept < committedByteCount else { return }
        // SAFETY: the range lies inside this mapping.
        try checkedLibc(unsafe madvise(base + kept, committedByteCount - kept, MADV_DONTNEED))
        try protect(offsetBytes: kept, byteCount: committedByteCount - kept, as: .none)
        committedByteCount = kept
    }

    /// Makes committed bytes zero again by giving their pages back to the kernel; cheaper than
    /// writing zeros over a large range.
    ///
    /// - Throws: `EINVAL` unless both numbers are multiples of ``pageByteCount`` inside the
    ///   reservation.
    package func discard(offsetBytes: Int, byteCount: Int) throws(Errno) {
        try checkRange(offsetBytes, byteCount)
        // SAFETY: the range lies inside this mapping.
        try checkedLibc(unsafe madvise(base + offsetBytes, byteCount, MADV_DONTNEED))
    }

    /// Changes what may be done with a range; for code: write it, then make it `.readExecute`.
    ///
    /// - Throws: `EINVAL` unless both numbers are multiples of ``pageByteCount`` inside the
    ///   reservation; otherwise what `mprotect` reports.
    package func protect(
        offsetBytes: Int, byteCount: Int, as protection: PageProtection
    ) throws(Errno) {
        try checkRange(offsetBytes, byteCount)
        // SAFETY: the range lies inside this mapping.
        try checkedLibc(unsafe mprotect(base + offsetBytes, byteCount, protection.bits))
    }

    /// Lets pages of a file take the place of committed ones: read when they are touched, copied when
    /// they are written to.
    ///
    /// - Throws: `EINVAL` unless all numbers are multiples of ``pageByteCount`` and the range is
    ///   committed; otherwise what `mmap` reports.
    package func map(
        _ file: BorrowedDescriptor, fileOffsetBytes: Int, offsetBytes: Int, byteCount: Int
    ) throws(Errno) {
        try checkRange(offsetBytes, byteCount)
        guard fileOffsetBytes >= 0, fileOffsetBytes % Self.pageByteCount == 0, byteCount > 0,
            offsetBytes + byteCount <= committedByteCount
        else { throw .EINVAL }
        // SAFETY: the range lies inside this mapping, whose owner lets its contents go.
        let mapping = unsafe mmap(
            base + offsetBytes, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
            file.number, off_t(fileOffsetBytes))
        guard unsafe mapping != MAP_FAILED else { throw Errno.last }
    }

    /// Asks for huge pages (or none) under the whole reservation; a hint that may do nothing.
    package func adviseHugePages(_ wanted: Bool) {
        // SAFETY: the range is this mapping; the advice changes no contents.
        _ = unsafe madvise(base, reservedByteCount, wanted ? MADV_HUGEPAGE : MADV_NOHUGEPAGE)
    }

    /// Asks for huge pages under the whole ones of a large buffer of somebody else's; a hint that
    /// may do nothing.
    package static func adviseHugePages(under buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress, buffer.count >= 8 << 20 else { return }
        let start = (UInt(bitPattern: base) + UInt(pageByteCount - 1)) & ~UInt(pageByteCount - 1)
        let skipped = Int(start - UInt(bitPattern: base))
        let byteCount = (buffer.count - skipped) / pageByteCount * pageByteCount
        // SAFETY: whole pages inside the buffer; the advice changes no contents.
        _ = unsafe madvise(base + skipped, byteCount, MADV_HUGEPAGE)
    }

    /// Keeps the whole reservation out of core dumps.
    package func excludeFromCoreDumps() throws(Errno) {
        // SAFETY: the range is this mapping; the advice changes no contents.
        try checkedLibc(unsafe madvise(base, reservedByteCount, MADV_DONTDUMP))
    }

    /// Locks the committed prefix into memory, so that it is never swapped out.
    package func lockCommitted() throws(Errno) {
        // SAFETY: the range lies inside this mapping.
        try checkedLibc(unsafe mlock(base, committedByteCount))
    }

    private func checkRange(_ offset: Int, _ count: Int) throws(Errno) {
        let mask = Self.pageByteCount - 1
        guard offset >= 0, count >= 0, offset & mask == 0, count & mask == 0,
            offset <= reservedByteCount, count <= reservedByteCount - offset
        else { throw .EINVAL }
    }

    private static func roundedToPages(_ byteCount: Int) throws(Errno) -> Int {
        let (sum, overflow) = byteCount.addingReportingOverflow(pageByteCount - 1)
        guard !overflow, byteCount >= 0 else { throw .EINVAL }
        return sum & ~(pageByteCount - 1)
    }
}
