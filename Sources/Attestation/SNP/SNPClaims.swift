/// The claims of a verified SNP report: names for policies and results, and how to get them.
enum SNPClaims {
    private typealias Row = (ClaimDefinition, @Sendable (VerifiedSNPReport) -> ClaimValue?)

    /// Every claim, in the order of results.
    static let table: [ClaimDefinition] = rows.map(\.0)

    static func value(_ name: String, of report: VerifiedSNPReport) -> ClaimValue? {
        rows.first { $0.0.name == name }?.1(report)
    }

    private static let rows: [Row] = identity + guest + platform + versions + origin

    private static func row(
        _ name: String, _ kind: ClaimKind, _ demand: ClaimDefinition.Demand, _ field: String,
        _ meaning: String, _ value: @escaping @Sendable (VerifiedSNPReport) -> ClaimValue?
    ) -> Row {
        (ClaimDefinition(name, kind, demand, field: field, meaning), value)
    }

    private static let no = ClaimDefinition.Demand.defaulted(.oneOf([.flag(false)]))
    private static let yes = ClaimDefinition.Demand.defaulted(.oneOf([.flag(true)]))

    private static let identity: [Row] = [
        row(
            "measurement", .bytes, .required, "MEASUREMENT 0x090",
            "SHA-384 launch digest of the guest's first memory and registers"
        ) { .bytes($0.report.measurement) },
        row(
            "report-data", .bytes, .required, "REPORT_DATA 0x050",
            "64 bytes that the guest chose: its nonce, key or workload identity"
        ) { .bytes($0.report.reportData) },
        row(
            "host-data", .bytes, .required, "HOST_DATA 0x0c0",
            "32 bytes that the host gave at launch, such as a digest of its configuration"
        ) { .bytes($0.report.hostData) },
        row(
            "id-key-digest", .bytes, .required, "ID_KEY_DIGEST 0x0e0",
            "SHA-384 of the key that signed the guest's ID block; zero when it had none"
        ) { .bytes($0.report.idKeyDigest) },
        row(
            "author-key-digest", .bytes, .required, "AUTHOR_KEY_DIGEST 0x110",
            "SHA-384 of the key that certified the ID key; zero when there was none"
        ) { .bytes($0.report.authorKeyDigest) },
        row(
            "family-id", .bytes, .optional, "FAMILY_ID 0x010",
            "Family of the guest, from its ID block"
        ) {
            .bytes($0.report.familyID)
        },
        row(
            "image-id", .bytes, .optional, "IMAGE_ID 0x020", "Image of the guest, from its ID block"
        ) {
            .bytes($0.report.imageID)
        },
        row(
            "guest-svn", .number, .optional, "GUEST_SVN 0x004",
            "Security version number of the guest, from its ID block"
        ) { .number(UInt64($0.report.guestSVN)) },
        row(
            "report-id", .bytes, .optional, "REPORT_ID 0x140",
            "Identifier of this guest instance while it runs"
        ) { .bytes($0.report.reportID) },
    ]

    private static let guest: [Row] = [
        row(
            "debug", .flag, no, "POLICY 0x008 bit 19",
            "The host may read and change the guest's memory"
        ) { .flag($0.report.guestPolicy.allowsDebug) },
        row(
            "migration-agent", .flag, no, "POLICY 0x008 bit 18",
            "The guest may be moved by a migration agent"
        ) { .flag($0.report.guestPolicy.allowsMigrationAgent) },
        row(
            "smt-allowed", .flag, .required, "POLICY 0x008 bit 16",
            "The guest may share a core with a sibling thread"
        ) { .flag($0.report.guestPolicy.allowsSMT) },
        row(
            "single-socket", .flag, .optional, "POLICY 0x008 bit 20",
            "The guest runs on one socket only"
        ) {
            .flag($0.report.guestPolicy.requiresSingleSocket)
        },
        row("cxl-allowed", .flag, .optional, "POLICY 0x008 bit 21", "The guest may use CXL memory")
        {
            .flag($0.report.guestPolicy.allowsCXL)
        },
        row(
            "policy-ciphertext-hiding", .flag, .optional, "POLICY 0x008 bit 24",
            "The guest runs only where ciphertext hiding is on"
        ) { .flag($0.report.guestPolicy.requiresCiphertextHiding) },
        row(
            "policy-page-swap-disabled", .flag, .optional, "POLICY 0x008 bit 25",
            "The guest runs only where page swapping is off"
        ) { .flag($0.report.guestPolicy.requiresPageSwapDisabled) },
        row(
            "policy-abi", .number, .optional, "POLICY 0x008 bits 0-15",
            "Least firmware ABI that the guest accepts, major in the high byte"
        ) { .number($0.report.guestPolicy.abiVersion) },
        row(
            "vmpl", .number, .defaulted(.atMost(0)), "VMPL 0x030",
            "Privilege level that asked; 0 is highest; absent when the host asked"
        ) { $0.report.isHostRequested ? nil : .number(UInt64($0.report.vmpl)) },
        row(
            "host-requested", .flag, no, "VMPL 0x030",
            "The host asked for the report, so REPORT_DATA is not the guest's"
        ) { .flag($0.report.isHostRequested) },
    ]

