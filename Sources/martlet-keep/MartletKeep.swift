import Attestation
import Bytes
import CFirstProcess
import Diagnostics
import Keep
import KeepProtocol
import Platform

/// `martlet-keep`: the only program inside a TEE.
///
/// Started by a launcher with its descriptors in place (`Documentation/Formats/HostProtocol.md`):
/// `martlet-keep --control 3 --broker 4 --lifeline 5 [--simulated-tee 6] [--owner HEX]`; as the only
/// program of a virtual machine: `--machine PORT [--simulated]`; in an enclave or a machine of
/// somebody's own: `--standalone PORT --vaults DIRECTORY [--owner HEX]`. With `--code-images`, it runs
/// machine code that owners compiled.
@main
enum MartletKeep {
    static func main() {
        let isLocked = KeepProcess.hardenThisOne()
        Signals.ignoreBrokenPipes()
        do throws(Diagnostic) {
            let options = try KeepOptions(Array(ProcessEnvironment.arguments.dropFirst()))
            let place = try options.place()
            let source = try source(options)
            var configuration = KeepConfiguration(
                source: source, resources: place.resources(log), log: log)
            configuration.machine.ownerPin = options.owner
            configuration.machine.takesCodeImages = options.takesCodeImages
            configuration.endsUnused = place.lifeline != nil
            if options.owner == nil {
                configuration.machine.ownerPin = try place.ownerPin(source)
            }
            let keep = try KeepServer(configuration)
            log(isLocked ? "ready, memory locked" : "ready, memory not locked: no right to")
            let lifeline = place.lifeline.map { BorrowedDescriptor(number: $0) }
            keep.run(BorrowedDescriptor(number: place.control), lifeline: lifeline)
            log("ended")
        } catch {
            log(error.description)
            exitProcess(70)
        }
        exitProcess(0)
    }

    /// Where evidence comes from: the hardware, or what plays it beside the host when the launcher
    /// says so. A real TEE is never passed over for the simulated one.
    private static func source(_ options: KeepOptions) throws(Diagnostic) -> any EvidenceSource {
        let hardware = EvidenceSources.detect(SystemKernelFiles()) {
            "martlet-\(SystemClockID.monotonic.nanoseconds)"
        }
        if let hardware { return hardware }
        guard let simulated = try options.simulatedTEE() else {
            throw Diagnostic(
                what: "this machine is no TEE, and no simulated one was given",
                remedy: "start `martlet-simtee serve` and name it to `martlet host`")
        }
        return SimulatedServiceSource(owning: FileDescriptor(owning: simulated))
    }

    private static let log: @Sendable (String) -> Void = { line in
        let text = "martlet-keep: \(line.escapedForDisplay(limit: 400))\n"
        try? BorrowedDescriptor.standardError.writeAll(Array(text.utf8))
    }
}
