import ArgumentParser
import Attestation
import Bytes
import Platform
import SimulatedTEE

/// `martlet-simtee init`.
struct InitializeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write the simulated roots and a policy that accepts them into a directory.")

    @OptionGroup var options: MachineOptions

    @Option(help: "The measurement that the policy expects, 48 bytes in hexadecimal.")
    var measurement = String(repeating: "00", count: 48)

    @Option(help: "The keep's executable, whose digest is the measurement that the policy expects.")
    var keep: String?

    @Argument(help: "An existing directory.")
    var directory: String

    func run() throws {
        let roots = [try options.machine().root, try options.tdx().root]
        let text = roots.map { PEM.encode($0) }.joined()
        try write(Array(text.utf8), to: "\(directory)/simulated-root.pem")
        var measurement = measurement
        if let keep { measurement = try SimulatedMeasurement.process(executable: keep).hexadecimal }
        try write(Array(policy(measurement).utf8), to: "\(directory)/policy.toml")
        print("wrote \(directory)/simulated-root.pem and \(directory)/policy.toml")
    }

    private func policy(_ measurement: String) -> String {
        """
        # Accepts evidence of ONE SIMULATED machine, which proves nothing about any hardware.
        policy = 1
        name = "simulated TEE"

        [roots]
        extra = ["simulated-root.pem"]

        [snp]
        vendor-root = false
        measurement = "\(measurement)"
        report-data = { not-appraised = "give --nonce to verify" }
        host-data = { not-appraised = "simulated" }
        id-key-digest = { not-appraised = "simulated guests have no ID block" }
        author-key-digest = { not-appraised = "simulated guests have no ID block" }
        smt-allowed = { not-appraised = "simulated" }
        product-line = "\(options.line)"
        chip-id = { not-appraised = "simulated" }
        alias-check-complete = true
        ciphertext-hiding = { not-appraised = "simulated" }
        reported-tcb = { not-appraised = "simulated" }
        committed-tcb = { not-appraised = "simulated" }
        launch-tcb = { not-appraised = "simulated" }

        [tdx]
        vendor-root = false
        mr-td = "\(measurement)"
        rtmr0 = { not-appraised = "simulated" }
        rtmr1 = { not-appraised = "simulated" }
        rtmr2 = { not-appraised = "simulated" }
        rtmr3 = { not-appraised = "simulated" }
        report-data = { not-appraised = "give --nonce to verify" }
        mr-config-id = { not-appraised = "simulated" }
        mr-owner = { not-appraised = "simulated" }
        mr-owner-config = { not-appraised = "simulated" }
        tcb-evaluation-number = { not-appraised = "simulated" }
        ppid = { not-appraised = "simulated" }

        """
    }
}

/// Writes a file, over an old one.
func write(_ bytes: [UInt8], to path: String) throws {
    guard let name = PathName(path) else { throw ValidationError("\(path) is no path") }
    if path == "-" { return try BorrowedDescriptor.standardOutput.writeAll(bytes) }
    let file = try BorrowedDescriptor.currentDirectory.open(
        name, [.writeOnly, .create, .truncate], mode: 0o644)
    try file.borrowed.writeAll(bytes)
}
