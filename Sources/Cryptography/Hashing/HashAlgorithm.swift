internal import COpenSSL

/// The hash functions of FIPS 180-4 that are used here.
package enum HashAlgorithm: Sendable, Hashable, CustomStringConvertible {
    case sha256
    case sha384
    case sha512

    /// Bytes of a digest.
    package var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    package var description: String {
        switch self {
        case .sha256: "SHA-256"
        case .sha384: "SHA-384"
        case .sha512: "SHA-512"
        }
    }

    /// OpenSSL's constant table for the algorithm; it lives as long as the process.
    var evp: OpaquePointer? {
        switch self {
        case .sha256: unsafe Self.fetched256
        case .sha384: unsafe Self.fetched384
        case .sha512: unsafe Self.fetched512
        }
    }

    // Fetched once: libcrypto's own look-up takes longer than hashing a short message.
    // SAFETY: the objects are never freed nor changed, and libcrypto shares them between threads.
    nonisolated(unsafe) private static let fetched256 = unsafe EVP_MD_fetch(nil, "SHA2-256", nil)
    nonisolated(unsafe) private static let fetched384 = unsafe EVP_MD_fetch(nil, "SHA2-384", nil)
    nonisolated(unsafe) private static let fetched512 = unsafe EVP_MD_fetch(nil, "SHA2-512", nil)
}
