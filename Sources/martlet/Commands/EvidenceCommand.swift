import ArgumentParser
import Attestation
import Bytes
import Cryptography
import Diagnostics

/// `martlet evidence`.
struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Collect evidence of this TEE, or show what evidence holds.",
        subcommands: [Collect.self, Show.self])

    struct Collect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "collect", abstract: "Ask this machine's TEE for evidence.",
            discussion: """
                Uses the kernel's report interface (configfs-tsm), /dev/sev-guest or Gramine's files, \
                whichever is there. Exits with 69 when this machine has none of them.
                """)

        @Option(help: "What the evidence shall carry: up to 64 bytes in hexadecimal; zeros follow.")
        var nonce = ""

        @Option(name: .shortAndLong, help: "The file to write; - for standard output.")
        var output = "-"

        @Flag(help: "Write the bare evidence instead of a bundle with its collateral.")
        var bare = false

        func validate() throws {
            guard let bytes = [UInt8](hexadecimal: nonce), bytes.count <= 64 else {
                throw ValidationError("--nonce takes up to 64 bytes in hexadecimal")
            }
        }

        func run() throws {
            let name: @Sendable () -> String = {
                "martlet-" + ((try? SystemEntropy().bytes(8)) ?? []).hexadecimal
            }
            guard let source = EvidenceSources.detect(SystemKernelFiles(), name: name) else {
                throw failure(
                    Diagnostic(
                        what:
                            "this machine offers no evidence: it is no TEE, or its driver is not loaded",
                        remedy: "see `martlet doctor`; on SEV-SNP load sev-guest, on TDX tdx_guest"),
                    .unavailable)
            }
            do {
                let bundle = try source.evidence(reportData: [UInt8](hexadecimal: nonce) ?? [])
                try InputFile.write(bare ? bundle.evidence : bundle.encoded, to: output)
            } catch let error as CollectionFailure {
                throw failure(error, .unavailable)
            } catch let error as Diagnostic {
                throw failure(error, .data)
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Print every field with its name and offset. Verifies nothing.")

        @Argument(help: "Evidence or a bundle, as bytes or hexadecimal; - for standard input.")
        var file: String

        @Option(help: "auto, snp, sgx, tdx, nitro, tpm or cca.")
        var format = "auto"

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            do {
                let bundle = try EvidenceReading.bundle(
                    file, format: EvidenceFormat(rawValue: format))
                let fields = try bundle.fields()
                print(json ? jsonText(bundle, fields) : text(bundle, fields))
            } catch let error as Diagnostic {
                throw failure(error, .data)
            } catch let error as EvidenceRejection {
                throw failure(error, .data)
            }
        }

        private static let warning =
            "UNVERIFIED: anybody can write these bytes. Nothing below has been checked."

        private func text(_ bundle: EvidenceBundle, _ fields: [EvidenceField]) -> String {
            let width = (fields.map(\.name.count).max() ?? 0) + 2
            let lines = fields.map { field in
                let offset = String(field.offset, radix: 16)
                let place = "0x" + String(repeating: "0", count: max(0, 4 - offset.count)) + offset
                return
                    "  \(place) \(String(field.size).padded(to: 5)) \(field.name.padded(to: width))"
                    + field.value
            }
            return
                ([Self.warning, "", "\(bundle.format.title), \(bundle.evidence.count) bytes"]
                + lines + ["", Self.warning]).joined(separator: "\n")
        }

        private func jsonText(_ bundle: EvidenceBundle, _ fields: [EvidenceField]) -> String {
            JSONText.object([
                ("verified", .boolean(false)), ("warning", .string(Self.warning)),
                ("format", .string(bundle.format.rawValue)),
                (
                    "fields",
                    .array(
                        fields.map { field in
                            .object([
                                ("name", .string(field.name)), ("offset", .integer(field.offset)),
                                ("size", .integer(field.size)), ("value", .string(field.value)),
                            ])
                        })
                ),
            ]).indented
        }
    }
}
