import Bytes
import Cryptography
import Diagnostics

extension DCAPQuote {
    /// Verifies a quote: a pure function of its arguments.
    ///
    /// - Parameters:
    ///   - evidence: the quote, as received.
    ///   - collateral: revocation lists, TCB information and the quoting enclave's identity.
    ///   - roots: the Intel roots that are trusted.
    ///   - now: the moment at which every certificate, list and signed object must be in force.
    /// - Throws: ``EvidenceRejection`` for whatever no policy can accept. A status such as OutOfDate
    ///   is no such thing: it is a claim.
    package static func verify(
        _ evidence: ArraySlice<UInt8>, collateral: DCAPCollateral, roots: TrustRoots, now: Instant
    ) throws(EvidenceRejection) -> VerifiedQuote {
        let quote = try DCAPQuote(decoding: evidence)
        var verification = DCAPVerification(quote, collateral, roots, now)
        return try verification.run()
    }

    /// Checks the certificate chain and the signatures inside the quote, and nothing else.
    ///
    /// That is not verification: nothing is known of revocation or of the platform's TCB, so no
    /// verified type comes of it. It tells what a quote without collateral is worth.
    package func checkSignatureChain(
        roots: TrustRoots, now: Instant
    ) throws(EvidenceRejection) {
        var verification = DCAPVerification(self, .none, roots, now)
        try verification.runWithoutCollateral()
    }
}

/// One run of the checks of a quote.
struct DCAPVerification {
    /// Lets only this file make a ``VerifiedQuote``.
    struct Seal { fileprivate init() {} }

    private let quote: DCAPQuote
    private let collateral: DCAPCollateral
    private let roots: [TrustAnchor]
    private let now: Instant
    private var steps: [VerificationStep] = []
    /// When the first part of the collateral runs out.
    private var until: Instant?

    /// Intel signs certificates and lists with ECDSA and SHA-256 and nothing else.
    static let rules = ChainRules(algorithms: [.ecdsa(.sha256)])

    fileprivate init(
        _ quote: DCAPQuote, _ collateral: DCAPCollateral, _ roots: TrustRoots, _ now: Instant
    ) {
        self.quote = quote
        self.collateral = collateral
        self.roots = roots.intel
        self.now = now
    }

    fileprivate mutating func run() throws(EvidenceRejection) -> VerifiedQuote {
        let padding = quote.paddingBytes
        done(
            "structure",
            "version \(quote.version), lengths add up, "
                + (padding == 0 ? "nothing follows" : "only \(padding) zero bytes follow"))
        let (chain, anchor) = try platformChain()
        let platform = try decoding("certificate \(chain.leaf.subject)") {
            () throws(MalformedBytes) in try PCKExtension(chain.leaf)
        }
        let rootList = try rootRevocationList(chain, anchor)
        try checkSignatures(chain.leaf)
        let info = try tcbInfo(rootList, anchor, platform)
        let identity = try qeIdentity(rootList, anchor)
        let qeLevel = try identity.level(of: quote.signatureData.qeReport)
        done(
            "quoting enclave",
            "\(identity.id), ISVSVN \(quote.signatureData.qeReport.svn): \(qeLevel.status.rawValue)"
        )
        let evaluation = try TCBEvaluation.evaluate(info, platform, qe: qeLevel, td: quote.tdReport)
        done(
            "TCB level",
            "\(evaluation.status.rawValue), level of \(evaluation.date), by the certificate's "
                + "component versions")
        if let until {
            done(
                "collateral",
                "all of it in force until \(until); after that it must be fetched anew")
        }
        return VerifiedQuote(
            quote: quote, platform: platform,
            issuerName: chain.leaf.issuer.commonName ?? "", evaluation: evaluation,
            evaluationNumber: min(info.evaluationNumber, identity.evaluationNumber), steps: steps,
            anchor: anchor, instant: now, Seal())
    }

    fileprivate mutating func runWithoutCollateral() throws(EvidenceRejection) {
        let (chain, _) = try platformChain()
        try checkSignatures(chain.leaf)
    }

    private mutating func runsOut(_ instant: Instant) {
        until = until.map { min($0, instant) } ?? instant
    }

    private mutating func done(_ name: String, _ detail: String) {
        steps.append(VerificationStep(name, detail))
    }

    /// Certificates of a chain in PEM, leaf first, root last.
    private func certificates(
        _ pem: ArraySlice<UInt8>, count: Int, _ place: String
    ) throws(EvidenceRejection) -> [Certificate] {
        let all = try decoding(place) { () throws(MalformedBytes) in
            var all: [Certificate] = []
            for encoding in try PEM.decode(pem, allowsTrailingNull: true) {
                all.append(try Certificate(decoding: encoding[...]))
            }
            return all
        }
        guard all.count == count else {
            throw EvidenceRejection(
                .chain, "\(all.count) certificates; \(count) are needed, leaf first, root last",
                in: place)
        }
        return all
    }

