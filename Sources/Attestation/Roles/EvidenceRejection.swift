package import Bytes
package import Diagnostics

/// Evidence or collateral that is not accepted whatever the policy: why, where, and how to mend it.
package struct EvidenceRejection: Error, Equatable, Sendable, Diagnosable {
    /// The machine-readable reason.
    package enum Reason: String, Equatable, Sendable, CaseIterable {
        /// The bytes are not in the format they claim.
        case malformed
        /// A format, version or algorithm that this verifier does not speak.
        case unsupported
        /// The signature is right and the version is one that is never accepted.
        case unsupportedVersion = "unsupported-version"
        /// Collateral that the format needs was not given.
        case missingCollateral = "missing-collateral"
        /// A chain does not end at a root that is trusted.
        case untrustedRoot = "untrusted-root"
        /// A certificate is not what its place in the chain needs.
        case chain
        /// A certificate, list or document is past its time.
        case expired
        /// A certificate, list or document is before its time.
        case notYetValid = "not-yet-valid"
        /// A revocation list names the certificate.
        case revoked
        /// A signature does not verify.
        case signature
        /// Two parts that belong together do not: a chip and its certificate, a key and its hash.
        case binding
        /// Signed collateral is about another platform, enclave or technology.
        case mismatch
        /// No level of the signed TCB information covers the platform.
        case noMatchingLevel = "no-matching-level"
    }

    package let reason: Reason
    /// What was found and what was needed.
    package let what: String
    /// Which part of evidence or collateral.
    package let place: String
    /// How to mend it.
    package let remedy: String

    package init(_ reason: Reason, _ what: String, in place: String, remedy: String = "") {
        self.reason = reason
        self.what = what
        self.place = place
        self.remedy = remedy
    }

    /// Malformed bytes of that part.
    package init(_ error: MalformedBytes, in place: String, remedy: String = "") {
        self.init(.malformed, error.description, in: place, remedy: remedy)
    }

    package var diagnostic: Diagnostic { Diagnostic(what: what, where: place, remedy: remedy) }

    /// The rejection for `--json`.
    package var json: JSONText {
        .object([
            ("accepted", .boolean(false)), ("rejected", .string(reason.rawValue)),
            ("what", .string(what)), ("where", .string(place)), ("remedy", .string(remedy)),
        ])
    }
}

/// Runs a decoder and tells its errors as rejections of `place`.
func decoding<Value>(
    _ place: String, _ body: () throws(MalformedBytes) -> Value
) throws(EvidenceRejection) -> Value {
    do {
        return try body()
    } catch {
        throw EvidenceRejection(error, in: place)
    }
}
