internal import COpenSSL

/// HMAC-SHA-256 (RFC 2104, FIPS 180-4).
package enum HMACSHA256 {
    /// Size of a code.
    package static let byteCount = 32

    /// The code of `message` under `key`.
    package static func authenticate(
        _ message: [UInt8], key: SecretBytes
    ) throws(CryptographyFailure) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: byteCount)
        var size: UInt32 = 0
        let done = unsafe key.withUnsafeBytes { key in
            // SAFETY: sizes are the buffers' own; the code buffer is SHA-256's 32 bytes.
            unsafe HMAC(
                EVP_sha256(), key.baseAddress, Int32(clamping: key.count), message, message.count,
                &code, &size) != nil
        }
        guard done, size == byteCount else { throw .library(operation: "HMAC") }
        return code
    }
}
