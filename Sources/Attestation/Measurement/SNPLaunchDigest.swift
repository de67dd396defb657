import Bytes
import Cryptography
package import Diagnostics

/// The launch digest of an SEV-SNP guest (SNP firmware ABI §8.17.2): a chain of SHA-384 over every page
/// that the hypervisor adds before the guest runs.
package struct SNPLaunchDigest: Sendable {
    /// PAGE_TYPE of SNP_LAUNCH_UPDATE.
    private enum PageType: UInt8 {
        case normal = 1
        case saveArea = 2
        case zero = 3
        case unmeasured = 4
        case secrets = 5
        case cpuid = 6
    }

    /// What a launch consists of.
    package struct Launch: Sendable {
        package var firmware: FirmwareImage
        /// Virtual processors, one or more.
        package var processorCount: Int
        /// CPUID signature of a virtual processor; see ``signature(family:model:stepping:)``.
        package var signature: UInt32
        package var hypervisor = SNPSaveArea.Hypervisor.qemu
        /// SEV_FEATURES; bit 0 is SNP itself.
        package var features: UInt64 = 1
        /// Digests of a directly booted kernel; `nil` when the firmware boots from disk.
        package var kernelHashes: SNPKernelHashes?

        package init(firmware: FirmwareImage, processorCount: Int, signature: UInt32) {
            self.firmware = firmware
            self.processorCount = processorCount
            self.signature = signature
        }
    }

    private var digest = [UInt8](repeating: 0, count: 48)

    /// Computes the digest of a launch: 48 bytes, MEASUREMENT of its reports.
    ///
    /// - Throws: ``Diagnostic`` when the firmware can not be launched so.
    package static func compute(_ launch: Launch) throws(Diagnostic) -> [UInt8] {
        guard 1...4096 ~= launch.processorCount else {
            throw Diagnostic(what: "\(launch.processorCount) processors; 1 to 4096 are possible")
        }
        var run = SNPLaunchDigest()
        run.addFirmware(launch.firmware)
        try run.addSections(launch)
        try run.addProcessors(launch)
        return run.digest
    }

    /// CPUID Fn0000_0001_EAX of a processor (AMD document 25481).
    package static func signature(family: UInt32, model: UInt32, stepping: UInt32) -> UInt32 {
        let base = min(family, 0xf)
        return ((family - base) & 0xff) << 20 | (model >> 4 & 0xf) << 16 | base << 8
            | (model & 0xf) << 4 | stepping & 0xf
    }

    /// The signatures of QEMU's processor models that SNP guests use.
    package static let signatures: [String: UInt32] = {
        let models: [(String, UInt32, UInt32, UInt32)] = [
            ("EPYC", 23, 1, 2), ("EPYC-v1", 23, 1, 2), ("EPYC-v2", 23, 1, 2),
            ("EPYC-v3", 23, 1, 2), ("EPYC-v4", 23, 1, 2), ("EPYC-Rome", 23, 49, 0),
            ("EPYC-Rome-v1", 23, 49, 0), ("EPYC-Rome-v2", 23, 49, 0), ("EPYC-Rome-v3", 23, 49, 0),
            ("EPYC-Milan", 25, 1, 1), ("EPYC-Milan-v1", 25, 1, 1), ("EPYC-Milan-v2", 25, 1, 1),
            ("EPYC-Genoa", 25, 17, 0), ("EPYC-Genoa-v1", 25, 17, 0), ("EPYC-Turin", 26, 0, 0),
        ]
        return Dictionary(
            uniqueKeysWithValues: models.map {
                ($0.0, signature(family: $0.1, model: $0.2, stepping: $0.3))
            })
    }()

    /// PAGE_INFO (SNP firmware ABI §8.17.2.2), whose SHA-384 is the next digest.
    private mutating func update(_ type: PageType, _ address: UInt64, _ contents: [UInt8]) {
        let info: [UInt8] =
            digest + contents + [0x70, 0, type.rawValue, 0, 0, 0, 0, 0]
            + (0..<8).map { UInt8(truncatingIfNeeded: address >> (8 * $0)) }
        digest = Hash.sha384(info)
    }

    private static let nothing = [UInt8](repeating: 0, count: 48)

    private mutating func addPages(_ type: PageType, _ address: UInt64, count: UInt64) {
        for page in 0..<count { update(type, address + page * 4096, Self.nothing) }
    }

    private mutating func addFirmware(_ firmware: FirmwareImage) {
        for start in stride(from: 0, to: firmware.bytes.count, by: 4096) {
            let page = firmware.bytes[start..<start + 4096]
            update(.normal, firmware.address + UInt64(start), Hash.sha384(page))
        }
    }

    private mutating func addSections(_ launch: Launch) throws(Diagnostic) {
        let sections: [SEVMetadataSection]
        do throws(MalformedBytes) {
            sections = try launch.firmware.sevSections()
        } catch {
            throw Diagnostic(what: error.description, where: "firmware")
        }
        if launch.kernelHashes != nil, !sections.contains(where: { $0.kind == .kernelHashes }) {
            throw Diagnostic(
                what: "the firmware has no place for digests of a kernel", where: "firmware",
                remedy: "use OVMF built as AmdSev, or boot from disk")
        }
        for section in sections where !(section.kind == .cpuid && launch.hypervisor == .ec2) {
            try addSection(section, launch)
        }
        // EC2 adds the CPUID page last.
        for section in sections where section.kind == .cpuid && launch.hypervisor == .ec2 {
            update(.cpuid, section.address, Self.nothing)
        }
    }

    private mutating func addSection(
        _ section: SEVMetadataSection, _ launch: Launch
    ) throws(Diagnostic) {
        switch section.kind {
        case .memory:
            addPages(
                launch.hypervisor == .gce ? .unmeasured : .zero, section.address,
                count: section.pageCount)
        case .callingArea: addPages(.zero, section.address, count: section.pageCount)
        case .secrets: update(.secrets, section.address, Self.nothing)
        case .cpuid: update(.cpuid, section.address, Self.nothing)
        case .kernelHashes:
            guard let hashes = launch.kernelHashes else {
                return addPages(.zero, section.address, count: section.pageCount)
            }
            let offset = Int((launch.firmware.kernelHashesAddress ?? 0) & 0xfff)
            guard section.pageCount == 1, let page = hashes.page(tableAt: offset) else {
                throw Diagnostic(
                    what: "the table of kernel digests does not fit its page", where: "firmware")
            }
            update(.normal, section.address, Hash.sha384(page))
        }
    }

    private mutating func addProcessors(_ launch: Launch) throws(Diagnostic) {
        let reset: UInt32
        if let address = launch.firmware.resetAddress {
            reset = address
        } else if launch.processorCount == 1 {
            reset = 0
        } else {
            throw Diagnostic(
                what: "the firmware does not say where further processors start",
                where: "firmware", remedy: "measure one processor, or use firmware for SEV-ES")
        }
        for processor in 0..<launch.processorCount {
            let area = SNPSaveArea(
                instructionPointer: processor == 0 ? 0xffff_fff0 : reset,
                signature: launch.signature, features: launch.features, launch.hypervisor)
            // Recorded with address -1, page-aligned and cut to 52 bits.
            update(.saveArea, 0xffff_ffff_f000, Hash.sha384(area.page))
        }
    }
}
