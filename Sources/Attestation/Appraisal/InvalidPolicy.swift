package import Diagnostics

/// A policy that asks for what no evidence can answer.
package enum InvalidPolicy: Error, Equatable, Sendable, Diagnosable {
    /// The format makes no claim of that name.
    case unknownClaim(format: EvidenceFormat, claim: String)
    /// The claim is of a kind that can not meet such an expectation.
    case unsuitable(format: EvidenceFormat, claim: String, kind: ClaimKind)

    package var diagnostic: Diagnostic {
        switch self {
        case .unknownClaim(let format, let claim):
            Diagnostic(
                what: "\(format.title)s make no claim “\(claim.escapedForDisplay())”",
                where: "[\(format.rawValue)]",
                remedy: "martlet policy explain \(format.rawValue) lists the claims")
        case .unsuitable(let format, let claim, let kind):
            Diagnostic(
                what: "“\(claim)” is of kind \(kind.rawValue) and can not be asked that",
                where: "[\(format.rawValue)]",
                remedy: "martlet policy explain \(format.rawValue) shows what each claim takes")
        }
    }
}
