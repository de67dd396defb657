import Bytes
import Cryptography

extension SNPReport {
    /// Verifies a report: a pure function of its arguments.
    ///
    /// - Parameters:
    ///   - evidence: the report, as received.
    ///   - collateral: the certificates of the key that signed it, and a revocation list.
    ///   - roots: the AMD roots that are trusted.
    ///   - now: the moment at which certificates and lists must be in force.
    /// - Throws: ``EvidenceRejection`` for whatever no policy can accept.
    package static func verify(
        _ evidence: ArraySlice<UInt8>, collateral: SNPCollateral, roots: TrustRoots, now: Instant
    ) throws(EvidenceRejection) -> VerifiedSNPReport {
        let report = try SNPReport(decoding: evidence)
        var verification = try SNPVerification(report, collateral, roots, now)
        return try verification.run()
    }
}

/// One run of the checks of an SNP report.
struct SNPVerification {
    /// Lets only this file make a ``VerifiedSNPReport``.
    struct Seal { fileprivate init() {} }

    private let report: SNPReport
    private let leaf: Certificate
    private let intermediate: Certificate
    private let list: CertificateRevocationList?
    private let roots: [TrustAnchor]
    private let now: Instant
    private var steps: [VerificationStep] = []

    /// AMD signs certificates and lists with RSASSA-PSS and SHA-384 and nothing else.
    static let rules = ChainRules(algorithms: [.rsaPSS(.sha384)])

    fileprivate init(
        _ report: SNPReport, _ collateral: SNPCollateral, _ roots: TrustRoots, _ now: Instant
    ) throws(EvidenceRejection) {
        self.report = report
        self.roots = roots.amd
        self.now = now
        leaf = try decoding("VCEK or VLEK certificate") { () throws(MalformedBytes) in
            try Certificate(decoding: collateral.endorsementKey[...])
        }
        intermediate = try decoding("ASK or ASVK certificate") { () throws(MalformedBytes) in
            try Certificate(decoding: collateral.signingKey[...])
        }
        if let bytes = collateral.revocationList {
            list = try decoding("AMD revocation list") { () throws(MalformedBytes) in
                try CertificateRevocationList(decoding: bytes[...])
            }
        } else {
            list = nil
        }
    }

    fileprivate mutating func run() throws(EvidenceRejection) -> VerifiedSNPReport {
        steps.append(
            VerificationStep("structure", "version \(report.version), reserved bytes zero"))
        let anchor = try root()
        let chain = try CertificateChain.verify(
            leaf: leaf, intermediates: [intermediate], root: anchor.certificate, at: now,
            rules: Self.rules)
        steps.append(
            VerificationStep(
                "certificate chain",
                "\(leaf.subject), \(intermediate.subject), \(anchor.certificate.subject): "
                    + "RSASSA-PSS with SHA-384, in force at \(now)"))
        let endorsement = try endorsement()
        try checkRevocation(chain)
        try checkSignature()
        try checkTCB(endorsement)
        let isMasked = try checkChip(endorsement)
        try checkVersion()
        return VerifiedSNPReport(
            report: report, endorsement: endorsement, isChipMasked: isMasked,
            revocationChecked: list != nil, steps: steps, anchor: anchor, instant: now, Seal())
    }

    private func root() throws(EvidenceRejection) -> TrustAnchor {
        // Roots of one name may be several; the key decides, and a wrong one fails the signature.
        let named = roots.filter { $0.certificate.subject == intermediate.issuer }
        let signer = named.first {
            $0.certificate.publicKey.verifies(
                intermediate.signature, over: intermediate.signedBytes,
                intermediate.signatureAlgorithm)
        }
        guard let anchor = signer ?? named.first else {
            throw EvidenceRejection(
                .untrustedRoot, "\(intermediate.issuer) is not among the trusted AMD roots",
                in: "certificate \(intermediate.subject)",
                remedy: "use AMD's certificates; a simulated TEE's root must be named in the policy"
            )
        }
        return anchor
    }

    /// The key's certificate must be of the kind that KEY_INFO names and of one product line with
    /// its issuers and the processor.
    private mutating func endorsement() throws(EvidenceRejection) -> SNPEndorsement {
        let place = "certificate \(leaf.subject)"
        let kind = report.keyInfo.signingKey ?? .none
        guard leaf.subject.commonName == "SEV-\(kind.rawValue)" else {
            throw EvidenceRejection(
                .binding, "KEY_INFO says \(kind.rawValue), the certificate is \(leaf.subject)",
                in: place, remedy: "give the certificate of the key that signed the report")
        }
        guard leaf.publicKey.kind == .p384 else {
            throw EvidenceRejection(.chain, "key is not on P-384", in: place)
        }
        guard !leaf.constraints.isAuthority, leaf.constraints.maySignData else {
            throw EvidenceRejection(.chain, "is no certificate of a signing key", in: place)
        }
        let leaf = leaf
        let endorsement = try decoding(place) { () throws(MalformedBytes) in
            try SNPEndorsement(leaf)
        }
        let line = endorsement.productLine
        try checkIssuers(line, kind)
        if let processor = report.processor {
            let found = SNPProductLine(family: processor.family, model: processor.model)
            guard found == line else {
                throw EvidenceRejection(
                    .binding,
                    "CPUID at offset 0x188 is family \(processor.family), model "
                        + "\(processor.model); the certificate is for \(endorsement.productName)",
                    in: SNPReport.place)
            }
        }
        steps.append(
            VerificationStep(
                "product line", "\(line.certificateName) in report, key certificate and issuers"))
        return endorsement
    }

