/// A claim with the value that verified evidence gives it.
package struct Claim: Equatable, Sendable {
    package let definition: ClaimDefinition
    /// The value; `nil` when this evidence can not say, for example because of its version.
    package let value: ClaimValue?

    package init(_ definition: ClaimDefinition, _ value: ClaimValue?) {
        self.definition = definition
        self.value = value
    }
}
