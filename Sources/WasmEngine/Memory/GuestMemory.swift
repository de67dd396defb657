/// A linear memory as host functions see it: every access is checked against the current size.
///
/// The view follows growth. It must not outlive the ``LinearMemory`` (the store keeps every memory
/// of its instances).
@safe
package struct GuestMemory {
    private let cell: UnsafeMutablePointer<MemoryCell>

    init(cell: UnsafeMutablePointer<MemoryCell>) { unsafe self.cell = cell }

    /// Size in bytes.
    package var byteCount: UInt64 { UInt64(unsafe cell.pointee.byteCount) }

    /// The bytes of a range, to read or write until the guest runs again.
    ///
    /// - Throws: ``Trap/memoryOutOfBounds(address:width:)`` when any byte lies past the end.
    package func bytes(
        at address: UInt64, count: UInt64
    ) throws(Trap) -> UnsafeMutableRawBufferPointer {
        let (end, overflow) = address.addingReportingOverflow(count)
        guard !overflow, end <= byteCount else {
            throw .memoryOutOfBounds(address: address, width: count)
        }
        // SAFETY: the guard keeps the range inside the memory.
        return unsafe UnsafeMutableRawBufferPointer(
            start: cell.pointee.base + Int(address), count: Int(count))
    }

    /// Loads a little-endian integer.
    ///
    /// - Throws: ``Trap/memoryOutOfBounds(address:width:)`` when any byte lies past the end.
    package func load<T: FixedWidthInteger>(
        _: T.Type = T.self, at address: UInt64
    ) throws(Trap) -> T {
        let range = unsafe try bytes(at: address, count: UInt64(MemoryLayout<T>.size))
        return unsafe T(littleEndian: range.loadUnaligned(as: T.self))
    }

    /// Stores an integer, little-endian.
    ///
    /// - Throws: ``Trap/memoryOutOfBounds(address:width:)`` when any byte lies past the end.
    package func store<T: FixedWidthInteger>(_ value: T, at address: UInt64) throws(Trap) {
        let range = unsafe try bytes(at: address, count: UInt64(MemoryLayout<T>.size))
        unsafe range.storeBytes(of: value.littleEndian, as: T.self)
    }

    /// A copy of a range.
    ///
    /// - Throws: ``Trap/memoryOutOfBounds(address:width:)`` when any byte lies past the end.
    package func copy(at address: UInt64, count: UInt64) throws(Trap) -> [UInt8] {
        unsafe [UInt8](try bytes(at: address, count: count))
    }

    /// Writes bytes.
    ///
    /// - Throws: ``Trap/memoryOutOfBounds(address:width:)`` when any byte lies past the end.
    package func write(_ source: [UInt8], at address: UInt64) throws(Trap) {
        let range = unsafe try bytes(at: address, count: UInt64(source.count))
        unsafe range.copyBytes(from: source)
    }
}