    /// The trusted root that a chain's last certificate is: by key, never by name.
    private func anchor(_ certificate: Certificate?) throws(EvidenceRejection) -> TrustAnchor {
        guard let certificate,
            let anchor = roots.first(where: {
                $0.certificate.publicKey == certificate.publicKey
                    && $0.certificate.subject == certificate.subject
            })
        else {
            throw EvidenceRejection(
                .untrustedRoot, "the chain does not end at a trusted Intel root",
                in: "certificate \(certificate?.subject.description ?? "")",
                remedy: "a simulated TEE's root must be named in the policy")
        }
        return anchor
    }

    private mutating func platformChain() throws(EvidenceRejection) -> (
        CertificateChain, TrustAnchor
    ) {
        let place = "PCK certificate chain"
        let all = try certificates(quote.signatureData.certificateChain, count: 3, place)
        let anchor = try anchor(all.last)
        let chain = try CertificateChain.verify(
            leaf: all[0], intermediates: [all[1]], root: anchor.certificate, at: now,
            rules: Self.rules)
        guard chain.leaf.subject.commonName == "Intel SGX PCK Certificate",
            chain.leaf.publicKey.kind == .p256, !chain.leaf.constraints.isAuthority,
            chain.leaf.constraints.maySignData
        else {
            throw EvidenceRejection(
                .chain, "\(chain.leaf.subject) is no PCK certificate", in: place)
        }
        let issuers = ["Intel SGX PCK Platform CA", "Intel SGX PCK Processor CA"]
        guard issuers.contains(chain.issuer.subject.commonName ?? "") else {
            throw EvidenceRejection(
                .chain, "\(chain.issuer.subject) is no PCK CA", in: place)
        }
        done(
            "PCK certificate chain",
            "\(chain.leaf.subject), \(chain.issuer.subject), \(anchor.certificate.subject): ECDSA "
                + "with SHA-256, in force at \(now)")
        return (chain, anchor)
    }

    private func list(
        _ bytes: [UInt8], _ name: String, by issuer: Certificate
    ) throws(EvidenceRejection) -> VerifiedRevocationList {
        let list = try decoding(name) { () throws(MalformedBytes) in
            try CertificateRevocationList(decoding: bytes[...])
        }
        return try VerifiedRevocationList.verify(list, issuedBy: issuer, at: now, rules: Self.rules)
    }

    private mutating func rootRevocationList(
        _ chain: CertificateChain, _ anchor: TrustAnchor
    ) throws(EvidenceRejection) -> VerifiedRevocationList {
        let root = try list(
            collateral.rootRevocationList, "root revocation list", by: anchor.certificate)
        try root.require(notRevoked: chain.issuer)
        let pck = try list(
            collateral.pckRevocationList, "PCK revocation list", by: chain.issuer)
        try pck.require(notRevoked: chain.leaf)
        runsOut(min(root.list.nextUpdate, pck.list.nextUpdate, chain.leaf.notAfter))
        done(
            "revocation",
            "lists of \(root.list.issuer) (\(root.list.revokedSerialNumbers.count) entries) and "
                + "\(pck.list.issuer) (\(pck.list.revokedSerialNumbers.count) entries), in force "
                + "until \(min(root.list.nextUpdate, pck.list.nextUpdate))")
        return root
    }

    /// PCK key signs the quoting enclave's report, which holds the digest of the attestation key,
    /// which signs the quote.
    private mutating func checkSignatures(_ pck: Certificate) throws(EvidenceRejection) {
        let data = quote.signatureData
        guard
            pck.publicKey.verifies(
                rawECDSA: data.qeReportSignature, over: data.qeReport.bytes[...], .sha256)
        else {
            throw EvidenceRejection(
                .signature, "signature of the quoting enclave's report is not by the PCK key",
                in: DCAPQuote.place)
        }
        let digest = Hash.sha256(data.attestationKey + data.authenticationData)
        guard data.qeReport.reportData == digest + [UInt8](repeating: 0, count: 32) else {
            throw EvidenceRejection(
                .binding, "the quoting enclave's report does not name the attestation key",
                in: DCAPQuote.place)
        }
        guard let key = PublicKey.p256(data.attestationKey),
            key.verifies(rawECDSA: data.quoteSignature, over: quote.signedBytes, .sha256)
        else {
            throw EvidenceRejection(
                .signature, "signature of the quote is not by its attestation key",
                in: DCAPQuote.place)
        }
        done(
            "signatures",
            "PCK key over quoting enclave's report, which names the attestation key, over bytes 0 to "
                + "\(quote.signedBytes.count - 1): ECDSA P-256 with SHA-256")
    }

