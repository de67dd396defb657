internal import Bytes

/// A keep's virtual machine: everything that its launch depends on, and QEMU's words for it.
package struct MachineSpecification: Equatable, Sendable {
    package var protection: MachineProtection
    package var kernel: String
    package var initialDisk: String
    /// QEMU's descriptor of the machine's serial line: the keep's log, and its word to stop.
    package var console: Int32 = 3
    /// QEMU's descriptor of its human monitor, by which ports are forwarded later.
    package var monitor: Int32?
    /// Arguments of the keep, which end the kernel's command line.
    package var keepArguments: [String]
    package var memoryMebibytes = 512
    package var processorCount = 1
    /// Ports of the host's loopback interface that lead to ports of the machine.
    package var forwardedPorts: [PortForward] = []
    /// Whether the machine may open connections of its own.
    package var mayConnect = false
    /// QEMU's descriptor of a connection that the machine reaches at `10.0.2.100:7000`: a
    /// development tool that plays the hardware.
    package var simulatedTEE: Int32?
    /// Images of vaults, by name: the machine finds each by its serial number.
    package var disks: [Disk] = []

    package init(
        protection: MachineProtection, kernel: String, initialDisk: String, keepArguments: [String]
    ) {
        self.protection = protection
        self.kernel = kernel
        self.initialDisk = initialDisk
        self.keepArguments = keepArguments
    }

    package struct PortForward: Equatable, Sendable {
        package var host: UInt16
        package var machine: UInt16

        package init(host: UInt16, machine: UInt16) {
            self.host = host
            self.machine = machine
        }
    }

    package struct Disk: Equatable, Sendable {
        /// At most 20 letters, digits and dashes.
        package var name: String
        /// QEMU's descriptor of the image.
        package var descriptor: Int32

        package init(name: String, descriptor: Int32) {
            self.name = name
            self.descriptor = descriptor
        }
    }

    /// Port on which a keep in a machine takes clients.
    package static let keepPort: UInt16 = 7443

    /// Arguments of a keep in a machine. Whether it believes a simulated TEE and runs machine code
    /// that owners compiled is measured with them.
    package static func keepArguments(
        isSimulated: Bool, takesCodeImages: Bool = false
    ) -> [String] {
        ["--machine", "\(keepPort)"] + (isSimulated ? ["--simulated"] : [])
            + (takesCodeImages ? ["--code-images"] : [])
    }

    /// The kernel's command line; a measured launch measures it. What follows `--` goes to the keep.
    package var commandLine: String {
        let fixed = "console=ttyS0 quiet panic=-1 MARTLET_MACHINE=1"
        return keepArguments.isEmpty ? fixed : "\(fixed) -- \(keepArguments.joined(separator: " "))"
    }

    /// QEMU's arguments, without the program's name.
    package var arguments: [String] {
        var result = ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
        result += ["-name", "martlet-keep"]
        result += ["-chardev", "socket,id=console,fd=\(console)", "-serial", "chardev:console"]
        if let monitor {
            result += ["-chardev", "socket,id=monitor,fd=\(monitor)"]
            result += ["-mon", "chardev=monitor,mode=readline"]
        }
        if let simulatedTEE { result += ["-chardev", "socket,id=tee,fd=\(simulatedTEE)"] }
        result += machine
        result += ["-smp", "\(processorCount)", "-m", "\(memoryMebibytes)M"]
        result += ["-kernel", kernel, "-initrd", initialDisk, "-append", commandLine]
        result += network + ["-device", "virtio-rng-pci"]
        for (index, disk) in disks.enumerated() {
            result += ["-add-fd", "fd=\(disk.descriptor),set=\(index)"]
            result += [
                "-drive",
                "if=none,id=disk\(index),format=raw,auto-read-only=off,file=/dev/fdset/\(index)",
            ]
            result += ["-device", "virtio-blk-pci,drive=disk\(index),serial=\(disk.name)"]
        }
        return result + ["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny"]
    }

    private var network: [String] {
        var user = "user,id=network,restrict=\(mayConnect ? "off" : "on"),ipv6=off"
        for port in forwardedPorts {
            user += ",hostfwd=tcp:127.0.0.1:\(port.host)-10.0.2.15:\(port.machine)"
        }
        if simulatedTEE != nil { user += ",guestfwd=tcp:10.0.2.100:7000-chardev:tee" }
        return ["-netdev", user, "-device", "virtio-net-pci,netdev=network,romfile="]
    }

    private var machine: [String] {
        switch protection {
        case .none(let hasKVM):
            return [
                "-machine", "q35", "-accel", hasKVM ? "kvm" : "tcg",
                "-cpu", hasKVM ? "host" : "max",
            ]
        case .snp(let launch): return Self.snp(launch, memoryMebibytes)
        case .tdx(let launch): return Self.tdx(launch, memoryMebibytes)
        }
    }

    /// QEMU, "AMD Secure Encrypted Virtualization": launching SEV-SNP.
    private static func snp(_ launch: SNPLaunch, _ memory: Int) -> [String] {
        var guest = "sev-snp-guest,id=snp0,cbitpos=\(launch.encryptionBit)"
        guest += ",reduced-phys-bits=\(launch.lostAddressBits)"
        guest += ",policy=0x\(String(launch.policy, radix: 16)),kernel-hashes=on"
        if let data = launch.hostData { guest += ",host-data=\(data.base64)" }
        return [
            "-machine", "q35,confidential-guest-support=snp0,memory-backend=ram0,vmport=off",
            "-accel", "kvm", "-cpu", launch.processor,
            "-object", "memory-backend-memfd,id=ram0,size=\(memory)M,share=true,prealloc=false",
            "-object", guest, "-bios", launch.firmware,
        ]
    }

    /// QEMU, "Intel Trusted Domain eXtension (TDX)": launching a TD.
    private static func tdx(_ launch: TDXLaunch, _ memory: Int) -> [String] {
        var guest = #"{"qom-type":"tdx-guest","id":"tdx0""#
        if let id = launch.configurationID { guest += #","mrconfigid":"\#(id.base64)""# }
        guest += #","quote-generation-socket":{"type":"vsock","cid":"2","port":"#
        guest += #""\#(launch.quoteServicePort)"}}"#
        return [
            "-machine",
            "q35,kernel-irqchip=split,confidential-guest-support=tdx0,"
                + "memory-backend=ram0",
            "-accel", "kvm", "-cpu", "host",
            "-object", "memory-backend-ram,id=ram0,size=\(memory)M",
            "-object", guest, "-bios", launch.firmware,
        ]
    }
}
