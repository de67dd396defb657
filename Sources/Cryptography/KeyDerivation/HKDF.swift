/// HKDF-SHA-256 (RFC 5869): keys from a uniformly random or extracted secret.
package enum HKDF {
    /// Derives `count` bytes, at most 255 × 32.
    ///
    /// - Parameters:
    ///   - secret: the input keying material.
    ///   - salt: public and random, or empty.
    ///   - info: what the key is for; two uses never share it.
    package static func derive(
        from secret: SecretBytes, salt: [UInt8] = [], info: [UInt8], count: Int = 32
    ) throws(CryptographyFailure) -> SecretBytes {
        guard count <= 255 * HMACSHA256.byteCount else {
            throw .wrongSize(what: "derived key", found: count, expected: 255 * 32)
        }
        let key = try extract(secret, salt: salt)
        var block: [UInt8] = []
        var output: [UInt8] = []
        output.reserveCapacity(count + HMACSHA256.byteCount)
        defer {
            unsafe block.withUnsafeMutableBytes { unsafe wipe($0) }
            unsafe output.withUnsafeMutableBytes { unsafe wipe($0) }
        }
        var counter: UInt8 = 1
        while output.count < count {
            block = try HMACSHA256.authenticate(block + info + [counter], key: key)
            output += block
            counter &+= 1
        }
        return SecretBytes(copying: output.prefix(count))
    }

    /// HKDF-Extract: the pseudorandom key of `secret` and `salt`.
    private static func extract(
        _ secret: SecretBytes, salt: [UInt8]
    ) throws(CryptographyFailure) -> SecretBytes {
        let salt = salt.isEmpty ? [UInt8](repeating: 0, count: HMACSHA256.byteCount) : salt
        var message = unsafe secret.withUnsafeBytes { unsafe [UInt8]($0) }
        defer { unsafe message.withUnsafeMutableBytes { unsafe wipe($0) } }
        return try SecretBytes(
            copying: HMACSHA256.authenticate(message, key: SecretBytes(copying: salt)))
    }
}
