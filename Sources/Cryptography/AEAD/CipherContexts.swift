internal import COpenSSL
internal import Synchronization

/// The fetched ciphers: a fetch takes a lock and a search, so it happens once.
enum FetchedCiphers {
    // SAFETY: an EVP_CIPHER is reference-counted, immutable, and never freed here.
    nonisolated(unsafe) static let aes256GCM: OpaquePointer? =
        unsafe EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
    // SAFETY: as above.
    nonisolated(unsafe) static let aes256ECB: OpaquePointer? =
        unsafe EVP_CIPHER_fetch(nil, "AES-256-ECB", nil)
}

/// Cipher contexts that hold one key, lent to one thread at a time.
///
/// Setting up a context (key schedule, table of GHASH powers) costs more than sealing a small
/// message, so contexts are kept; there are as many as threads ever worked at once.
final class CipherContexts: Sendable {
    /// One EVP_CIPHER_CTX, owned by whoever holds this value.
    @safe private struct Idle: @unchecked Sendable {
        // SAFETY: a context may move between threads as long as one uses it at a time; the mutex
        // around the pool hands each to one holder.
        let context: OpaquePointer
    }

    private let key: SecretBytes
    private let encrypts: Bool
    private let pool = Mutex<[Idle]>([])

    init(key: SecretBytes, encrypts: Bool) {
        self.key = key
        self.encrypts = encrypts
    }

    deinit {
        let idle = pool.withLock { $0 }
        // SAFETY: the pool is the only owner left, since lending does not outlive `self`.
        for entry in idle { unsafe EVP_CIPHER_CTX_free(entry.context) }
    }

    /// Lends a keyed context for the time of `body`.
    func with<Result>(
        _ body: (OpaquePointer) throws(CryptographyFailure) -> Result
    ) throws(CryptographyFailure) -> Result {
        let spare = pool.withLock { $0.popLast() }
        let idle = if let spare { spare } else { try makeIdle() }
        defer { pool.withLock { $0.append(idle) } }
        return try unsafe body(idle.context)
    }

    private func makeIdle() throws(CryptographyFailure) -> Idle {
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            throw .library(operation: "EVP_CIPHER_CTX_new")
        }
        let done = unsafe key.withUnsafeBytes { key in
            // SAFETY: whoever made the key checked that it is 32 bytes, AES-256's size.
            unsafe EVP_CipherInit_ex(
                context, FetchedCiphers.aes256GCM, nil,
                key.baseAddress?.assumingMemoryBound(to: UInt8.self), nil, encrypts ? 1 : 0)
        }
        guard done == 1 else {
            unsafe EVP_CIPHER_CTX_free(context)
            throw .library(operation: "EVP_CipherInit_ex")
        }
        return unsafe Idle(context: context)
    }
}
