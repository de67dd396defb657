/// One check of a verification, done or left out.
package struct VerificationStep: Equatable, Sendable {
    /// What was checked, such as `report signature`.
    package let name: String
    /// How, such as `ECDSA P-384 with SHA-384 by the VCEK`.
    package let detail: String
    /// Why it was left out; `nil` when it was done.
    package let skippedBecause: String?

    package init(_ name: String, _ detail: String) {
        self.name = name
        self.detail = detail
        skippedBecause = nil
    }

    package init(_ name: String, skippedBecause reason: String) {
        self.name = name
        detail = ""
        skippedBecause = reason
    }
}
