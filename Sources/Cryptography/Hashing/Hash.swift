internal import COpenSSL

/// Digests of bytes at hand (FIPS 180-4).
package enum Hash {
    /// SHA-256, 32 bytes.
    package static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] { digest(bytes, .sha256) }

    /// SHA-384, 48 bytes.
    package static func sha384(_ bytes: some Sequence<UInt8>) -> [UInt8] { digest(bytes, .sha384) }

    /// SHA-512, 64 bytes.
    package static func sha512(_ bytes: some Sequence<UInt8>) -> [UInt8] { digest(bytes, .sha512) }

    /// The digest of `bytes`.
    package static func digest(
        _ bytes: some Sequence<UInt8>, _ algorithm: HashAlgorithm
    ) -> [UInt8] {
        let found = bytes.withContiguousStorageIfAvailable { buffer in
            unsafe digest(of: buffer, algorithm)
        }
        return found ?? digest(Array(bytes), algorithm)
    }

    private static func digest(
        of bytes: UnsafeBufferPointer<UInt8>, _ algorithm: HashAlgorithm
    ) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: algorithm.byteCount) { output, count in
            // SAFETY: the output holds as many bytes as the algorithm's digest has; the input's
            // pointer and count come from one buffer that outlives the call.
            let status = unsafe EVP_Digest(
                bytes.baseAddress, bytes.count, output.baseAddress, nil, algorithm.evp, nil)
            precondition(status == 1, "libcrypto offers no \(algorithm)")
            count = algorithm.byteCount
        }
    }
}
