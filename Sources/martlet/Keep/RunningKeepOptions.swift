import ArgumentParser
import AttestedTLS
import Attestation
import Bytes
import Diagnostics
import KeepClient
import KeepProtocol
import Platform

/// A keep that runs already, and what it has to run for this client to talk to it.
struct RunningKeepOptions: ParsableArguments {
    @Argument(help: "The keep, as `martlet ps` names it.")
    var keep: String

    @OptionGroup var access: KeepOptions

    @Option(
        help: "What the keep has to run: its identity, or the directory it is made from.",
        completion: .directory)
    var workload: String

    func identity() throws -> WorkloadIdentity { try WorkloadFiles.identity(workload) }

    /// Appraises the keep, tells what was verified, and introduces this client by its key.
    func open() throws -> KeepSession {
        Signals.ignoreBrokenPipes()
        let (_, stream) = try access.host.connection().ask(
            .object([("do", .string("connect")), ("keep", .string(keep))]))
        let session = try access.session(
            stream, try access.ownerKey(), expecting: try identity())
        Console.write(KeepOptions.verdict(session.peer))
        let welcome = try session.hello(claimsOwnership: false)
        Console.write(
            "keep \(keep.escapedForDisplay()) is \(welcome.phase.rawValue); "
                + "this client is its \(welcome.role.escapedForDisplay())\n")
        return session
    }
}
