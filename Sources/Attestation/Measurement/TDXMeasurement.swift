import Bytes
import Cryptography

/// Measurements of a TDX guest (Intel TDX module base architecture specification, "Measurement and
/// attestation"). PROVISIONAL: the order of pages and chunks within a section differs between launchers,
/// and no second implementation was at hand to compare with.
package enum TDXMeasurement {
    /// How a launcher orders the two operations on a section's pages.
    package enum Order: Sendable {
        /// Each page is added and then extended, page by page.
        case interleaved
        /// All pages are added, and then all are extended.
        case addsThenExtends
    }

    /// A section of firmware that is added before the guest runs (edk2, TDVF metadata).
    package struct Section: Sendable {
        /// Guest address of the first page.
        package var address: UInt64
        /// The section's pages, padded with zeros to its size in memory.
        package var memory: [UInt8]
        /// Attribute bit 0: contents are measured, not only addresses.
        package var isExtended: Bool

        package init(address: UInt64, memory: [UInt8], isExtended: Bool) {
            self.address = address
            self.memory = memory
            self.isExtended = isExtended
        }
    }

    /// MRTD of sections in the order of their metadata: 48 bytes.
    package static func mrtd(_ sections: [Section], _ order: Order) -> [UInt8] {
        var hash = StreamingHash(.sha384)
        for section in sections {
            let pages = stride(from: 0, to: section.memory.count, by: 4096)
            for page in pages {
                hash.update(record("MEM.PAGE.ADD", section.address + UInt64(page)))
                if order == .interleaved { extend(section, page, &hash) }
            }
            if order == .addsThenExtends { for page in pages { extend(section, page, &hash) } }
        }
        return hash.finish()
    }

    private static func extend(_ section: Section, _ page: Int, _ hash: inout StreamingHash) {
        guard section.isExtended else { return }
        for chunk in stride(from: page, to: page + 4096, by: 256) {
            hash.update(record("MR.EXTEND", section.address + UInt64(chunk)))
            hash.update(section.memory[chunk..<chunk + 256])
        }
    }

    /// 128 bytes: the operation's name, zeros to 16, the address, zeros.
    private static func record(_ name: String, _ address: UInt64) -> [UInt8] {
        var record = Array(name.utf8)
        record += [UInt8](repeating: 0, count: 16 - record.count)
        record += (0..<8).map { UInt8(truncatingIfNeeded: address >> (8 * $0)) }
        return record + [UInt8](repeating: 0, count: 128 - record.count)
    }

    /// A run-time register after extensions: each is SHA-384(old value || digest).
    package static func rtmr(
        extending digests: some Sequence<[UInt8]>, from start: [UInt8]? = nil
    ) -> [UInt8] {
        digests.reduce(start ?? [UInt8](repeating: 0, count: 48)) { Hash.sha384($0 + $1) }
    }
}