    private func checkIssuers(
        _ line: SNPProductLine, _ kind: SNPKeyInfo.SigningKey
    ) throws(EvidenceRejection) {
        let name = line.certificateName
        let expected = kind == .vlek ? "SEV-VLEK-\(name)" : "SEV-\(name)"
        guard intermediate.subject.commonName == expected,
            intermediate.issuer.commonName == "ARK-\(name)"
        else {
            throw EvidenceRejection(
                .chain,
                "\(kind.rawValue) of \(name) must be issued by \(expected) and ARK-\(name); "
                    + "it is by \(intermediate.subject) and \(intermediate.issuer)",
                in: "certificate \(leaf.subject)")
        }
    }

    private mutating func checkRevocation(_ chain: CertificateChain) throws(EvidenceRejection) {
        guard let list else {
            steps.append(
                VerificationStep(
                    "revocation", skippedBecause: "no revocation list in the collateral"))
            return
        }
        // AMD lists only the intermediate keys; TCB versions retire endorsement keys.
        let verified = try VerifiedRevocationList.verify(
            list, issuedBy: chain.root, at: now, rules: Self.rules)
        try verified.require(notRevoked: intermediate)
        steps.append(
            VerificationStep(
                "revocation",
                "list of \(list.issuer), in force \(list.thisUpdate) to \(list.nextUpdate), "
                    + "\(list.revokedSerialNumbers.count) entries"))
    }

    private mutating func checkSignature() throws(EvidenceRejection) {
        guard
            leaf.publicKey.verifies(
                rawECDSA: report.rawSignature[...], over: report.signedBytes, .sha384)
        else {
            throw EvidenceRejection(
                .signature, "signature at offset 0x2a0 is not by the key of \(leaf.subject)",
                in: SNPReport.place,
                remedy: "check that report and certificate are of one chip and one TCB version")
        }
        steps.append(
            VerificationStep(
                "report signature", "ECDSA P-384 with SHA-384 over bytes 0x000 to 0x29f"))
    }

    private mutating func checkTCB(_ endorsement: SNPEndorsement) throws(EvidenceRejection) {
        let line = endorsement.productLine
        guard endorsement.tcb == report.reportedTCB else {
            let found = ClaimValue.components(
                line: line.rawValue, report.reportedTCB.components(line))
            let expected = ClaimValue.components(
                line: line.rawValue, endorsement.tcb.components(line))
            throw EvidenceRejection(
                .binding,
                "REPORTED_TCB at offset 0x180 is \(found.description); the certificate is for "
                    + expected.description, in: SNPReport.place,
                remedy: "fetch the certificate for the reported TCB version")
        }
        steps.append(
            VerificationStep(
                "TCB binding", "REPORTED_TCB equals the certificate's, all eight components"))
    }

    /// Returns whether the chip hides its identifier.
    private mutating func checkChip(
        _ endorsement: SNPEndorsement
    ) throws(EvidenceRejection) -> Bool {
        let isZero = report.chipID.allSatisfy { $0 == 0 }
        guard report.keyInfo.signingKey == .vcek else {
            guard endorsement.hardwareID == nil, endorsement.providerID != nil else {
                throw EvidenceRejection(
                    .chain, "a VLEK certificate names a provider and no chip",
                    in: "certificate \(leaf.subject)")
            }
            steps.append(
                VerificationStep("chip binding", skippedBecause: "a VLEK is not one chip's key"))
            return false
        }
        let size = endorsement.productLine.chipIdentifierBytes
        guard let hardwareID = endorsement.hardwareID, hardwareID.count == size,
            endorsement.providerID == nil
        else {
            throw EvidenceRejection(
                .chain, "a VCEK certificate names a chip by \(size) bytes and no provider",
                in: "certificate \(leaf.subject)")
        }
        if isZero {
            steps.append(VerificationStep("chip binding", skippedBecause: "CHIP_ID is masked"))
            return true
        }
        guard report.chipID == hardwareID + [UInt8](repeating: 0, count: 64 - size) else {
            throw EvidenceRejection(
                .binding, "CHIP_ID at offset 0x1a0 is not the chip of the certificate",
                in: SNPReport.place)
        }
        steps.append(VerificationStep("chip binding", "CHIP_ID equals the certificate's hwID"))
        return false
    }

    /// Comes last, so that its reason says that all else is genuine.
    private func checkVersion() throws(EvidenceRejection) {
        guard report.version >= 2 else {
            throw EvidenceRejection(
                .unsupportedVersion,
                "VERSION at offset 0x000 is 1, of firmware before production; 2 to 5 are accepted",
                in: SNPReport.place, remedy: "update the machine's firmware")
        }
    }
}
