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
            APP is a directory with Martlet.toml. Nothing of it is sent before the keep's evidence was
            appraised. Exits with the program's own code, 77 when the keep is refused.
            """)

    @Argument(help: "Directory with Martlet.toml, or that file.")
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

    @Flag(help: "Show how much was sent.")
    var progress = false

    func run() throws {
        Signals.ignoreBrokenPipes()
        let code = try reportingKeep { try deploy() }
        throw ExitCode(code)
    }

    private func deploy() throws -> Int32 {
        let workload = try WorkloadFiles.read(app)
        let secrets = try Self.values(secret, "--secret")
        let vaultKeys = try Self.values(vaultKey, "--vault-key")
        let key = try keep.ownerKey()
        let (answer, stream) = try keep.host.connection().ask(
            .object([
                ("do", .string("start")), ("launcher", .string(launcher)),
                ("owner", .string(key.digest.hexadecimal)),
            ]))
        let session = try keep.session(stream, key, expecting: .empty)
        Console.write(KeepOptions.verdict(session.peer))
        _ = try session.hello(claimsOwnership: true)
        try session.upload(workload) { sent, total in
            if progress { Console.write("sent \(sent) of \(total) bytes\n") }
        }
        let peer = try session.attest(try keep.appraiser(workload.identity))
        Console.write(KeepOptions.verdict(peer))
        for (name, bytes) in vaultKeys { _ = try session.ask(.vaultKey(name: name, bytes)) }
        for (name, bytes) in secrets { _ = try session.ask(.secret(name: name, bytes)) }
        let id = try answer.member("keep").string("keep")
        if detach {
            _ = try session.ask(.start)
            print("keep \(id.escapedForDisplay()) runs \(workload.identity)")
            return 0
        }
        // Output may overtake the answers, so nobody waits for those.
        try session.send(.attach)
        try session.send(.start)
        return try follow(session, workload)
    }

    private func follow(_ session: KeepSession, _ workload: Workload) throws -> Int32 {
        if workload.manifest.standardInput == .owner { try feedInput(session) }
        let outcome = try KeepOutput.follow(session)
        Console.write("the program \(outcome.text.escapedForDisplay(limit: 4000))\n")
        let signed = try session.receipt(for: workload.identity)
        let appraiser = try keep.appraiser(workload.identity)
        let appraisal = try signed.appraise(
            policy: appraiser.policy, roots: appraiser.roots,
            now: session.peer.appraisal.evidence.instant)
        guard appraisal.isAccepted else {
            throw Diagnostic(what: "the receipt's evidence is refused by the policy")
        }
        if let receipt {
            try InputFile.write(signed.encoded, to: receipt)
            Console.write("receipt written to \(receipt)\n")
        }
        try? session.send(.stop)
        session.close()
        return outcome.exitCode
    }

    /// Sends standard input on a thread of its own, in pieces.
    private func feedInput(_ session: KeepSession) throws {
        try startDetachedThread {
            var buffer = [UInt8](repeating: 0, count: 1 << 14)
            while true {
                let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                    // SAFETY: the buffer bounds the read.
                    (try? unsafe BorrowedDescriptor.standardInput.read(into: bytes)) ?? 0
                }
                guard count > 0 else { break }
                guard (try? session.send(.input(Array(buffer[..<count])))) != nil else { return }
            }
            try? session.send(.inputEnd)
        }
    }

    /// `NAME=@FILE` as names and the files' contents.
    private static func values(_ texts: [String], _ option: String) throws -> [(String, [UInt8])] {
        try texts.map { text in
            guard let mark = text.firstRange(of: "=@") else {
                throw Diagnostic(
                    what: "\(option) takes NAME=@FILE",
                    remedy: "values never stand on the command line, where all can read them")
            }
            return (
                String(text[..<mark.lowerBound]),
                try InputFile.bytes(String(text[mark.upperBound...]))
            )
        }
    }
}

/// Writes what a program writes.
enum KeepOutput {
    /// Follows a session until the program ends.
    static func follow(_ session: KeepSession) throws -> GuestOutcome {
        while true {
            switch try session.receive() {
            case .output(let stream, _, let bytes):
                let target: BorrowedDescriptor = stream == 1 ? .standardOutput : .standardError
                try target.writeAll(bytes)
            case .ended(let outcome): return outcome
            case .refused(let request, let refusal) where request != 13: throw refusal
            default: continue
            }
        }
    }
}
