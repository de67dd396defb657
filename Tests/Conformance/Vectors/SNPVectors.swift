import Attestation
import Bytes

/// Runs the SEV-SNP cases.
enum SNPVectors {
    static func run(_ vector: VectorCase) throws -> VectorOutcome {
        let evidence = try vector.file("evidence")
        let now = try vector.now
        var collateral = SNPCollateral(
            endorsementKey: try vector.file("vek"), signingKey: try vector.file("intermediate"))
        if vector.text("crl") != nil { collateral.revocationList = try vector.file("crl") }
        var roots = TrustRoots()
        roots.amd = [TrustAnchor(try Certificate(decoding: try vector.file("root")[...]))]
        var outcome = VectorOutcome()
        if let report = try? SNPReport(decoding: evidence[...]) {
            outcome.claims = claims(
                report, try? Certificate(decoding: collateral.endorsementKey[...]))
        }
        do {
            let verified = try SNPReport.verify(
                evidence[...], collateral: collateral, roots: roots, now: now)
            outcome.flags = verified.flags
            outcome.strictAccepts = appraise(verified, try policy(verified)).isAccepted
            if let rules = vector.policy {
                let appraisal = appraise(verified, try policy(verified, rules))
                outcome.policyAccepts = appraisal.isAccepted
                outcome.flags += flags(appraisal)
            }
        } catch let rejection as EvidenceRejection {
            outcome.rejection = rejection
            if rejection.reason == .unsupportedVersion {
                outcome.flags = ["unsupported_version"]
                if let report = try? SNPReport(decoding: evidence[...]),
                    !report.currentTCB.isAtMost(report.committedTCB)
                {
                    outcome.flags.append("provisional_firmware")
                }
            }
        }
        return outcome
    }
}

extension SNPVectors {
    /// The manifest's strict policy: everything that is not about flags is left out on purpose.
    private static func policy(
        _ verified: VerifiedSNPReport, _ rules: JSONNode? = nil
    ) throws -> Policy {
        var policy = Policy(identifier: "strict")
        let open = Expectation.notAppraised(because: "the manifest's strict policy leaves it open")
        policy.accept(.snp)
        for name in [
            "measurement", "report-data", "host-data", "id-key-digest", "author-key-digest",
            "smt-allowed", "product-line", "chip-id", "alias-check-complete", "ciphertext-hiding",
            "reported-tcb", "committed-tcb", "launch-tcb", "signing-key", "revocation-checked",
            "vendor-root", "vmpl",
        ] {
            try policy.expect(.snp, name, open)
        }
        guard let rules else { return policy }
        if let most = try? rules.member("max_vmpl").unsigned("") {
            try policy.expect(.snp, "vmpl", .atMost(most))
        }
        if (try? rules.member("require_alias_check").boolean("")) == true {
            try policy.expect(.snp, "alias-check-complete", .oneOf([.flag(true)]))
        }
        for (key, claim) in [("min_tcb", "reported-tcb"), ("min_launch_tcb", "launch-tcb")] {
            guard let minimum = try? rules.member(key).object("") else { continue }
            let parts = try minimum.map { name, value in
                ClaimValue.Component(name, try value.unsigned(name))
            }
            try policy.expect(.snp, claim, .minimum([verified.productLine.rawValue: parts]))
        }
        return policy
    }

    /// Flags that only a policy gives, by the claim that it refuses.
    private static func flags(_ appraisal: Appraisal) -> [String] {
        appraisal.refusals.compactMap { check in
            switch check.claim.definition.name {
            case "vmpl": "vmpl=\(check.claim.value?.description ?? "")"
            case "reported-tcb": "below_min_tcb"
            case "launch-tcb": "launch_tcb_old"
            default: nil
            }
        }
    }

    /// The report's fields under the manifest's names.
    private static func claims(_ report: SNPReport, _ certificate: Certificate?) -> JSONText {
        let line = certificate.flatMap { certificate in
            SNPProductLine.allCases.first {
                certificate.issuer.commonName?.hasSuffix($0.certificateName) == true
            }
        }
        func tcb(_ version: SNPTCBVersion) -> JSONText {
            let names = ["bootloader": "bl", "microcode": "ucode"]
            return .object(
                version.components(line ?? .milan).map {
                    (names[$0.name] ?? $0.name, .unsigned($0.version))
                })
        }
        func hex(_ value: some BinaryInteger) -> JSONText {
            .string("0x" + String(value, radix: 16))
        }
        func bytes(_ value: [UInt8]) -> JSONText { .string(value.hexadecimal) }
        let policy = report.guestPolicy
        let platform = report.platformInfo
        var members: [(String, JSONText)] = [
            ("version", .unsigned(UInt64(report.version))),
            ("guest_svn", .unsigned(UInt64(report.guestSVN))), ("policy", hex(policy.rawValue)),
            (
                "policy_bits",
                .object([
                    ("abi", .string("\(policy.abiVersion >> 8).\(policy.abiVersion & 0xff)")),
                    ("smt", .boolean(policy.allowsSMT)),
                    ("migrate_ma", .boolean(policy.allowsMigrationAgent)),
                    ("debug", .boolean(policy.allowsDebug)),
                    ("single_socket", .boolean(policy.requiresSingleSocket)),
                ])
            ),
            ("family_id", bytes(report.familyID)), ("image_id", bytes(report.imageID)),
            ("vmpl", .unsigned(UInt64(report.vmpl))), ("platform_info", hex(platform.rawValue)),
            (
                "platform_bits",
                .object([
                    ("smt", .boolean(platform.smtEnabled)),
                    ("tsme", .boolean(platform.tsmeEnabled)),
                    ("ecc", .boolean(platform.eccEnabled)),
                    ("rapl_dis", .boolean(platform.raplDisabled)),
                    ("ciphertext_hiding", .boolean(platform.ciphertextHiding)),
                    ("alias_check_complete", .boolean(platform.aliasCheckComplete)),
                    ("bit6", .boolean(platform.unknownBits & 0x40 != 0)),
                    ("tio", .boolean(platform.tioEnabled)),
                ])
            ),
            ("key_info", hex(report.keyInfo.rawValue)),
            ("signing_key", .string(report.keyInfo.signingKey?.rawValue ?? "")),
            ("report_data", bytes(report.reportData)), ("measurement", bytes(report.measurement)),
            ("host_data", bytes(report.hostData)), ("id_key_digest", bytes(report.idKeyDigest)),
            ("author_key_digest", bytes(report.authorKeyDigest)), ("chip_id", bytes(report.chipID)),
            ("current", .string("\(report.currentFirmware)")),
            ("committed", .string("\(report.committedFirmware)")),
            ("current_tcb", tcb(report.currentTCB)), ("reported_tcb", tcb(report.reportedTCB)),
            ("committed_tcb", tcb(report.committedTCB)), ("launch_tcb", tcb(report.launchTCB)),
        ]
        if let cpu = report.processor {
            members.append(
                (
                    "cpuid",
                    .string(
                        "family 0x\(String(cpu.family, radix: 16)) model 0x\(String(cpu.model, radix: 16)) "
                            + "stepping \(cpu.stepping)")
                ))
        }
        if let launch = report.launchMitigations, let current = report.currentMitigations {
            members += [("launch_mit_vector", hex(launch)), ("current_mit_vector", hex(current))]
        }
        return .object(members)
    }
}
