/// An SGX or TDX quote that Intel's keys vouch for, with the platform's status at one moment.
///
/// Only ``DCAPQuote/verify(_:collateral:roots:now:)`` makes one.
package struct VerifiedQuote: VerifiedEvidence {
    package let quote: DCAPQuote
    /// What the platform's certificate says.
    package let platform: PCKExtension
    /// Common name of the CA that issued the platform's certificate.
    package let issuerName: String
    package let evaluation: TCBEvaluation
    /// The lower of the numbers of TCB information and quoting enclave's identity.
    package let evaluationNumber: UInt64
    package let steps: [VerificationStep]
    package let anchor: TrustAnchor
    package let instant: Instant

    init(
        quote: DCAPQuote, platform: PCKExtension, issuerName: String, evaluation: TCBEvaluation,
        evaluationNumber: UInt64, steps: [VerificationStep], anchor: TrustAnchor, instant: Instant,
        _: DCAPVerification.Seal
    ) {
        self.quote = quote
        self.platform = platform
        self.issuerName = issuerName
        self.evaluation = evaluation
        self.evaluationNumber = evaluationNumber
        self.steps = steps
        self.anchor = anchor
        self.instant = instant
    }

    package var format: EvidenceFormat { quote.format }
    package var evidenceBytes: [UInt8] { quote.bytes }
    package var root: TrustAnchor? { anchor }

    package var flags: [String] {
        let facts: [(String, Bool)]
        switch quote.body {
        case .sgx(let report): facts = [("debug", report.isDebug)]
        case .tdx(let report):
            facts = [
                ("td_debug", report.isDebug), ("td_attributes_reserved", report.hasReservedTUD),
                ("sept_ve_disable_off", !report.sharedPagesFault),
                ("service_td", report.hasServiceTD),
            ]
        }
        return facts.filter(\.1).map(\.0)
    }

    package var claims: [Claim] {
        switch quote.body {
        case .sgx(let report): SGXClaims.claims(report, self)
        case .tdx(let report): TDXClaims.claims(report, self)
        }
    }
}
