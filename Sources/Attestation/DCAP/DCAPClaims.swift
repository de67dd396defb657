/// The claims that SGX and TDX quotes share: those about the platform.
enum DCAPClaims {
    typealias Row = (ClaimDefinition, @Sendable (VerifiedQuote) -> ClaimValue?)

    static func row(
        _ name: String, _ kind: ClaimKind, _ demand: ClaimDefinition.Demand, _ field: String,
        _ meaning: String, _ value: @escaping @Sendable (VerifiedQuote) -> ClaimValue?
    ) -> Row {
        (ClaimDefinition(name, kind, demand, field: field, meaning), value)
    }

    static let no = ClaimDefinition.Demand.defaulted(.oneOf([.flag(false)]))
    static let yes = ClaimDefinition.Demand.defaulted(.oneOf([.flag(true)]))

    static let platform: [Row] = [
        row(
            "tcb-status", .text, .defaulted(.oneOf([.text(TCBStatus.upToDate.rawValue)])),
            "TCB information", "Intel's judgement of the platform's security versions"
        ) { .text($0.evaluation.status.rawValue) },
        row(
            "advisories", .names, .defaulted(.only([])), "TCB information",
            "Security advisories that Intel names for this level"
        ) { .names($0.evaluation.advisories) },
        row(
            "tcb-evaluation-number", .number, .required, "TCB information and QE identity",
            "Number of Intel's evaluation; older ones stay in force for a while and are friendlier"
        ) { .number($0.evaluationNumber) },
        row("fmspc", .bytes, .optional, "PCK certificate", "Family of platforms") {
            .bytes($0.platform.fmspc)
        },
        row("ppid", .bytes, .required, "PCK certificate", "The processor's own identifier") {
            .bytes($0.platform.ppid)
        },
        row(
            "platform-instance-id", .bytes, .optional, "PCK certificate",
            "The platform's identifier; absent with the Processor CA"
        ) { $0.platform.platformInstanceID.map(ClaimValue.bytes) },
        row("pce-id", .bytes, .optional, "PCK certificate", "Provisioning certification enclave") {
            .bytes($0.platform.pceID)
        },
        row("pce-svn", .number, .optional, "PCK certificate", "Its security version") {
            .number(UInt64($0.platform.pceSVN))
        },
        row("cpu-svn", .bytes, .optional, "PCK certificate", "Security versions of the processor") {
            .bytes($0.platform.cpuSVN)
        },
        row(
            "sgx-type", .text, .optional, "PCK certificate",
            "standard, scalable, or scalable-integrity"
        ) {
            .text(["standard", "scalable", "scalable-integrity"][Int($0.platform.sgxType)])
        },
        row("pck-ca", .text, .optional, "PCK certificate", "The CA that certified the platform") {
            .text($0.issuerName)
        },
        row(
            "dynamic-platform", .flag, .optional, "PCK certificate",
            "Packages may be added to the platform"
        ) {
            $0.platform.dynamicPlatform.map(ClaimValue.flag)
        },
        row(
            "cached-keys", .flag, .optional, "PCK certificate",
            "Intel keeps the platform's root keys"
        ) {
            $0.platform.cachedKeys.map(ClaimValue.flag)
        },
        row(
            "smt-enabled", .flag, .optional, "PCK certificate",
            "The machine runs two threads a core"
        ) {
            $0.platform.smtEnabled.map(ClaimValue.flag)
        },
        row(
            "quote-version", .number, .optional, "version, offset 0",
            "Version of the quote's format"
        ) {
            .number(UInt64($0.quote.version))
        },
        row("vendor-root", .flag, yes, "certificate chain", "The chain ends at Intel's own root") {
            .flag($0.anchor.isVendor)
        },
        row("root", .bytes, .optional, "certificate chain", "SHA-256 of the root certificate") {
            .bytes($0.anchor.fingerprint)
        },
    ]
}

