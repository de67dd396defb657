/// A path or name for the kernel: bytes without a zero among them, zero-terminated in memory.
package struct PathName: Hashable, Sendable {
    private let terminated: [UInt8]

    /// The bytes as a path; nil when there is a zero among them.
    package init?(_ bytes: ArraySlice<UInt8>) {
        var terminated = [UInt8]()
        terminated.reserveCapacity(bytes.count + 1)
        terminated.append(contentsOf: bytes)
        guard !terminated.contains(0) else { return nil }
        terminated.append(0)
        self.terminated = terminated
    }

    /// The bytes as a path; nil when there is a zero among them.
    package init?(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// The bytes as a path; nil when there is a zero among them.
    package init?(_ bytes: some Collection<UInt8>) { self.init(Array(bytes)[...]) }

    /// The text as a path; nil when there is a zero in it.
    package init?(_ text: String) { self.init(Array(text.utf8)) }

    /// The bytes without the terminator.
    package var bytes: ArraySlice<UInt8> { terminated.dropLast() }

    /// Calls `body` with the terminated bytes.
    @inline(__always)
    func withPointer<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
        // SAFETY: bytes are read as characters of the same size; the array lives through the call
        // and is never empty.
        unsafe terminated.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("no terminator") }
            return unsafe body(UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self))
        }
    }
}

extension PathName: ExpressibleByStringLiteral {
    /// A literal path; a zero inside ends it.
    package init(stringLiteral text: StaticString) {
        let bytes = "\(text)".utf8
        terminated = bytes.prefix { $0 != 0 } + [0]
    }
}
