internal import COpenSSL

/// HMAC (RFC 2104, FIPS 198-1) with any of the hashes used here.
package enum HMACCode {
    /// The code of `message` under `key`, as long as the hash's digest.
    package static func authenticate(
        _ message: [UInt8], key: SecretBytes, _ hash: HashAlgorithm
    ) throws(CryptographyFailure) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: hash.byteCount)
        var size: UInt32 = 0
        let done = unsafe key.withUnsafeBytes { key in
            // SAFETY: sizes are the buffers' own; the code buffer is as long as the hash's digest.
            unsafe HMAC(
                hash.evp, key.baseAddress, Int32(clamping: key.count), message, message.count,
                &code, &size) != nil
        }
        guard done, size == hash.byteCount else { throw .library(operation: "HMAC") }
        return code
    }
}
