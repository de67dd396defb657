/// What a verifier needs besides an SNP report: DER, as received.
package struct SNPCollateral: Equatable, Sendable {
    /// The VCEK or VLEK certificate.
    package var endorsementKey: [UInt8]
    /// The ASK or ASVK certificate that issued it.
    package var signingKey: [UInt8]
    /// The ARK's revocation list; without it, revocation is not checked and the result says so.
    package var revocationList: [UInt8]?

    package init(
        endorsementKey: [UInt8], signingKey: [UInt8], revocationList: [UInt8]? = nil
    ) {
        self.endorsementKey = endorsementKey
        self.signingKey = signingKey
        self.revocationList = revocationList
    }
}
