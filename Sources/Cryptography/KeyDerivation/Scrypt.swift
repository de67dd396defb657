internal import COpenSSL

/// scrypt (RFC 7914): a key from a passphrase, costly in memory as well as in time.
package struct Scrypt: Sendable {
    /// CPU and memory cost `N`, a power of two.
    package var cost: UInt64
    /// Block size `r`.
    package var blockSize: UInt64
    /// Parallelisation `p`.
    package var parallelization: UInt64

    package init(cost: UInt64, blockSize: UInt64, parallelization: UInt64) {
        self.cost = cost
        self.blockSize = blockSize
        self.parallelization = parallelization
    }

    /// 128 MiB and about half a second: OWASP's first recommendation for scrypt
    /// (Password Storage Cheat Sheet).
    package static let interactive = Scrypt(cost: 1 << 17, blockSize: 8, parallelization: 1)

    /// Derives `count` bytes.
    package func derive(
        from passphrase: SecretBytes, salt: [UInt8], count: Int = 32
    ) throws(CryptographyFailure) -> SecretBytes {
        // 128·r·(N + p) bytes and a little: the library refuses more than it was allowed.
        let (memory, overflow) = cost.multipliedReportingOverflow(by: 128 &* blockSize)
        guard !overflow, memory <= 1 << 32 else {
            throw .library(operation: "EVP_PBE_scrypt: cost out of range")
        }
        return try unsafe SecretBytes(count: count) { output throws(CryptographyFailure) in
            let done = unsafe passphrase.withUnsafeBytes { passphrase in
                // SAFETY: sizes are the buffers' own.
                unsafe EVP_PBE_scrypt(
                    passphrase.baseAddress?.assumingMemoryBound(to: CChar.self), passphrase.count,
                    salt, salt.count, cost, blockSize, parallelization, memory + (1 << 20),
                    output.baseAddress?.assumingMemoryBound(to: UInt8.self), output.count)
            }
            guard done == 1 else { throw .library(operation: "EVP_PBE_scrypt") }
        }
    }
}
