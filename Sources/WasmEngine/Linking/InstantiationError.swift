package import Diagnostics

/// Why an instance could not be made.
package enum InstantiationError: Error, Equatable, Sendable, Diagnosable {
    /// An import is missing.
    case unknownImport(module: String, name: String)
    /// What was offered for an import is of another kind or type.
    case incompatibleImport(module: String, name: String, expected: String, found: String)
    /// A budget of the store is used up.
    case budgetExceeded(String)
    /// An active segment or the start function trapped.
    case trap(Trap)

    package var diagnostic: Diagnostic {
        switch self {
        case .unknownImport(let module, let name):
            Diagnostic(
                what: "unknown import \(Self.quoted(module, name))",
                remedy: "provide it, or run the module where it is provided")
        case .incompatibleImport(let module, let name, let expected, let found):
            Diagnostic(
                what: "incompatible import type for \(Self.quoted(module, name)):"
                    + " expected \(expected), found \(found)",
                remedy: "provide what the module declares")
        case .budgetExceeded(let what):
            Diagnostic(what: what, remedy: "raise the store's budget")
        case .trap(let trap): trap.diagnostic
        }
    }

    private static func quoted(_ module: String, _ name: String) -> String {
        "\"\(module.escapedForDisplay())\" \"\(name.escapedForDisplay())\""
    }
}
