internal import CPlatform

/// Memory that is about to be written all over.
package enum ResidentMemory {
    /// Less is had as cheaply page by page.
    private static let leastByteCount = 1 << 16

    /// Has the kernel make a range's pages writable at once, which takes it half as long as one fault
    /// for each. What it refuses comes when it is touched, as ever.
    package static func prepare<T>(_ memory: UnsafeMutablePointer<T>, count: Int) {
        let byteCount = count * MemoryLayout<T>.stride
        if byteCount >= leastByteCount { unsafe martlet_populate(memory, byteCount) }
    }
}
