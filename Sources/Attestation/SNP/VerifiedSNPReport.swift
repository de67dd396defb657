/// An SEV-SNP report that AMD's keys vouch for.
///
/// Only ``SNPReport/verify(_:collateral:roots:now:)`` makes one.
package struct VerifiedSNPReport: VerifiedEvidence {
    package let report: SNPReport
    /// What the certificate of the signing key says.
    package let endorsement: SNPEndorsement
    /// Whether CHIP_ID is masked although a chip's own key signed.
    package let isChipMasked: Bool
    /// Whether the ARK's revocation list was checked.
    package let revocationChecked: Bool
    package let steps: [VerificationStep]
    package let anchor: TrustAnchor
    package let instant: Instant

    init(
        report: SNPReport, endorsement: SNPEndorsement, isChipMasked: Bool,
        revocationChecked: Bool, steps: [VerificationStep], anchor: TrustAnchor, instant: Instant,
        _: SNPVerification.Seal
    ) {
        self.report = report
        self.endorsement = endorsement
        self.isChipMasked = isChipMasked
        self.revocationChecked = revocationChecked
        self.steps = steps
        self.anchor = anchor
        self.instant = instant
    }

    package var format: EvidenceFormat { .snp }
    package var evidenceBytes: [UInt8] { report.bytes }
    package var root: TrustAnchor? { anchor }
    package var productLine: SNPProductLine { endorsement.productLine }

    /// Firmware that is newer than what is committed: it may still be rolled back.
    package var isProvisional: Bool {
        !report.currentTCB.isAtMost(report.committedTCB)
            || report.currentFirmware.number > report.committedFirmware.number
    }

    /// Neither what is committed nor what is reported is above what runs.
    package var isTCBOrderValid: Bool {
        report.committedTCB.isAtMost(report.currentTCB)
            && report.reportedTCB.isAtMost(report.currentTCB)
    }

    package var flags: [String] {
        let facts = [
            ("debug", report.guestPolicy.allowsDebug),
            ("migrate_ma", report.guestPolicy.allowsMigrationAgent),
            ("host_requested", report.isHostRequested),
            ("chip_id_masked", isChipMasked),
            ("provisional_firmware", isProvisional),
            ("tcb_order_invalid", !isTCBOrderValid),
            (
                "alias_check_missing",
                report.version >= 3 && !report.platformInfo.aliasCheckComplete
            ),
        ]
        return facts.filter(\.1).map(\.0)
    }

    package var claims: [Claim] {
        SNPClaims.table.map { Claim($0, SNPClaims.value($0.name, of: self)) }
    }
}
