/// A failure of the cryptography library or of the system's entropy; never says anything secret.
package enum CryptographyFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The tag does not belong to these bytes, this nonce, this key and this associated data.
    case authenticationFailed
    /// The library refused an operation that cannot fail with sound arguments.
    case library(operation: String)
    /// The operating system gave no random bytes.
    case noEntropy
    /// A key, nonce or output of a size that the algorithm does not have.
    case wrongSize(what: String, found: Int, expected: Int)

    package var description: String {
        switch self {
        case .authenticationFailed: "authentication failed"
        case .library(let operation): "the cryptography library failed in \(operation)"
        case .noEntropy: "the system gave no random bytes"
        case .wrongSize(let what, let found, let expected):
            "\(what) is \(found) bytes; the algorithm takes \(expected)"
        }
    }
}
