internal import COpenSSL

/// An AES-256-GCM key (NIST SP 800-38D): 96-bit nonces, 128-bit tags, detached.
///
/// The caller promises that no nonce is used twice for sealing. Safe to use from many threads at
/// once: each call borrows its own context.
package final class AESGCMKey: Sendable {
    /// Size of a key.
    package static let keyByteCount = 32
    /// Size of a nonce.
    package static let nonceByteCount = 12
    /// Size of a tag.
    package static let tagByteCount = 16

    private let sealing: CipherContexts
    private let opening: CipherContexts

    /// - Throws: ``CryptographyFailure/wrongSize(what:found:expected:)`` unless the key is 32 bytes.
    package init(_ key: SecretBytes) throws(CryptographyFailure) {
        guard key.count == Self.keyByteCount else {
            throw .wrongSize(what: "key", found: key.count, expected: Self.keyByteCount)
        }
        sealing = CipherContexts(key: key, encrypts: true)
        opening = CipherContexts(key: key, encrypts: false)
    }

    /// Encrypts `plaintext` into `ciphertext` (same size) and writes the 16-byte tag.
    ///
    /// `ciphertext` may be `plaintext`'s own memory, or must not overlap it.
    package func seal(
        _ plaintext: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer,
        associatedData: UnsafeRawBufferPointer, into ciphertext: UnsafeMutableRawBufferPointer,
        tag: UnsafeMutableRawBufferPointer
    ) throws(CryptographyFailure) {
        try Self.check(plaintext.count, ciphertext.count, nonce: nonce.count, tag: tag.count)
        try unsafe sealing.with { context throws(CryptographyFailure) in
            try unsafe Self.start(context, nonce: nonce, associatedData: associatedData)
            try unsafe Self.transform(context, plaintext, into: ciphertext)
            var more: Int32 = 0
            // SAFETY: GCM writes no bytes in Final; the tag buffer is 16 bytes, checked above.
            guard
                unsafe EVP_CipherFinal_ex(
                    context, ciphertext.baseAddress?.assumingMemoryBound(to: UInt8.self), &more)
                    == 1,
                unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag.baseAddress)
                    == 1
            else { throw .library(operation: "EVP_CipherFinal_ex") }
        }
    }

    /// Decrypts `ciphertext` into `plaintext` (same size) if the tag belongs to it.
    ///
    /// On failure `plaintext` is zeroed: no unauthenticated byte is ever left for the caller.
    /// `ciphertext` must be memory that nobody else can change meanwhile.
    ///
    /// - Throws: ``CryptographyFailure/authenticationFailed``.
    package func open(
        _ ciphertext: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer,
        associatedData: UnsafeRawBufferPointer, tag: UnsafeRawBufferPointer,
        into plaintext: UnsafeMutableRawBufferPointer
    ) throws(CryptographyFailure) {
        try Self.check(plaintext.count, ciphertext.count, nonce: nonce.count, tag: tag.count)
        do throws(CryptographyFailure) {
            try unsafe opening.with { context throws(CryptographyFailure) in
                try unsafe Self.start(context, nonce: nonce, associatedData: associatedData)
                try unsafe Self.finish(context, ciphertext, tag: tag, into: plaintext)
            }
        } catch {
            unsafe wipe(plaintext)
            throw error
        }
    }

    private static func finish(
        _ context: OpaquePointer, _ ciphertext: UnsafeRawBufferPointer,
        tag: UnsafeRawBufferPointer, into plaintext: UnsafeMutableRawBufferPointer
    ) throws(CryptographyFailure) {
        // SAFETY: the library copies 16 bytes from the tag, whose size the caller checked.
        guard
            unsafe EVP_CIPHER_CTX_ctrl(
                context, EVP_CTRL_AEAD_SET_TAG, 16,
                UnsafeMutableRawPointer(mutating: tag.baseAddress))
                == 1
        else { throw .library(operation: "EVP_CTRL_AEAD_SET_TAG") }
        try unsafe transform(context, ciphertext, into: plaintext)
        var more: Int32 = 0
        // SAFETY: GCM writes no bytes in Final.
        let authentic = unsafe EVP_CipherFinal_ex(
            context, plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self), &more)
        guard authentic == 1 else {
            ERR_clear_error()
            throw .authenticationFailed
        }
    }

    private static func check(
        _ plaintext: Int, _ ciphertext: Int, nonce: Int, tag: Int
    ) throws(CryptographyFailure) {
        guard plaintext == ciphertext, plaintext <= Int(Int32.max) else {
            throw .wrongSize(what: "output", found: ciphertext, expected: plaintext)
        }
        guard nonce == nonceByteCount else {
            throw .wrongSize(what: "nonce", found: nonce, expected: nonceByteCount)
        }
        guard tag == tagByteCount else {
            throw .wrongSize(what: "tag", found: tag, expected: tagByteCount)
        }
    }

    private static func start(
        _ context: OpaquePointer, nonce: UnsafeRawBufferPointer,
        associatedData: UnsafeRawBufferPointer
    ) throws(CryptographyFailure) {
        var written: Int32 = 0
        // SAFETY: the nonce is 12 bytes, GCM's default; -1 keeps the context's direction.
        guard
            unsafe EVP_CipherInit_ex(
                context, nil, nil, nil, nonce.baseAddress?.assumingMemoryBound(to: UInt8.self), -1)
                == 1,
            unsafe associatedData.count == 0
                || EVP_CipherUpdate(
                    context, nil, &written,
                    associatedData.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    Int32(clamping: associatedData.count)) == 1
        else { throw .library(operation: "EVP_CipherInit_ex") }
    }

    private static func transform(
        _ context: OpaquePointer, _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CryptographyFailure) {
        guard input.count > 0 else { return }
        var written: Int32 = 0
        // SAFETY: both buffers have the same size, checked by the caller to fit an Int32.
        guard
            unsafe EVP_CipherUpdate(
                context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), &written,
                input.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(input.count)) == 1,
            Int(written) == input.count
        else { throw .library(operation: "EVP_CipherUpdate") }
    }
}
