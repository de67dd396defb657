import Platform

/// What `martlet doctor` looks at, topic by topic.
struct Examination {
    var machine: Machine
    /// The search path for programs.
    var searchPath: String

    var findings: [Finding] { running + compiling + containing + trusting }

    private var running: [Finding] {
        let (major, minor) = machine.kernelVersion
        let memory = machine.memoryKibibytes >> 10
        let reserved = (try? MemoryReservation(reserving: 8 << 30)) != nil
        return [
            .check(
                "running", "Linux 5.6 or later", (major, minor) >= (5, 6), "\(major).\(minor)",
                else: "\(major).\(minor)",
                fix: "update the kernel: directories are contained by openat2",
                required: true),
            .check(
                "running", "x86-64 processor with SSE4.2", Processor.isSupported,
                machine.processorName, else: machine.processorName,
                fix: "use another machine: the engine is compiled for processors of 2009 and later",
                required: true),
            .check(
                "running", "memory", memory >= 256, "\(memory) MiB", else: "\(memory) MiB",
                fix: "256 MiB or more are advised"),
            .check(
                "running", "8 GiB of address space a memory", reserved, "can be reserved",
                else: "refused", fix: "raise `ulimit -v`; until then every access is checked"),
        ]
    }

    private var compiling: [Finding] {
        let flags = machine.processorFlags
        let clang = machine.executable("clang", in: searchPath)
        return [
            .check(
                "compiling", "AVX2", flags.contains("avx2"), "yes", else: "no",
                fix: "vector code is slower without it; another machine would have it"),
            .check(
                "compiling", "clang", clang != nil, clang ?? "", else: "not in the search path",
                fix: "install clang 15 or later (`apt-get install clang`), or put the Swift"
                    + " toolchain's in PATH: machine code will need it"),
        ]
    }

    private var containing: [Finding] {
        let landlock = Landlock.interfaceVersion
        let namespaces = Int(
            (machine.text("/proc/sys/user/max_user_namespaces") ?? "0").prefix { $0.isNumber })
        return [
            .check(
                "containing", "Landlock", landlock > 0, "interface version \(landlock)",
                else: "not active", fix: "boot with `lsm=landlock` (kernel 5.13 or later)"),
            .check(
                "containing", "user namespaces", (namespaces ?? 0) > 0,
                "\(namespaces ?? 0) allowed", else: "none allowed",
                fix: "set `sysctl user.max_user_namespaces=15000`"),
            .check(
                "containing", "seccomp", machine.exists("/proc/sys/kernel/seccomp"), "active",
                else: "not in the kernel", fix: "use a kernel with CONFIG_SECCOMP_FILTER"),
            .check(
                "containing", "cgroup v2", machine.exists("/sys/fs/cgroup/cgroup.controllers"),
                "mounted", else: "not mounted",
                fix: "mount it: `mount -t cgroup2 none /sys/fs/cgroup`"),
            .check(
                "containing", "KVM", machine.isWritable("/dev/kvm"), "/dev/kvm is usable",
                else: machine.exists("/dev/kvm") ? "no right to /dev/kvm" : "no /dev/kvm",
                fix: machine.exists("/dev/kvm")
                    ? "join the group `kvm`: `usermod -aG kvm $USER`"
                    : "enable virtualisation in the firmware; it is emulated until then"
            ),
        ]
    }

    private var trusting: [Finding] {
        [
            .check(
                "trusting", "AMD SEV-SNP guest", machine.isWritable("/dev/sev-guest"),
                "/dev/sev-guest is usable",
                else: machine.exists("/dev/sev-guest")
                    ? "no right to /dev/sev-guest" : "no /dev/sev-guest",
                fix: machine.exists("/dev/sev-guest")
                    ? "run as root, or give the user access to /dev/sev-guest"
                    : "start the machine as an SEV-SNP guest with the sev-guest module loaded"),
            .check(
                "trusting", "Intel TDX guest", machine.processorFlags.contains("tdx_guest"), "yes",
                else: "no", fix: "start the machine as a TDX guest"),
            .check(
                "trusting", "Intel SGX", machine.exists("/dev/sgx_enclave"), "/dev/sgx_enclave",
                else: "no /dev/sgx_enclave",
                fix: "enable SGX in the firmware (kernel 5.11 or later)"),
            .check(
                "trusting", "Gramine enclave", machine.exists("/dev/attestation/quote"),
                "inside one",
                else: "not inside one", fix: "run under gramine-sgx to be inside one"),
            .check(
                "trusting", "configfs-tsm", machine.exists("/sys/kernel/config/tsm/report"),
                "/sys/kernel/config/tsm/report", else: "not mounted",
                fix:
                    "in a confidential VM: `mount -t configfs none /sys/kernel/config`, kernel 6.7+"
            ),
            .check(
                "trusting", "TPM 2.0", machine.exists("/dev/tpmrm0"), "/dev/tpmrm0",
                else: "no /dev/tpmrm0",
                fix: "enable the TPM in the firmware, or add a virtual one"),
        ]
    }
}
