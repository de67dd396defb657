import ArgumentParser
import AttestedTLS
import Attestation
import Bytes
import Diagnostics
import KeepClient
import KeepProtocol
import Platform

/// `martlet deploy`.
struct DeployCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Run a program in a keep: verify the keep first, then send code and secrets.",
        discussion: """
            APP is a directory with Martlet.toml. Nothing of it is sent before the keep's evidence was \
            appraised. Exits with the program's own code, 77 when the keep is refused. An interrupt \
            ends the program, and the receipt says so; a second one ends this command. Where others \
            have a say (`[[principal]]`), --hold leaves the start to `martlet start`.
            """)

    @Argument(help: "Directory with Martlet.toml, or that file.", completion: .directory)
    var app: String

    @OptionGroup var keep: KeepOptions

    @Option(help: "NAME=@FILE: a secret that the manifest declares. Repeatable.")
    var secret: [String] = []

    @Option(help: "NAME=@FILE: the 32-byte key of a vault. Repeatable.")
    var vaultKey: [String] = []

    @Option(help: "How the host starts the keep.")
    var launcher = "process"

    @Option(help: "Where to write the receipt.")
    var receipt: String?

    @Flag(help: "Leave the program running.")
    var detach = false

    @Flag(help: "Do not start it yet: others send their inputs first, see send and start.")
    var hold = false

    @Flag(help: "Show how much was sent.")
    var progress = false

    func validate() throws {
        guard !(detach && hold) else {
            throw ValidationError("--detach and --hold exclude each other")
        }
        guard receipt == nil || !detach && !hold else {
            throw ValidationError("a receipt comes after the end: see `martlet receipt fetch`")
        }
    }

    func run() throws {
        Signals.ignoreBrokenPipes()
        let code = try reportingKeep { try deploy() }
        throw ExitCode(code)
    }

    private func deploy() throws -> Int32 {
        let workload = try WorkloadFiles.read(app)
        let secrets = try NamedFiles.read(secret, "--secret")
        let vaultKeys = try NamedFiles.read(vaultKey, "--vault-key")
        let key = try keep.ownerKey()
        let (answer, stream) = try keep.host.connection().ask(
            .object([
                ("do", .string("start")), ("launcher", .string(launcher)),
                ("owner", .string(key.digest.hexadecimal)),
            ]))
        let id = try answer.member("keep").string("keep").escapedForDisplay()
        let session = try keep.session(stream, key, expecting: .empty)
        Console.write(KeepOptions.verdict(session.peer))
        do {
            _ = try session.hello(claimsOwnership: true)
            try upload(workload, session)
            Console.write(
                KeepOptions.verdict(try session.attest(try keep.appraiser(workload.identity))))
            for (name, bytes) in vaultKeys { _ = try session.ask(.vaultKey(name: name, bytes)) }
            for (name, bytes) in secrets { _ = try session.ask(.secret(name: name, bytes)) }
            return try start(session, workload, id)
        } catch {
            // Nobody would use what was begun.
            try? session.send(.stop)
            throw error
        }
    }

    /// Sends the workload; on a terminal, a bar shows what takes longer than a second.
    private func upload(_ workload: Workload, _ session: KeepSession) throws {
        var bar: ProgressBar?
        var counted: UInt64 = 0
        try session.upload(workload) { sent, total in
            if progress { Console.write("sent \(sent) of \(total) bytes\n") }
            var drawn = bar ?? ProgressBar(total: total)
            drawn.advance(by: sent - counted)
            (bar, counted) = (drawn, sent)
        }
        bar?.finish()
    }

    private func start(
        _ session: KeepSession, _ workload: Workload, _ id: String
    ) throws -> Int32 {
        if hold {
            print("keep \(id) holds \(workload.identity)")
            return 0
        }
        if detach {
            _ = try session.ask(.start)
            print("keep \(id) runs \(workload.identity)")
            return 0
        }
        // Output may overtake the answers, so nobody waits for those.
        let follower = KeepFollower(session: session, keep: keep, identity: workload.identity)
        try follower.endOnSignals()
        try session.send(.attach)
        try session.send(.start)
        let outcome = try follower.follow(sendsInput: workload.manifest.standardInput == .owner)
        try follower.takeReceipt(to: receipt)
        if workload.manifest.principals.isEmpty {
            try? session.send(.stop)
        } else {
            Console.write("keep \(id) stays for its principals until `martlet stop`\n")
        }
        session.close()
        return outcome.exitCode
    }
}
