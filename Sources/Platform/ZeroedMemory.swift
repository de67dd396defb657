import Glibc

/// Arrays of zeros of which large ones take no memory, and no time, before they are touched.
package enum ZeroedMemory {
    /// Room for `count` values, at least one, whose bytes are zero; ends with the process when there
    /// is none, as ordinary allocation does.
    package static func allocate<T>(_: T.Type, count: Int) -> UnsafeMutablePointer<T> {
        guard let memory = unsafe calloc(max(count, 1), MemoryLayout<T>.stride) else {
            preconditionFailure("no memory for \(count) × \(MemoryLayout<T>.stride) bytes")
        }
        // SAFETY: `calloc` aligns for every type up to 16 bytes.
        return unsafe memory.bindMemory(to: T.self, capacity: max(count, 1))
    }

    /// Frees what ``allocate(_:count:)`` gave.
    package static func free<T>(_ memory: UnsafeMutablePointer<T>) {
        // SAFETY: the caller's promise.
        unsafe Glibc.free(memory)
    }
}
