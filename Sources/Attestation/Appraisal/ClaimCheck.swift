/// How one claim fared against a policy.
package struct ClaimCheck: Equatable, Sendable {
    /// What came of it.
    package enum Outcome: Equatable, Sendable {
        /// The value meets the expectation.
        case met
        /// The value does not.
        case refused
        /// The policy says nothing and must.
        case unstated
        /// The policy says not to look, and why.
        case notAppraised(because: String)
        /// The policy says nothing and need not.
        case told
    }

    package let claim: Claim
    /// The expectation that was applied; `nil` when there is none.
    package let expectation: Expectation?
    package let outcome: Outcome
    /// A line of a policy file that would admit what was found.
    package let admittingLine: String
    /// Where the policy states the expectation, such as `policy.toml:12`; `nil` when no file does.
    package let place: String?

    /// Whether the check stands against accepting the evidence.
    package var isRefusal: Bool { outcome == .refused || outcome == .unstated }
}
