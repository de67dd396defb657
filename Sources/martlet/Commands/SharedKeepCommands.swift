import ArgumentParser
import AttestedTLS
import Attestation
import Bytes
import Diagnostics
import KeepClient
import KeepProtocol

/// `martlet send`.
struct SendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send inputs to a keep that runs what you looked at, before it starts.",
        discussion: """
            Nothing is sent before the keep's evidence named the workload that --workload expects. Who \
            may send what stands in its manifest: files into memory directories that a principal may \
            write, secrets that it holds; the owner sends the rest.
            """)

    @OptionGroup var keep: RunningKeepOptions

    @Option(help: "PATH=@FILE: a file, by the path that the program finds it at. Repeatable.")
    var file: [String] = []

    @Option(help: "NAME=@FILE: a secret that the manifest declares. Repeatable.")
    var secret: [String] = []

    @Option(help: "NAME=@FILE: the 32-byte key of a vault. Repeatable.")
    var vaultKey: [String] = []

    @Flag(help: "Say that your inputs are complete.")
    var ready = false

    func run() throws {
        try reportingKeep {
            let files = try NamedFiles.read(file, "--file")
            let secrets = try NamedFiles.read(secret, "--secret")
            let keys = try NamedFiles.read(vaultKey, "--vault-key")
            let session = try keep.open()
            for (path, bytes) in files { try session.put(bytes, to: path) }
            for (name, bytes) in secrets { _ = try session.ask(.secret(name: name, bytes)) }
            for (name, bytes) in keys { _ = try session.ask(.vaultKey(name: name, bytes)) }
            if ready { _ = try session.ask(.ready) }
            session.close()
        }
    }
}

/// `martlet start`.
struct StartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a program that a keep holds; for its owner and who may execute it.")

    @OptionGroup var keep: RunningKeepOptions

    func run() throws {
        try reportingKeep {
            let session = try keep.open()
            _ = try session.ask(.start)
            session.close()
        }
    }
}

/// `martlet attach`.
struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Show your program's output, what is kept of it and what comes, to its end.",
        discussion:
            "Exits with the program's own code. The keep goes on when this command is ended.")

    @OptionGroup var keep: RunningKeepOptions

    @Flag(help: "Send standard input to the program.")
    var input = false

    @Option(help: "Where to write the receipt.", completion: .file())
    var receipt: String?

    func run() throws {
        let code = try reportingKeep {
            let session = try keep.open()
            try session.send(.attach)
            let follower = KeepFollower(
                session: session, keep: keep.access, identity: try keep.identity())
            let outcome = try follower.follow(sendsInput: input)
            if receipt != nil { try follower.takeReceipt(to: receipt) }
            session.close()
            return outcome.exitCode
        }
        throw ExitCode(code)
    }
}

/// `martlet update`.
struct UpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract:
            "Give your keep another program; where its manifest says so, others must approve.",
        discussion: """
            Secrets, keys and inputs are wiped, unless the manifest before demands approvals: then they \
            stay, and the program is replaced only once enough principals approved its identity.
            """)

    @OptionGroup var keep: RunningKeepOptions

    @Argument(help: "Directory with the new Martlet.toml, or that file.", completion: .directory)
    var app: String

    func run() throws {
        try reportingKeep {
            let workload = try WorkloadFiles.read(app)
            let session = try keep.open()
            do {
                try session.upload(workload) { _, _ in }
                let peer = try session.attest(try keep.access.appraiser(workload.identity))
                Console.write(KeepOptions.verdict(peer))
                print("holds \(workload.identity)")
            } catch KeepSessionFailure.approvalsNeeded(let status) {
                print("\(workload.identity) waits for \(status.approvalsNeeded) approvals")
            }
            session.close()
        }
    }
}

/// `martlet approve`.
struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Agree, as a principal, that a keep replaces its program by another.",
        discussion:
            "Give the update's directory and its identity is computed from what you have seen.")

    @OptionGroup var keep: RunningKeepOptions

    @Argument(help: "The update: its identity, or the directory it is made from.")
    var update: String

    func run() throws {
        try reportingKeep {
            let identity = try WorkloadFiles.identity(update)
            let session = try keep.open()
            switch try session.ask(.approve(identity)) {
            case .provisioned: print("approved; the keep holds \(identity)")
            case .status(let status):
                print("approved: \(status.approvals) of \(status.approvalsNeeded)")
            case let answer:
                throw KeepSessionFailure.protocolViolation(
                    "an approval was answered by message \(answer.number)")
            }
            session.close()
        }
    }
}

/// `martlet status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Ask a keep how far it is and what it waits for.")

    @OptionGroup var keep: RunningKeepOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try reportingKeep {
            let session = try keep.open()
            guard case .status(let status) = try session.ask(.status) else {
                throw KeepSessionFailure.protocolViolation("no status came")
            }
            session.close()
            print(json ? Self.document(status).indented : Self.text(status))
        }
    }

    private static func document(_ status: KeepStatus) -> JSONText {
        .object([
            ("phase", .string(status.phase.rawValue)),
            ("workload", .string("\(status.identity)")),
            ("missing", .array(status.missing.map { .string($0) })),
            ("approvals", .unsigned(status.approvals)),
            ("approvalsNeeded", .unsigned(status.approvalsNeeded)),
            ("outputBytes", .unsigned(status.outputBytes)),
        ])
    }

    private static func text(_ status: KeepStatus) -> String {
        var lines = ["\(status.phase.rawValue) \(status.identity)"]
        lines += status.missing.map { "missing: \($0.escapedForDisplay())" }
        if status.approvalsNeeded > 0 {
            lines.append("approvals of an update: \(status.approvals) of \(status.approvalsNeeded)")
        }
        return lines.joined(separator: "\n")
    }
}

/// `martlet fetch`.
struct FetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Fetch a result that you may read, after the program's end.",
        discussion: "Exits with 77 where the manifest gives this client's key no right to read.")

    @OptionGroup var keep: RunningKeepOptions

    @Argument(help: "The file's path, as the program knows it; with --list, a directory's.")
    var path: String

    @Option(help: "Where to write it; - for standard output.", completion: .file())
    var output = "-"

    @Flag(help: "List the files below the path, with their sizes.")
    var list = false

    func run() throws {
        try reportingKeep {
            let session = try keep.open()
            if list {
                for file in try session.files(below: path) {
                    print("\(file.byteCount)\t\(file.path.escapedForDisplay(limit: 4096))")
                }
            } else {
                try InputFile.write(try session.get(path), to: output)
            }
            session.close()
        }
    }
}
