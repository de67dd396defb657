internal import Platform
internal import Synchronization
package import Wasm

/// A linear memory (core specification 3.0, §4.2.8): bytes that the guest addresses, growable in
/// pages of 64 KiB, in address space reserved once so that it never moves.
@safe
package final class LinearMemory: @unchecked Sendable {
    // Unchecked: a shared memory is used by several threads. Its bytes are the guests' business
    // (their accesses race as the threads proposal allows); it never moves, and it grows under a
    // lock, its size being one word that only gets larger.
    package static let pageByteCount: UInt64 = 65_536
    /// 32-bit memories reserve the whole reach of index plus offset, so that native code needs no
    /// check: what lies past the memory faults.
    static let fullReservation: UInt64 = 8 << 30 + 2 * guardByteCount
    static let guardByteCount: UInt64 = 65_536
    /// Pages that a 32-bit memory grows to at most: one fewer than addresses reach, so that the
    /// sum of an address in use and a number below 65,536 never wraps round.
    package static let pageLimit: UInt64 = 65_535
    /// Bytes from which on a memory asks for huge pages; a smaller one has too few to pay for
    /// their zeroing.
    private static let hugePageThreshold: UInt64 = 8 << 20

    /// The limits it was declared with, and its address type.
    package let type: MemoryType
    /// Whether the reservation reaches as far as any 32-bit index plus 32-bit offset.
    package let hasFullReservation: Bool
    private var reservation: MemoryReservation
    private let maximumPages: UInt64
    private let growth = Mutex(())
    private weak var budget: MemoryBudget?
    let cell: UnsafeMutablePointer<MemoryCell>

    /// Allocates `type.limits.minimum` pages, zeroed.
    package convenience init(_ type: MemoryType) throws(InstantiationError) {
        try self.init(type, budget: nil)
    }

    /// - Parameter frontByteCount: bytes of the engine's own right in front of the guest's, which no
    ///   access reaches.
    init(
        _ type: MemoryType, budget: MemoryBudget?, frontByteCount: Int = 0
    ) throws(InstantiationError) {
        let architectural: UInt64 = type.addressType == .i32 ? 65_536 : 1 << 32
        let maximum = min(type.limits.maximum ?? architectural, architectural)
        let minimum = type.limits.minimum
        guard minimum <= architectural, budget?.take(minimum) ?? true else {
            throw .budgetExceeded("a memory of \(minimum) pages is more than allowed")
        }
        do throws(Errno) {
            reservation = try Self.reserve(
                type, minimum: minimum, maximum: maximum, budget: budget,
                frontByteCount: frontByteCount)
        } catch {
            budget?.giveBack(minimum)
            throw .budgetExceeded("no room for a memory of \(minimum) pages: \(error)")
        }
        self.type = type
        self.budget = budget
        let reservedPages = UInt64(reservation.reservedByteCount) / Self.pageByteCount
        hasFullReservation =
            UInt64(reservation.reservedByteCount) >= Self.fullReservation
            && minimum <= Self.pageLimit
        maximumPages = min(
            maximum, reservedPages,
            type.addressType == .i32 ? max(minimum, Self.pageLimit) : reservedPages)
        unsafe cell = .allocate(capacity: 1)
        unsafe cell.initialize(
            to: MemoryCell(
                base: reservation.base, byteCount: UInt(minimum * Self.pageByteCount)))
    }

    deinit {
        budget?.giveBack(pageCount)
        unsafe cell.deallocate()
    }

    /// Reserves address space, the full reach first, then less.
    private static func reserve(
        _ type: MemoryType, minimum: UInt64, maximum: UInt64, budget: MemoryBudget?,
        frontByteCount: Int
    ) throws(Errno) -> MemoryReservation {
        let allowed = min(maximum, max(budget?.limitPages ?? maximum, minimum))
        var attempts: [UInt64] = type.addressType == .i32 ? [fullReservation] : []
        // A 64-bit memory may ask for any maximum; reserve what a machine can have.
        for pages in [min(allowed, 1 << 22), min(allowed, 1 << 16), min(allowed, 1 << 12), minimum]
        where pages >= minimum {
            attempts.append(pages * pageByteCount + guardByteCount)
        }
        var failure = Errno.ENOMEM
        for bytes in attempts {
            do throws(Errno) {
                var reservation = try MemoryReservation(
                    reserving: Int(clamping: bytes), behind: frontByteCount)
                if minimum * pageByteCount >= hugePageThreshold {
                    reservation.adviseHugePages(true)
                }
                try reservation.commit(upTo: Int(clamping: minimum * pageByteCount))
                return reservation
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Address space that belongs to it.
    var reservedByteCount: Int { reservation.reservedByteCount }

    /// Size in pages.
    package var pageCount: UInt64 { byteCount / Self.pageByteCount }

    /// Size in bytes.
    package var byteCount: UInt64 { UInt64(unsafe cell.pointee.byteCount) }

    /// Grows by `delta` pages of zeros and returns the size before, or nil when the maximum, the
    /// budget or the machine refuses (then nothing changed).
    package func grow(by delta: UInt64) -> UInt64? {
        growth.withLock { _ in growAlone(by: delta) }
    }

    private func growAlone(by delta: UInt64) -> UInt64? {
        let old = pageCount
        let (new, overflow) = old.addingReportingOverflow(delta)
        guard !overflow, new <= maximumPages else { return nil }
        guard budget?.take(delta) ?? true else { return nil }
        let bytes = new * Self.pageByteCount
        if byteCount < Self.hugePageThreshold, bytes >= Self.hugePageThreshold {
            reservation.adviseHugePages(true)
        }
        do throws(Errno) {
            try reservation.commit(upTo: Int(clamping: bytes))
        } catch {
            budget?.giveBack(delta)
            return nil
        }
        unsafe cell.pointee.byteCount = UInt(bytes)
        return old
    }

    /// Lets pages of a file be the contents of a range, whole pages too, which nobody wrote to yet;
    /// writes stay in this memory. False when the range is not in the memory or the machine refuses.
    func map(_ file: BorrowedDescriptor, fileOffset: Int, at range: Range<Int>) -> Bool {
        growth.withLock { _ in
            guard range.lowerBound >= 0, range.upperBound <= Int(clamping: byteCount) else {
                return false
            }
            return
                (try? reservation.map(
                    file, fileOffsetBytes: fileOffset, offsetBytes: range.lowerBound,
                    byteCount: range.count)) != nil
        }
    }

    /// The memory as a host function sees it.
    package var view: GuestMemory { unsafe GuestMemory(cell: cell) }

    /// The type as an importer sees it: the minimum is the current size (§4.5.2).
    var currentType: MemoryType {
        MemoryType(
            Limits(minimum: pageCount, maximum: type.limits.maximum),
            addressType: type.addressType, isShared: type.isShared)
    }
}
