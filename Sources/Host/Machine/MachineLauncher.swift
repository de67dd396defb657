internal import Bytes
internal import Diagnostics
internal import Platform
internal import Synchronization

/// Where a machine launcher finds what it starts.
package struct MachineImage: Equatable, Sendable {
    package var kernel: String
    package var initialDisk: String
    package var keepArguments: [String]

    package init(kernel: String, initialDisk: String, keepArguments: [String]) {
        self.kernel = kernel
        self.initialDisk = initialDisk
        self.keepArguments = keepArguments
    }
}

/// Keeps in virtual machines by QEMU: `vm` without protection, for development; `snp` and `tdx` with
/// the processor's.
///
/// The host reaches the keep through one forwarded port, and the machine's serial line carries the
/// keep's log one way and the word to stop the other. Vaults are disks.
package final class MachineLauncher: Launcher {
    package let name: String
    private let emulator: FileDescriptor
    private let nothing: FileDescriptor
    private let image: MachineImage
    private let protection: MachineProtection
    private let simulatedTEE: PathName?

    /// How long a machine may take to start, in seconds.
    static let startSeconds: UInt64 = 60

    /// - Parameters:
    ///   - emulator: path of `qemu-system-x86_64`.
    ///   - simulatedTEE: the socket of `martlet-simtee serve`, when that plays the hardware.
    package init(
        emulator path: String, image: MachineImage, protection: MachineProtection,
        simulatedTEE: String?
    ) throws(LaunchFailure) {
        guard let file = PathName(path) else { throw LaunchFailure("\(path) is no path") }
        do throws(Errno) {
            emulator = try BorrowedDescriptor.currentDirectory.open(file, .readOnly)
            nothing = try BorrowedDescriptor.currentDirectory.open("/dev/null", .readWrite)
        } catch {
            throw LaunchFailure("can not open \(path): \(error)")
        }
        name =
            switch protection {
            case .none: "vm"
            case .snp: "snp"
            case .tdx: "tdx"
            }
        self.image = image
        self.protection = protection
        self.simulatedTEE = simulatedTEE.flatMap { PathName($0) }
    }

    package func start(_ request: LaunchRequest) throws(LaunchFailure) -> any RunningKeep {
        let keep: MachineKeep
        do {
            keep = try launch(request)
        } catch {
            request.resources.dropSpareVault()
            throw error as? LaunchFailure ?? LaunchFailure("can not start a machine: \(error)")
        }
        guard keep.waitUntilReady() else {
            keep.kill()
            throw LaunchFailure(
                keep.end.map { "the machine \($0) before its keep was ready" }
                    ?? "the machine's keep was not ready within \(Self.startSeconds) seconds")
        }
        return keep
    }

    /// The machine of a request; its descriptors follow the console's in order.
    private func specification(
        _ request: LaunchRequest, port: UInt16, hasTEE: Bool, disks: [MachineDisks.Disk]
    ) -> MachineSpecification {
        var machine = MachineSpecification(
            protection: protection.pinned(to: request.ownerPin), kernel: image.kernel,
            initialDisk: image.initialDisk, keepArguments: image.keepArguments)
        machine.memoryMebibytes = Int(min(request.budgets.memoryBytes >> 20, 1 << 16))
        machine.forwardedPorts = [.init(host: port, machine: MachineSpecification.keepPort)]
        machine.monitor = 4
        if hasTEE { machine.simulatedTEE = 5 }
        machine.disks = disks.enumerated().map { index, disk in
            .init(name: disk.serial, descriptor: Int32(index) + (hasTEE ? 6 : 5))
        }
        return machine
    }

    private func launch(_ request: LaunchRequest) throws -> MachineKeep {
        let port = try LoopbackPort.free()
        let console = try LocalSocket.streamPair()
        let monitor = try LocalSocket.streamPair()
        let tee = try simulatedTEE.map { path throws(Errno) in
            try SimulatedLaunch.connect(path, hostData: request.ownerPin)
        }
        defer { if let tee { _ = FileDescriptor(owning: tee) } }
        let disks = try MachineDisks.attach(request.resources, request.budgets, log: request.log)
        defer { for disk in disks { _ = FileDescriptor(owning: disk.descriptor) } }
        let machine = specification(request, port: port, hasTEE: tee != nil, disks: disks)
        var options = KeepProcessOptions()
        options.isolation = []
        options.endsWithThread = true
        options.cpuSeconds = request.budgets.cpuSeconds
        options.fileBytes = request.budgets.diskBytes
        options.arguments = ["qemu-system-x86_64"] + machine.arguments
        let numbers =
            [console.second.number, monitor.second.number]
            + [tee].compactMap(\.self) + disks.map(\.descriptor)
        let errors = try LocalSocket.streamPair()
        let group = ControlGroup(request.id, memoryBytes: request.budgets.memoryBytes + 256 << 20)
        let keep = try MachineKeep(
            port: port, request: request, group: group, console: console.first.duplicate(),
            monitor: monitor.first.duplicate(), errors: errors.first.duplicate())
        let (emulator, nothing) = (emulator.borrowed, nothing.borrowed)
        let log = errors.second.borrowed
        // Returns after the fork: the descriptors are open until then.
        try keep.start { [options] () throws(KeepProcessFailure) in
            try KeepProcess(
                emulator, options, descriptors: numbers.map { BorrowedDescriptor(number: $0) },
                nothing: nothing, log: log, join: { group?.add($0) })
        }
        return keep
    }
}

extension MachineProtection {
    /// The owner's pin stands in the launch, where evidence shows it.
    func pinned(to pin: [UInt8]?) -> MachineProtection {
        guard let pin else { return self }
        switch self {
        case .none: return self
        case .snp(var launch):
            launch.hostData = pin
            return .snp(launch)
        case .tdx(var launch):
            launch.configurationID = pin + [UInt8](repeating: 0, count: max(0, 48 - pin.count))
            return .tdx(launch)
        }
    }
}

/// A port of the loopback interface that nobody uses now.
enum LoopbackPort {
    static func free() throws(Errno) -> UInt16 {
        let socket = try BorrowedDescriptor.makeSocket(.v4, .stream)
        try socket.borrowed.bind(to: SocketAddress(.loopbackV4, port: 0))
        return try socket.borrowed.localAddress().port
    }
}