/// The claims of a verified SGX quote.
enum SGXClaims {
    typealias Row = (ClaimDefinition, @Sendable (SGXReportBody) -> ClaimValue?)

    static let table: [ClaimDefinition] = rows.map(\.0) + DCAPClaims.platform.map(\.0)

    static func claims(_ report: SGXReportBody, _ quote: VerifiedQuote) -> [Claim] {
        rows.map { Claim($0.0, $0.1(report)) }
            + DCAPClaims.platform.map { Claim($0.0, $0.1(quote)) }
    }

    private static func row(
        _ name: String, _ kind: ClaimKind, _ demand: ClaimDefinition.Demand, _ field: String,
        _ meaning: String, _ value: @escaping @Sendable (SGXReportBody) -> ClaimValue?
    ) -> Row {
        (ClaimDefinition(name, kind, demand, field: field, meaning), value)
    }

    private static let rows: [Row] = [
        row("mr-enclave", .bytes, .required, "MRENCLAVE", "SHA-256 of the enclave as it was built")
        {
            .bytes($0.mrEnclave)
        },
        row(
            "mr-signer", .bytes, .required, "MRSIGNER", "SHA-256 of the key that signed the enclave"
        ) {
            .bytes($0.mrSigner)
        },
        row("isv-prod-id", .number, .required, "ISVPRODID", "The signer's number for the enclave") {
            .number(UInt64($0.productID))
        },
        row("isv-svn", .number, .required, "ISVSVN", "Security version of the enclave") {
            .number(UInt64($0.svn))
        },
        row("report-data", .bytes, .required, "REPORTDATA", "64 bytes that the enclave chose") {
            .bytes($0.reportData)
        },
        row(
            "debug", .flag, DCAPClaims.no, "ATTRIBUTES bit 1",
            "The host may read and change the enclave"
        ) {
            .flag($0.isDebug)
        },
        row("attributes", .bytes, .optional, "ATTRIBUTES", "Flags and XFRM of the enclave") {
            .bytes($0.attributes)
        },
        row("misc-select", .bytes, .optional, "MISCSELECT", "Extended information of the enclave") {
            .bytes($0.miscSelect)
        },
        row("config-id", .bytes, .optional, "CONFIGID", "What the host gave at launch") {
            .bytes($0.configID)
        },
        row("config-svn", .number, .optional, "CONFIGSVN", "Its version") {
            .number(UInt64($0.configSVN))
        },
        row("family-id", .bytes, .optional, "ISVFAMILYID", "The signer's family of enclaves") {
            .bytes($0.familyID)
        },
        row("extended-product-id", .bytes, .optional, "ISVEXTPRODID", "The signer's longer number")
        {
            .bytes($0.extendedProductID)
        },
    ]
}

/// The claims of a verified TDX quote.
enum TDXClaims {
    typealias Row = (ClaimDefinition, @Sendable (TDReport) -> ClaimValue?)

    static let table: [ClaimDefinition] = rows.map(\.0) + DCAPClaims.platform.map(\.0)

    static func claims(_ report: TDReport, _ quote: VerifiedQuote) -> [Claim] {
        rows.map { Claim($0.0, $0.1(report)) }
            + DCAPClaims.platform.map { Claim($0.0, $0.1(quote)) }
    }

    private static func row(
        _ name: String, _ kind: ClaimKind, _ demand: ClaimDefinition.Demand, _ field: String,
        _ meaning: String, _ value: @escaping @Sendable (TDReport) -> ClaimValue?
    ) -> Row {
        (ClaimDefinition(name, kind, demand, field: field, meaning), value)
    }

    private static let rows: [Row] = identity + attributes

