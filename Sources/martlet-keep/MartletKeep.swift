import Attestation
import Bytes
import Diagnostics
import Keep
import KeepProtocol
import Platform

/// `martlet-keep`: the only program inside a TEE.
///
/// Started by a launcher with its descriptors in place (`Documentation/Formats/HostProtocol.md`):
/// `martlet-keep --control 3 --broker 4 --lifeline 5 [--simulated-tee 6] [--owner HEX]`.
@main
enum MartletKeep {
    static func main() {
        let isLocked = KeepProcess.hardenThisOne()
        Signals.ignoreBrokenPipes()
        do throws(Diagnostic) {
            let options = try KeepOptions(Array(CommandLine.arguments.dropFirst()))
            var configuration = KeepConfiguration(
                source: try source(options),
                resources: HostBroker(owning: FileDescriptor(owning: options.broker)), log: log)
            configuration.machine.ownerPin = options.owner
            let keep = try KeepServer(configuration)
            log(isLocked ? "ready, memory locked" : "ready, memory not locked: no right to")
            keep.run(
                BorrowedDescriptor(number: options.control),
                lifeline: options.lifeline.map { BorrowedDescriptor(number: $0) })
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
        guard let simulated = options.simulated else {
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

/// What the launcher tells a keep. Nothing of it is trusted for more than finding descriptors; the
/// owner's pin only ever narrows who may own the keep.
struct KeepOptions {
    var control: Int32 = 3
    var broker: Int32 = 4
    var lifeline: Int32?
    var simulated: Int32?
    var owner: [UInt8]?

    init(_ arguments: [String]) throws(Diagnostic) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else {
                throw Diagnostic(what: "\(name.escapedForDisplay()) lacks its value")
            }
            switch name {
            case "--control": control = try Self.number(value)
            case "--broker": broker = try Self.number(value)
            case "--lifeline": lifeline = try Self.number(value)
            case "--simulated-tee": simulated = try Self.number(value)
            case "--owner":
                guard let pin = [UInt8](hexadecimal: value), pin.count == 32 else {
                    throw Diagnostic(what: "--owner takes 32 bytes in hexadecimal")
                }
                owner = pin
            default: throw Diagnostic(what: "unknown option \(name.escapedForDisplay())")
            }
        }
    }

    private static func number(_ text: String) throws(Diagnostic) -> Int32 {
        guard let number = Int32(text), number >= 0 else {
            throw Diagnostic(what: "\(text.escapedForDisplay()) is no descriptor")
        }
        return number
    }
}
