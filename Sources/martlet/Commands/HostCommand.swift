import ArgumentParser
import Bytes
import Diagnostics
import Host
import Platform

/// `martlet host`.
struct HostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host",
        abstract:
            "Start keeps for owners and relay their bytes, on a machine nobody needs to trust.",
        discussion: """
            Holds no key and sees no plaintext. Ends on the first signal, after its keeps have ended.
            """)

    @Option(help: "Unix socket to listen on.")
    var socket: String?

    @Option(help: "ADDRESS:PORT to listen on; port 0: any.")
    var listen: String?

    @Option(help: "Directory for vaults and sockets.")
    var directory = "martlet-host"

    @Option(help: "The executable martlet-keep; enables the launcher `process`.")
    var keep: String?

    @Option(help: "Socket of `martlet-simtee serve` for processes, where this machine is no TEE.")
    var simulatedTee: String?

    @Option(help: "Directory that `martlet image build` made; enables the launcher `vm`.")
    var image: String?

    @Option(help: "Socket of `martlet-simtee serve` for machines.")
    var machineSimulatedTee: String?

    @Option(help: "The machine emulator.")
    var qemu = "/usr/bin/qemu-system-x86_64"

    @Flag(help: "Run unprotected machines on the processor's virtualisation (KVM).")
    var kvm = false

    @Option(help: "OVMF firmware for SEV-SNP; with --image, enables the launcher `snp`.")
    var snpFirmware: String?

    @Option(help: "OVMF firmware for TDX; with --image, enables the launcher `tdx`.")
    var tdxFirmware: String?

    @Option(help: "ADDRESS:PORT of a keep that already runs; enables the launcher `external`.")
    var external: String?

    @Option(help: "Keeps at the same time.")
    var maxKeeps = 16

    @Option(help: "Memory of each keep.")
    var keepMemory = ByteCount(bytes: 2 << 30)

    @Option(help: "Seconds of processor time of each keep.")
    var keepCpuSeconds: UInt64 = 24 * 3600

    @Option(help: "Lifetime of each keep, such as 30m.")
    var keepLifetime: TimeBudget?

    @Option(help: "Bytes of each vault.")
    var vaultSize = ByteCount(bytes: 16 << 30)

    @Option(help: ArgumentHelp("Where programs may connect to.", valueName: "HOST:PORT|HOST:*"))
    var allowConnect: [String] = []

    func validate() throws {
        guard socket != nil || listen != nil else {
            throw ValidationError("give --socket PATH or --listen ADDRESS:PORT")
        }
        guard listen == nil || listen.flatMap({ SocketAddress($0) }) != nil else {
            throw ValidationError("--listen takes ADDRESS:PORT")
        }
        guard external == nil || external.flatMap({ SocketAddress($0) }) != nil else {
            throw ValidationError("--external takes ADDRESS:PORT")
        }
        guard keep != nil || image != nil || external != nil else {
            throw ValidationError("give --keep, --image or --external: how keeps are started")
        }
    }

    private var settings: HostSettings {
        var settings = HostSettings(directory: directory)
        settings.keeps = maxKeeps
        settings.destinations = allowConnect
        settings.budgets.memoryBytes = keepMemory.bytes
        settings.budgets.cpuSeconds = keepCpuSeconds
        settings.budgets.diskBytes = vaultSize.bytes
        if let keepLifetime {
            settings.budgets.lifetimeSeconds = max(1, keepLifetime.nanoseconds / 1_000_000_000)
        }
        return settings
    }

    func run() throws {
        Signals.ignoreBrokenPipes()
        try reporting {
            let interruption = try Interruption()
            try Signals.tripOnTermination(interruption)
            let settings = settings
            try FileTree.makeDirectory(directory)
            let server = try HostServer(
                settings, launchers: try launchers(), interruption: interruption
            ) { Console.write("martlet host: \($0)\n") }
            var listeners: [FileDescriptorBox] = []
            if let socket { listeners.append(try local(socket)) }
            if let listen, let address = SocketAddress(listen) {
                listeners.append(try network(address))
            }
            Console.write("martlet host: ready\n")
            server.run(listeners.map { $0.descriptor.borrowed })
            if let socket, let path = PathName(socket) {
                try? BorrowedDescriptor.currentDirectory.unlink(path)
            }
        }
    }

    private func launchers() throws -> [any Launcher] {
        var result: [any Launcher] = []
        do throws(LaunchFailure) {
            if let keep {
                let launcher = try ProcessLauncher(
                    executable: keep, directory: directory, simulatedTEE: simulatedTee)
                for missing in launcher.missingIsolation {
                    Console.write(
                        "martlet host: without \(missing): this machine does not permit it\n")
                }
                result.append(launcher)
            }
            if let image { result += try machines(image) }
            if let external, let address = SocketAddress(external) {
                result.append(ExternalLauncher(address))
            }
        } catch {
            throw Diagnostic(
                what: error.description, where: "martlet host",
                remedy: "`martlet doctor` tells what is missing")
        }
        return result
    }

    private func machines(_ directory: String) throws(LaunchFailure) -> [any Launcher] {
        let isSimulated = machineSimulatedTee != nil
        func launcher(
            _ protection: MachineProtection, isSimulated: Bool
        ) throws(LaunchFailure) -> MachineLauncher {
            try MachineLauncher(
                emulator: qemu,
                image: MachineImage(
                    kernel: "\(directory)/vmlinuz", initialDisk: "\(directory)/initrd",
                    keepArguments: MachineSpecification.keepArguments(isSimulated: isSimulated)),
                protection: protection, simulatedTEE: isSimulated ? machineSimulatedTee : nil)
        }
        var result = [try launcher(.none(hasKVM: kvm), isSimulated: isSimulated)]
        if let snpFirmware {
            result.append(
                try launcher(.snp(SNPLaunch(firmware: snpFirmware)), isSimulated: false))
        }
        if let tdxFirmware {
            result.append(
                try launcher(.tdx(TDXLaunch(firmware: tdxFirmware)), isSimulated: false))
        }
        return result
    }

    private func local(_ path: String) throws -> FileDescriptorBox {
        guard let name = PathName(path) else { throw Errno.EINVAL }
        try? BorrowedDescriptor.currentDirectory.unlink(name)
        return FileDescriptorBox(try LocalSocket.listen(at: name))
    }

    private func network(_ address: SocketAddress) throws -> FileDescriptorBox {
        let socket = try BorrowedDescriptor.makeSocket(AddressFamily(of: address.ip), .stream)
        try socket.borrowed.setSocketOption(.reuseAddress, to: 1)
        try socket.borrowed.bind(to: address)
        try socket.borrowed.listen(backlog: 128)
        Console.write("martlet host: listening on \(try socket.borrowed.localAddress())\n")
        return FileDescriptorBox(socket)
    }
}

/// A descriptor that an array can hold.
private final class FileDescriptorBox: Sendable {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}