    private static let identity: [Row] = [
        row("mr-td", .bytes, .required, "MRTD", "SHA-384 of the TD's first memory: its firmware") {
            .bytes($0.mrTD)
        },
        row("rtmr0", .bytes, .required, "RTMR0", "Firmware's configuration") { .bytes($0.rtmr(0)) },
        row("rtmr1", .bytes, .required, "RTMR1", "Boot loader and kernel") { .bytes($0.rtmr(1)) },
        row("rtmr2", .bytes, .required, "RTMR2", "Command line and initial disk") {
            .bytes($0.rtmr(2))
        },
        row("rtmr3", .bytes, .required, "RTMR3", "What applications measured") {
            .bytes($0.rtmr(3))
        },
        row("report-data", .bytes, .required, "REPORTDATA", "64 bytes that the TD chose") {
            .bytes($0.reportData)
        },
        row("mr-config-id", .bytes, .required, "MRCONFIGID", "What the host gave at launch") {
            .bytes($0.mrConfigID)
        },
        row("mr-owner", .bytes, .required, "MROWNER", "The owner that the host named") {
            .bytes($0.mrOwner)
        },
        row("mr-owner-config", .bytes, .required, "MROWNERCONFIG", "The owner's configuration") {
            .bytes($0.mrOwnerConfig)
        },
        row("mr-seam", .bytes, .optional, "MRSEAM", "SHA-384 of the TDX module") {
            .bytes($0.mrSEAM)
        },
        row(
            "mr-service-td", .bytes, .optional, "MRSERVICETD",
            "Service TDs bound to this one; TD 1.5"
        ) {
            $0.mrServiceTD.map(ClaimValue.bytes)
        },
    ]

    private static let attributes: [Row] = [
        row(
            "debug", .flag, DCAPClaims.no, "TDATTRIBUTES bit 0",
            "The host may read and change the TD"
        ) {
            .flag($0.isDebug)
        },
        row(
            "reserved-attributes", .flag, DCAPClaims.no, "TDATTRIBUTES bits 1-7",
            "A reserved bit is set that makes the TD untrusted"
        ) { .flag($0.hasReservedTUD) },
        row(
            "sept-ve-disabled", .flag, DCAPClaims.yes, "TDATTRIBUTES bit 28",
            "Pages that the host takes away fault instead of calling the guest"
        ) { .flag($0.sharedPagesFault) },
        row(
            "service-td", .flag, DCAPClaims.no, "MRSERVICETD",
            "A service TD, such as one for migration, is bound to this one"
        ) { .flag($0.hasServiceTD) },
        row("migratable", .flag, DCAPClaims.no, "TDATTRIBUTES bit 29", "The TD may be moved") {
            .flag($0.isMigratable)
        },
        row(
            "pks", .flag, .optional, "TDATTRIBUTES bit 30", "Supervisor protection keys may be used"
        ) {
            .flag($0.hasProtectionKeys)
        },
        row("key-locker", .flag, .optional, "TDATTRIBUTES bit 31", "Key Locker may be used") {
            .flag($0.hasKeyLocker)
        },
        row("perfmon", .flag, .optional, "TDATTRIBUTES bit 63", "Performance counters may be used")
        {
            .flag($0.hasPerformanceMonitoring)
        },
        row("td-attributes", .number, .optional, "TDATTRIBUTES", "All bits") {
            .number($0.attributeBits)
        },
        row("xfam", .bytes, .optional, "XFAM", "Processor features that the TD may use") {
            .bytes($0.xfam)
        },
        row(
            "tee-tcb-svn", .bytes, .optional, "TEE_TCB_SVN",
            "Module's versions when the TD was launched"
        ) {
            .bytes($0.teeTCBSVN)
        },
        row("tee-tcb-svn2", .bytes, .optional, "TEE_TCB_SVN2", "Module's versions now; TD 1.5") {
            $0.teeTCBSVN2.map(ClaimValue.bytes)
        },
        row("seam-attributes", .bytes, .optional, "SEAMATTRIBUTES", "Attributes of the TDX module")
        {
            .bytes($0.seamAttributes)
        },
    ]
}
