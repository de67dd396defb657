internal import COpenSSL

/// A source of random bytes. Passed in, so that a test's seed repeats a run.
package protocol Entropy: Sendable {
    /// Fills the whole buffer.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(CryptographyFailure)
}

extension Entropy {
    /// `count` random bytes.
    package func bytes(_ count: Int) throws(CryptographyFailure) -> [UInt8] {
        var failure: CryptographyFailure?
        let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(CryptographyFailure) {
                // SAFETY: the buffer has room for `count` bytes; all are written or none is used.
                try unsafe fill(
                    UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
                filled = count
            } catch {
                failure = error
                filled = 0
            }
        }
        if let failure { throw failure }
        return result
    }
}

/// The kernel's generator, getrandom(2): no state of ours that a copy of the process could repeat.
package struct SystemEntropy: Entropy {
    package init() {}

    package func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(CryptographyFailure) {
        var done = 0
        while done < buffer.count {
            // SAFETY: `done` is below `count`, so the rest of the buffer is in bounds.
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            // Up to 256 bytes come whole and uninterrupted once the pool is seeded: getrandom(2).
            let got = unsafe getrandom(rest.baseAddress, min(rest.count, 256), 0)
            guard got > 0 else { throw .noEntropy }
            done += got
        }
    }
}
