import Attestation
import Bytes
import Foundation

/// Genuine evidence of the shared vectors with its collateral, roots and moment.
struct GenuineSample {
    let name: String
    let title: String
    let bundle: EvidenceBundle
    /// Enrolled platform keys; the vendors' own roots are decoded when verification first needs them.
    let platformKeys: [ARMTrustAnchor]
    let now: Instant
    let policy: Policy

    private static let folder = URL(
        filePath: ProcessInfo.processInfo.environment["MARTLET_SHARED"] ?? "../shared"
    ).appending(path: "vectors")

    /// What is measured, by the names of the manifest's cases.
    private static let names = [
        ("snp-06-v5-genoa", "SEV-SNP report v5, Genoa, VCEK"),
        ("snp-07-v5-turin", "SEV-SNP report v5, Turin, VCEK"),
        ("snp-09-v3-vlek", "SEV-SNP report v3, VLEK"),
        ("sgx-01-processor-ca/eval17", "SGX quote v3"),
        ("tdx-01-v4-trailing-zeros/eval17", "TDX quote v4"),
        ("tdx-02-v5-td15/eval18", "TDX quote v5, TD 1.5"), ("nitro-05-2026", "Nitro document"),
        ("tpm-set-a-ecdsa", "TPM quote, ECDSA"), ("tpm-set-a-rsapss", "TPM quote, RSA-PSS"),
        ("cca-03-draft-ffm-profile", "CCA token"),
    ]

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    static func all() throws -> [GenuineSample] {
        let manifest = try JSONReader.decode(
            try bytes("manifest.json")[...], limits: .unlimited
        ).member("cases").array("cases")
        return try names.map { name, title in
            let node = try manifest.first { try $0.member("id").string("id") == name }
            guard let node else { throw CocoaError(.fileReadCorruptFile) }
            return try GenuineSample(name, title, node)
        }
    }

    private init(_ name: String, _ title: String, _ node: JSONNode) throws {
        self.name = name
        self.title = title
        func file(_ key: String) throws -> [UInt8]? {
            try node.optionalMember(key).map { try Self.bytes(try $0.string(key)) }
        }
        let tee = try node.member("tee").string("tee")
        guard let format = EvidenceFormat(rawValue: tee) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        var bundle = EvidenceBundle(format, try file("evidence") ?? file("attest") ?? [])
        var platformKeys: [ARMTrustAnchor] = []
        switch format {
        case .snp: bundle.collateral["vek"] = try file("vek")
        case .sgx, .tdx:
            bundle.collateral = try DCAPCollateral.parts(json: (try file("collateral") ?? [])[...])
        case .tpm:
            bundle.collateral["signature"] = try file("signature")
            bundle.collateral["ak"] = try file("ak")
        case .cca:
            platformKeys = [try ARMTrustAnchor(json: (try file("trust_anchor") ?? [])[...])]
        case .nitro: break
        }
        self.bundle = bundle
        self.platformKeys = platformKeys
        let moment = try node.optionalMember("now").map { try $0.string("now") }
        now = moment.flatMap { Instant(rfc3339: $0) } ?? Instant(secondsSince1970: 1_760_000_000)
        var policy = Policy(identifier: "benchmark")
        for claim in format.claimTable where claim.demand == .required {
            try policy.expect(format, claim.name, .notAppraised(because: "benchmark"))
        }
        self.policy = policy
    }

    /// From bytes to a decision, all of it.
    func verifyAndAppraise() throws {
        var roots = TrustRoots.vendors
        roots.arm = platformKeys
        let verified = try bundle.verify(roots: roots, now: now)
        let appraisal = appraise(verified, policy)
        precondition(appraisal.formatAccepted, "the policy speaks of the format")
    }
}
