internal import COpenSSL

/// Secret bytes with one owner: no description, not copyable by accident, wiped when the owner goes.
///
/// The bytes never move after `init`, so no stale copy is left by a growing array.
@safe package final class SecretBytes: Sendable {
    /// How many bytes.
    package let count: Int

    // SAFETY: owned by this object alone; written in `init` only, read-only until `deinit`, so
    // sharing it between threads is sharing constants.
    private nonisolated(unsafe) let storage: UnsafeMutableRawPointer

    /// Makes `count` bytes and lets `fill` write them; they are zero before.
    package init<Failure: Error>(
        count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(count >= 0, "a secret cannot have a negative size")
        self.count = count
        unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
        unsafe storage.initializeMemory(as: UInt8.self, repeating: 0, count: max(count, 1))
        // SAFETY: `storage` holds `count` bytes and nobody else has seen it yet.
        try unsafe fill(UnsafeMutableRawBufferPointer(start: storage, count: count))
    }

    /// Copies `bytes`. The caller's copy is the caller's to wipe.
    package convenience init(copying bytes: some Collection<UInt8>) {
        unsafe self.init(count: bytes.count) { buffer in
            // SAFETY: `buffer` has room for exactly `bytes.count` bytes.
            for (index, byte) in bytes.enumerated() { unsafe buffer[index] = byte }
        }
    }

    /// Fresh random bytes.
    package convenience init(count: Int, from entropy: some Entropy) throws(CryptographyFailure) {
        try unsafe self.init(count: count) { buffer throws(CryptographyFailure) in
            try unsafe entropy.fill(buffer)
        }
    }

    deinit {
        // SAFETY: `storage` holds at least `count` bytes; OPENSSL_cleanse is never optimised away.
        unsafe OPENSSL_cleanse(storage, count)
        unsafe storage.deallocate()
    }

    /// Lends the bytes for the time of `body`; they must not escape it.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: `storage` holds `count` bytes for as long as `self` lives.
        try unsafe body(UnsafeRawBufferPointer(start: storage, count: count))
    }

    /// Whether both hold the same bytes; takes the same time wherever they differ.
    package func constantTimeEquals(_ other: SecretBytes) -> Bool {
        guard count == other.count else { return false }
        // SAFETY: both buffers hold `count` bytes.
        return unsafe CRYPTO_memcmp(storage, other.storage, count) == 0
    }
}

extension SecretBytes: CustomStringConvertible, CustomReflectable {
    /// Tells the size and nothing else.
    package var description: String { "SecretBytes(\(count) bytes)" }

    /// Keeps `dump` from following the pointer.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Whether two byte strings are equal; takes the same time wherever they differ.
package func constantTimeEquals(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>)
    -> Bool
{
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(left, right) { difference |= a ^ b }
    return difference == 0
}

/// Wipes memory in a way that the optimiser keeps.
package func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
    guard let base = buffer.baseAddress else { return }
    // SAFETY: the buffer is `count` writable bytes by its own promise.
    unsafe OPENSSL_cleanse(base, buffer.count)
}
