/// The binary form of a module, wherever it lies: in memory of its own, or in a file that is mapped,
/// so that a large module costs no more than is read of it.
@safe
package struct ModuleBytes: RandomAccessCollection, @unchecked Sendable {
    // Unchecked: the bytes are never written, and the owner keeps them.

    /// Memory that is freed with its last user.
    @safe
    private final class Memory {
        let base: UnsafeMutablePointer<UInt8>

        init(_ bytes: [UInt8]) {
            unsafe base = .allocate(capacity: Swift.max(bytes.count, 1))
            unsafe base.initialize(from: bytes, count: bytes.count)
        }

        deinit { unsafe base.deallocate() }
    }

    private let owner: AnyObject
    private let base: UnsafePointer<UInt8>
    package let count: Int

    package init(_ bytes: [UInt8]) {
        let memory = Memory(bytes)
        owner = memory
        unsafe base = UnsafePointer(memory.base)
        count = bytes.count
    }

    /// Bytes that `owner` keeps where they are and as they are.
    package init(_ bytes: UnsafeRawBufferPointer, keptBy owner: AnyObject) {
        let memory = Memory([])
        guard let start = bytes.baseAddress else {
            self.owner = memory
            unsafe base = UnsafePointer(memory.base)
            count = 0
            return
        }
        self.owner = owner
        // SAFETY: bytes have no alignment, and the owner keeps them.
        unsafe base = start.assumingMemoryBound(to: UInt8.self)
        count = bytes.count
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(position: Int) -> UInt8 {
        @inline(__always) get {
            precondition(UInt(bitPattern: position) < UInt(bitPattern: count))
            // SAFETY: the check above.
            return unsafe base[position]
        }
    }

    package func withUnsafeBufferPointer<R, E: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        // The owner must outlive the call.
        defer { withExtendedLifetime(owner) {} }
        return try unsafe body(UnsafeBufferPointer(start: base, count: count))
    }

    package func withUnsafeBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        defer { withExtendedLifetime(owner) {} }
        return try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    }

    package func withContiguousStorageIfAvailable<R>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> R
    ) rethrows -> R? {
        defer { withExtendedLifetime(owner) {} }
        return try unsafe body(UnsafeBufferPointer(start: base, count: count))
    }
}

extension Array where Element == UInt8 {
    /// A copy of a module's bytes.
    package init(_ bytes: ModuleBytes) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
