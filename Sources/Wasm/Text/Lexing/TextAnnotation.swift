/// An annotation whose meaning we know: `(@name …)`, `(@custom …)` or
/// `(@metadata.code.branch_hint …)`.
///
/// Source: core specification 3.0, §6.3.6 (Annotations) and appendix "Custom Sections and
/// Annotations".
struct TextAnnotation: Sendable {
    enum Kind: String, Sendable {
        case name = "name"
        case custom = "custom"
        case branchHint = "metadata.code.branch_hint"
    }

    let kind: Kind
    /// Index of the token that follows the annotation.
    let position: Int
    /// The annotation's opening parenthesis, for errors.
    let start: TextToken
    /// What stands inside, after the annotation's name.
    let contents: [TextToken]
}
