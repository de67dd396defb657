internal import COpenSSL

/// An XAES-256-GCM key (C2SP, *The XAES-256-GCM extended-nonce AEAD*): 192-bit nonces, long enough
/// to be random for any number of messages, so no counter has to survive anything.
///
/// Each message pays a key set-up; use ``AESGCMKey`` where a fresh key lives for many messages.
package struct XAESGCMKey: Sendable {
    /// Size of a key.
    package static let keyByteCount = 32
    /// Size of a nonce.
    package static let nonceByteCount = 24
    /// Size of a tag.
    package static let tagByteCount = 16

    private let key: SecretBytes
    /// CMAC's first subkey (NIST SP 800-38B, section 6.1).
    private let subkey: SecretBytes

    /// - Throws: ``CryptographyFailure/wrongSize(what:found:expected:)`` unless the key is 32 bytes.
    package init(_ key: SecretBytes) throws(CryptographyFailure) {
        guard key.count == Self.keyByteCount else {
            throw .wrongSize(what: "key", found: key.count, expected: Self.keyByteCount)
        }
        self.key = key
        var block = try Self.encrypt([UInt8](repeating: 0, count: 16), key)
        let carry: UInt8 = block[0] >> 7
        for index in 0..<15 { block[index] = block[index] << 1 | block[index + 1] >> 7 }
        block[15] = block[15] << 1 ^ (0b1000_0111 & (0 &- carry))
        subkey = SecretBytes(copying: block)
    }

    /// Encrypts to `ciphertext ‖ tag` under a 24-byte nonce.
    package func seal(
        _ plaintext: [UInt8], nonce: [UInt8], associatedData: [UInt8] = []
    ) throws(CryptographyFailure) -> [UInt8] {
        try derivedKey(nonce).seal(
            plaintext, nonce: [UInt8](nonce.suffix(12)), associatedData: associatedData)
    }

    /// Decrypts `ciphertext ‖ tag`.
    ///
    /// - Throws: ``CryptographyFailure/authenticationFailed``.
    package func open(
        _ sealed: [UInt8], nonce: [UInt8], associatedData: [UInt8] = []
    ) throws(CryptographyFailure) -> [UInt8] {
        try derivedKey(nonce).open(
            sealed, nonce: [UInt8](nonce.suffix(12)), associatedData: associatedData)
    }

    private func derivedKey(_ nonce: [UInt8]) throws(CryptographyFailure) -> AESGCMKey {
        guard nonce.count == Self.nonceByteCount else {
            throw .wrongSize(what: "nonce", found: nonce.count, expected: Self.nonceByteCount)
        }
        // Two CMAC blocks: counter 1 and 2, label "X", the nonce's first half.
        var blocks: [UInt8] = []
        for counter: UInt8 in 1...2 { blocks += [0, counter, 0x58, 0] + nonce.prefix(12) }
        unsafe subkey.withUnsafeBytes { subkey in
            // SAFETY: the subkey is 16 bytes and `index % 16` stays below that.
            for index in blocks.indices { unsafe blocks[index] ^= subkey[index % 16] }
        }
        return try AESGCMKey(SecretBytes(copying: Self.encrypt(blocks, key)))
    }

    /// AES-256 of whole blocks, each by itself.
    private static func encrypt(
        _ blocks: [UInt8], _ key: SecretBytes
    ) throws(CryptographyFailure) -> [UInt8] {
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            throw .library(operation: "EVP_CIPHER_CTX_new")
        }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: blocks.count + 16)
        var written: Int32 = 0
        let done = unsafe key.withUnsafeBytes { key in
            // SAFETY: the key is 32 bytes; the output has a block to spare; the input is whole
            // blocks, so padding is switched off.
            unsafe EVP_EncryptInit_ex(
                context, FetchedCiphers.aes256ECB, nil,
                key.baseAddress?.assumingMemoryBound(to: UInt8.self), nil) == 1
                && EVP_CIPHER_CTX_set_padding(context, 0) == 1
                && EVP_EncryptUpdate(context, &output, &written, blocks, Int32(blocks.count)) == 1
        }
        guard done, Int(written) == blocks.count else {
            throw .library(operation: "EVP_EncryptUpdate")
        }
        return [UInt8](output.prefix(blocks.count))
    }
}
