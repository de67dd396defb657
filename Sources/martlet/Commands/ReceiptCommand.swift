import ArgumentParser
import Attestation
import AttestedTLS
import KeepProtocol

/// `martlet receipt`.
struct ReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Look at what a keep vouched for.",
        subcommands: [Verify.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Verify that a keep which the policy accepts gave a receipt.",
            discussion: "Exits with 77 when it did not, or when a byte was changed.")

        @Argument(help: "The receipt.")
        var file: String

        @OptionGroup var owner: OwnerOptions

        func run() throws {
            try reporting {
                let signed = try SignedReceipt(decoding: try InputFile.bytes(file))
                let expected = owner.workload.flatMap { WorkloadIdentity($0) }
                let peer = try ReceiptCheck(appraiser: try owner.appraiser())
                    .verify(signed, workload: expected)
                let kind = peer.isSimulated ? "SIMULATED, not protected" : "Attested"
                print("\(kind): \(signed.receipt.line)")
            }
        }
    }
}
