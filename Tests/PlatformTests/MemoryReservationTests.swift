import Platform
import Testing

@Suite("MemoryReservation")
struct MemoryReservationTests {
    @Test("a reservation of terabytes costs nothing until committed")
    func reservesLarge() throws {
        let reservation = try MemoryReservation(reserving: 1 << 33)
        #expect(reservation.reservedByteCount == 1 << 33)
        #expect(reservation.committedByteCount == 0)
    }

    @Test("the committed prefix is zero, writable, and keeps its place as it grows")
    func commitsPrefix() throws {
        var reservation = try MemoryReservation(reserving: 1 << 20)
        try reservation.commit(upTo: 1)
        let page = MemoryReservation.pageByteCount
        #expect(reservation.committedByteCount == page)
        let base = unsafe reservation.base
        #expect(unsafe base.load(fromByteOffset: page - 8, as: UInt64.self) == 0)
        unsafe base.storeBytes(of: 77, toByteOffset: 8, as: UInt64.self)
        try reservation.commit(upTo: 1 << 20)
        let moved = unsafe reservation.base != base
        #expect(!moved)
        #expect(unsafe base.load(fromByteOffset: 8, as: UInt64.self) == 77)
        #expect(unsafe base.load(fromByteOffset: (1 << 20) - 8, as: UInt64.self) == 0)
    }

    @Test("what lies in front is writable at once, and committing leaves it alone")
    func front() throws {
        var reservation = try MemoryReservation(reserving: 1 << 20, behind: 100)
        #expect(reservation.reservedByteCount == 1 << 20)
        let last = unsafe reservation.base - 8
        #expect(unsafe last.load(as: UInt64.self) == 0)
        unsafe last.storeBytes(of: 77, as: UInt64.self)
        try reservation.commit(upTo: 1)
        unsafe reservation.base.storeBytes(of: 5, as: UInt64.self)
        try reservation.decommit(to: 0)
        #expect(unsafe last.load(as: UInt64.self) == 77)
        for size in [-1, Int.max] {
            #expect(throws: Errno.EINVAL) {
                _ = try MemoryReservation(reserving: 1, behind: size)
            }
        }
        #expect(throws: Errno.EINVAL) {
            _ = try MemoryReservation(reserving: Int.max - 8191, behind: 8192)
        }
    }

    @Test("a commit past the reservation fails and changes nothing")
    func commitPastEnd() throws {
        var reservation = try MemoryReservation(reserving: 1 << 16)
        #expect(throws: Errno.ENOMEM) { try reservation.commit(upTo: (1 << 16) + 1) }
        #expect(reservation.committedByteCount == 0)
    }

    @Test("sizes that can not be rounded are refused", arguments: [-1, Int.min, Int.max])
    func badSizes(size: Int) {
        #expect(throws: Errno.EINVAL) { _ = try MemoryReservation(reserving: size) }
    }

    @Test("decommitted bytes come back as zeros")
    func decommits() throws {
        var reservation = try MemoryReservation(reserving: 1 << 16)
        try reservation.commit(upTo: 1 << 16)
        unsafe reservation.base.storeBytes(of: 5, toByteOffset: 60_000, as: UInt8.self)
        try reservation.decommit(to: 4096)
        #expect(reservation.committedByteCount == 4096)
        try reservation.commit(upTo: 1 << 16)
        #expect(unsafe reservation.base.load(fromByteOffset: 60_000, as: UInt8.self) == 0)
    }

    @Test("ranges outside, or not of whole pages, are refused")
    func badRanges() throws {
        let reservation = try MemoryReservation(reserving: 1 << 16)
        for (offset, count) in [(-4096, 4096), (0, 1 << 17), (1, 4096), (0, 5), (1 << 16, 4096)] {
            #expect(throws: Errno.EINVAL) {
                try reservation.protect(offsetBytes: offset, byteCount: count, as: .read)
            }
        }
    }
}
