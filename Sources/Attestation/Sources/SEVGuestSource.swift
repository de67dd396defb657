import Bytes
import Platform

/// The device of kernels without the report interface (Documentation/virt/coco/sev-guest.rst); also
/// the way to keys that only this guest can get.
package struct SEVGuestSource: EvidenceSource {
    static let device = "/dev/sev-guest"
    static let attempts = 8

    private let files: any KernelFiles
    private let privilegeLevel: UInt32

    package var name: String { "sev-guest" }

    package init(files: some KernelFiles, privilegeLevel: UInt32 = 0) {
        self.files = files
        self.privilegeLevel = privilegeLevel
    }

    package func evidence(
        reportData: [UInt8]
    ) throws(CollectionFailure) -> EvidenceBundle {
        let wanted = try EvidenceSources.padded(reportData, Self.device)
        let request = wanted + Self.little(privilegeLevel) + [UInt8](repeating: 0, count: 28)
        let (response, table) = try response(to: request)
        let report = try Self.payload(response, count: SNPReport.size)
        let certificates = table.isEmpty ? nil : try? SNPCertificateTable.decode(table[...])
        let bundle = EvidenceBundle(.snp, report, collateral: certificates ?? [:])
        try EvidenceSources.checkEcho(bundle, wanted, Self.device)
        return bundle
    }

    /// A response with the host's certificates, or without them from a host that offers none.
    private func response(
        to request: [UInt8]
    ) throws(CollectionFailure) -> (response: [UInt8], certificates: [UInt8]) {
        do throws(CollectionFailure) {
            return try retrying { () throws(SEVGuestFailure) in
                try files.extendedReport(Self.device, request)
            }
        } catch  where !error.isTransient {
            let bare = try retrying { () throws(SEVGuestFailure) in
                try files.report(Self.device, request)
            }
            return (bare, [])
        }
    }

    /// A key that the firmware derives from the chip and what is named here; the same guest gets the
    /// same key again (SNP firmware ABI, MSG_KEY_REQ).
    ///
    /// - Parameters:
    ///   - fields: which properties of the guest go in: bit 0 policy, 1 image, 2 family,
    ///     3 measurement, 4 guest SVN, 5 TCB version, 6 launch mitigations.
    ///   - guestSVN: at most the guest's own; used with bit 4.
    ///   - tcbVersion: at most the committed one; used with bit 5.
    package func derivedKey(
        fields: UInt64, guestSVN: UInt32 = 0, tcbVersion: UInt64 = 0
    ) throws(CollectionFailure) -> [UInt8] {
        let request =
            Self.little(UInt32(0)) + Self.little(UInt32(0)) + Self.little(fields)
            + Self.little(privilegeLevel) + Self.little(guestSVN) + Self.little(tcbVersion)
        let response = try retrying { () throws(SEVGuestFailure) in
            try files.derivedKey(Self.device, request)
        }
        guard response.count == 64, response.prefix(4).allSatisfy({ $0 == 0 }) else {
            throw CollectionFailure("the firmware refused to derive a key", in: Self.device)
        }
        return Array(response[32..<64])
    }

    /// The report in a response: status and size, 24 reserved bytes, then the report
    /// (SNP firmware ABI, MSG_REPORT_RSP).
    private static func payload(
        _ response: [UInt8], count: Int
    ) throws(CollectionFailure) -> [UInt8] {
        var reader = ByteReader(response)
        guard let status = try? reader.integer("STATUS", as: UInt32.self),
            let size = try? reader.integer("REPORT_SIZE", as: UInt32.self)
        else { throw CollectionFailure("the response is too short", in: device) }
        guard status == 0, size == count, response.count >= 32 + count else {
            throw CollectionFailure(
                "the firmware answered status \(status) with \(size) bytes", in: device)
        }
        return Array(response[32..<32 + count])
    }

    private func retrying<Value>(
        _ body: () throws(SEVGuestFailure) -> Value
    ) throws(CollectionFailure) -> Value {
        for attempt in 0..<Self.attempts {
            if attempt > 0 { files.pause(milliseconds: min(50 << attempt, 2000)) }
            do throws(SEVGuestFailure) {
                return try body()
            } catch {
                let (error, exitInfo) = error.parts
                // SNP_GUEST_VMM_ERR_BUSY: the host throttles guests.
                if exitInfo >> 32 == 2 || error.isTransient { continue }
                throw CollectionFailure(
                    "request refused: \(error), firmware error \(exitInfo & 0xffff_ffff), "
                        + "hypervisor error \(exitInfo >> 32)", in: Self.device)
            }
        }
        throw CollectionFailure(
            "the host was busy \(Self.attempts) times", in: Self.device, isTransient: true)
    }

    private static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