    /// Verifies an object that Intel's TCB signing key signed.
    private func checkSigned(
        _ object: [UInt8], _ signature: [UInt8], _ chain: [UInt8], _ place: String,
        _ list: VerifiedRevocationList, _ anchor: TrustAnchor
    ) throws(EvidenceRejection) {
        let all = try certificates(chain[...], count: 2, "issuer chain of \(place)")
        guard try self.anchor(all.last) == anchor else {
            throw EvidenceRejection(
                .untrustedRoot, "is signed under another root than the quote", in: place)
        }
        let verified = try CertificateChain.verify(
            leaf: all[0], intermediates: [], root: anchor.certificate, at: now, rules: Self.rules)
        guard verified.leaf.subject.commonName == "Intel SGX TCB Signing",
            !verified.leaf.constraints.isAuthority, verified.leaf.constraints.maySignData
        else {
            throw EvidenceRejection(
                .chain, "signed by \(verified.leaf.subject), not by Intel SGX TCB Signing",
                in: place)
        }
        try list.require(notRevoked: verified.leaf)
        guard
            verified.leaf.publicKey.verifies(rawECDSA: signature[...], over: object[...], .sha256)
        else {
            throw EvidenceRejection(
                .signature, "signature does not cover these bytes", in: place,
                remedy: "keep the signed object byte for byte as the service sent it")
        }
    }

    private func checkWindow(
        _ from: Instant, _ until: Instant, _ place: String
    ) throws(EvidenceRejection) {
        guard from <= now else {
            throw EvidenceRejection(.notYetValid, "issued \(from); it is \(now)", in: place)
        }
        guard now <= until else {
            throw EvidenceRejection(
                .expired, "in force until \(until); it is \(now)", in: place,
                remedy: "fetch current collateral")
        }
    }

    private mutating func tcbInfo(
        _ list: VerifiedRevocationList, _ anchor: TrustAnchor, _ platform: PCKExtension
    ) throws(EvidenceRejection) -> TCBInfo {
        let place = "TCB information"
        try checkSigned(
            collateral.tcbInfo, collateral.tcbInfoSignature, collateral.tcbInfoChain, place, list,
            anchor)
        let bytes = collateral.tcbInfo
        let info = try decoding(place) { () throws(MalformedBytes) in try TCBInfo(bytes) }
        try checkWindow(info.issueDate, info.nextUpdate, place)
        runsOut(info.nextUpdate)
        let expected = quote.format == .tdx ? "TDX" : "SGX"
        guard info.id == expected else {
            throw EvidenceRejection(
                .mismatch, "is for \(info.id.escapedForDisplay()), the quote for \(expected)",
                in: place)
        }
        guard info.fmspc == platform.fmspc, info.pceID == platform.pceID else {
            throw EvidenceRejection(
                .mismatch,
                "is for FMSPC \(info.fmspc.hexadecimal) and PCE-ID \(info.pceID.hexadecimal); the "
                    + "platform is \(platform.fmspc.hexadecimal) and \(platform.pceID.hexadecimal)",
                in: place, remedy: "fetch the TCB information of the platform's FMSPC")
        }
        done(
            "TCB information",
            "\(info.id), FMSPC \(info.fmspc.hexadecimal), evaluation \(info.evaluationNumber), in "
                + "force \(info.issueDate) to \(info.nextUpdate)")
        return info
    }

    private mutating func qeIdentity(
        _ list: VerifiedRevocationList, _ anchor: TrustAnchor
    ) throws(EvidenceRejection) -> QEIdentity {
        let place = "quoting enclave's identity"
        try checkSigned(
            collateral.qeIdentity, collateral.qeIdentitySignature, collateral.qeIdentityChain,
            place,
            list, anchor)
        let bytes = collateral.qeIdentity
        let identity = try decoding(place) { () throws(MalformedBytes) in try QEIdentity(bytes) }
        try checkWindow(identity.issueDate, identity.nextUpdate, place)
        runsOut(identity.nextUpdate)
        let expected = quote.format == .tdx ? "TD_QE" : "QE"
        guard identity.id == expected else {
            throw EvidenceRejection(
                .mismatch, "is of \(identity.id.escapedForDisplay()), the quote of \(expected)",
                in: place)
        }
        done(
            "quoting enclave's identity",
            "\(identity.id), evaluation \(identity.evaluationNumber), in force "
                + "\(identity.issueDate) to \(identity.nextUpdate)")
        return identity
    }
}

extension DCAPQuote {
    /// The TD report, when the quote is of a TD.
    var tdReport: TDReport? {
        switch body {
        case .sgx: nil
        case .tdx(let report): report
        }
    }
}
