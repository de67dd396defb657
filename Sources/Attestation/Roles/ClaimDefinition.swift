/// A claim that a format makes: its name in policies and results, its kind, and what a policy owes it.
package struct ClaimDefinition: Equatable, Sendable {
    /// What happens when a policy says nothing about the claim.
    package enum Demand: Equatable, Sendable {
        /// The policy must say something, if only `not-appraised`; silence refuses the evidence.
        case required
        /// Silence means this expectation, the safe one.
        case defaulted(Expectation)
        /// Silence is accepted; the claim is told and not appraised.
        case optional
    }

    /// The claim's name, such as `measurement`.
    package let name: String
    package let kind: ClaimKind
    package let demand: Demand
    /// Where the format has it, such as `MEASUREMENT 090`.
    package let field: String
    /// What it means, in one line.
    package let meaning: String

    package init(
        _ name: String, _ kind: ClaimKind, _ demand: Demand, field: String, _ meaning: String
    ) {
        self.name = name
        self.kind = kind
        self.demand = demand
        self.field = field
        self.meaning = meaning
    }

    /// The same claim, of which a policy owes something else.
    func demanding(_ demand: Demand) -> ClaimDefinition {
        ClaimDefinition(name, kind, demand, field: field, meaning)
    }
}
