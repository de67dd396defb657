import ArgumentParser
import Attestation
import AttestedTLS
import Bytes
import Cryptography
import Diagnostics
import Host
import KeepClient
import KeepProtocol
import Platform

/// `martlet deploy`.
struct DeployCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Attest a keep, then send it a program and its secrets, and run it there.",
        discussion: """
            No byte of code, configuration or secret leaves before the keep's evidence met the \
            policy; no secret before fresh evidence names exactly this workload. The first line on \
            standard error says what was verified. Exits with the program's own code, or 77 when \
            the keep is refused.
            """)

    @Argument(help: "A directory with Martlet.toml, or such a file.")
    var application: String

    @Option(name: .customLong("to"), help: "The host: a Unix socket's path, or HOST:PORT.")
    var host: String

    @OptionGroup var owner: OwnerOptions

    @Option(help: "How the host starts the keep: process, vm, snp, tdx or external.")
    var launcher = "process"

    @Option(help: ArgumentHelp("A secret from a file.", valueName: "NAME=@FILE"))
    var secret: [String] = []

    @Option(
        help: ArgumentHelp(
            "The key of a vault: 32 bytes in a file, made when it is not there.",
            valueName: "NAME=@FILE"))
    var vaultKey: [String] = []

    @Option(help: ArgumentHelp("A file for a memory directory.", valueName: "PATH=@FILE"))
    var file: [String] = []

    @Option(help: "A code image that `martlet compile` made of the program.")
    var image: String?

    @Option(help: "The key by which keeps know their owner; made when it is not there.")
    var ownerKey = "owner.key"

    @Option(help: "Where to write the receipt.")
    var receipt: String?

    @Flag(help: "Leave the program running and print its keep's name.")
    var detach = false

    @Flag(help: "Show a progress bar.")
    var progress = false

    func validate() throws {
        for text in secret + vaultKey + file where NamedFile(text) == nil {
            throw ValidationError("\(text.debugDescription) is not NAME=@FILE")
        }
        guard owner.workload == nil else {
            throw ValidationError("deploy computes the workload's identity itself")
        }
    }

    func run() throws {
        Signals.ignoreBrokenPipes()
        let deployment = try reporting {
            Deployment(
                application: try Application(application, image: image),
                appraiser: try owner.appraiser(), identity: try OwnerKey.identity(ownerKey),
                showsProgress: progress)
        }
        let (secrets, keys, files) = try reporting {
            (try Self.read(secret), try Self.keys(vaultKey), try Self.read(file))
        }
        let (name, session) = try reporting { try start(deployment) }
        let outcome = try reporting { () throws -> GuestOutcome? in
            let peer = try deployment.provision(session)
            Console.write("Running: workload \(peer.workload)\n")
            try deployment.send(secrets, vaultKeys: keys, files: files, session)
            try session.ask(doneBy: .start)
            if detach {
                print(name)
                return nil
            }
            return try finish(session, deployment)
        }
        session.close()
        if let outcome { throw ExitCode(outcome.exitCode) }
    }

    /// Has the host start a keep, and opens the channel to it.
    private func start(_ deployment: Deployment) throws -> (String, KeepSession) {
        let request = HostRequest.start(
            launcher: launcher, ownerPin: OwnerKey.pin(deployment.identity))
        let answer = try HostAddress(text: host).ask(request)
        let name = try answer.members.member("keep").string("keep")
        let (session, peer) = try deployment.open(
            try answer.descriptor.duplicate(), running: .empty)
        Console.write("\(peer.summary)\n")
        return (name, session)
    }

    /// Follows the program, then fetches and checks its receipt.
    private func finish(_ session: KeepSession, _ deployment: Deployment) throws -> GuestOutcome {
        let manifest = deployment.application.manifest
        let outcome = try KeepTerminal(session: session).follow(
            hasInput: manifest.standardInput == .owner)
        Console.write("Ended: the program \(outcome.text)\n")
        let nonce = try SystemEntropy().bytes(32)
        let signed = try session.receipt(nonce: nonce)
        let identity = deployment.application.workload.identity
        try ReceiptCheck(appraiser: deployment.appraiser).verify(signed, workload: identity)
        Console.write("Receipt: \(signed.receipt.line)\n")
        if let receipt { try InputFile.write(signed.encoded, to: receipt) }
        try session.ask(doneBy: .stop)
        return outcome
    }

    private static func read(_ texts: [String]) throws(Diagnostic) -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        for named in texts.compactMap(NamedFile.init) {
            result[named.name] = try InputFile.bytes(named.path)
        }
        return result
    }

    /// Vaults' keys; one that is not there is made, for this user only.
    private static func keys(_ texts: [String]) throws -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        for named in texts.compactMap(NamedFile.init) {
            if let path = PathName(named.path),
                let file = try? BorrowedDescriptor.currentDirectory.open(
                    path, [.writeOnly, .create, .exclusive], mode: 0o600)
            {
                try file.borrowed.writeAll(try SystemEntropy().bytes(32))
            }
            let key = try InputFile.bytes(named.path)
            guard key.count == 32 else {
                throw Diagnostic(
                    what: "has \(key.count) bytes; a vault's key has 32", where: named.path)
            }
            result[named.name] = key
        }
        return result
    }
}

/// Turns the errors of conversations with hosts and keeps into messages and exit codes.
func reporting<R>(_ body: () throws -> R) throws -> R {
    do {
        return try body()
    } catch let error as Diagnostic {
        throw failure(error, error.location.hasPrefix("host ") ? .unavailable : .data)
    } catch let error as ChannelFailure {
        throw failure(error, error.exitStatus)
    } catch let error as KeepFailure {
        throw failure(error, error.exitStatus)
    } catch let error as ReceiptRejection {
        throw failure(error, .refused)
    } catch let error as MalformedBytes {
        throw failure(Diagnostic(what: error.description, where: "answer"), .data)
    } catch let error as Errno {
        throw failure(Diagnostic(what: error.description), .unavailable)
    } catch let error as CryptographyFailure {
        throw failure(Diagnostic(what: error.description), .internal)
    }
}

extension KeepFailure {
    /// 77 where somebody decided against it, 69 where the connection broke.
    var exitStatus: ExitStatus {
        switch self {
        case .channel(let failure): failure.exitStatus
        case .refused, .otherWorkload, .awaitsApproval: .refused
        case .protocolError: .data
        case .ended: .unavailable
        }
    }
}
