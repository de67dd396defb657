import ArgumentParser
import Attestation
import Bytes
import Platform
import SimulatedTEE

/// `martlet-simtee report`.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract:
            "Write a signed report or quote with its collateral, as a bundle for `martlet verify`.")

    @OptionGroup var options: MachineOptions

    @Option(help: "What to make: an snp report or a tdx quote.")
    var tee = "snp"

    @Option(help: "Report data, up to 64 bytes in hexadecimal; zeros follow.")
    var reportData = ""

    @Option(help: "The measurement, 48 bytes in hexadecimal.")
    var measurement = String(repeating: "00", count: 48)

    @Option(help: "Host data, up to 32 bytes in hexadecimal.")
    var hostData = ""

    @Option(help: "The moment of the report, such as 2026-06-15T12:00:00Z; now when absent.")
    var at: String?

    @Flag(help: "Allow debugging, to see it refused.")
    var debug = false

    @Option(name: .shortAndLong, help: "The file to write; - for standard output.")
    var output = "-"

    func validate() throws {
        guard ["snp", "tdx"].contains(tee) else { throw ValidationError("--tee takes snp or tdx") }
    }

    func run() throws {
        guard let data = [UInt8](hexadecimal: reportData), data.count <= 64,
            let measured = [UInt8](hexadecimal: measurement), measured.count == 48,
            let host = [UInt8](hexadecimal: hostData), host.count <= 32
        else {
            throw ValidationError("report data, measurement and host data are hexadecimal bytes")
        }
        let clock = Instant(
            secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
        guard let now = at.map({ Instant(rfc3339: $0) }) ?? clock else {
            throw ValidationError("--at takes a moment such as 2026-06-15T12:00:00Z")
        }
        var guest = SimulatedGuest(reportData: data, measurement: measured)
        guest.hostData = host
        guest.allowsDebug = debug
        let bundle =
            tee == "tdx"
            ? try options.tdx().bundle(guest, at: now)
            : try options.machine().bundle(guest, at: now)
        try write(bundle.encoded, to: output)
    }
}
