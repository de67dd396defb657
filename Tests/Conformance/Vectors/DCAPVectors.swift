import Attestation
import Bytes

/// Runs the SGX and TDX cases.
enum DCAPVectors {
    static func run(_ vector: VectorCase) throws -> VectorOutcome {
        let evidence = try vector.file("evidence")
        let now = try vector.now
        var roots = TrustRoots.vendors
        if vector.text("root") != nil {
            roots.intel = [TrustAnchor(try Certificate(decoding: try vector.file("root")[...]))]
        }
        var outcome = VectorOutcome()
        if let quote = try? DCAPQuote(decoding: evidence[...]) {
            outcome.claims = try claims(quote)
        }
        do {
            let parts = try DCAPCollateral.parts(json: try vector.file("collateral")[...])
            let verified = try DCAPQuote.verify(
                evidence[...], collateral: try DCAPCollateral(parts: parts), roots: roots, now: now)
            outcome.tcbStatus = verified.evaluation.status.rawValue
            outcome.advisories = verified.evaluation.advisories
            outcome.flags = verified.flags
            outcome.strictAccepts = appraise(verified, try strict(verified.format)).isAccepted
        } catch let rejection as EvidenceRejection {
            outcome.rejection = rejection
        }
        return outcome
    }

    /// The manifest's strict policy: everything that is not status or flag is left out on purpose.
    private static func strict(_ format: EvidenceFormat) throws -> Policy {
        var policy = Policy(identifier: "strict")
        policy.accept(format)
        let open = Expectation.notAppraised(because: "the manifest's strict policy leaves it open")
        for claim in format.claimTable where claim.demand == .required {
            try policy.expect(format, claim.name, open)
        }
        try policy.expect(format, "advisories", open)
        try policy.expect(format, "vendor-root", open)
        return policy
    }

    /// The quote's fields under the manifest's names.
    static func claims(_ quote: DCAPQuote) throws -> JSONText {
        func bytes(_ value: [UInt8]) -> JSONText { .string(value.hexadecimal) }
        func number(_ value: some BinaryInteger) -> JSONText { .unsigned(UInt64(value)) }
        let isTDX = quote.format == .tdx
        var members: [(String, JSONText)] = [
            ("quote_version", number(quote.version)), ("tee_type", .string(isTDX ? "0x81" : "0x0")),
            ("cert_data_type", number(5)), ("trailing_bytes", number(quote.paddingBytes)),
            ("qe_svn_hdr", number(UInt16(quote.bytes[8]) | UInt16(quote.bytes[9]) << 8)),
            ("pck", try platform(quote)),
        ]
        switch quote.body {
        case .sgx(let body):
            members += [
                ("body_type", number(1)), ("cpu_svn_body", bytes(body.cpuSVN)),
                ("misc_select", bytes(body.miscSelect)), ("attributes", bytes(body.attributes)),
                ("mr_enclave", bytes(body.mrEnclave)), ("mr_signer", bytes(body.mrSigner)),
                ("isv_prod_id", number(body.productID)), ("isv_svn", number(body.svn)),
                ("report_data", bytes(body.reportData)),
            ]
        case .tdx(let body):
            members += [
                ("body_type", number(body.isVersion15 ? 3 : 2)),
                ("tee_tcb_svn", bytes(body.teeTCBSVN)), ("mr_seam", bytes(body.mrSEAM)),
                ("mr_signer_seam", bytes(body.mrSignerSEAM)),
                ("seam_attributes", bytes(body.seamAttributes)),
                ("td_attributes", bytes(body.tdAttributes)), ("xfam", bytes(body.xfam)),
                ("mr_td", bytes(body.mrTD)), ("mr_config_id", bytes(body.mrConfigID)),
                ("mr_owner", bytes(body.mrOwner)), ("mr_owner_config", bytes(body.mrOwnerConfig)),
                ("report_data", bytes(body.reportData)),
            ]
            members += (0...3).map { ("rtmr\($0)", bytes(body.rtmr($0))) }
            if let svn = body.teeTCBSVN2 { members.append(("tee_tcb_svn2", bytes(svn))) }
            if let td = body.mrServiceTD { members.append(("mr_service_td", bytes(td))) }
        }
        return .object(members)
    }

    private static func platform(_ quote: DCAPQuote) throws -> JSONText {
        guard let leaf = quote.platformCertificate, let pck = quote.platformExtension else {
            return .null
        }
        func flag(_ name: String, _ value: Bool?) -> [(String, JSONText)] {
            value.map { [(name, .boolean($0))] } ?? []
        }
        return .object(
            [
                ("fmspc", .string(pck.fmspc.hexadecimal)),
                ("pce_id", .string(pck.pceID.hexadecimal)),
                ("pce_svn", .unsigned(UInt64(pck.pceSVN))),
                ("cpu_svn", .string(pck.cpuSVN.hexadecimal)),
                ("ppid", .string(pck.ppid.hexadecimal)),
                ("sgx_type", .unsigned(UInt64(pck.sgxType))),
                ("issuer", .string(leaf.issuer.commonName ?? "")),
                ("not_before", .string(leaf.notBefore.description)),
                ("not_after", .string(leaf.notAfter.description)),
            ] + flag("dynamic_platform", pck.dynamicPlatform)
                + flag("cached_keys", pck.cachedKeys) + flag("smt_enabled", pck.smtEnabled))
    }
}
