import Bytes

/// What a keep runs: nothing yet, or the one workload that this SHA-384 names.
///
/// The digest is over module, manifest and policy in their canonical form; the keep computes it from
/// what it received, and binds it into all its later evidence.
package enum WorkloadIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The keep holds no workload.
    case empty
    /// SHA-384 of the workload.
    case digest(Digest)

    /// Bytes of a digest.
    package static let digestByteCount = 48

    /// 48 bytes: a digest of SHA-384.
    package struct Digest: Hashable, Sendable {
        package let bytes: [UInt8]

        /// `nil` when there are not exactly 48 bytes.
        package init?(_ bytes: [UInt8]) {
            guard bytes.count == WorkloadIdentity.digestByteCount else { return nil }
            self.bytes = bytes
        }
    }

    /// The identity with that digest; `nil` when there are not exactly 48 bytes.
    package init?(digest bytes: [UInt8]) {
        guard let bytes = Digest(bytes) else { return nil }
        self = .digest(bytes)
    }

    /// Reads `empty` or 96 hexadecimal digits.
    package init?(_ text: String) {
        if text == "empty" {
            self = .empty
        } else {
            guard let bytes = [UInt8](hexadecimal: text) else { return nil }
            self.init(digest: bytes)
        }
    }

    /// The digest, or `nil` of an empty keep.
    package var digestBytes: [UInt8]? {
        switch self {
        case .empty: nil
        case .digest(let digest): digest.bytes
        }
    }

    /// `empty` or 96 hexadecimal digits, as policies and results write it.
    package var description: String { digestBytes?.hexadecimal ?? "empty" }
}
