import ArgumentParser
import Diagnostics
import Host
import KeepClient
import Platform

/// `martlet host`.
struct HostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "Start keeps for others and relay to them; holds no secret.",
        discussion: """
            Owners do not trust this program: they appraise each keep's evidence themselves. Ends with \
            all its keeps on an interrupt.
            """)

    @Option(help: "Where to listen: unix:PATH, or an address and port.")
    var listen = "unix:martlet-host.sock"

    @Option(help: "Directory for vaults and sockets.")
    var state = "martlet-host"

    @Option(help: "The keep's executable; by default martlet-keep beside this one.")
    var keep: String?

    @Option(help: "Socket of `martlet-simtee serve`, which plays the hardware. Protects nothing.")
    var simulatedTee: String?

    @Option(help: "Directory of `martlet image build`; enables launcher `vm`.")
    var image: String?

    @Option(help: "Socket of `martlet-simtee serve` for machines. Protects nothing.")
    var machineSimulatedTee: String?

    @Option(help: "The machine emulator.")
    var qemu = "/usr/bin/qemu-system-x86_64"

    @Flag(help: "Run unprotected machines on the processor's virtualisation.")
    var kvm = false

    @Option(help: "OVMF firmware for SEV-SNP; with --image, enables launcher `snp`.")
    var snpFirmware: String?

    @Option(help: "OVMF firmware for TDX; with --image, enables launcher `tdx`.")
    var tdxFirmware: String?

    @Option(help: "Bytes of each vault.")
    var maxVault = ByteCount(bytes: 16 << 30)

    @Option(help: "Address and port of a keep that runs already, for launcher `external`.")
    var external: String?

    @Option(help: "Keeps at the same time.")
    var maxKeeps = 16

    @Option(help: "Memory of each keep.")
    var maxMemory = ByteCount(bytes: 2 << 30)

    @Option(help: "Seconds that a keep may live.")
    var maxLifetime: UInt64 = 7 * 24 * 3600

    @Flag(
        help: ArgumentHelp(
            "Let keeps run machine code that owners compiled.",
            discussion: """
                Between such code and this machine stands only what shuts the keep itself off. A \
                virtual machine's measurement shows it: build its image with --code-images.
                """))
    var acceptCodeImages = false

    @Option(help: "Where programs may connect to, HOST:PORT or HOST:*. Repeatable; else nowhere.")
    var allowConnect: [String] = []

    func run() throws {
        Signals.ignoreBrokenPipes()
        try Console.reporting {
            guard let address = HostAddress(listen) else {
                throw CommandFailure(
                    .usage, Diagnostic(what: "--listen takes unix:PATH or ADDRESS:PORT"))
            }
            do {
                try serve(address)
            } catch let error as Diagnostic {
                throw CommandFailure(.unavailable, error)
            } catch {
                throw CommandFailure(.unavailable, Diagnostic(what: "\(error)"))
            }
        }
    }

    private func serve(_ address: HostAddress) throws {
        let interruption = try Interruption()
        try Signals.tripOnTermination(interruption)
        var settings = HostSettings(directory: state)
        settings.keeps = maxKeeps
        settings.budgets.memoryBytes = maxMemory.bytes
        settings.budgets.lifetimeSeconds = maxLifetime
        settings.budgets.diskBytes = maxVault.bytes
        settings.destinations = allowConnect
        let server = try HostServer(
            settings, launchers: try launchers(), interruption: interruption
        ) { Console.write("martlet host: \($0)\n") }
        let listener = try open(address)
        Console.write("martlet host: listening at \(address)\n")
        server.run([listener.borrowed])
        if case .local(let path) = address, let name = PathName(path) {
            try? BorrowedDescriptor.currentDirectory.unlink(name)
        }
    }

    private func launchers() throws -> [any Launcher] {
        let process = try ProcessLauncher(
            executable: keep ?? Self.executableBeside(), directory: state,
            simulatedTEE: simulatedTee, takesCodeImages: acceptCodeImages)
        if simulatedTee != nil {
            Console.write("martlet host: SIMULATED TEE: its keeps are not protected\n")
        }
        for missing in process.missingIsolation {
            Console.write(
                "martlet host: WEAKER: this machine permits no \(missing) for keeps\n")
        }
        var result: [any Launcher] = [process]
        if let image { result += try machines(image) }
        guard let external else { return result }
        guard let address = SocketAddress(external) else {
            throw Diagnostic(what: "--external takes ADDRESS:PORT")
        }
        return result + [ExternalLauncher(address)]
    }

    /// The launchers of virtual machines. One with a processor's protection never believes a
    /// simulated TEE: its image's command line does not let it.
    private func machines(_ directory: String) throws(LaunchFailure) -> [any Launcher] {
        func launcher(
            _ protection: MachineProtection, simulatedTEE: String?
        ) throws(LaunchFailure) -> MachineLauncher {
            let image = MachineImage(
                kernel: "\(directory)/vmlinuz", initialDisk: "\(directory)/initrd",
                keepArguments: MachineSpecification.keepArguments(
                    isSimulated: simulatedTEE != nil, takesCodeImages: acceptCodeImages))
            return try MachineLauncher(
                emulator: qemu, image: image, protection: protection, simulatedTEE: simulatedTEE)
        }
        var result = [try launcher(.none(hasKVM: kvm), simulatedTEE: machineSimulatedTee)]
        if let snpFirmware {
            result.append(
                try launcher(.snp(SNPLaunch(firmware: snpFirmware)), simulatedTEE: nil))
        }
        if let tdxFirmware {
            result.append(
                try launcher(.tdx(TDXLaunch(firmware: tdxFirmware)), simulatedTEE: nil))
        }
        return result
    }

    private func open(_ address: HostAddress) throws -> FileDescriptor {
        switch address {
        case .local(let path):
            guard let name = PathName(path) else { throw Errno.EINVAL }
            return try LocalSocket.listen(at: name)
        case .network(let address):
            return try BorrowedDescriptor.listening(on: address)
        }
    }

    /// `martlet-keep` in the directory of this executable.
    private static func executableBeside() -> String {
        let own = ProcessEnvironment.arguments.first ?? ""
        guard let slash = own.lastIndex(of: "/") else { return "/usr/local/bin/martlet-keep" }
        return own[...slash] + "martlet-keep"
    }
}
