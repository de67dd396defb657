import ArgumentParser
import Attestation
import Bytes
import KeepProtocol

/// `martlet measure workload`.
struct MeasureWorkloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workload",
        abstract: "Compute the identity that a keep's evidence names when it runs a program.",
        discussion: """
            SHA-384 over module, manifest and policies in their canonical form. Whoever has the same \
            files gets the same identity, and so knows what a keep runs that names it.
            """)

    @Argument(help: "Directory with Martlet.toml, or that file.", completion: .directory)
    var app: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let identity = try reportingKeep { try WorkloadFiles.read(app).identity }
        print(
            json ? JSONText.object([("workload", .string("\(identity)"))]).indented : "\(identity)")
    }
}
