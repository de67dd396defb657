import Attestation
import Bytes
import Cryptography
import Diagnostics
import Foundation
import Testing

/// The launch digests of `measure/snp.json`, which sev-snp-measure 0.0.13 computed.
@Suite struct SNPMeasurementTests {
    private static let cases: [JSONNode] = {
        guard VectorFiles.arePresent, let bytes = try? VectorFiles.bytes("measure/snp.json"),
            let list = try? JSONReader.decode(bytes[...]).member("cases").array("cases")
        else { return [] }
        return list
    }()

    private static func text(_ node: JSONNode, _ name: String) -> String? {
        try? node.member(name).string(name)
    }

    /// The firmware of a case; Debian's is looked for where `MARTLET_OVMF` says, and its digest is
    /// checked.
    private static func firmware(_ node: JSONNode) throws -> [UInt8]? {
        let name = text(node, "ovmf") ?? ""
        guard let path = name.split(separator: " ").last, name.hasPrefix("Debian") else {
            return try VectorFiles.bytes("measure/\(name)")
        }
        let root = ProcessInfo.processInfo.environment["MARTLET_OVMF"] ?? "/"
        guard let data = try? Data(contentsOf: URL(filePath: root).appending(path: String(path)))
        else { return nil }
        return [UInt8](data)
    }

    @Test("computed digests equal the oracle's", .enabled(if: VectorFiles.arePresent))
    func digests() throws {
        var counts = (good: 0, skipped: 0)
        for node in Self.cases {
            let id = Self.text(node, "id") ?? ""
            guard let image = try Self.firmware(node),
                Hash.sha256(image).hexadecimal == Self.text(node, "ovmf_sha256")
            else {
                counts.skipped += 1
                print("SKIPPED: \(id) needs Debian's ovmf package 2022.11-6+deb12u2")
                continue
            }
            let type = Self.text(node, "vcpu_type") ?? ""
            var launch = SNPLaunchDigest.Launch(
                firmware: try FirmwareImage(image),
                processorCount: Int(try node.member("vcpus").unsigned("vcpus")),
                signature: try #require(SNPLaunchDigest.signatures[type]))
            #expect("0x" + String(launch.signature, radix: 16) == Self.text(node, "vcpu_sig"))
            launch.hypervisor = try #require(
                SNPSaveArea.Hypervisor(rawValue: (Self.text(node, "vmm") ?? "").lowercased()))
            launch.features = try #require(
                UInt64((Self.text(node, "guest_features") ?? "").dropFirst(2), radix: 16))
            if let kernel = Self.text(node, "kernel") {
                let disk = try Self.text(node, "initrd").map {
                    try VectorFiles.bytes("measure/\($0)")
                }
                launch.kernelHashes = SNPKernelHashes(
                    kernel: try VectorFiles.bytes("measure/\(kernel)"), initialDisk: disk ?? [],
                    commandLine: Self.text(node, "append") ?? "")
            }
            #expect(
                try SNPLaunchDigest.compute(launch).hexadecimal == Self.text(node, "launch_digest"),
                "\(id)")
            counts.good += 1
        }
        #expect(counts.good + counts.skipped == 13)
        #expect(counts.good >= 10)
        print("vectors measure snp: \(counts.good) equal, \(counts.skipped) skipped")
    }

    @Test("damaged tables and sections are refused", .enabled(if: VectorFiles.arePresent))
    func damaged() throws {
        let image = try VectorFiles.bytes("measure/fw_kernel_hashes.bin")
        var refused = 0
        for index in image.indices.suffix(512) {
            var copy = image
            copy[index] ^= 0xff
            let outcome = Result { try FirmwareImage(copy).sevSections() }
            if case .failure = outcome { refused += 1 }
        }
        #expect(refused > 0)
        #expect(throws: MalformedBytes.self) { try FirmwareImage([]) }
        #expect(throws: MalformedBytes.self) { try FirmwareImage(Array(image.dropLast())) }
        var kernel = SNPLaunchDigest.Launch(
            firmware: try FirmwareImage(try VectorFiles.bytes("measure/fw_plain.bin")),
            processorCount: 1, signature: 0xa00f11)
        kernel.kernelHashes = SNPKernelHashes(kernel: [1], initialDisk: [], commandLine: "")
        #expect(throws: Diagnostic.self) { try SNPLaunchDigest.compute(kernel) }
        kernel.kernelHashes = nil
        kernel.processorCount = 0
        #expect(throws: Diagnostic.self) { try SNPLaunchDigest.compute(kernel) }
    }
}
