import Bytes
import Platform

/// The kernel's report interface, configfs-tsm (Linux 6.7, Documentation/ABI/testing/configfs-tsm-report):
/// one directory a request, one provider a kernel.
package struct ReportDirectorySource: EvidenceSource {
    static let base = "/sys/kernel/config/tsm/report"
    /// How often a request is tried again while the host is busy or others write to it.
    static let attempts = 8
    private static let maximumBytes = 1 << 20

    private let files: any KernelFiles
    private let makeName: @Sendable () -> String
    private let privilegeLevel: UInt32?

    package var name: String { "configfs-tsm" }

    /// - Parameters:
    ///   - makeName: a fresh name for each request.
    ///   - privilegeLevel: the VMPL to ask for; the kernel's own when `nil`. SEV-SNP only.
    package init(
        files: some KernelFiles, makeName: @escaping @Sendable () -> String,
        privilegeLevel: UInt32? = nil
    ) {
        self.files = files
        self.makeName = makeName
        self.privilegeLevel = privilegeLevel
    }

    package func evidence(
        reportData: [UInt8]
    ) throws(CollectionFailure) -> EvidenceBundle {
        let wanted = try EvidenceSources.padded(reportData, Self.base)
        let entry = try makeEntry()
        let result = Result { () throws(CollectionFailure) in try collect(entry, wanted) }
        // The entry goes whatever came of it; a kernel that keeps it only keeps memory.
        try? files.removeDirectory(entry)
        return try result.get()
    }

    private func makeEntry() throws(CollectionFailure) -> String {
        for _ in 0..<Self.attempts {
            let entry = "\(Self.base)/\(makeName())"
            do throws(Errno) {
                try files.makeDirectory(entry)
                return entry
            } catch .EEXIST {
                continue
            } catch .noSuchProvider {
                throw CollectionFailure(
                    "no provider of reports is registered", in: Self.base,
                    remedy: "load sev-guest, tdx_guest or arm_cca_guest; this may be no TEE")
            } catch {
                throw CollectionFailure(
                    error, "can not make a request", in: entry,
                    remedy: error == .EACCES || error == .EPERM ? "run as root" : "")
            }
        }
        throw CollectionFailure("every name is taken", in: Self.base, isTransient: true)
    }

    private func collect(
        _ entry: String, _ wanted: [UInt8]
    ) throws(CollectionFailure) -> EvidenceBundle {
        let format = try format(entry)
        try checkPrivilegeFloor(entry, format)
        var last = CollectionFailure("not tried", in: entry)
        for attempt in 0..<Self.attempts {
            if attempt > 0 { files.pause(milliseconds: min(10 << attempt, 1000)) }
            do throws(CollectionFailure) {
                return try request(entry, wanted, format)
            } catch  where error.isTransient {
                last = error
            }
        }
        throw CollectionFailure(
            "gave up after \(Self.attempts) attempts; at last: \(last.what)", in: last.place,
            remedy: last.remedy, isTransient: true)
    }

    private func format(_ entry: String) throws(CollectionFailure) -> EvidenceFormat {
        let provider = try text("\(entry)/provider")
        switch provider {
        case "sev_guest": return .snp
        case "tdx_guest": return .tdx
        case "arm_cca_guest": return .cca
        default:
            throw CollectionFailure(
                "unknown provider \(provider.debugDescription)", in: "\(entry)/provider")
        }
    }

    private func checkPrivilegeFloor(
        _ entry: String, _ format: EvidenceFormat
    ) throws(CollectionFailure) {
        guard let privilegeLevel else { return }
        let place = "\(entry)/privlevel_floor"
        guard format == .snp else {
            throw CollectionFailure("\(format.title)s have no privilege levels", in: place)
        }
        guard let floor = UInt32(try text(place)), floor <= privilegeLevel, privilegeLevel <= 3
        else {
            throw CollectionFailure(
                "privilege level \(privilegeLevel) is not among those this guest may ask for",
                in: place, remedy: "an SVSM keeps the lower levels for itself")
        }
    }

    /// One request: writes, reads, and requires that nobody else wrote in between.
    private func request(
        _ entry: String, _ wanted: [UInt8], _ format: EvidenceFormat
    ) throws(CollectionFailure) -> EvidenceBundle {
        let start = try generation(entry)
        var writes: UInt64 = 0
        if let privilegeLevel {
            // An ASCII number, not a byte.
            try write("\(entry)/privlevel", Array(String(privilegeLevel).utf8))
            writes += 1
        }
        try write("\(entry)/inblob", wanted)
        writes += 1
        let evidence = try read("\(entry)/outblob")
        let certificates = format == .snp ? try readOptional("\(entry)/auxblob") : []
        guard try generation(entry) == start &+ writes else {
            throw CollectionFailure(
                "another process wrote to the request", in: entry, isTransient: true)
        }
        guard !evidence.isEmpty else {
            throw CollectionFailure(
                "the host answered with nothing", in: "\(entry)/outblob",
                remedy: format == .tdx
                    ? "the host's quote generation service is missing or too old"
                    : "ask the host's operator for its attestation set-up")
        }
        let bundle = EvidenceBundle(format, evidence, collateral: collateral(certificates))
        if format == .snp || format == .tdx {
            try EvidenceSources.checkEcho(bundle, wanted, "\(entry)/outblob")
        }
        return bundle
    }

    /// Certificates that the host sent along; a table that can not be read is as none, because
    /// verifying will ask for what it misses.
    private func collateral(_ table: [UInt8]) -> [String: [UInt8]] {
        table.isEmpty ? [:] : (try? SNPCertificateTable.decode(table[...])) ?? [:]
    }

    private func generation(_ entry: String) throws(CollectionFailure) -> UInt64 {
        let place = "\(entry)/generation"
        guard let number = UInt64(try text(place)) else {
            throw CollectionFailure("is no number", in: place)
        }
        return number
    }

    private func text(_ path: String) throws(CollectionFailure) -> String {
        let bytes = try read(path)
        return String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
    }

    private func read(_ path: String) throws(CollectionFailure) -> [UInt8] {
        do throws(Errno) {
            return try files.read(path, limitBytes: Self.maximumBytes)
        } catch {
            throw CollectionFailure(error, "can not be read", in: path)
        }
    }

    private func readOptional(_ path: String) throws(CollectionFailure) -> [UInt8] {
        guard files.exists(path) else { return [] }
        return try read(path)
    }

    private func write(_ path: String, _ bytes: [UInt8]) throws(CollectionFailure) {
        do throws(Errno) {
            try files.write(path, bytes)
        } catch {
            throw CollectionFailure(error, "can not be written", in: path)
        }
    }
}
