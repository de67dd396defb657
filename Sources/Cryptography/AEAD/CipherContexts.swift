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
/// message, so a few are kept. They wait in slots that are taken by one atomic exchange: a lock
/// here would make threads that decrypt side by side wait for each other.
@safe final class CipherContexts: Sendable {
    private typealias Slot = Atomic<UnsafeMutableRawPointer?>
    private static let slotCount = 16

    private let key: SecretBytes
    private let encrypts: Bool
    // SAFETY: the slots are atomics that live as long as this object.
    private nonisolated(unsafe) let slots: UnsafeMutablePointer<Slot>

    init(key: SecretBytes, encrypts: Bool) {
        self.key = key
        self.encrypts = encrypts
        unsafe slots = .allocate(capacity: Self.slotCount)
        for index in 0..<Self.slotCount { unsafe (slots + index).initialize(to: Slot(nil)) }
    }

    deinit {
        for index in 0..<Self.slotCount {
            // SAFETY: lending does not outlive `self`, so every context is in a slot or freed.
            if let context = unsafe slots[index].load(ordering: .acquiring) {
                unsafe EVP_CIPHER_CTX_free(OpaquePointer(context))
            }
            unsafe (slots + index).deinitialize(count: 1)
        }
        unsafe slots.deallocate()
    }

    /// Lends a keyed context for the time of `body`.
    func with<Result>(
        _ body: (OpaquePointer) throws(CryptographyFailure) -> Result
    ) throws(CryptographyFailure) -> Result {
        let spare = unsafe takeSpare()
        let context = if let spare = unsafe spare { unsafe spare } else { unsafe try makeContext() }
        defer { unsafe keep(context) }
        return try unsafe body(context)
    }

    private func takeSpare() -> OpaquePointer? {
        for index in 0..<Self.slotCount {
            // SAFETY: an exchange hands the context to this thread alone.
            if let context = unsafe slots[index].exchange(nil, ordering: .acquiring) {
                return OpaquePointer(context)
            }
        }
        return nil
    }

    private func keep(_ context: OpaquePointer) {
        for index in 0..<Self.slotCount {
            // SAFETY: the slot takes over the context only when it was empty.
            let (isKept, _) = unsafe slots[index].compareExchange(
                expected: nil, desired: UnsafeMutableRawPointer(context), ordering: .releasing)
            if isKept { return }
        }
        unsafe EVP_CIPHER_CTX_free(context)
    }

    private func makeContext() throws(CryptographyFailure) -> OpaquePointer {
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
        return unsafe context
    }
}
