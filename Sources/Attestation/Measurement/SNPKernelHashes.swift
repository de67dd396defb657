import Bytes
import Cryptography

/// The table of digests that QEMU gives SEV firmware for a directly booted kernel (QEMU,
/// target/i386/sev.c): header and three entries, each GUID, length and SHA-256.
package struct SNPKernelHashes: Sendable {
    private let entries: [(guid: String, digest: [UInt8])]

    /// - Parameters:
    ///   - initialDisk: empty when there is none.
    ///   - commandLine: without its terminating zero, which is measured too.
    package init(kernel: [UInt8], initialDisk: [UInt8], commandLine: String) {
        entries = [
            ("97d02dd8-bd20-4c94-aa78-e7714d36ab2a", Hash.sha256(Array(commandLine.utf8) + [0])),
            ("44baf731-3a2f-4bd7-9af1-41e29169781d", Hash.sha256(initialDisk)),
            ("4de79437-abd2-427f-b835-d5b172d2045b", Hash.sha256(kernel)),
        ]
    }

    /// A page of zeros with the table at `offset`; `nil` when it does not fit.
    func page(tableAt offset: Int) -> [UInt8]? {
        var body: [UInt8] = []
        for entry in entries { body += FirmwareImage.guid(entry.guid) + [50, 0] + entry.digest }
        var table = FirmwareImage.guid("9438d606-4f22-4cc9-b479-a793d411fd21")
        table += [UInt8(body.count + 18), 0]
        table += body
        guard offset + table.count <= 4096 else { return nil }
        var page = [UInt8](repeating: 0, count: 4096)
        page.replaceSubrange(offset..<offset + table.count, with: table)
        return page
    }
}
