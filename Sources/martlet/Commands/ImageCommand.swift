import ArgumentParser
import Attestation
import Bytes
import Cryptography
import Diagnostics
import Host
import Platform

/// `martlet image`.
struct ImageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Build what a keep's virtual machine or enclave starts from.",
        subcommands: [Build.self, Gramine.self])

    struct Build: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "build",
            abstract: "Build a reproducible initial disk and print what its launch will measure.",
            discussion: """
                Equal inputs give equal bytes. `Scripts/kernel.sh` fetches Debian's cloud kernel; its \
                generic kernel has the driver that SEV-SNP needs.
                """)

        @Option(name: [.short, .long], help: "Directory for vmlinuz, initrd and image.json.")
        var output = "image"

        @Option(help: "The static executable martlet-keep.")
        var keep: String

        @Option(help: "Kernel image.")
        var kernel: String

        @Option(help: "Directory of the kernel's modules.")
        var modules: String

        @Flag(help: "Let the keep take evidence from a simulated TEE: for development.")
        var simulated = false

        @Flag(help: "Let the keep run machine code that owners compiled; the measurement shows it.")
        var codeImages = false

        @Option(help: "OVMF firmware; adds the launch measurement of SEV-SNP.")
        var firmware: String?

        @Option(help: "QEMU's processor model for that measurement.")
        var vcpuType = "EPYC-v4"

        @Option(help: "Number of virtual processors for that measurement.")
        var vcpus = 1

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard SNPLaunchDigest.signatures[vcpuType] != nil else {
                let known = SNPLaunchDigest.signatures.keys.sorted().joined(separator: ", ")
                throw ValidationError("unknown processor; known are \(known)")
            }
        }

        func run() throws {
            do throws(Diagnostic) {
                try build()
            } catch {
                throw failure(error, .data)
            }
        }

        private func build() throws(Diagnostic) {
            let files = try FileTree.files(below: modules)
            let drivers = try DriverSet(files: files, read: InputFile.bytes).closure()
            let archive = InitialDisk.archive(keep: try InputFile.bytes(keep), drivers: drivers)
            let disk = Gzip.compress(archive)
            let kernelBytes = try InputFile.bytes(kernel)
            try FileTree.makeDirectory(output)
            try InputFile.write(kernelBytes, to: "\(output)/vmlinuz")
            try InputFile.write(disk, to: "\(output)/initrd")
            var members: [(String, JSONText)] = [
                ("kernel", .string(hash(kernelBytes))), ("initrd", .string(hash(disk))),
                ("initrd-bytes", .integer(disk.count)),
                ("command-line", .string(commandLine)),
            ]
            if simulated {
                members.append(("simulated", .string(simulatedMeasurement(kernelBytes, disk))))
            }
            if let firmware {
                members.append(
                    ("snp", .string(try snpMeasurement(firmware, kernelBytes, disk))))
            }
            let description = JSONText.object(members).indented
            try InputFile.write(Array((description + "\n").utf8), to: "\(output)/image.json")
            if json { return print(description) }
            print("kernel        sha384 \(hash(kernelBytes))")
            print("initrd        sha384 \(hash(disk)), \(disk.count) bytes")
            print("command line  \(commandLine)")
            for (name, value) in members where name == "snp" || name == "simulated" {
                guard case .string(let digest) = value else { continue }
                print("launch        \(name) \(digest)")
            }
        }

        private var commandLine: String {
            MachineSpecification(
                protection: .none(hasKVM: false), kernel: kernel, initialDisk: "",
                keepArguments: MachineSpecification.keepArguments(
                    isSimulated: simulated, takesCodeImages: codeImages)
            ).commandLine
        }

        private func hash(_ bytes: [UInt8]) -> String { Hash.sha384(bytes).hexadecimal }

        private func simulatedMeasurement(_ kernel: [UInt8], _ disk: [UInt8]) -> String {
            SimulatedLaunchDigest.machine(
                kernel: kernel, initialDisk: disk, commandLine: commandLine
            ).hexadecimal
        }

        private func snpMeasurement(
            _ path: String, _ kernel: [UInt8], _ disk: [UInt8]
        ) throws(Diagnostic) -> String {
            let image: FirmwareImage
            let bytes = try InputFile.bytes(path)
            do throws(MalformedBytes) {
                image = try FirmwareImage(bytes)
            } catch {
                throw Diagnostic(what: error.description, where: path)
            }
            var launch = SNPLaunchDigest.Launch(
                firmware: image, processorCount: vcpus,
                signature: SNPLaunchDigest.signatures[vcpuType] ?? 0)
            launch.kernelHashes = SNPKernelHashes(
                kernel: kernel, initialDisk: disk, commandLine: commandLine)
            return try SNPLaunchDigest.compute(launch).hexadecimal
        }
    }
}

extension ImageCommand {
    struct Gramine: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "gramine",
            abstract: "Print a Gramine manifest for a keep in an SGX enclave.",
            discussion: """
                Sign it with gramine-sgx-sign, start it with gramine-sgx, and tell the host by \
                `martlet host --external HOST:PORT`.
                """)

        @Option(help: "The static executable martlet-keep, as Gramine finds it.")
        var keep = "martlet-keep"

        @Option(help: "Port on which the keep takes clients.")
        var port: UInt16 = 7443

        @Option(help: "Enclave size, a power of two such as 1G.")
        var enclaveSize = "1G"

        @Option(help: "Most threads at the same time.")
        var threads = 64

        @Option(help: "Directory of the host that holds vaults.")
        var vaults = "vaults"

        func validate() throws {
            let isSize = enclaveSize.wholeMatch(of: /[1-9][0-9]*[MG]/) != nil
            guard isSize else { throw ValidationError("--enclave-size takes a size such as 1G") }
            guard 4...1024 ~= threads else { throw ValidationError("--threads takes 4 to 1024") }
            for path in [keep, vaults] {
                let isPlain = path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
                guard isPlain else {
                    throw ValidationError("paths in a manifest take no quotes or backslashes")
                }
            }
        }

        func run() {
            print(
                GramineManifest(
                    keep: keep, port: port, enclaveSize: enclaveSize, threads: threads,
                    vaults: vaults
                ).text)
        }
    }
}
