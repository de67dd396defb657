internal import CPlatform

/// XXH64 with seed 0: tells damage, not forgery.
///
/// Source: xxHash fast digest algorithm, version 0.1.1, "XXH64 algorithm description".
struct ImageChecksum {
    /// The checksum of some bytes.
    static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        unsafe martlet_xxh64(bytes.baseAddress, bytes.count)
    }
}
