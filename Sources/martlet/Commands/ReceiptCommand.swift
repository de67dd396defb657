import ArgumentParser
import Attestation
import AttestedTLS
import Bytes
import Diagnostics
import KeepClient
import KeepProtocol
import Platform

/// `martlet receipt`.
struct ReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Work with receipts of keeps.",
        subcommands: [ReceiptVerifyCommand.self, ReceiptFetchCommand.self])
}

/// `martlet receipt verify`.
struct ReceiptVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a receipt and the keep that gave it, offline.")

    @Argument(help: "The receipt.") var file: String
    @Option(help: "Policy that the keep's evidence must meet.") var policy: String
    @Option(
        help: """
            What ran: its identity, or the directory it is made from; by default what the receipt \
            names.
            """,
        completion: .directory)
    var workload: String?
    @Option(help: "Verify for this moment, such as 2026-06-15T12:00:00Z, instead of now.")
    var at: String?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let appraisal = try reportingKeep { try verify() }
        if !appraisal.isAccepted { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private func verify() throws -> Appraisal {
        let clock = Instant(
            secondsSince1970: Int64(SystemClockID.realtime.nanoseconds / 1_000_000_000))
        guard let now = at.map({ Instant(rfc3339: $0) }) ?? clock else {
            throw Diagnostic(what: "--at takes a moment such as 2026-06-15T12:00:00Z")
        }
        let signed = try SignedReceipt(decoding: try InputFile.bytes(file))
        let expected = try workload.map { try WorkloadFiles.identity($0) }
        var (rules, roots) = try PolicyReading.policy(policy)
        rules.expectWorkload(expected ?? signed.receipt.workload)
        let appraisal = try signed.appraise(policy: rules, roots: roots, now: now)
        if json {
            print(Self.document(signed.receipt, appraisal).indented)
        } else {
            Self.show(signed.receipt, appraisal)
        }
        return appraisal
    }

    private static func document(_ receipt: Receipt, _ appraisal: Appraisal) -> JSONText {
        .object([
            ("accepted", .boolean(appraisal.isAccepted)),
            ("workload", .string("\(receipt.workload)")),
            ("outcome", .string(receipt.outcome.text)),
            ("exitCode", .integer(Int(receipt.outcome.exitCode))),
            ("wallNanoseconds", .unsigned(receipt.usage.wallNanoseconds)),
            ("cpuNanoseconds", .unsigned(receipt.usage.cpuNanoseconds)),
            ("outputBytes", .unsigned(receipt.usage.outputBytes)),
            ("fuel", receipt.usage.fuel.map { .unsigned($0) } ?? .null),
            ("endedAt", .unsigned(receipt.endedAt)),
            (
                "vaults",
                .object(
                    receipt.vaults.sorted { $0.key < $1.key }.map { name, vault in
                        (
                            name,
                            .object([
                                ("epoch", .unsigned(vault.epoch)),
                                ("anchored", .boolean(vault.isAnchored)),
                            ])
                        )
                    })
            ),
            ("appraisal", appraisal.json),
        ])
    }

    private static func show(_ receipt: Receipt, _ appraisal: Appraisal) {
        let isVendor = appraisal.evidence.root?.isVendor ?? false
        let verified = isVendor ? "verified" : "SIMULATED, not protected"
        print(appraisal.isAccepted ? verified : "REFUSED by the policy", terminator: ": ")
        print("workload \(receipt.workload) \(receipt.outcome.text.escapedForDisplay(limit: 400))")
        print(
            "  wall \(receipt.usage.wallNanoseconds / 1000) us, cpu "
                + "\(receipt.usage.cpuNanoseconds / 1000) us, output \(receipt.usage.outputBytes) bytes"
        )
        for (name, vault) in receipt.vaults.sorted(by: { $0.key < $1.key }) {
            print(
                "  vault \(name): epoch \(vault.epoch), "
                    + (vault.isAnchored ? "anchored" : "unanchored"))
        }
        print(appraisal.text, terminator: "")
    }
}

/// `martlet receipt fetch`.
struct ReceiptFetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Take a receipt of a program that ended; for its owner and principals.")

    @OptionGroup var keep: RunningKeepOptions

    @Argument(help: "Where to write it.", completion: .file())
    var file: String

    func run() throws {
        try reportingKeep {
            let session = try keep.open()
            let follower = KeepFollower(
                session: session, keep: keep.access, identity: try keep.identity())
            try follower.takeReceipt(to: file)
            session.close()
        }
    }
}
