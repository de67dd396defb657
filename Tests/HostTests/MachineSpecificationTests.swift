import Testing

@testable import Host

@Suite("Command lines of virtual machines")
struct MachineSpecificationTests {
    private func machine(_ protection: MachineProtection) -> MachineSpecification {
        MachineSpecification(
            protection: protection, kernel: "/image/vmlinuz", initialDisk: "/image/initrd",
            keepArguments: ["--listen", "tcp:0.0.0.0:7443"])
    }

    private let launch = [
        "-smp 1 -m 512M -kernel /image/vmlinuz -initrd /image/initrd -append",
        "console=ttyS0 quiet panic=-1 MARTLET_MACHINE=1 -- --listen tcp:0.0.0.0:7443",
    ].joined(separator: " ")
    private let start =
        "-nodefaults -no-user-config -display none -no-reboot -name martlet-keep"
        + " -chardev socket,id=console,fd=3 -serial chardev:console"
    private let end = "-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny"

    @Test("an emulated machine with a port, a service and a vault")
    func emulated() {
        var machine = machine(.none(hasKVM: false))
        machine.forwardedPorts = [.init(host: 40001, machine: 7443)]
        machine.simulatedTEE = 4
        machine.disks = [.init(name: "data", descriptor: 5)]
        let network =
            "-netdev user,id=network,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:40001-10.0.2.15:7443,"
            + "guestfwd=tcp:10.0.2.100:7000-chardev:tee"
            + " -device virtio-net-pci,netdev=network,romfile= -device virtio-rng-pci"
        let disk =
            "-add-fd fd=5,set=0 -drive if=none,id=disk0,format=raw,auto-read-only=off,file=/dev/fdset/0"
            + " -device virtio-blk-pci,drive=disk0,serial=data"
        #expect(
            machine.arguments.joined(separator: " ")
                == "\(start) -chardev socket,id=tee,fd=4 -machine q35 -accel tcg -cpu max \(launch) \(network) \(disk) \(end)"
        )
    }

    @Test("SEV-SNP: measured direct boot, policy without debugging, the owner pin as host data")
    func snp() {
        var snp = SNPLaunch(firmware: "/image/OVMF.amdsev.fd")
        snp.hostData = [UInt8](repeating: 7, count: 32)
        let arguments = machine(.snp(snp)).arguments.joined(separator: " ")
        let objects =
            "-machine q35,confidential-guest-support=snp0,memory-backend=ram0,vmport=off"
            + " -accel kvm -cpu EPYC-v4"
            + " -object memory-backend-memfd,id=ram0,size=512M,share=true,prealloc=false"
            + " -object sev-snp-guest,id=snp0,cbitpos=51,reduced-phys-bits=1,policy=0x30000,"
            + "kernel-hashes=on,host-data=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
            + " -bios /image/OVMF.amdsev.fd"
        #expect(arguments.hasPrefix("\(start) \(objects) \(launch) -netdev user,"))
    }

    @Test("TDX: the owner pin as MRCONFIGID, quotes through vsock")
    func tdx() {
        var tdx = TDXLaunch(firmware: "/image/OVMF.inteltdx.fd")
        tdx.configurationID = [UInt8](repeating: 7, count: 48)
        let arguments = machine(.tdx(tdx)).arguments.joined(separator: " ")
        let id = String(repeating: "BwcH", count: 16)
        let objects =
            "-machine q35,kernel-irqchip=split,confidential-guest-support=tdx0,memory-backend=ram0"
            + " -accel kvm -cpu host -object memory-backend-ram,id=ram0,size=512M"
            + #" -object {"qom-type":"tdx-guest","id":"tdx0","mrconfigid":"\#(id)","#
            + #""quote-generation-socket":{"type":"vsock","cid":"2","port":"4050"}}"#
            + " -bios /image/OVMF.inteltdx.fd"
        #expect(arguments.hasPrefix("\(start) \(objects) \(launch) -netdev user,"))
    }

    @Test("a machine without arguments of the keep has none on its command line")
    func noArguments() {
        var machine = machine(.none(hasKVM: true))
        machine.keepArguments = []
        #expect(machine.commandLine == "console=ttyS0 quiet panic=-1 MARTLET_MACHINE=1")
        #expect(machine.arguments.contains("kvm"))
    }
}
