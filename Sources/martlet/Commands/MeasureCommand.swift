import ArgumentParser
import Attestation
import Bytes
import Diagnostics
import PolicyFile

/// `martlet measure`.
struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Compute the measurement that a launch will have.",
        subcommands: [SNP.self, TDX.self, SGX.self, MeasureWorkloadCommand.self])

    struct SNP: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "snp",
            abstract: "Compute MEASUREMENT of an SEV-SNP guest from its firmware and processors.")

        @Option(help: "OVMF firmware image.")
        var firmware: String

        @Option(help: "Number of virtual processors.")
        var vcpus: Int

        @Option(help: "QEMU's processor model, such as EPYC-Milan.")
        var vcpuType: String?

        @Option(help: "CPUID signature instead of a model, such as 0xa00f11.")
        var vcpuSignature: String?

        @Option(help: "qemu, ec2 or gce.")
        var vmm = "qemu"

        @Option(help: "SEV_FEATURES of the guest.")
        var guestFeatures = "0x1"

        @Option(help: "Kernel image for direct boot.")
        var kernel: String?

        @Option(help: "Initial disk for direct boot.")
        var initrd: String?

        @Option(help: "Kernel command line for direct boot.")
        var append = ""

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard (vcpuType == nil) != (vcpuSignature == nil) else {
                throw ValidationError("give either --vcpu-type or --vcpu-signature")
            }
            guard signature != nil else {
                let known = SNPLaunchDigest.signatures.keys.sorted().joined(separator: ", ")
                throw ValidationError("unknown processor; known are \(known)")
            }
            guard SNPSaveArea.Hypervisor(rawValue: vmm) != nil else {
                throw ValidationError("--vmm takes qemu, ec2 or gce")
            }
            guard Self.number(guestFeatures) != nil else {
                throw ValidationError("--guest-features takes a number such as 0x1")
            }
            guard kernel != nil || initrd == nil && append.isEmpty else {
                throw ValidationError("--initrd and --append need --kernel")
            }
        }

        private static func number(_ text: String) -> UInt64? {
            text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
        }

        private var signature: UInt32? {
            vcpuType.flatMap { SNPLaunchDigest.signatures[$0] }
                ?? vcpuSignature.flatMap(Self.number).flatMap(UInt32.init(exactly:))
        }

        func run() throws {
            let digest: [UInt8]
            do throws(Diagnostic) {
                digest = try SNPLaunchDigest.compute(try launch())
            } catch {
                throw failure(error, .data)
            }
            print(
                json
                    ? JSONText.object([("measurement", .string(digest.hexadecimal))]).indented
                    : digest.hexadecimal)
        }

        private func launch() throws(Diagnostic) -> SNPLaunchDigest.Launch {
            let image: FirmwareImage
            let bytes = try InputFile.bytes(firmware)
            do throws(MalformedBytes) {
                image = try FirmwareImage(bytes)
            } catch {
                throw Diagnostic(what: error.description, where: firmware)
            }
            var launch = SNPLaunchDigest.Launch(
                firmware: image, processorCount: vcpus, signature: signature ?? 0)
            launch.hypervisor = SNPSaveArea.Hypervisor(rawValue: vmm) ?? .qemu
            launch.features = Self.number(guestFeatures) ?? 1
            if let kernel {
                var disk: [UInt8] = []
                if let initrd { disk = try InputFile.bytes(initrd) }
                launch.kernelHashes = SNPKernelHashes(
                    kernel: try InputFile.bytes(kernel), initialDisk: disk, commandLine: append)
            }
            return launch
        }
    }

    struct TDX: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tdx",
            abstract: "Compute MRTD of a TDX guest from its firmware. Provisional.",
            discussion: """
                Launchers differ in the order of operations within a section, so both results are \
                told. Compare with a quote of a launch that you trust before relying on either.
                """)

        @Option(help: "TDX firmware image (TDVF).")
        var firmware: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            do {
                let sections = try FirmwareImage(try InputFile.bytes(firmware)).tdxSections()
                guard !sections.isEmpty else {
                    throw Diagnostic(what: "the firmware has no TDX metadata", where: firmware)
                }
                let page = TDXMeasurement.mrtd(sections, .interleaved).hexadecimal
                let section = TDXMeasurement.mrtd(sections, .addsThenExtends).hexadecimal
                print(
                    json
                        ? JSONText.object([
                            ("mr_td_page_by_page", .string(page)),
                            ("mr_td_section_by_section", .string(section)),
                            ("provisional", .boolean(true)),
                        ]).indented
                        : "page by page       \(page)\nsection by section \(section)\nprovisional")
            } catch let error as Diagnostic {
                throw failure(error, .data)
            } catch let error as MalformedBytes {
                throw failure(Diagnostic(what: error.description, where: firmware), .data)
            }
        }
    }

    struct SGX: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sgx",
            abstract: "Compute MRENCLAVE of an SGX enclave from its layout. Provisional.",
            discussion: """
                The layout names the areas that the loader adds: ELF files, the manifest, thread control \
                pages, the heap. Documentation/Formats/EnclaveLayout.md describes it. What a loader adds \
                depends on its version, so compare the result with what the loader's own signer prints \
                before relying on it.
                """)

        @Argument(help: "Layout in TOML, or building steps in JSON; - for standard input.")
        var layout: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            do throws(Diagnostic) {
                let path = layout
                let result = try EnclaveLayoutFile.read(try InputFile.bytes(path), name: path) {
                    (name) throws(Diagnostic) in
                    try InputFile.bytes(InputFile.beside(path, name))
                }
                let pages = result.areas.reduce(0) { $0 + $1.pageCount }
                print(
                    json
                        ? JSONText.object([
                            ("mr_enclave", .string(result.measurement.hexadecimal)),
                            ("pages", .integer(pages)), ("provisional", .boolean(true)),
                        ]).indented
                        : "\(result.measurement.hexadecimal)\nprovisional")
            } catch {
                throw failure(error, .data)
            }
        }
    }
}