    private static let platform: [Row] = [
        row(
            "product-line", .text, .required, "CPUID 0x188 and certificate",
            "Line of the processor: milan, genoa, turin"
        ) { .text($0.productLine.rawValue) },
        row(
            "chip-id", .bytes, .required, "CHIP_ID 0x1a0",
            "The chip's own identifier; absent when masked or signed by a VLEK"
        ) {
            $0.isChipMasked || $0.report.keyInfo.signingKey != .vcek
                ? nil : .bytes($0.report.chipID)
        },
        row(
            "chip-id-masked", .flag, no, "CHIP_ID 0x1a0",
            "A chip's key signed and the chip hides its identifier"
        ) {
            .flag($0.isChipMasked)
        },
        row(
            "alias-check-complete", .flag, .required, "PLATFORM_INFO 0x040 bit 5",
            "Memory was checked for aliases since boot (BadRAM); from version 3"
        ) { $0.report.version >= 3 ? .flag($0.report.platformInfo.aliasCheckComplete) : nil },
        row(
            "ciphertext-hiding", .flag, .required, "PLATFORM_INFO 0x040 bit 4",
            "The host can not read the guest's encrypted memory"
        ) { .flag($0.report.platformInfo.ciphertextHiding) },
        row(
            "smt-enabled", .flag, .optional, "PLATFORM_INFO 0x040 bit 0",
            "The machine runs two threads a core"
        ) {
            .flag($0.report.platformInfo.smtEnabled)
        },
        row(
            "tsme-enabled", .flag, .optional, "PLATFORM_INFO 0x040 bit 1", "All memory is encrypted"
        ) {
            .flag($0.report.platformInfo.tsmeEnabled)
        },
        row("ecc-enabled", .flag, .optional, "PLATFORM_INFO 0x040 bit 2", "Memory corrects errors")
        {
            .flag($0.report.platformInfo.eccEnabled)
        },
        row(
            "rapl-disabled", .flag, .optional, "PLATFORM_INFO 0x040 bit 3", "Power readings are off"
        ) {
            .flag($0.report.platformInfo.raplDisabled)
        },
        row("tio-enabled", .flag, .optional, "PLATFORM_INFO 0x040 bit 7", "Trusted I/O is on") {
            .flag($0.report.platformInfo.tioEnabled)
        },
        row(
            "platform-info", .number, .optional, "PLATFORM_INFO 0x040",
            "All bits, with those unknown here"
        ) {
            .number($0.report.platformInfo.rawValue)
        },
    ]

    private static let versions: [Row] = [
        row(
            "reported-tcb", .components, .required, "REPORTED_TCB 0x180",
            "Security versions that the signing key belongs to"
        ) { components($0, $0.report.reportedTCB) },
        row(
            "committed-tcb", .components, .required, "COMMITTED_TCB 0x1e0",
            "Security versions below which the machine can not go back"
        ) { components($0, $0.report.committedTCB) },
        row(
            "launch-tcb", .components, .required, "LAUNCH_TCB 0x1f0",
            "Security versions when the guest was launched"
        ) { components($0, $0.report.launchTCB) },
        row(
            "current-tcb", .components, .optional, "CURRENT_TCB 0x038",
            "Security versions that run now"
        ) {
            components($0, $0.report.currentTCB)
        },
        row(
            "tcb-order-valid", .flag, yes, "TCB fields",
            "Committed and reported versions are not above current"
        ) {
            .flag($0.isTCBOrderValid)
        },
        row(
            "provisional-firmware", .flag, .optional, "TCB fields",
            "Newer firmware runs than is committed, and may be rolled back"
        ) { .flag($0.isProvisional) },
        row(
            "current-firmware", .number, .optional, "CURRENT_VERSION 0x1e8",
            "Firmware that runs: major, minor and build, a byte each"
        ) { .number($0.report.currentFirmware.number) },
        row(
            "committed-firmware", .number, .optional, "COMMITTED_VERSION 0x1ec",
            "Firmware that is committed"
        ) {
            .number($0.report.committedFirmware.number)
        },
        row(
            "launch-mitigations", .number, .optional, "LAUNCH_MIT_VECTOR 0x1f8",
            "Mitigations at launch; from version 5"
        ) {
            $0.report.launchMitigations.map(ClaimValue.number)
        },
        row(
            "current-mitigations", .number, .optional, "CURRENT_MIT_VECTOR 0x200",
            "Mitigations now; from version 5"
        ) {
            $0.report.currentMitigations.map(ClaimValue.number)
        },
        row("report-version", .number, .optional, "VERSION 0x000", "Version of the report's format")
        {
            .number(UInt64($0.report.version))
        },
    ]

    private static let origin: [Row] = [
        row(
            "signing-key", .text, .defaulted(.oneOf([.text("VCEK")])), "KEY_INFO 0x048",
            "VCEK, the chip's own key, or VLEK, a cloud provider's"
        ) { ($0.report.keyInfo.signingKey?.rawValue).map(ClaimValue.text) },
        row(
            "provider-id", .text, .optional, "cspID of the VLEK certificate",
            "The cloud provider a VLEK belongs to"
        ) {
            $0.endorsement.providerID.map(ClaimValue.text)
        },
        row(
            "author-key-enabled", .flag, .optional, "KEY_INFO 0x048 bit 0",
            "AUTHOR_KEY_DIGEST means something"
        ) {
            .flag($0.report.keyInfo.authorKeyEnabled)
        },
        row(
            "revocation-checked", .flag, yes, "collateral",
            "AMD's revocation list was at hand and names none of the certificates"
        ) { .flag($0.revocationChecked) },
        row(
            "vendor-root", .flag, yes, "certificate chain",
            "The chain ends at AMD's own root, not at one that the policy added"
        ) { .flag($0.anchor.isVendor) },
        row("root", .bytes, .optional, "certificate chain", "SHA-256 of the root certificate") {
            .bytes($0.anchor.fingerprint)
        },
    ]

    private static func components(
        _ report: VerifiedSNPReport, _ version: SNPTCBVersion
    ) -> ClaimValue {
        .components(line: report.productLine.rawValue, version.components(report.productLine))
    }
}
