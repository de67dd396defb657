import Cryptography
import Synchronization

/// Remembers which signatures of certificates and lists were found right, so that the endorsements of a
/// machine that is met again cost a hash and no RSA.
///
/// Sound because it remembers nothing but answers of a pure function: that *this* key made *this*
/// signature over *these* bytes with *this* algorithm. Validity in time, revocation, names and trust are
/// looked at every time. Only right signatures are remembered; the bytes are told by SHA-256.
enum VerifiedSignatures {
    /// Most answers that are kept; when full, all are forgotten.
    private static let limit = 512

    private static let known = Mutex<Set<[UInt8]>>([])

    /// Whether the signature is right: remembered, or found by `verify`.
    static func check(
        _ signature: ArraySlice<UInt8>, over message: ArraySlice<UInt8>, _ algorithm: String,
        key: [UInt8], verify: () -> Bool
    ) -> Bool {
        // Digests of fixed length one after another: no two inputs have one spelling.
        let digest = Hash.sha256(
            Hash.sha256(key) + Hash.sha256(Array(algorithm.utf8)) + Hash.sha256(signature)
                + Hash.sha256(message))
        if known.withLock({ $0.contains(digest) }) { return true }
        guard verify() else { return false }
        known.withLock { known in
            if known.count >= limit { known.removeAll(keepingCapacity: true) }
            known.insert(digest)
        }
        return true
    }
}
