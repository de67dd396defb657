import ArgumentParser
import Attestation
import Bytes
import SimulatedTEE

/// Which simulated machine is meant.
struct MachineOptions: ParsableArguments {
    @Option(help: "Seed of the machine, any text.")
    var seed = "martlet"

    @Option(help: "Product line: milan, genoa or turin.")
    var line = "milan"

    func validate() throws {
        guard SNPProductLine(rawValue: line) != nil else {
            throw ValidationError("--line takes milan, genoa or turin")
        }
    }

    /// The TDX platform of the same seed.
    func tdx() throws -> SimulatedTDX { try SimulatedTDX(seed: Array(seed.utf8)) }

    func machine() throws -> SimulatedSNP {
        try SimulatedSNP(
            seed: Array(seed.utf8), line: SNPProductLine(rawValue: line) ?? .milan)
    }
}
